import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { patch, post } from '@/api/client';
import { colleaguesQuery, useMe } from '@/api/shared';
import type { Mailing, MailingWhat } from '@/api/types';
import { type Key, useWord } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { preferencesQuery } from '@/features/notice/data';
import { Button, Segmented } from '@/kit/button';
import { FormField, Input } from '@/kit/inputs';
import { Select } from '@/kit/pick';
import { Sheet } from '@/kit/sheet';
import { tell } from '@/kit/toast';

const EVERY = ['workday', 'day', 'week', 'month'] as const;

/** 定时发送: a report that goes to colleagues by mail, each as he may see it. */
export function MailingSheet({
  what,
  name,
  record,
  sheets = true,
  onClose,
}: {
  what: Omit<MailingWhat, 'format'>;
  name: string;
  record?: Mailing;
  sheets?: boolean;
  onClose: () => void;
}) {
  const t = useWord();
  const me = useMe();
  const client = useQueryClient();
  const { data: reach } = useQuery(preferencesQuery);
  const [start] = useState(() => ({
    name: record?.name ?? name,
    format: record?.what.format ?? ('pdf' as const),
    every: record?.every ?? ('week' as const),
    on: record?.on || 1,
    at: record?.at ?? '08:30',
    to: record?.to ?? [me.id],
  }));
  const [v, setV] = useState(start);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<typeof v>) => {
    setV((old) => ({ ...old, ...change }));
    setErrors({});
  };
  const save = async () => {
    const found: Errors = {};
    if (!v.name.trim()) found.name = t('app.error.required', { label: t('mailing.field.name') });
    if (!v.to.length) found.to = t('app.error.required', { label: t('mailing.field.to') });
    if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(v.at)) found.at = t('mailing.error.at');
    setErrors(found);
    if (Object.keys(found).length) return goToFirst(found);
    setBusy(true);
    const { format, ...rest } = v;
    const body = { ...rest, on: v.every === 'week' || v.every === 'month' ? v.on : 0 };
    try {
      if (record) await patch(`/mailings/${record.id}`, { ...body, what: { ...record.what, format } }, record.version);
      else await post('/mailings', { ...body, what: { ...what, format } });
      await client.invalidateQueries({ queryKey: ['mailings'] });
      tell(t('mailing.state.saved'));
      onClose();
    } catch (e) {
      setBusy(false);
      const put = errorsOf(e, (f) => f in v);
      setErrors(put);
      goToFirst(put);
    }
  };
  const quiet = reach?.demo ? 'mailing.hint.demo' : reach && !reach.mail_ready ? 'mailing.hint.no_mail' : null;
  return (
    <Sheet
      title={t(record ? 'mailing.title.edit' : 'mailing.verb.create')}
      onClose={onClose}
      dirty={JSON.stringify(v) !== JSON.stringify(start)}
      onSubmit={() => void save()}
      footer={
        <>
          <span className="sp" />
          <Button onClick={onClose}>{t('app.verb.cancel')}</Button>
          <Button look="primary" busy={busy} onClick={() => void save()} keys={['Ctrl', '↵']}>
            {t('app.verb.save')}
          </Button>
        </>
      }
    >
      <div className="form">
        {errors.all && <div className="notice tone-red">{errors.all}</div>}
        {quiet && <div className="notice tone-amber">{t(quiet as Key)}</div>}
        <FormField name="name" label={t('mailing.field.name')} error={errors.name}>
          {(id) => <Input id={id} maxLength={60} value={v.name} invalid={!!errors.name} onChange={(n) => set({ name: n })} />}
        </FormField>
        <FormField name="every" label={t('mailing.field.every')} error={errors.every ?? errors.on}>
          {() => (
            <div className="col">
              <Segmented
                label={t('mailing.field.every')}
                value={v.every}
                onChange={(every) => set({ every, on: 1 })}
                options={EVERY.map((k) => ({ value: k, label: t(`mailing.every.${k}`) }))}
              />
              {v.every === 'week' && (
                <select
                  className="input"
                  aria-label={t('mailing.field.weekday')}
                  value={v.on}
                  onChange={(e) => set({ on: Number(e.target.value) })}
                >
                  {[1, 2, 3, 4, 5, 6, 7].map((n) => (
                    <option key={n} value={n}>
                      {t(`mailing.weekday.${n}` as Key)}
                    </option>
                  ))}
                </select>
              )}
              {v.every === 'month' && (
                <select
                  className="input"
                  aria-label={t('mailing.field.day')}
                  value={v.on}
                  onChange={(e) => set({ on: Number(e.target.value) })}
                >
                  {Array.from({ length: 31 }, (_, i) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the days of a month
                    <option key={i} value={i + 1}>
                      {t(i === 30 ? 'mailing.label.last_day' : 'mailing.label.day', { n: i + 1 })}
                    </option>
                  ))}
                </select>
              )}
            </div>
          )}
        </FormField>
        <FormField name="at" label={t('mailing.field.at')} error={errors.at} help={t('mailing.hint.at')}>
          {(id) => <input id={id} type="time" className="input" value={v.at} onChange={(e) => set({ at: e.target.value.slice(0, 5) })} />}
        </FormField>
        <FormField name="format" label={t('mailing.field.format')} error={errors.what}>
          {() => (
            <Segmented
              label={t('mailing.field.format')}
              value={v.format}
              onChange={(format) => set({ format })}
              options={(sheets ? (['pdf', 'xlsx', 'csv'] as const) : (['pdf'] as const)).map((k) => ({
                value: k,
                label: t(k === 'pdf' ? 'reportpage.format.pdf' : `export.format.${k}`),
              }))}
            />
          )}
        </FormField>
        <FormField name="to" label={t('mailing.field.to')} error={errors.to} help={t('mailing.hint.to')}>
          {(id) => <People id={id} label={t('mailing.field.to')} value={v.to} onChange={(to) => set({ to })} />}
        </FormField>
      </div>
    </Sheet>
  );
}

/** Colleagues; who is chosen keeps his name while others are looked for. */
function People({ id, label, value, onChange }: { id: string; label: string; value: string[]; onChange: (ids: string[]) => void }) {
  const t = useWord();
  const me = useMe();
  const [q, setQ] = useState('');
  const [names, setNames] = useState<Record<string, string>>({ [me.id]: me.name });
  const { data, isFetching } = useQuery({ ...colleaguesQuery(useDeferredValue(q)), placeholderData: (old) => old });
  const found = (data ?? []).map((c) => ({ value: c.id, label: c.name, hint: c.department_name ?? undefined }));
  const chosen = value
    .filter((v) => !found.some((o) => o.value === v))
    .map((v) => ({ value: v, label: names[v] ?? t('mailing.label.colleague'), hint: undefined }));
  return (
    <Select
      id={id}
      label={label}
      multiple
      options={[...chosen, ...found]}
      loading={isFetching}
      onSearch={setQ}
      value={value}
      placeholder={t('app.hint.person')}
      onChange={(ids) => {
        const next = (ids as string[] | null) ?? [];
        setNames((old) => ({ ...old, ...Object.fromEntries(found.filter((o) => next.includes(o.value)).map((o) => [o.value, o.label])) }));
        onChange(next);
      }}
    />
  );
}
