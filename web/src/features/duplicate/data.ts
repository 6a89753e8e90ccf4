import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { get, post } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { List } from '@/api/types';
import { language } from '@/app/words';

type S = components['schemas'];
export type Question = S['DuplicateQuestion'];
export type Match = S['LikenessMatch'];
export type Pair = S['DuplicatePair'];

/** 撞单查询. Each asking counts and is recorded: the same question is not put twice. */
export const checkQuery = (q: Question) =>
  queryOptions({
    queryKey: ['check', q],
    queryFn: ({ signal }) => post<S['DuplicateAnswer']>('/customers/check', q, undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30 * 60_000,
    retry: false,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
  });

/** What is worth a question while somebody types: a name of four signs, a whole code, a whole number. */
export function worthAsking(q: Question): Question | null {
  const name = q.name?.trim().replace(/\s+/g, ' ');
  if (name && [...name].length >= 4) return { name };
  const code = q.credit_code?.replace(/\s/g, '').toUpperCase();
  if (code?.length === 18) return { credit_code: code };
  const phone = q.phone?.replace(/[\s()-]/g, '');
  if (phone && /^(?:(?:\+?86)?1[3-9]\d{9}|0\d{9,11}|400\d{7})$/.test(phone)) return { phone };
  return null;
}

export const suspectsQuery = (state: Pair['state'], customer?: string) =>
  infiniteQueryOptions({
    queryKey: ['suspects', state, customer, language()],
    queryFn: ({ pageParam, signal }) => get<List<Pair>>('/suspects', { state, customer, cursor: pageParam, limit: 30 }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 10_000,
  });
