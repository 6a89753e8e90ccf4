import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { get } from '@/api/client';
import type { ArchiveFile, ArchiveRecord, ArchiveShelf, Items, List } from '@/api/types';
import { customerQuery } from '@/features/customer/query';

export type Search = {
  state?: string;
  year?: number;
  category?: string;
  place?: string;
  lent?: string;
  unused?: boolean;
  cursor?: string;
  limit?: number;
};

/** What the list's address says. */
export function archiveSearch(s: Record<string, unknown>): Search {
  const text = (name: string) => (typeof s[name] === 'string' ? (s[name] as string) : undefined);
  return {
    state: text('state'),
    year: Number(s.year) || undefined,
    category: text('category'),
    place: text('place'),
    lent: text('lent'),
    unused: s.unused === true || undefined,
    cursor: text('cursor'),
    limit: [20, 50, 100, 200].includes(Number(s.limit)) ? Number(s.limit) : undefined,
  };
}

export const archiveQuery = (customer: string) =>
  queryOptions({ queryKey: ['archives', 'of', customer], queryFn: () => get<ArchiveRecord>(`/customers/${customer}/archive`) });
export const filesListQuery = (s: Search) =>
  queryOptions({
    queryKey: ['archives', 'list', s],
    queryFn: ({ signal }) => get<List<ArchiveFile>>('/archives', { ...s, limit: s.limit ?? 50, count: true }, signal),
  });
export const shelvesQuery = queryOptions({
  queryKey: ['archives', 'shelves'],
  queryFn: async () => (await get<Items<ArchiveShelf>>('/archive-shelves')).items,
});

/** Whether a customer whose page is open is archived, so that what hangs on him shows no buttons that would be refused. */
export function useShut(customer: string | undefined): boolean {
  const { data } = useQuery({ ...customerQuery(customer ?? ''), enabled: false });
  return !!data?.archived;
}

/** What shows a customer's file or lists by it is asked again. */
export function useArchiveChanged() {
  const client = useQueryClient();
  return useMemo(
    () => async (customer?: string) => {
      if (customer) void client.invalidateQueries({ queryKey: ['timeline', customer] });
      if (customer) void client.invalidateQueries({ queryKey: ['history', customer] });
      await Promise.all([
        client.invalidateQueries({ queryKey: ['archives'] }),
        client.invalidateQueries({ queryKey: ['customers'] }),
        client.invalidateQueries({ queryKey: ['home'] }),
      ]);
    },
    [client],
  );
}
