import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, get } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Items } from '@/api/types';
import { useWord, wordOr } from '@/app/words';
import { type Errors, errorsOf } from '@/features/customer/save';
import { Button } from '@/kit/button';
import { Choices, FormField, Input, Password } from '@/kit/inputs';
import { Failed, Lines } from '@/kit/states';
import { tell } from '@/kit/toast';

type Setting = components['schemas']['SettingShown'];

const settingsQuery = { queryKey: ['settings'], queryFn: async () => (await get<Items<Setting>>('/settings')).items };

/** A few settings as a form: what changed is kept by its button. */
export function Settings({ group, children, hint }: { group: string; children?: React.ReactNode; hint?: string }) {
  const t = useWord();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(settingsQuery);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  if (error) return <Failed error={error} retry={() => void refetch()} small />;
  if (!data) return <Lines count={3} />;
  // where there is nothing to choose there is nothing to show
  const mine = data.filter((s) => s.group === group && !(s.kind === 'choice' && (s.choices?.length ?? 0) < 2));
  const save = async () => {
    setBusy(true);
    const kind = (key: string) => mine.find((s) => s.key === key)?.kind;
    const values = Object.fromEntries(
      Object.entries(typed).map(([key, v]) => [
        key,
        kind(key) === 'bool' ? v === 'true' : kind(key) === 'int' ? (v === '' ? null : Number(v)) : v,
      ]),
    );
    try {
      client.setQueryData(settingsQuery.queryKey, (await call<Items<Setting>>('/settings', { method: 'PATCH', body: { values } })).items);
      setTyped({});
      setErrors({});
      tell(t('app.state.saved'));
    } catch (e) {
      setErrors(errorsOf(e, (f) => mine.some((s) => s.key === f)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="card col"
      onSubmit={(e) => {
        e.preventDefault();
        void save();
      }}
    >
      <h2>{wordOr(`setting.group.${group}`, group)}</h2>
      {hint && <p className="field-help">{hint}</p>}
      <div className="side-by-side">
        {mine.map((s) => {
          const value = typed[s.key] ?? (s.kind === 'secret' ? '' : String(s.value ?? ''));
          const set = (v: string) => setTyped((all) => ({ ...all, [s.key]: v }));
          return (
            <FormField key={s.key} label={s.label} error={errors[s.key]}>
              {(id) =>
                s.kind === 'choice' || s.kind === 'bool' ? (
                  <Choices
                    label={s.label}
                    value={value}
                    onChange={(v) => v !== null && set(v)}
                    options={(s.choices ?? ['true', 'false']).map((c) => ({ code: c, label: wordOr(`setting.choice.${s.key}.${c}`, c) }))}
                  />
                ) : s.kind === 'secret' ? (
                  <Password
                    id={id}
                    value={value}
                    onChange={set}
                    autoComplete="new-password"
                    placeholder={s.value ? t('outbox.label.secret_set') : ''}
                  />
                ) : (
                  <Input id={id} value={value} onChange={set} inputMode={s.kind === 'int' ? 'numeric' : undefined} />
                )
              }
            </FormField>
          );
        })}
      </div>
      <div className="row wrap">
        <Button type="submit" look="primary" busy={busy} disabled={!Object.keys(typed).length}>
          {t('app.verb.save')}
        </Button>
        {children}
      </div>
    </form>
  );
}
