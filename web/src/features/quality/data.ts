import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '@/api/client';
import { partOfPage } from '@/api/shared';
import type { Checked, Customer, Quality } from '@/api/types';
import { useWord } from '@/app/words';
import { inBulk, undoBulk } from '@/features/bulk/run';
import { tell, tellError, tellUndo } from '@/kit/toast';

export type Search = { tab?: 'data'; department?: string; owner?: string };

/** What the address says. */
export const qualitySearch = (s: Record<string, unknown>): Search => ({
  tab: s.tab === 'data' ? 'data' : undefined,
  department: typeof s.department === 'string' ? s.department : undefined,
  owner: typeof s.owner === 'string' ? s.owner : undefined,
});

export const qualityQuery = (s: Pick<Search, 'department' | 'owner'>) =>
  queryOptions({
    queryKey: ['quality', s],
    queryFn: ({ signal }) => get<Quality>('/quality', { department_id: s.department, owner_id: s.owner }, signal),
  });
export const checksQuery = (customer: string) =>
  queryOptions({ ...partOfPage, queryKey: ['checks', customer], queryFn: () => get<Checked>(`/customers/${customer}/checks`) });

/** Who asks is “me”: the same filter for everybody. */
export const MINE = {
  all: [
    { field: 'owner_id', op: 'eq', value: 'me' },
    { field: 'check_due', op: 'eq', value: true },
  ],
};

/** Confirms customers as one operation of the server, which is undone as one. */
export function useConfirm() {
  const t = useWord();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const again = () =>
    Promise.all(
      [['customers'], ['quality'], ['checks'], ['history'], ['notices']].map((queryKey) => client.invalidateQueries({ queryKey })),
    );
  const confirm = async (rows: Pick<Customer, 'id' | 'name' | 'version'>[]) => {
    setBusy(true);
    try {
      const o = await inBulk('check', { records: rows.map((r) => ({ id: r.id, version: r.version })) }, {}, () => undefined);
      await again();
      if (o.done)
        tellUndo(
          rows.length === 1 ? t('quality.state.checked_one', { name: rows[0]?.name ?? '' }) : t('quality.state.checked', { count: o.done }),
          async () => {
            try {
              await undoBulk(o.id);
              await again();
              tell(t('quality.state.undone'));
            } catch (e) {
              tellError(e);
            }
          },
        );
      if (o.problems.length) tell(t('quality.state.refused', { count: o.problems.length, why: o.problems[0]?.message ?? '' }));
    } catch (e) {
      tellError(e);
    }
    setBusy(false);
  };
  return { confirm, busy };
}
