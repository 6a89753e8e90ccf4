import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '@/api/client';
import { useWord } from '@/app/words';
import { Check, FormField, Input } from '@/kit/inputs';
import { Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { type Preferences as Chosen, preferencesQuery } from './data';

const CHANNELS = ['product', 'mail', 'robot'] as const;

/** 通知方式: what one is told of, where, and when not. Every change is kept at once. */
export function Preferences() {
  const t = useWord();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(preferencesQuery);
  // shown as chosen at once; a refusal puts it back
  const save = (body: unknown, chosen?: (old: Chosen) => Chosen) => {
    if (chosen) client.setQueryData(preferencesQuery.queryKey, (old) => old && chosen(old));
    return call<Chosen>('/me/notices', { method: 'PATCH', body }).then(
      (next) => {
        client.setQueryData(preferencesQuery.queryKey, next);
        tell(t('app.state.saved'));
      },
      (e) => {
        tellError(e);
        void refetch();
      },
    );
  };
  if (error) return <Failed error={error} retry={() => void refetch()} small />;
  if (!data) return <Lines count={4} />;
  return (
    <section className="card col notice-choices" id="notices">
      <h2>{t('notice.title.preferences')}</h2>
      <p className="field-help">{t('notice.hint.preferences')}</p>
      {data.demo && <p className="field-help">{t('notice.hint.demo')}</p>}
      {!data.demo && !data.mail_ready && <p className="field-help">{t('notice.hint.no_mail')}</p>}
      {!data.demo && data.mail_ready && !data.has_address && <p className="field-help">{t('notice.hint.no_address')}</p>}
      <table>
        <thead>
          <tr>
            <th scope="col">{t('notice.label.kind')}</th>
            <th scope="col">{t('notice.channel.product')}</th>
            <th scope="col">{t('notice.channel.mail')}</th>
            <th scope="col">{t('notice.channel.robot')}</th>
          </tr>
        </thead>
        <tbody>
          {data.kinds.map((k) => (
            <tr key={k.kind}>
              <th scope="row">{k.label}</th>
              {CHANNELS.map((c) => (
                <td key={c}>
                  <Check
                    checked={k[c]}
                    disabled={c === 'product' && k.always}
                    onChange={(on) =>
                      void save({ kinds: { [k.kind]: { [c]: on } } }, (old) => ({
                        ...old,
                        kinds: old.kinds.map((x) => (x.kind === k.kind ? { ...x, [c]: on } : x)),
                      }))
                    }
                  >
                    <span className="sr">{`${k.label} · ${t(`notice.channel.${c}`)}`}</span>
                  </Check>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Check
        checked={!!data.quiet_from}
        onChange={(on) => void save(on ? { quiet_from: '12:00', quiet_to: '13:30' } : { quiet_from: null, quiet_to: null })}
      >
        {t('notice.label.quiet')}
      </Check>
      {data.quiet_from && (
        <div className="row wrap">
          <Clock label={t('notice.label.from')} value={data.quiet_from} onChange={(v) => void save({ quiet_from: v })} />
          <Clock label={t('notice.label.to')} value={data.quiet_to ?? ''} onChange={(v) => void save({ quiet_to: v })} />
        </div>
      )}
      <Check checked={data.digest} onChange={(on) => void save({ digest: on }, (old) => ({ ...old, digest: on }))}>
        {t('notice.label.digest')}
      </Check>
      {data.digest && (
        <div className="row wrap">
          <Clock label={t('notice.label.digest_at')} value={data.digest_at} onChange={(v) => void save({ digest_at: v })} />
        </div>
      )}
    </section>
  );
}

function Clock({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  return (
    <FormField label={label}>
      {(id) => (
        <Input
          id={id}
          type="time"
          value={typed}
          onChange={setTyped}
          onBlur={() => typed && typed !== value && onChange(typed)}
          style={{ width: 120 }}
        />
      )}
    </FormField>
  );
}
