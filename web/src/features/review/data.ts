import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { get } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Items, List } from '@/api/types';
import { language } from '@/app/words';

type S = components['schemas'];
export type Review = S['ReviewReview'];
export type ReviewPage = S['ReviewPage'];
export type Section = S['ReviewSection'];
export type Line = S['ReviewLine'];
export type Row = S['ReviewRow'];
export type Comment = Omit<S['ReviewComment'], 'at'> & { at: string };
export type Plan = S['ReviewPlan'];
export const EVERY = ['weekly', 'fortnightly', 'monthly', 'quarterly'] as const;

export const reviewsQuery = (state: 'open' | 'closed' | undefined, department: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['reviews', 'list', state, department],
    queryFn: ({ pageParam, signal }) =>
      get<List<Review>>('/reviews', { state, department_id: department, cursor: pageParam || undefined, limit: 50 }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  });
export const reviewQuery = (id: string) =>
  queryOptions({
    queryKey: ['reviews', 'one', id, language()],
    queryFn: ({ signal }) => get<ReviewPage>(`/reviews/${id}`, undefined, signal),
  });
export const rowsQuery = (id: string, section: string, item: string, kept: boolean) =>
  queryOptions({
    queryKey: ['reviews', 'rows', id, section, item, kept],
    queryFn: ({ signal }) => get<S['ReviewRowsOf']>(`/reviews/${id}/rows`, { section, item, kept: kept || undefined }, signal),
  });
export const commentsQuery = (id: string, customer?: string) =>
  queryOptions({
    queryKey: ['reviews', 'comments', id, customer],
    queryFn: async ({ signal }) => (await get<Items<Comment>>(`/reviews/${id}/comments`, { customer_id: customer }, signal)).items,
  });
export const plansQuery = queryOptions({
  queryKey: ['reviews', 'plans'],
  queryFn: async ({ signal }) => (await get<Items<Plan>>('/review-plans', undefined, signal)).items,
});

export function useReviewsChanged() {
  const client = useQueryClient();
  return useCallback(() => void client.invalidateQueries({ queryKey: ['reviews'] }), [client]);
}
