import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { get } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Items, List } from '@/api/types';

type S = components['schemas'];
export type WinBack = S['WinbackPlan'];
export type Step = S['WinbackMeasure'];
export type Trial = S['TrialTrial'];
export const RESULTS = ['running', 'bought', 'interested', 'declined'] as const;
export const ENDS = ['won_back', 'failed', 'given_up'] as const;
export const PLAN_TONE: Record<string, string> = { open: 'amber', won_back: 'green', failed: 'red', given_up: 'gray' };
export const TRIAL_TONE: Record<string, string> = { running: 'blue', bought: 'green', interested: 'teal', declined: 'gray' };

export const winBacksQuery = (customer: string) =>
  queryOptions({
    queryKey: ['win-backs', customer],
    queryFn: async ({ signal }) => (await get<List<WinBack>>(`/customers/${customer}/win-backs`, undefined, signal)).items,
  });
export const myWinBacksQuery = (owner: 'me' | 'all') =>
  queryOptions({
    queryKey: ['win-backs', 'list', owner],
    queryFn: async ({ signal }) => (await get<List<WinBack>>('/win-backs', { owner, state: 'open', limit: 200 }, signal)).items,
  });
export const trialsQuery = (customer: string) =>
  queryOptions({
    queryKey: ['trials', customer],
    queryFn: async ({ signal }) => (await get<Items<Trial>>(`/customers/${customer}/trials`, undefined, signal)).items,
  });

export function useCareChanged() {
  const client = useQueryClient();
  return useCallback(() => {
    for (const queryKey of [['win-backs'], ['trials'], ['timeline']]) void client.invalidateQueries({ queryKey });
  }, [client]);
}
