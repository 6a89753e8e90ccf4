import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { patch, post } from '@/api/client';
import { useMe } from '@/api/shared';
import type { Ask, SavedReport } from '@/api/types';
import { useWord } from '@/app/words';
import { type Errors, errorsOf, goToFirst } from '@/features/customer/save';
import { ShareWith } from '@/features/share/who';
import { Button } from '@/kit/button';
import { Check, FormField, Input } from '@/kit/inputs';
import { Sheet } from '@/kit/sheet';
import { tell } from '@/kit/toast';

/** Keeps a report under a name, for oneself or for others, on their dashboards if so wanted. */
export function KeepSheet({
  ask,
  chart,
  record,
  onClose,
  onKept,
}: {
  ask: Ask;
  chart: SavedReport['chart'];
  record?: SavedReport;
  onClose: () => void;
  onKept: (kept: SavedReport) => void;
}) {
  const t = useWord();
  const me = useMe();
  const client = useQueryClient();
  const [start] = useState(() => ({
    name: record?.name ?? '',
    shared: record?.shared ?? ('mine' as const),
    role_ids: record?.role_ids ?? [],
    on_board: record?.on_board ?? false,
  }));
  const [v, setV] = useState(start);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<typeof v>) => {
    setV((old) => ({ ...old, ...change }));
    setErrors({});
  };
  const save = async () => {
    if (!v.name.trim()) {
      const found = { name: t('app.error.required', { label: t('reportpage.field.name') }) };
      setErrors(found);
      return goToFirst(found);
    }
    setBusy(true);
    try {
      const body = { ...v, ask, chart };
      const kept = record
        ? await patch<SavedReport>(`/reports/${record.id}`, body, record.version)
        : await post<SavedReport>('/reports', body);
      await client.invalidateQueries({ queryKey: ['reports'] });
      tell(t('app.state.saved'));
      onKept(kept);
    } catch (e) {
      setBusy(false);
      const put = errorsOf(e, (f) => f in v);
      setErrors(put);
      goToFirst(put);
    }
  };
  return (
    <Sheet
      title={t('reportpage.title.keep')}
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
        <FormField name="name" label={t('reportpage.field.name')} error={errors.name}>
          {(id) => (
            <Input id={id} maxLength={60} value={v.name} invalid={!!errors.name} autoFocus={!record} onChange={(name) => set({ name })} />
          )}
        </FormField>
        <FormField
          name="shared"
          label={t('segment.field.shared')}
          error={errors.shared ?? errors.role_ids}
          help={t('reportpage.hint.shared')}
        >
          {() => (
            <ShareWith
              label={t('segment.field.shared')}
              value={{ shared: v.shared, role_ids: v.role_ids }}
              onChange={({ shared, role_ids }) =>
                set({
                  shared,
                  role_ids: shared === 'roles' && v.shared !== 'roles' && !role_ids.length ? me.roles.map((r) => r.id) : role_ids,
                })
              }
            />
          )}
        </FormField>
        <FormField name="on_board" label={t('reportpage.field.on_board')} help={t('reportpage.hint.on_board')}>
          {() => (
            <Check checked={v.on_board} onChange={(on_board) => set({ on_board })}>
              {t('reportpage.label.on_board')}
            </Check>
          )}
        </FormField>
      </div>
    </Sheet>
  );
}
