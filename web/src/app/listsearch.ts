import type { FilterTree } from '@/features/filter/tree';
import { type Narrow, narrowOf } from '@/features/report/narrow';

/** What the address of a list says. */
export type ListSearch = {
  v?: string;
  view?: string;
  q?: string;
  f?: FilterTree;
  r?: Narrow;
  sort?: string;
  cursor?: string;
  limit?: number;
};
export type AuditSearch = Pick<ListSearch, 'q' | 'cursor' | 'limit'> &
  Partial<Record<'action' | 'actor' | 'record' | 'since' | 'until', string>>;

export const listSearch = (s: Record<string, unknown>): ListSearch => ({
  v: typeof s.v === 'string' ? s.v : undefined,
  view: typeof s.view === 'string' ? s.view : undefined,
  q: typeof s.q === 'string' || typeof s.q === 'number' ? String(s.q) : undefined,
  f: typeof s.f === 'object' && s.f ? (s.f as FilterTree) : undefined,
  r: narrowOf(s.r),
  sort: typeof s.sort === 'string' ? s.sort : undefined,
  cursor: typeof s.cursor === 'string' ? s.cursor : undefined,
  limit: [20, 50, 100, 200].includes(Number(s.limit)) ? Number(s.limit) : undefined,
});

export const auditSearch = (s: Record<string, unknown>): AuditSearch => {
  const { q, cursor, limit } = listSearch(s);
  const text = (v: unknown) => (typeof v === 'string' ? v : undefined);
  return {
    q,
    cursor,
    limit,
    action: text(s.action),
    actor: text(s.actor),
    record: text(s.record),
    since: text(s.since),
    until: text(s.until),
  };
};

export const noticesSearch = (s: Record<string, unknown>): { kind?: string; unread?: boolean } => ({
  kind: typeof s.kind === 'string' ? s.kind : undefined,
  unread: s.unread === true || undefined,
});

/** Lists whose records are not searched by words. */
export const recordSearch = (s: Record<string, unknown>): Omit<ListSearch, 'q'> => {
  const { q: _, ...rest } = listSearch(s);
  return rest;
};

export const keyChangesSearch = (s: Record<string, unknown>): { view?: 'mine' | 'answered' | 'decided' } => ({
  view: s.view === 'mine' || s.view === 'answered' || s.view === 'decided' ? s.view : undefined,
});

export const suspectsSearch = (s: Record<string, unknown>): { state?: 'apart'; customer?: string } => ({
  state: s.state === 'apart' ? 'apart' : undefined,
  customer: typeof s.customer === 'string' ? s.customer : undefined,
});
