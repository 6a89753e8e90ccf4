import { queryOptions } from '@tanstack/react-query';
import { get } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Items } from '@/api/types';

type S = components['schemas'];
export type Preview = S['MergePreview'];
export type Choice = S['MergeChoice'];
export type Merge = S['MergeMerge'] & { at: string; until: string };
/** What is taken of a field: mine is what stands already. */
export type Take = 'mine' | 'other' | 'both';

export const previewQuery = (id: string, other: string) =>
  queryOptions({
    queryKey: ['merge', id, other],
    queryFn: ({ signal }) => get<Preview>(`/customers/${id}/merge-preview`, { other }, signal),
    staleTime: 0,
    gcTime: 0,
  });

export const mergesQuery = (id: string) =>
  queryOptions({
    queryKey: ['merges', id],
    queryFn: async ({ signal }) => (await get<Items<Merge>>(`/customers/${id}/merges`, undefined, signal)).items,
    staleTime: 30_000,
  });

/** What is proposed: fill what is empty, keep both of lists, else leave what stands. */
export const proposed = (c: Choice): Take =>
  c.empty ? 'other' : c.both && (c.field === 'tags' || c.field === 'competitors') ? 'both' : 'mine';
