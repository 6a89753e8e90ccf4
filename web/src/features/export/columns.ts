import type { Field } from '@/api/types';

/** The API takes so many. */
export const MOST = 100;

/** The columns of a sheet in their order: those of the list as it has them, then the others as the catalogue has them; never more than it may hold. */
export function picked(names: string[], shown: string[], fields: Pick<Field, 'name'>[]): string[] {
  const wanted = new Set(names);
  const order = [...shown, ...fields.map((f) => f.name).filter((name) => !shown.includes(name))];
  return order.filter((name) => wanted.has(name)).slice(0, MOST);
}
