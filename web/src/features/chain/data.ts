import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { call, get } from '@/api/client';
import type { components } from '@/api/schema.gen';

type S = components['schemas'];
export type Chain = S['ChainChain'];
export type Link = S['ChainLink'];
export type Step = S['ChainStep'];
export type Gap = S['ChainGap'];

// beside the contacts of a customer, so that whatever changes them asks for the chain anew
export const chainQuery = (customer: string) =>
  queryOptions({
    queryKey: ['contacts', 'chain', customer],
    queryFn: ({ signal }) => get<Chain>(`/customers/${customer}/chain`, undefined, signal),
  });

export function useSteps(customer: string) {
  const client = useQueryClient();
  return useCallback(
    async (change: (steps: Step[]) => Step[]) => {
      const { queryKey } = chainQuery(customer);
      const before = client.getQueryData(queryKey);
      const steps = change(before?.steps ?? []);
      if (before) client.setQueryData(queryKey, { ...before, steps });
      try {
        client.setQueryData(queryKey, await call<Chain>(`/customers/${customer}/chain/steps`, { method: 'PUT', body: { steps } }));
      } catch (e) {
        client.setQueryData(queryKey, before);
        throw e;
      }
    },
    [client, customer],
  );
}

/** The steps as they stand after one of them has gone up or down. */
export function moved(steps: Step[], at: number, by: 1 | -1): Step[] {
  const next = [...steps];
  const [x] = next.splice(at, 1);
  if (x) next.splice(at + by, 0, x);
  return next;
}
