/** What the chart needs of a person. */
export type Standing = { id: string; reports_to: string | null };
export type Branch<P> = { person: P; below: Branch<P>[] };

/**
 * Who reports to whom as trees, each level in the order in which the people came. The server lets nobody report to himself over others;
 * should a ring arrive all the same, it is cut where it was first met, and everybody stands in the chart once.
 */
export function grow<P extends Standing>(people: P[]): Branch<P>[] {
  const branches = new Map(people.map((p) => [p.id, { person: p, below: [] as Branch<P>[] }]));
  const above = new Map<string, string>();
  const leads = (from: string, to: string): boolean => {
    for (let at: string | undefined = from, steps = 0; at && steps <= people.length; at = above.get(at), steps++)
      if (at === to) return true;
    return false;
  };
  const roots: Branch<P>[] = [];
  for (const p of people) {
    const own = branches.get(p.id) as Branch<P>;
    const chief = p.reports_to ? branches.get(p.reports_to) : undefined;
    if (!chief || !p.reports_to || leads(p.reports_to, p.id)) {
      roots.push(own);
      continue;
    }
    above.set(p.id, p.reports_to);
    chief.below.push(own);
  }
  return roots;
}

/** Everybody under somebody, himself too: none of them may be his chief. */
export function under<P extends Standing>(people: P[], id: string): Set<string> {
  const found = new Set([id]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const p of people) if (p.reports_to && found.has(p.reports_to)) found.add(p.id);
  }
  return found;
}
