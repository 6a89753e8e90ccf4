import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { get, post } from '@/api/client';
import { partOfPage } from '@/api/shared';
import type { Items, List, Segment, SegmentMember, Standing } from '@/api/types';
import { language } from '@/app/words';

export { segmentsQuery } from '@/features/filter/segment';
export const TONES = ['gray', 'blue', 'violet', 'amber', 'orange', 'green', 'red', 'teal'] as const;

export const segmentQuery = (id: string) =>
  queryOptions({ queryKey: ['segments', 'one', id, language()], queryFn: () => get<Segment>(`/segments/${id}`), enabled: !!id });
export const membersQuery = (id: string, state: 'in' | 'left') =>
  infiniteQueryOptions({
    queryKey: ['segments', 'members', id, state],
    queryFn: ({ pageParam, signal }) =>
      get<List<SegmentMember>>(`/segments/${id}/members`, { state, cursor: pageParam || undefined, limit: 50 }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  });
export const standingsQuery = (customer: string) =>
  queryOptions({
    queryKey: ['segments', 'of', customer, language()],
    ...partOfPage,
    queryFn: async () => (await get<Items<Standing>>(`/customers/${customer}/segments`)).items,
  });
/** How many a filter has, asked while it is being written. */
export const sizeQuery = (filter: string | undefined) =>
  queryOptions({
    queryKey: ['segments', 'size', filter],
    queryFn: ({ signal }) => post<{ count: number }>('/segments/count', { filter }, undefined, signal),
    enabled: !!filter,
    staleTime: 30_000,
    retry: false,
  });

export function useSegmentsChanged() {
  const client = useQueryClient();
  return useCallback(() => {
    for (const queryKey of [['segments'], ['customers']]) void client.invalidateQueries({ queryKey });
  }, [client]);
}
