import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, post } from '@/api/client';
import type { Answer, Ask, Board, Items, List, SavedReport, StandardReport } from '@/api/types';
import { count } from '@/app/numbers';
import { language } from '@/app/words';
import { type FilterTree, toNode } from '@/features/filter/tree';

export type BoardPeriod = 'this_month' | 'this_quarter' | 'this_year';
export type Asked = { period?: string; from?: string; to?: string; filter?: string; by?: string };

export const filterText = (f: FilterTree | undefined): string | undefined => {
  const node = toNode(f);
  return node ? JSON.stringify('field' in node ? { all: [node] } : node) : undefined;
};
// nothing is changed here, so a figure may be a minute old; what it counts is asked anew by its list
const kept = { staleTime: 60_000, placeholderData: keepPreviousData };

export const boardQuery = (period: BoardPeriod) =>
  queryOptions({
    queryKey: ['reports', 'board', period, language()],
    queryFn: ({ signal }) => get<Board>('/dashboard', { period }, signal),
    ...kept,
  });
export const standardsQuery = () =>
  queryOptions({
    queryKey: ['reports', 'standard', language()],
    queryFn: async ({ signal }) => (await get<Items<StandardReport>>('/reports/standard', undefined, signal)).items,
    staleTime: 10 * 60_000,
  });
export const savedQuery = queryOptions({
  queryKey: ['reports', 'kept'],
  queryFn: async ({ signal }) => (await get<Items<SavedReport>>('/reports', undefined, signal)).items,
  staleTime: 60_000,
});
export const keptQuery = (id: string) =>
  queryOptions({
    queryKey: ['reports', 'kept', id],
    queryFn: ({ signal }) => get<SavedReport>(`/reports/${id}`, undefined, signal),
    enabled: !!id,
  });
export const standardQuery = (code: string, asked: Asked) =>
  queryOptions({
    queryKey: ['reports', 'standard', code, asked, language()],
    queryFn: ({ signal }) => get<Answer>(`/reports/standard/${code}`, asked, signal),
    ...kept,
  });
export const askQuery = (ask: Ask) =>
  queryOptions({
    queryKey: ['reports', 'ask', ask, language()],
    queryFn: ({ signal }) => post<Answer>('/reports/ask', ask, undefined, signal),
    ...kept,
  });

/** How many rows a list holds in all, as people read it. */
export const totalQuery = (path: string, filter: string | undefined) =>
  queryOptions({
    queryKey: ['reports', 'total', path, filter],
    queryFn: ({ signal }) => get<List<unknown>>(path, { filter, limit: 1, count: 1 } as never, signal),
    select: (d) => `${count(d.total ?? 0)}${d.total_capped ? '+' : ''}`,
    staleTime: 30_000,
  });
