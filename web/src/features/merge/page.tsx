import '@/styles/merge.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeftRight, ChevronLeft, GitMerge } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/client';
import { useFields } from '@/api/shared';
import type { CustomerRecord, Field } from '@/api/types';
import { fieldOf } from '@/api/types';
import { full } from '@/app/dates';
import { Page } from '@/app/page';
import { useWord, wordOr } from '@/app/words';
import { customerQuery } from '@/features/customer/query';
import { Button, Segmented } from '@/kit/button';
import { Avatar } from '@/kit/chips';
import { FieldInput } from '@/kit/fieldinput';
import { Check, FormField } from '@/kit/inputs';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { FieldValue, StageChip } from '@/kit/value';
import { type Choice, type Merge, type Preview, previewQuery, proposed, type Take } from './data';

const route = getRouteApi('/app/customers/$id/merge');

/** Two customers become one: who stays, and what is taken of the other, field by field. */
export default function MergePage() {
  const t = useWord();
  const { id } = route.useParams();
  const { other } = route.useSearch();
  const navigate = useNavigate();
  const { data: one, error, refetch } = useQuery(customerQuery(id));
  const { data: two, error: lost, refetch: again } = useQuery({ ...customerQuery(other ?? ''), enabled: !!other });
  const pick = (next: string | null) =>
    void navigate({ to: '/customers/$id/merge', params: { id }, search: { other: next ?? undefined }, replace: true });
  return (
    <Page narrow title={t('merge.title.page')}>
      <div className="page-b merge">
        <nav className="crumb">
          <Link to="/customers/$id" params={{ id }}>
            <ChevronLeft size={15} />
            {one?.name ?? t('app.nav.customers')}
          </Link>
        </nav>
        {error || lost ? (
          <Failed error={error ?? lost} retry={() => void (error ? refetch() : again())} />
        ) : !one ? (
          <Lines count={4} height={64} />
        ) : !other ? (
          <FormField label={t('merge.label.with')}>
            {(field) => (
              <FieldInput
                id={field}
                field={{ name: 'other', label: t('merge.label.with'), kind: 'customer', dictionary: null }}
                value={null}
                onChange={(v) => pick(v as string | null)}
              />
            )}
          </FormField>
        ) : !two ? (
          <Lines count={4} height={64} />
        ) : (
          <Sides key={one.id + two.id} one={one} two={two} />
        )}
      </div>
    </Page>
  );
}

function Sides({ one, two }: { one: CustomerRecord; two: CustomerRecord }) {
  const t = useWord();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(previewQuery(one.id, two.id));
  const swap = () => void navigate({ to: '/customers/$id/merge', params: { id: two.id }, search: { other: one.id }, replace: true });
  return (
    <>
      <div className="merge-sides">
        <Side c={one} label={t('merge.label.stays')} strong />
        <Button icon={<ArrowLeftRight size={14} />} onClick={swap}>
          {t('merge.verb.swap')}
        </Button>
        <Side c={two} label={t('merge.label.goes')} />
      </div>
      {data?.propose === 'other' && <p className="mut hint">{t('merge.hint.propose', { name: two.name })}</p>}
      {error ? (
        <Failed error={error} retry={() => void refetch()} small />
      ) : !data ? (
        <Lines count={6} />
      ) : data.refused ? (
        <p className="card">{wordOr(`error.${data.refused}.detail`, data.refused)}</p>
      ) : (
        <Ask one={one} two={two} preview={data} />
      )}
    </>
  );
}

function Side({ c, label, strong }: { c: CustomerRecord; label: string; strong?: boolean }) {
  return (
    <article className={strong ? 'card on' : 'card'}>
      <small className="mut">{label}</small>
      <div className="row">
        <Avatar name={c.name} size={32} square />
        <div className="mi">
          <b className="cut">{c.name}</b>
          <small className="tn mut">
            {c.code} · {c.owner_name ?? '—'}
          </small>
        </div>
      </div>
      <span>
        <StageChip code={c.stage} />
      </span>
    </article>
  );
}

function Ask({ one, two, preview }: { one: CustomerRecord; two: CustomerRecord; preview: Preview }) {
  const t = useWord();
  const client = useQueryClient();
  const navigate = useNavigate();
  const fields = useFields('customer') ?? [];
  const [takes, setTakes] = useState<Record<string, Take>>(() => Object.fromEntries(preview.differs.map((c) => [c.field, proposed(c)])));
  const [keep, setKeep] = useState(true);
  const [busy, setBusy] = useState(false);
  const merge = async () => {
    setBusy(true);
    try {
      const chosen = Object.fromEntries(Object.entries(takes).filter(([, take]) => take !== 'mine'));
      const done = await post<Merge>(
        `/customers/${one.id}/merge`,
        { other_id: two.id, other_version: two.version, fields: chosen, keep_owner: keep },
        one.version,
      );
      client.removeQueries({ queryKey: ['customers', 'one', two.id] });
      await client.invalidateQueries();
      await navigate({ to: '/customers/$id', params: { id: one.id }, replace: true });
      tell(t('merge.state.done', { name: one.name, until: full(done.until) }));
    } catch (e) {
      tellError(e);
      setBusy(false);
      void client.invalidateQueries({ queryKey: ['customers', 'one'] });
    }
  };
  const place = (c: Choice) => fields.findIndex((f) => f.name === c.field.replace(/^custom\./, ''));
  const owned = two.owner_id && two.owner_id !== one.owner_id;
  return (
    <>
      <h2>{t('merge.title.fields')}</h2>
      {preview.differs.length ? (
        <ul className="merge-fields">
          {preview.differs
            .toSorted((a, b) => place(a) - place(b))
            .map((c) => (
              <Row
                key={c.field}
                c={c}
                one={one}
                two={two}
                fields={fields}
                take={takes[c.field] ?? 'mine'}
                set={(take) => setTakes({ ...takes, [c.field]: take })}
              />
            ))}
        </ul>
      ) : (
        <p className="mut">{t('merge.empty.fields')}</p>
      )}
      <h2>{t('merge.title.moves')}</h2>
      <p className="mut">
        {preview.moves.length
          ? preview.moves
              .filter((m) => wordOr(`merge.table.${m.table}`, '') !== '')
              .map((m) => t('merge.label.move', { what: wordOr(`merge.table.${m.table}`, m.table), count: m.count }))
              .join(' · ')
          : t('merge.empty.moves')}
      </p>
      {owned && (
        <Check checked={keep} onChange={setKeep}>
          {t('merge.label.keep', { name: two.owner_name ?? '' })}
        </Check>
      )}
      <footer className="row wrap merge-end">
        <small className="mut">{t('merge.hint.undo', { code: two.code })}</small>
        <span className="sp" />
        <Button look="primary" busy={busy} icon={<GitMerge size={15} />} onClick={() => void merge()}>
          {t('merge.verb.merge')}
        </Button>
      </footer>
    </>
  );
}

function Row({
  c,
  one,
  two,
  fields,
  take,
  set,
}: {
  c: Choice;
  one: CustomerRecord;
  two: CustomerRecord;
  fields: Field[];
  take: Take;
  set: (take: Take) => void;
}) {
  const t = useWord();
  const name = c.field.replace(/^custom\./, '');
  const field = fields.find((f) => f.name === name);
  const label = field?.label ?? name;
  const options: { value: Take; label: string }[] = [
    { value: 'mine', label: t('merge.take.mine') },
    { value: 'other', label: t('merge.take.other') },
    ...(c.both ? [{ value: 'both' as const, label: t('merge.take.both') }] : []),
  ];
  return (
    <li>
      <b>{label}</b>
      <span className={take === 'other' ? 'mut' : ''} data-side={t('merge.take.mine')}>
        <Value field={field} value={fieldOf(one, name)} />
      </span>
      <span className={take === 'mine' ? 'mut' : ''} data-side={t('merge.take.other')}>
        <Value field={field} value={fieldOf(two, name)} />
      </span>
      <Segmented small label={label} value={take} options={options} onChange={set} />
    </li>
  );
}

function Value({ field, value }: { field: Field | undefined; value: unknown }) {
  const t = useWord();
  if (field?.name === 'competitors')
    return <>{(value as { name: string }[] | undefined)?.map((x) => x.name).join('、') || <span className="mut">—</span>}</>;
  if (!field) return <span className="mut">{t('merge.label.hidden')}</span>;
  return <FieldValue field={field} value={value} />;
}
