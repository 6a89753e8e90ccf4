import type { Customer, Field } from '@/api/types';
import { parseNumber } from '@/app/parse';
import { word, wordOr } from '@/app/words';

/** In forms and on the page, what the company added stands with what else extends a customer. */
export const groupOf = (f: Field): string => (f.custom ? 'extra' : f.group);
export const groupsOf = (fields: Field[]): string[] => {
  const all = [...new Set(fields.map(groupOf))];
  return all.includes('extra') ? [...all.filter((g) => g !== 'extra'), 'extra'] : all;
};
/** Under which lists and filters name a field. */
export const sectionOf = (f: Field): string => (f.custom && f.heading) || wordOr(`customer.group.${groupOf(f)}`, f.group);

/** Own fields under their headings, in the order of the company; those without one come first. */
export function byHeading(fields: Field[]): { heading: string; fields: Field[] }[] {
  const own = fields.filter((f) => f.custom);
  const headings = [...new Set(own.map((f) => f.heading ?? ''))].sort((a, b) => Number(!!a) - Number(!!b));
  return headings.map((heading) => ({ heading, fields: own.filter((f) => (f.heading ?? '') === heading) }));
}

/** Whether a customer of a kind and an industry has a field; every customer has the built-in ones. */
export const isOf = (f: Field, kind: string | null | undefined, industry: string | null | undefined): boolean =>
  !f.custom ||
  ((!f.kinds?.length || f.kinds.includes(kind ?? '')) &&
    (!f.industries?.length || f.industries.some((i) => (industry ?? '').startsWith(i))));

/** Whether a form asks for a field: some hang on what another, a choice, has; what is filled is shown all the same. */
export const asks = (f: Field, value: (name: string) => unknown): boolean =>
  !f.when || f.when.in.includes(String(value(f.when.field) ?? '')) || (value(f.name) ?? null) !== null;

/** What he has, and what is still filled from a time when he was another kind. */
export const shows = (f: Field, c: Customer): boolean => isOf(f, c.kind, c.industry) || (c.custom?.[f.name] ?? null) !== null;

/** What a form can tell by itself of a value; null: nothing is wrong with it. */
export function wrong(f: Pick<Field, 'kind' | 'decimals'>, value: unknown): string | null {
  if (typeof value === 'number' && Number.isNaN(value)) return word('app.error.money');
  if (f.kind === 'number' && value !== null && value !== undefined && parseNumber(String(value), f.decimals) === null)
    return numeric(f.decimals);
  return null;
}
export const numeric = (decimals: number | undefined): string =>
  decimals ? word('field.error.decimals', { count: decimals }) : word('field.error.whole');
