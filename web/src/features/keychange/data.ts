import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { get } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { partOfPage } from '@/api/shared';
import type { Items, List } from '@/api/types';

type S = components['schemas'];
export type KeyRequest = S['KeychangeRequest'];
export type KeyField = S['KeychangeShown'];

/** What waits about one customer and its people, and what came of what was asked before. */
export const keyChangesOf = (customer: string) =>
  queryOptions({
    ...partOfPage,
    queryKey: ['customers', 'one', customer, 'key-changes'],
    queryFn: async ({ signal }) => (await get<Items<KeyRequest>>(`/customers/${customer}/key-changes`, undefined, signal)).items,
  });

export type KeyView = 'waiting' | 'mine' | 'answered' | 'decided';
const SAYS: Record<KeyView, { state: 'open' | 'settled'; mine: boolean }> = {
  waiting: { state: 'open', mine: false },
  mine: { state: 'open', mine: true },
  answered: { state: 'settled', mine: true },
  decided: { state: 'settled', mine: false },
};

export const keyChangesQuery = (view: KeyView) =>
  infiniteQueryOptions({
    queryKey: ['customers', 'key-changes', view],
    queryFn: ({ pageParam, signal }) => get<List<KeyRequest>>('/key-changes', { ...SAYS[view], cursor: pageParam, limit: 30 }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 10_000,
  });

/** How many wait for the viewer; more than a hundred are a hundred. */
export const keyChangesWaiting = queryOptions({
  queryKey: ['customers', 'key-changes', 'count'],
  queryFn: async ({ signal }) => (await get<List<KeyRequest>>('/key-changes', { limit: 100 }, signal)).items.length,
  staleTime: 10_000,
});
