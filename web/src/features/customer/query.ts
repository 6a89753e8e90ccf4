import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, get, post } from '@/api/client';
import type { Customer, CustomerRecord, Items, List } from '@/api/types';
import { type Key, language } from '@/app/words';
import { type FilterTree, join, type Node, type Rule, toNode } from '@/features/filter/tree';

export type View = { key: string; name: Key; rules: (me: string) => Rule[]; may?: string; bin?: boolean };
export const VIEWS: View[] = [
  { key: 'all', name: 'customer.view.all', rules: () => [] },
  { key: 'mine', name: 'customer.view.mine', rules: (me) => [{ field: 'owner_id', op: 'eq', value: me }] },
  { key: 'a', name: 'customer.view.a', rules: () => [{ field: 'grade', op: 'in', value: ['A'] }] },
  { key: 'negotiating', name: 'customer.view.negotiating', rules: () => [{ field: 'stage', op: 'in', value: ['negotiating'] }] },
  { key: 'untouched', name: 'customer.view.untouched', rules: () => [{ field: 'last_follow_up_at', op: 'older_than_days', value: 30 }] },
  { key: 'pool', name: 'customer.view.pool', rules: () => [{ field: 'owner_id', op: 'empty' }] },
  { key: 'draft', name: 'customer.view.draft', rules: () => [{ field: 'review', op: 'in', value: ['draft', 'returned'] }] },
  { key: 'bin', name: 'customer.view.bin', rules: () => [], may: 'customer.delete', bin: true },
];
export const viewOf = (key: string | undefined): View => VIEWS.find((v) => v.key === key) ?? (VIEWS[0] as View);

/** Numbers and addresses never travel in a URL: the server refuses them there, and so do we. */
export const isSensitive = (q: string): boolean => /\d{7}/.test(q.replace(/[\s-]/g, '')) || q.includes('@');

export type Asked = { view?: string; q?: string; f?: FilterTree; r?: { filter: object }; sort?: string; cursor?: string; limit?: number };
export function ask(a: Asked, me: string) {
  const rules = viewOf(a.view).rules(me);
  const mine = toNode(a.f);
  const node = join('all', [...rules, ...(mine ? [mine] : []), ...(a.r ? [a.r.filter as Node] : [])]);
  return {
    q: a.q,
    filter: node ? JSON.stringify('field' in node ? { all: [node] } : node) : undefined,
    sort: a.sort,
    cursor: a.cursor,
    limit: a.limit ?? 50,
  };
}

export const listQuery = (a: Asked, me: string) =>
  queryOptions({
    queryKey: ['customers', 'list', a, language()],
    queryFn: async ({ signal }): Promise<List<Customer>> => {
      if (viewOf(a.view).bin) return get<List<Customer>>('/customers/bin', { cursor: a.cursor, limit: a.limit ?? 50 }, signal);
      if (a.q && isSensitive(a.q))
        return { ...(await post<Items<Customer>>('/customers/search-sensitive', { value: a.q })), next: null, prev: null };
      return call<List<Customer>>('/customers', { query: ask(a, me), signal });
    },
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

/** The total is asked after the rows, and apart from them. */
export const countQuery = (a: Asked, me: string) =>
  queryOptions({
    queryKey: ['customers', 'count', { view: a.view, q: a.q, f: a.f, r: a.r }],
    queryFn: ({ signal }) =>
      call<List<Customer>>('/customers', {
        query: { ...ask({ ...a, cursor: undefined, sort: undefined }, me), limit: 1, count: 1 },
        signal,
      }),
    select: (d) => ({ total: d.total ?? 0, capped: !!d.total_capped }),
    staleTime: 30_000,
  });

export const customerQuery = (id: string) =>
  queryOptions({ queryKey: ['customers', 'one', id], queryFn: ({ signal }) => get<CustomerRecord>(`/customers/${id}`, undefined, signal) });
