/** What a figure of a report lays on a list: the filter it counted by, and its name. It stands in the URL as `r`. */
export type Narrow = { name: string; filter: object };

export const narrowOf = (v: unknown): Narrow | undefined => {
  const r = v as Partial<Narrow> | null | undefined;
  return typeof r === 'object' && r && typeof r.name === 'string' && typeof r.filter === 'object' && r.filter
    ? { name: r.name, filter: r.filter }
    : undefined;
};

/** A list's own filter, if any, and what a report narrows it to. */
export function narrowed(filter: string | undefined, r: Narrow | undefined): string | undefined {
  if (!r) return filter;
  return JSON.stringify({ all: filter ? [JSON.parse(filter), r.filter] : [r.filter] });
}
