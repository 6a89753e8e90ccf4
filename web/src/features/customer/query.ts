import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, get, post } from '@/api/client';
import type { Customer, CustomerRecord, Items, List } from '@/api/types';
import { type Key, language } from '@/app/words';

export type Rule = { field: string; op: string; value?: unknown };
export type Group = { mode: 'all' | 'any'; rules: Rule[] };
/** What the filter builder holds: rules and groups of rules, joined by one word. It stands in the URL. */
export type FilterTree = Group & { groups?: Group[] };
type Node = Rule | { all: Node[] } | { any: Node[] };

export const whole = (rule: Rule): boolean =>
  /^(not_)?empty$/.test(rule.op) ||
  (rule.value !== undefined && rule.value !== null && rule.value !== '' && !(Array.isArray(rule.value) && !rule.value.length));
export const ruleCount = (f: FilterTree | undefined): number =>
  f ? [f, ...(f.groups ?? [])].reduce((n, g) => n + g.rules.filter(whole).length, 0) : 0;

function join(mode: 'all' | 'any', nodes: Node[]): Node | null {
  if (!nodes.length) return null;
  if (nodes.length === 1) return nodes[0] as Node;
  return mode === 'all' ? { all: nodes } : { any: nodes };
}
export function toNode(f: FilterTree | undefined): Node | null {
  if (!f) return null;
  const groups = (f.groups ?? []).flatMap((g) => join(g.mode, g.rules.filter(whole)) ?? []);
  return join(f.mode, [...f.rules.filter(whole), ...groups]);
}

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
