import type { Department } from '@/api/types';

/** A place in the tree: under whom, and the how-manieth there. */
export type Place = { parent: string; position: number };
export type Row = { d: Department; depth: number; children: number; people: number };
export type Where = 'before' | 'into' | 'after';

const order = (a: Department, b: Department) => a.position - b.position;
const rootless = (all: Department[]) => {
  const ids = new Set(all.map((d) => d.id));
  return (d: Department) => !d.parent_id || !ids.has(d.parent_id);
};
export const childrenOf = (all: Department[], parent: string): Department[] => all.filter((d) => d.parent_id === parent).sort(order);

/** The tree with its depth, in the company's order; what is folded keeps its branch to itself. People are those of the whole branch. */
export function flatten(all: Department[], folded: ReadonlySet<string> = new Set()): Row[] {
  const people = (d: Department): number => childrenOf(all, d.id).reduce((sum, c) => sum + people(c), d.people);
  const walk = (d: Department, depth: number): Row[] => {
    const children = childrenOf(all, d.id);
    const row = { d, depth, children: children.length, people: people(d) };
    return folded.has(d.id) ? [row] : [row, ...children.flatMap((c) => walk(c, depth + 1))];
  };
  return all
    .filter(rootless(all))
    .sort(order)
    .flatMap((d) => walk(d, 0));
}

/** The branch of a department, itself included. */
export function branchOf(all: Department[], id: string): Set<string> {
  const found = new Set([id]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const d of all) if (d.parent_id && found.has(d.parent_id)) found.add(d.id);
  }
  return found;
}

export function placeOf(all: Department[], d: Department): Place {
  const parent = d.parent_id ?? '';
  return { parent, position: childrenOf(all, parent).findIndex((c) => c.id === d.id) };
}

/** Where a department comes to lie that is let go at another; null where that is no place: the company, its own branch, where it stands. */
export function landing(all: Department[], moving: Department, at: Row, where: Where, open: boolean): Place | null {
  if (!moving.parent_id || branchOf(all, moving.id).has(at.d.id)) return null;
  const rest = (parent: string) => childrenOf(all, parent).filter((c) => c.id !== moving.id);
  let place: Place;
  if (where === 'into' || !at.d.parent_id) place = { parent: at.d.id, position: rest(at.d.id).length };
  else if (where === 'after' && open && at.children > 0) place = { parent: at.d.id, position: 0 };
  else {
    const index = rest(at.d.parent_id).findIndex((c) => c.id === at.d.id);
    place = { parent: at.d.parent_id, position: where === 'before' ? index : index + 1 };
  }
  const now = placeOf(all, moving);
  return now.parent === place.parent && now.position === place.position ? null : place;
}

/** The list as it will be, before the server has said so. */
export function moved(all: Department[], id: string, to: Place): Department[] {
  const beside = childrenOf(all, to.parent).filter((c) => c.id !== id);
  const places = new Map(beside.map((c, i) => [c.id, i < to.position ? i : i + 1]));
  return all.map((d) =>
    d.id === id ? { ...d, parent_id: to.parent, position: to.position } : { ...d, position: places.get(d.id) ?? d.position },
  );
}
