import { queryOptions } from '@tanstack/react-query';
import { get } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { partOfPage } from '@/api/shared';
import type { Items, List } from '@/api/types';
import { language } from '@/app/words';
import { type FilterTree, type Group, type Rule as Leaf, toNode } from '@/features/filter/tree';

type S = components['schemas'];
export type AlertRule = S['AlertRule'];
export type Rung = S['LadderRung'];
export type DryRun = S['AlertDryRun'];
export type Alert = S['AlertAlert'];
export type Year = S['WorkdayYear'];

export const rulesQuery = () =>
  queryOptions({
    queryKey: ['alert-rules', language()],
    queryFn: async () => (await get<Items<AlertRule>>('/alerts/rules')).items,
  });

export const standingQuery = (customer: string) =>
  queryOptions({
    queryKey: ['alerts', customer, language()],
    ...partOfPage,
    queryFn: async () => (await get<List<Alert>>('/alerts', { customer })).items,
  });

export const yearQuery = (year: number) =>
  queryOptions({ queryKey: ['calendar', year, language()], queryFn: () => get<Year>('/calendar', year ? { year } : undefined) });

type Node = Leaf | { all: Node[] } | { any: Node[] } | { not: Node };

/** A stored condition as the builder holds it; null where it is deeper than the builder goes, or asks for a segment. */
export function toTree(text: string): FilterTree | null {
  if (!text) return { mode: 'all', rules: [] };
  const node = JSON.parse(text) as Node;
  const leaf = (n: Node): n is Leaf => 'field' in n && n.field !== 'segment';
  if (leaf(node)) return { mode: 'all', rules: [node] };
  const group = (n: Node): Group | null => {
    if ('all' in n && n.all.every(leaf)) return { mode: 'all', rules: n.all as Leaf[] };
    if ('any' in n && n.any.every(leaf)) return { mode: 'any', rules: n.any as Leaf[] };
    return null;
  };
  const flat = group(node);
  if (flat) return flat;
  const mode = 'all' in node ? 'all' : 'any' in node ? 'any' : null;
  if (!mode) return null;
  const parts = ('all' in node ? node.all : 'any' in node ? node.any : []) as Node[];
  const groups = parts.filter((n) => !leaf(n)).map(group);
  if (groups.some((g) => !g)) return null;
  return { mode, rules: parts.filter(leaf), groups: groups as Group[] };
}

export const toText = (tree: FilterTree): string => {
  const node = toNode(tree);
  return node ? JSON.stringify(node) : '';
};

/** The segment that a condition asks for and nothing else. */
export function segmentOf(text: string): string | null {
  const node = text ? (JSON.parse(text) as { field?: string; value?: string[] }) : {};
  return node.field === 'segment' ? (node.value?.[0] ?? null) : null;
}
