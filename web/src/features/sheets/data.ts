import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { call, get, Refused } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Items, List, Problem } from '@/api/types';
import { language } from '@/app/words';

type S = components['schemas'];
export type Import = S['ExchangeImport'];
export type Line = S['ExchangeLine'];
export type Choice = S['ColumnChoice'];
export type SheetRow = S['ExchangeSheetRow'];
export type NewPlan = Partial<{
  mapping: Record<string, string>;
  duplicates: 'skip' | 'update' | 'new';
  defaults: Record<string, string>;
  sheet: string;
  header_row: number;
  encoding: string;
  delimiter: string;
  repair: boolean;
}>;
export const TARGETS = ['customer', 'contact', 'follow_up', 'need', 'feedback', 'order'] as const;
export type Target = (typeof TARGETS)[number];

const busy = (state?: string) => state === 'checking' || state === 'running' || state === 'undoing';
export const isBusy = busy;

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['import', id, language()],
    queryFn: ({ signal }) => get<Import>(`/imports/${id}`, undefined, signal),
    refetchInterval: (q) => (busy(q.state.data?.state) ? 700 : false),
  });
export const useImport = (id: string) => useQuery(importQuery(id));
export const importsQuery = (cursor?: string) =>
  queryOptions({
    queryKey: ['imports', cursor],
    queryFn: ({ signal }) => get<List<Line>>('/imports', { cursor, limit: 50 }, signal),
    refetchInterval: (q) => (q.state.data?.items.some((i) => busy(i.state)) ? 1500 : false),
  });
export const fieldsQuery = (target: string) =>
  queryOptions({
    queryKey: ['import-fields', target, language()],
    queryFn: async () => (await get<Items<Choice>>(`/import-fields/${target}`)).items,
    staleTime: 600_000,
  });
export const rowsQuery = (id: string, state: string, after: number) =>
  queryOptions({
    queryKey: ['import-rows', id, state, after, language()],
    queryFn: async ({ signal }) =>
      (await get<Items<SheetRow>>(`/imports/${id}/rows`, { state: state === 'all' ? undefined : state, after, limit: 50 }, signal)).items,
  });

/** Sends a file with its target; a refusal speaks in the server's words. */
export async function upload(file: File, target: Target): Promise<Import> {
  const form = new FormData();
  form.set('target', target);
  form.set('file', file);
  const answer = await fetch('/api/v1/imports', {
    method: 'POST',
    body: form,
    credentials: 'same-origin',
    headers: { 'Accept-Language': language(), Accept: 'application/json' },
  });
  const data = await answer.json().catch(() => null);
  if (answer.ok && data) return data as Import;
  throw new Refused((data ?? { type: 'internal', code: 'internal', status: answer.status, title: '', detail: '' }) as Problem);
}

/** What may be done with one import; the answer is the import as it stands then. */
export function useActs(id: string) {
  const client = useQueryClient();
  const put = useCallback(
    (i: Import) => {
      client.setQueryData(importQuery(id).queryKey, i);
      void client.invalidateQueries({ queryKey: ['import-rows', id] });
      void client.invalidateQueries({ queryKey: ['imports'] });
      return i;
    },
    [client, id],
  );
  return {
    plan: async (plan: NewPlan) => put(await call<Import>(`/imports/${id}/plan`, { method: 'PUT', body: plan })),
    act: async (verb: 'check' | 'run' | 'cancel' | 'undo') => put(await call<Import>(`/imports/${id}/${verb}`, { method: 'POST' })),
    mend: async (n: number, cells: Record<string, string>) => {
      const row = await call<SheetRow>(`/imports/${id}/rows/${n}`, { method: 'PATCH', body: { cells } });
      await Promise.all([
        client.invalidateQueries({ queryKey: ['import', id] }),
        client.invalidateQueries({ queryKey: ['import-rows', id] }),
      ]);
      return row;
    },
  };
}
