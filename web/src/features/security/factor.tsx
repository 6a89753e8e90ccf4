import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Copy, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { get, post, remove, said } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { dayOf } from '@/app/dates';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { confirm } from '@/kit/dialog';
import { FormField, Input } from '@/kit/inputs';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';

type S = components['schemas'];
type Seed = S['DoorSeed'];
const factorQuery = { queryKey: ['second-factor'], queryFn: () => get<S['DoorSecondFactor']>('/me/second-factor') };

export const copy = (text: string, done: string) =>
  void navigator.clipboard.writeText(text).then(
    () => tell(done),
    () => {},
  );

/** Recovery codes, told this once. */
export function Codes({ codes, done }: { codes: string[]; done: () => void }) {
  const t = useWord();
  return (
    <section className="col" aria-label={t('door.title.recovery')}>
      <h3>{t('door.title.recovery')}</h3>
      <p className="field-help">{t('door.hint.recovery')}</p>
      <ul className="codes tn">
        {codes.map((c) => (
          <li key={c}>
            <code>{c}</code>
          </li>
        ))}
      </ul>
      <div className="row wrap">
        <Button icon={<Copy size={15} />} onClick={() => copy(codes.join('\n'), t('door.state.copied'))}>
          {t('door.verb.copy')}
        </Button>
        <Button look="primary" onClick={done}>
          {t('door.verb.kept')}
        </Button>
      </div>
    </section>
  );
}

/** From the picture to the first code and the recovery codes. */
export function Enrolling({ seed, done }: { seed: Seed; done: () => void }) {
  const t = useWord();
  const [code, setCode] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [codes, setCodes] = useState<string[]>();
  if (codes) return <Codes codes={codes} done={done} />;
  const send = async () => {
    setBusy(true);
    setError(undefined);
    try {
      setCodes((await post<S['DoorRecovery']>('/me/second-factor/confirm', { code })).recovery_codes);
      tell(t('door.state.on'));
    } catch (e) {
      setError(said(e));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="form"
      onSubmit={(e) => {
        e.preventDefault();
        void send();
      }}
    >
      <p>{t('door.hint.scan')}</p>
      <img className="qr" src={seed.image} width={200} height={200} alt={t('door.label.qr')} />
      <p className="field-help">
        {t('door.field.key')} <code className="tn">{seed.key.replace(/(.{4})/g, '$1 ').trim()}</code>
      </p>
      <FormField label={t('door.field.first_code')} error={error}>
        {(id) => (
          <Input
            id={id}
            value={code}
            onChange={setCode}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={7}
            invalid={!!error}
            autoFocus
          />
        )}
      </FormField>
      <Button type="submit" look="primary" busy={busy} disabled={code.replace(/\s/g, '').length !== 6}>
        {t('door.verb.confirm_code')}
      </Button>
    </form>
  );
}

export function SecondFactor() {
  const t = useWord();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(factorQuery);
  const [seed, setSeed] = useState<Seed>();
  const [codes, setCodes] = useState<string[]>();
  const again = () => {
    setSeed(undefined);
    setCodes(undefined);
    void client.invalidateQueries({ queryKey: factorQuery.queryKey });
  };
  const begin = () => void post<Seed>('/me/second-factor').then(setSeed, tellError);
  const renew = async () => {
    if (await confirm(t('door.ask.new_codes'), t('door.ask.new_codes_text'), t('door.verb.new_codes')))
      await post<S['DoorRecovery']>('/me/second-factor/recovery-codes').then((r) => setCodes(r.recovery_codes), tellError);
  };
  const end = async () => {
    if (!(await confirm(t('door.ask.end_factor'), t('door.ask.end_factor_text'), t('door.verb.end')))) return;
    await remove('/me/second-factor').then(() => {
      tell(t('door.state.off'));
      again();
    }, tellError);
  };
  return (
    <section className="card col">
      <div className="row">
        <h2 className="sp">{t('door.title.second_factor')}</h2>
        {data && (
          <Chip tone={data.on ? 'green' : 'gray'} dot>
            {t(data.on ? 'door.label.on' : 'door.label.off')}
          </Chip>
        )}
      </div>
      {error ? (
        <Failed error={error} retry={() => void refetch()} small />
      ) : !data ? (
        <Lines count={2} />
      ) : codes ? (
        <Codes codes={codes} done={again} />
      ) : seed ? (
        <Enrolling seed={seed} done={again} />
      ) : data.on ? (
        <>
          <p className="field-help">
            {t('door.hint.second_factor_on', { when: data.since ? dayOf(data.since) : '', count: data.recovery_codes_left })}{' '}
            {data.required && t('door.hint.required')}
          </p>
          <div className="row wrap">
            <Button onClick={() => void renew()}>{t('door.verb.new_codes')}</Button>
            <Button danger onClick={() => void end()}>
              {t('door.verb.end')}
            </Button>
          </div>
        </>
      ) : (
        <>
          <p className="field-help">{t('door.hint.second_factor_off')}</p>
          <div className="row">
            <Button icon={<ShieldCheck size={15} />} onClick={begin}>
              {t('door.verb.begin')}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
