import { queryOptions, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { language, rename } from '@/app/words';
import { get } from './client';
import type {
  Colleague,
  CustomerRecord,
  Department,
  Dictionary,
  Field,
  FieldKind,
  FieldWord,
  Found,
  Industry,
  Items,
  PageLayout,
  Pipeline,
  Pool,
  Region,
  Role,
  Session,
  Setup,
  Stage,
  Value,
} from './types';

/** What every page leans on: who is signed in, the words of the company, its people. Asked once and kept. */
const forever = { staleTime: 10 * 60_000, gcTime: Number.POSITIVE_INFINITY };

/** Parts that a customer's page brings in one answer: so long they are not asked for one by one, unless somebody changed them. */
export const partOfPage = { staleTime: 60_000 };

export const setupQuery = queryOptions({ queryKey: ['setup'], queryFn: () => get<Setup>('/setup'), staleTime: 60_000 });
/** Who looks as a role stands at a colleague's place: “mine” on every page is the colleague's. */
function placed(s: Session): Session {
  if (!s.look) return s;
  const { role_id, role_name, user_id, user_name } = s.look;
  const at = user_id ? { id: user_id, name: user_name } : {};
  return { ...s, user: { ...s.user, ...at, roles: [{ id: role_id, code: '', name: role_name }] } };
}
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => get<Session>('/session').then(placed),
  ...forever,
  retry: false,
});

export function useMe() {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('useMe outside the signed-in shell');
  return data.user;
}
export function useMay() {
  const { permissions } = useMe();
  return (...any: string[]) => any.some((p) => permissions.includes(p));
}

export type RecordKind = 'customer' | 'contact' | 'follow-up' | 'task' | 'need' | 'feedback' | 'order';
export const fieldsQuery = (kind: RecordKind) =>
  queryOptions({
    queryKey: ['fields', kind, language()],
    queryFn: async () => (await get<Items<Field>>(`/fields/${kind}`)).items,
    ...forever,
  });
/** What the company calls built-in fields, put among the words of the screens. */
export const fieldWordsQuery = queryOptions({
  queryKey: ['fields', 'words'],
  queryFn: async () => {
    const { items } = await get<Items<FieldWord>>('/field-words');
    rename(items);
    return items;
  },
  ...forever,
  refetchOnWindowFocus: true,
});
/** How a customer's page stands for whoever is signed in. */
export const layoutQuery = queryOptions({ queryKey: ['layout'], queryFn: () => get<PageLayout>('/layout'), ...forever });
const KINDS: RecordKind[] = ['customer', 'contact', 'follow-up', 'order', 'need', 'feedback', 'task'];
/** The fields of what an entry of the log is about; of anything that has no catalogue of its own, those of customers. */
export const useFieldsAbout = (): ((kind: string | null | undefined) => Field[]) =>
  useQueries({
    queries: KINDS.map(fieldsQuery),
    combine: (all) => (kind) => all[Math.max(0, KINDS.indexOf((kind ?? '').replace('_', '-') as RecordKind))]?.data ?? [],
  });
/** Those of customers, and what the company added to anything else: a log tells of all. */
export const useEveryField = (): Field[] =>
  useQueries({
    queries: KINDS.map(fieldsQuery),
    combine: (all) => all.flatMap((x, i) => (x.data ?? []).filter((f) => i === 0 || f.custom)),
  });
export const useFields = (kind: RecordKind) => useQuery(fieldsQuery(kind)).data;

export const dictionariesQuery = () =>
  queryOptions({
    queryKey: ['dictionaries', language()],
    queryFn: async () => (await get<Items<Dictionary>>('/dictionaries')).items,
    ...forever,
  });

/** label('source', 'fair') is the company's word for it, or the code while it is not known. */
export function useDictionaries() {
  const { data } = useQuery(dictionariesQuery());
  return useMemo(() => {
    const byCode = new Map((data ?? []).map((d) => [d.code, { ...d, values: [...d.values].sort((a, b) => a.position - b.position) }]));
    const index = new Map<string, Value>();
    for (const d of data ?? []) for (const v of d.values) index.set(`${d.code}/${v.code}`, v);
    return {
      all: data ?? [],
      values: (code: string, withRetired = false) => (byCode.get(code)?.values ?? []).filter((v) => withRetired || v.active),
      value: (dictionary: string, code: string | null | undefined) => (code ? index.get(`${dictionary}/${code}`) : undefined),
      label: (dictionary: string, code: string | null | undefined) => (code ? (index.get(`${dictionary}/${code}`)?.label ?? code) : '—'),
    };
  }, [data]);
}

export const pipelinesQuery = () =>
  queryOptions({ queryKey: ['pipelines', language()], queryFn: async () => (await get<Items<Pipeline>>('/pipelines')).items, ...forever });
export function useStages() {
  const { data } = useQuery(pipelinesQuery());
  return useMemo(() => {
    const stages = [...(data?.find((p) => p.subject === 'customer')?.stages ?? [])].sort((a, b) => a.position - b.position);
    const byCode = new Map<string, Stage>(stages.map((s) => [s.code, s]));
    return { stages, stage: (code: string | null | undefined) => (code ? byCode.get(code) : undefined) };
  }, [data]);
}

export const poolsQuery = queryOptions({ queryKey: ['pools'], queryFn: async () => (await get<Items<Pool>>('/pools')).items, ...forever });
export const departmentsQuery = queryOptions({
  queryKey: ['departments'],
  queryFn: async () => (await get<Items<Department>>('/departments')).items,
  ...forever,
});
export const rolesQuery = queryOptions({ queryKey: ['roles'], queryFn: async () => (await get<Items<Role>>('/roles')).items });
export const colleaguesQuery = (q = '') =>
  queryOptions({
    queryKey: ['colleagues', q],
    queryFn: async () => (await get<Items<Colleague>>('/colleagues', { q, limit: 50 })).items,
    staleTime: 60_000,
  });
/** For the names of people whom a record holds the id alone of; those who left are among them. */
export const everybodyQuery = queryOptions({
  queryKey: ['colleagues', 'all'],
  queryFn: async () => (await get<Items<Colleague>>('/colleagues', { limit: 200 })).items,
  ...forever,
});
const customerNameQuery = (id: string) =>
  queryOptions({
    queryKey: ['customers', 'one', id],
    queryFn: ({ signal }) => get<CustomerRecord>(`/customers/${id}`, undefined, signal),
    staleTime: 5 * 60_000,
    retry: false,
  });
/** What colleagues or customers are called: null where this viewer cannot reach one, undefined while nobody knows yet. */
export function useNames(kind: FieldKind | undefined, ids: string[]): Map<string, string | null | undefined> {
  const people = useQuery({ ...everybodyQuery, enabled: kind === 'user' && ids.length > 0 });
  const customers = useQueries({ queries: kind === 'customer' ? ids.map(customerNameQuery) : [] });
  if (kind === 'customer') return new Map(ids.map((id, i) => [id, customers[i]?.data?.name ?? (customers[i]?.error ? null : undefined)]));
  return new Map(ids.map((id) => [id, people.data?.find((p) => p.id === id)?.name ?? (people.data ? null : undefined)]));
}
export const findQuery = (q: string) =>
  queryOptions({
    queryKey: ['search', q],
    queryFn: ({ signal }) => get<{ items: Found[]; partial: boolean }>('/search', { q, limit: 12 }, signal),
    enabled: q.trim().length > 0,
    staleTime: 20_000,
  });

type Node = { code: string; name: string; parent: string | null; area?: string | null; area_name?: string | null };
export type Tree = { value: string; label: string; children?: Tree[] };
function grow(rows: Node[]) {
  const byCode = new Map(rows.map((r) => [r.code, r]));
  const nodes = new Map<string, Tree>(rows.map((r) => [r.code, { value: r.code, label: r.name }]));
  const roots: Tree[] = [];
  for (const r of rows) {
    const node = nodes.get(r.code) as Tree;
    const parent = r.parent ? nodes.get(r.parent) : undefined;
    if (!parent) roots.push(node);
    else {
      parent.children ??= [];
      parent.children.push(node);
    }
  }
  const path = (code: string | null | undefined): string[] => {
    const codes: string[] = [];
    for (let at = code ? byCode.get(code) : undefined; at; at = at.parent ? byCode.get(at.parent) : undefined) codes.unshift(at.code);
    return codes;
  };
  const names = (code: string | null | undefined) => path(code).map((c) => byCode.get(c)?.name ?? c);
  const areas = new Map(rows.map((r) => [r.area, r.area_name]));
  return { roots, path, names, areas };
}
const empty = grow([]);
export const industriesQuery = () =>
  queryOptions({
    queryKey: ['industries', language()],
    queryFn: async () => grow((await get<Items<Industry>>('/industries')).items),
    ...forever,
  });
export const regionsQuery = () =>
  queryOptions({ queryKey: ['regions', language()], queryFn: async () => grow((await get<Items<Region>>('/regions')).items), ...forever });
export const useIndustries = (enabled = true) => useQuery({ ...industriesQuery(), enabled }).data ?? empty;
export const useRegions = (enabled = true) => useQuery({ ...regionsQuery(), enabled }).data ?? empty;
