import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Copy, KeySquare, Plus } from 'lucide-react';
import { useState } from 'react';
import { get, post, remove } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useMe } from '@/api/shared';
import type { Items, List } from '@/api/types';
import { dayOf, relative } from '@/app/dates';
import { useWord, wordOr } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { PERMISSIONS } from '@/features/role/permissions';
import { Button } from '@/kit/button';
import { confirm } from '@/kit/dialog';
import { Choices, FormField, Input } from '@/kit/inputs';
import { Select } from '@/kit/pick';
import { Sheet } from '@/kit/sheet';
import { Empty, Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { copy } from './factor';

type Token = components['schemas']['DoorToken'];
const DAYS = [7, 30, 90, 366];

function Lists({ tokens, end }: { tokens: Token[]; end: (token: Token) => void }) {
  const t = useWord();
  const word = (p: string) => wordOr(`account.permission.${p}`, p);
  return (
    <ul className="rows">
      {tokens.map((x) => (
        <li key={x.id}>
          <KeySquare size={18} className="mut" />
          <div className="sp cut">
            <b className="cut">{[x.user_name, x.name].filter(Boolean).join(' · ')}</b>
            <small className="cut" title={x.scopes.map(word).join(t('app.sign.list'))}>
              {x.scopes.map(word).join(t('app.sign.list'))}
            </small>
            <small className="tn">
              {x.last_used_at ? t('door.label.used', { when: relative(x.last_used_at) }) : t('door.label.never_used')}
              {' · '}
              {x.expires_at && new Date(x.expires_at).getTime() > Date.now()
                ? t('door.label.until', { when: dayOf(x.expires_at) })
                : t('door.label.ended')}
            </small>
          </div>
          <Button size="sm" aria-label={`${t('door.verb.end_token')} ${x.name}`} onClick={() => end(x)}>
            {t('door.verb.end_token')}
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** One's own tokens. */
export function Tokens() {
  const t = useWord();
  const client = useQueryClient();
  const [making, setMaking] = useState(false);
  const { data, error, refetch } = useQuery({ queryKey: ['tokens'], queryFn: async () => (await get<Items<Token>>('/tokens')).items });
  const refresh = () => void client.invalidateQueries({ queryKey: ['tokens'] });
  const end = async (x: Token) => {
    if (!(await confirm(t('door.ask.end_token', { name: x.name }), t('door.ask.end_token_text'), t('door.verb.end_token')))) return;
    await remove(`/tokens/${x.id}`).then(() => {
      tell(t('door.state.token_ended'));
      refresh();
    }, tellError);
  };
  return (
    <section className="card col">
      <div className="row">
        <h2 className="sp">{t('door.title.tokens')}</h2>
        <Button icon={<Plus size={15} />} onClick={() => setMaking(true)}>
          {t('door.verb.create_token')}
        </Button>
      </div>
      <p className="field-help">{t('door.hint.tokens')}</p>
      {error ? (
        <Failed error={error} retry={() => void refetch()} small />
      ) : !data ? (
        <Lines count={2} />
      ) : (
        <Lists tokens={data} end={(x) => void end(x)} />
      )}
      {making && (
        <NewToken
          onClose={() => {
            setMaking(false);
            refresh();
          }}
        />
      )}
    </section>
  );
}

/** Everybody's, for whoever manages them. */
export function AllTokens() {
  const t = useWord();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['all-tokens'],
    queryFn: async () => (await get<List<Token>>('/all-tokens', { limit: 200 })).items,
  });
  const end = async (x: Token) => {
    if (!(await confirm(t('door.ask.end_token', { name: x.name }), t('door.ask.end_token_text'), t('door.verb.end_token')))) return;
    await remove(`/all-tokens/${x.id}`).then(() => {
      tell(t('door.state.token_ended'));
      void client.invalidateQueries({ queryKey: ['all-tokens'] });
    }, tellError);
  };
  return (
    <section className="card col">
      <h2>{t('door.title.all_tokens')}</h2>
      {error ? (
        <Failed error={error} retry={() => void refetch()} small />
      ) : !data ? (
        <Lines count={2} />
      ) : data.length ? (
        <Lists tokens={data} end={(x) => void end(x)} />
      ) : (
        <Empty small icon={KeySquare} title={t('door.hint.no_tokens')} hint={t('door.hint.no_tokens_text')} />
      )}
    </section>
  );
}

function NewToken({ onClose }: { onClose: () => void }) {
  const t = useWord();
  const me = useMe();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>([]);
  const [days, setDays] = useState(90);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<Token>();
  const options = PERMISSIONS.flatMap((g) =>
    g.list
      .filter((p) => me.permissions.includes(p))
      .map((p) => ({ value: p, label: wordOr(`account.permission.${p}`, p), group: wordOr(`account.group.${g.group}`, g.group) })),
  );
  const save = async () => {
    const found: Errors = {};
    if (!name.trim()) found.name = t('app.error.required', { label: t('door.field.token_name') });
    if (!scopes.length) found.scopes = t('app.error.choose', { label: t('door.field.scopes') });
    setErrors(found);
    if (Object.keys(found).length) return goToFirst(found);
    setBusy(true);
    try {
      setMade(await post<Token>('/tokens', { name: name.trim(), scopes, days }));
    } catch (e) {
      setErrors(errorsOf(e, (f) => f === 'name' || f === 'scopes'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Sheet
      title={made ? made.name : t('door.title.new_token')}
      onClose={onClose}
      dirty={!made && (!!name || scopes.length > 0)}
      onSubmit={() => (made ? onClose() : void save())}
      footer={
        <>
          <span className="sp" />
          {made ? (
            <Button look="primary" onClick={onClose}>
              {t('door.verb.kept')}
            </Button>
          ) : (
            <>
              <Button onClick={onClose}>{t('app.verb.cancel')}</Button>
              <Button look="primary" busy={busy} onClick={() => void save()}>
                {t('door.verb.create_token')}
              </Button>
            </>
          )}
        </>
      }
    >
      {made ? (
        <div className="form">
          <div className="notice tone-amber">{t('door.hint.token_once')}</div>
          <code className="token tn">{made.token}</code>
          <div className="row">
            <Button icon={<Copy size={15} />} onClick={() => copy(made.token ?? '', t('door.state.copied'))}>
              {t('door.verb.copy')}
            </Button>
          </div>
        </div>
      ) : (
        <div className="form">
          {errors.all && <div className="notice tone-red">{errors.all}</div>}
          <FormField name="name" label={t('door.field.token_name')} error={errors.name}>
            {(id) => <Input id={id} value={name} onChange={setName} maxLength={60} invalid={!!errors.name} autoFocus />}
          </FormField>
          <FormField name="scopes" label={t('door.field.scopes')} error={errors.scopes}>
            {(id) => (
              <Select
                id={id}
                multiple
                label={t('door.field.scopes')}
                value={scopes}
                options={options}
                onChange={(v) => setScopes((v as string[] | null) ?? [])}
                invalid={!!errors.scopes}
                placeholder={t('app.hint.choose')}
              />
            )}
          </FormField>
          <FormField label={t('door.field.days')}>
            {() => (
              <Choices
                label={t('door.field.days')}
                value={String(days)}
                onChange={(v) => v && setDays(Number(v))}
                options={DAYS.map((d) => ({ code: String(d), label: t('door.label.days', { count: d }) }))}
              />
            )}
          </FormField>
        </div>
      )}
    </Sheet>
  );
}
