import type { Query, QueryClient } from '@tanstack/react-query';

/** What the server tells an open page: where something was changed, never what. */
export type Told = { topic: string; kind: string; id: string; version: number };

/** Lists stay still for a while after they were asked for anew: rows that jump under a finger help nobody. */
const STILL = 5_000;
const SOON = 300;

/** Which lists show a kind of record, by the root of their queries' keys. */
const LISTS: Record<string, string[]> = {
  customer: ['customers', 'home', 'segments'],
  contact: ['contacts', 'customers'],
  follow_up: ['follow-ups', 'customers', 'home', 'tasks', 'promises'],
  promise: ['promises', 'home'],
  task: ['tasks', 'home'],
  order: ['orders'],
  need: ['service'],
  feedback: ['service'],
  win_back: ['win-backs'],
  archive: ['archives', 'customers'],
  key_change: ['key-changes'],
  view: ['views'],
  report: ['reports'],
  import: ['imports', 'customers'],
  operation: ['customers'],
};
/** What pages are made of, by the kind that the log names. */
const WORDS: Record<string, string[]> = {
  dictionary: ['dictionaries', 'fields'],
  dictionary_value: ['dictionaries', 'fields'],
  field: ['fields', 'own-fields', 'layout'],
  layout: ['layout', 'layouts'],
  stage: ['pipelines'],
  pipeline: ['pipelines'],
  role: ['session', 'roles'],
  department: ['departments', 'session'],
  setting: ['settings', 'session'],
  segment: ['segments'],
  company: ['session'],
  pool: ['pools'],
};

type Row = { id?: string; version?: number };
/** Says of a query whether it already shows a record as it is told to be: one's own change comes back as news. */
export function knows(data: unknown, e: Told): boolean {
  if (e.kind !== 'customer' || !e.version || !data || typeof data !== 'object') return false;
  const rows = 'items' in data && Array.isArray(data.items) ? (data.items as Row[]) : [data as Row];
  return rows.some((r) => r?.id === e.id && (r.version ?? 0) >= e.version);
}

/** What of the cache one piece of news makes old: the customer's own page, and lists of its kind. */
export function outdated(query: Pick<Query, 'queryKey' | 'state'>, e: Told): 'page' | 'list' | null {
  const [root, what, id] = query.queryKey as [string, unknown, unknown];
  if (e.topic === 'words') return (WORDS[e.kind] ?? []).includes(root) ? 'page' : null;
  if (e.topic === 'many') return (LISTS.customer as string[]).includes(root) && what !== 'one' ? 'list' : null;
  if (knows(query.state.data, e)) return null;
  if (e.id && ((root === 'customers' && what === 'one' && id === e.id) || what === e.id))
    return ['panorama', 'history', 'confirmations', 'customers', 'merges'].includes(root) ? 'page' : null;
  return what !== 'one' && what !== 'customer' && (LISTS[e.kind] ?? []).includes(root) ? 'list' : null;
}

/** Keeps what is shown fresh: pages at once, lists not more often than every few seconds. */
export function makeFresh(client: QueryClient, now: () => number = Date.now) {
  let waiting: Told[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = Number.POSITIVE_INFINITY;
  const within = (wait: number) => {
    if (now() + wait >= due) return;
    clearTimeout(timer);
    due = now() + wait;
    timer = setTimeout(flush, wait);
  };
  let listsAt = -STILL;
  const flush = () => {
    due = Number.POSITIVE_INFINITY;
    const news = waiting;
    const still = listsAt + STILL - now();
    waiting = [];
    let lists = false;
    const later = new Set<Told>();
    void client.invalidateQueries({
      predicate: (q) => {
        const found = news.map((e) => [e, outdated(q, e)] as const).filter(([, part]) => part);
        if (!found.length) return false;
        if (found.some(([, part]) => part === 'page')) return true;
        if (still > 0) {
          for (const [e] of found) later.add(e);
          return false;
        }
        lists = true;
        return true;
      },
    });
    if (lists) listsAt = now();
    if (later.size) {
      waiting.push(...later);
      within(Math.max(still, SOON));
    }
  };
  return {
    hear: (e: Told) => {
      if (!waiting.some((x) => x.topic === e.topic && x.kind === e.kind && x.id === e.id && x.version >= e.version)) waiting.push(e);
      within(SOON);
    },
    end: () => clearTimeout(timer),
  };
}
