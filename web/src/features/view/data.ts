import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { get } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Items } from '@/api/types';
import { keep, kept } from '@/app/store';
import { type FilterTree, fromText, toText } from '@/features/filter/tree';

export type View = components['schemas']['ListviewView'];
export type Laid = { name: string; width?: number }[];
/** The lists that keep views, and where they stand. */
export const LISTS = {
  customer: '/customers',
  contact: '/contacts',
  'follow-up': '/follow-ups',
  order: '/orders',
  need: '/needs',
  feedback: '/feedback',
} as const;
export type ListKind = keyof typeof LISTS;
export const pathOf = (record: string) => (record in LISTS ? LISTS[record as ListKind] : undefined);

/** All views that this viewer is shown, of every list: the menu asks for them too. */
export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: async () => (await get<Items<View>>('/views')).items,
  staleTime: 60_000,
});

export function useViewsChanged() {
  const client = useQueryClient();
  return useMemo(() => () => client.invalidateQueries({ queryKey: viewsQuery.queryKey }), [client]);
}

/** What a list's address says where a view is open. */
export function openView(v: View): { v: string; view?: string; f?: FilterTree; sort?: string } {
  return { v: v.id, view: v.tab || undefined, f: treeOf(v), sort: v.sort || undefined };
}
function treeOf(v: View): FilterTree | undefined {
  try {
    return v.filter ? fromText(v.filter) : undefined;
  } catch {
    return undefined;
  }
}

export type Now = { tab?: string; f?: FilterTree; sort?: string; columns: Laid };
/** Whether a list stands otherwise than its view was kept. */
export function differs(v: View, now: Now, laid: boolean): boolean {
  return (
    (now.tab ?? '') !== (v.tab ?? '') || (now.sort ?? '') !== (v.sort ?? '') || (toText(now.f) ?? '') !== (toText(treeOf(v)) ?? '') || laid
  );
}

/** The columns of a list and their widths: those of the view that is open, as they were changed since; without a view those this browser keeps. */
export function useLaid(record: ListKind, view: View | undefined, usual: Laid) {
  const key = `columns.${record}`;
  const [own, setOwn] = useState<Laid>(() =>
    (kept<(string | Laid[number])[]>(key) ?? []).map((c) => (typeof c === 'string' ? { name: c } : c)),
  );
  const [since, setSince] = useState<{ of: string; laid: Laid } | null>(null);
  const of = view ? `${view.id}.${view.version}` : '';
  const changed = !!view && since?.of === of;
  const laid = changed ? since.laid : view?.columns.length ? view.columns : own.length ? own : usual;
  const set = (next: Laid) => {
    if (view) return setSince({ of, laid: next });
    setOwn(next);
    keep(key, next);
  };
  return { laid, set, changed, forget: () => setSince(null), arranged: own.length > 0 };
}

/** Columns with one more wide or as wide as usual (null). */
export function widened(laid: Laid, name: string, width: number | null): Laid {
  const next = laid.some((c) => c.name === name) ? laid : [{ name }, ...laid];
  return next.map((c) => (c.name === name ? (width ? { name, width } : { name }) : c));
}
