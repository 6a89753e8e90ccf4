import { queryOptions } from '@tanstack/react-query';
import { get } from '@/api/client';
import type { BuiltInField, Items, PersonalField, RequiredRule, RequiredSets } from '@/api/types';
import { language } from '@/app/words';

export const requiredQuery = () =>
  queryOptions({ queryKey: ['required-fields', language()], queryFn: () => get<RequiredSets>('/required-fields') });
export const builtInQuery = () =>
  queryOptions({
    queryKey: ['built-in-fields', language()],
    queryFn: async () => (await get<Items<BuiltInField>>('/built-in-fields')).items,
  });
export const personalQuery = () =>
  queryOptions({
    queryKey: ['personal-fields', language()],
    queryFn: async () => (await get<Items<PersonalField>>('/personal-fields')).items,
  });

export const BASES = ['', 'contract', 'consent', 'law', 'public'] as const;
export const RECORDS = ['customer', 'contact', 'follow_up', 'task', 'need', 'feedback', 'order'] as const;

/** A rule as the screen keeps it while it is changed: with a mark to tell it from others by. */
export type Draft = { key: number; kinds: string[]; stage: string; roles: string[]; fields: string[] };
export const draftsOf = (rules: RequiredRule[]): Draft[] =>
  rules.map((r, key) => ({ key, kinds: r.kinds ?? [], stage: r.stage ?? '', roles: r.roles ?? [], fields: r.fields }));
export const rulesOf = (drafts: Draft[]): RequiredRule[] =>
  drafts.map(({ kinds, stage, roles, fields }) => ({ kinds, stage, roles, fields }));
