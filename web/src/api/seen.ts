/** What the server last showed of records at each version: to tell what another changed since, when a write comes too late. */
type Row = { id?: unknown; version?: unknown };
const seen = new Map<string, object>();
const MOST = 600;

function keep(row: Row) {
  if (typeof row?.id !== 'string' || typeof row.version !== 'number') return;
  const key = `${row.id}:${row.version}`;
  const had = seen.get(key);
  seen.delete(key); // the latest seen stands last
  // the full record tells more than its line in a list
  seen.set(key, had && Object.keys(had).length > Object.keys(row).length ? had : row);
  if (seen.size > MOST) seen.delete(seen.keys().next().value as string);
}

/** Remembers an answer: a record, a list of them, or both one level down. */
export function remember(answer: unknown, deep = true) {
  if (!answer || typeof answer !== 'object') return;
  keep(answer as Row);
  if ('items' in answer && Array.isArray(answer.items)) for (const row of answer.items) keep(row as Row);
  else if (deep) for (const part of Object.values(answer)) if (part && typeof part === 'object' && 'items' in part) remember(part, false);
}

export const seenAt = (id: string, version: number): Record<string, unknown> | null =>
  (seen.get(`${id}:${version}`) as Record<string, unknown> | undefined) ?? null;
export const forget = () => seen.clear();
