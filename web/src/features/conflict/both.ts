type Values = Record<string, unknown>;
/** One value that two people changed: what stood when both began (if that was seen), what stands now, what is to be written. */
export type Both = { name: string; was: unknown; theirs: unknown; mine: unknown };

/** Fields of a change that are not the record's own: how it is meant, not what it says. */
const ASIDE = ['accept_vague', 'reason', 'note', 'credit_code_override_reason'];
const empty = (v: unknown) => v === null || v === undefined || v === '' || (Array.isArray(v) && v.length === 0);
export const same = (a: unknown, b: unknown): boolean => (empty(a) && empty(b)) || JSON.stringify(a) === JSON.stringify(b);

const flat = (body: Values): Values => {
  const { custom, ...rest } = body;
  return custom && typeof custom === 'object'
    ? { ...rest, ...Object.fromEntries(Object.entries(custom).map(([k, v]) => [`custom.${k}`, v])) }
    : rest;
};
const read = (record: Values, name: string): unknown => flat(record)[name];

/** What two people said of the same field. Without what stood before, everything that differs counts. */
export function bothChanged(body: Values, before: Values | null, now: Values): Both[] {
  return Object.entries(flat(body))
    .filter(([name, mine]) => {
      if (ASIDE.includes(name) && !(name in now)) return false;
      const theirs = read(now, name);
      return !same(theirs, mine) && (!before || !same(theirs, read(before, name)));
    })
    .map(([name, mine]) => ({ name, was: before ? read(before, name) : undefined, theirs: read(now, name), mine }));
}

/** What to send once it is settled which of them stay; null when nothing of mine is left. */
export function settled(body: Values, theirs: string[]): Values | null {
  const left = Object.entries(flat(body)).filter(([name]) => !theirs.includes(name));
  if (!left.some(([name]) => !ASIDE.includes(name))) return null;
  const out: Values = {};
  const custom: Values = {};
  for (const [name, v] of left) {
    if (name.startsWith('custom.')) custom[name.slice(7)] = v;
    else out[name] = v;
  }
  return Object.keys(custom).length ? { ...out, custom } : out;
}
