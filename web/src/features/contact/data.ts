import { queryOptions } from '@tanstack/react-query';
import { get } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { partOfPage } from '@/api/shared';
import type { Contact, Items, List } from '@/api/types';

type S = components['schemas'];
export type Affiliate = S['DirectoryAffiliate'];
export type Place = S['ContactPlace'];

export const contactsOf = (id: string) =>
  queryOptions({
    ...partOfPage,
    queryKey: ['contacts', 'of', id],
    queryFn: async () => (await get<Items<Contact>>(`/customers/${id}/contacts`)).items,
  });
export const affiliatesOf = (id: string) =>
  queryOptions({
    ...partOfPage,
    queryKey: ['contacts', 'affiliates', id],
    queryFn: async () => (await get<Items<Affiliate>>(`/customers/${id}/affiliates`)).items,
  });
export const contactsNamed = (q: string) =>
  queryOptions({
    queryKey: ['contacts', 'named', q],
    queryFn: async ({ signal }) => (await get<List<Contact>>('/contacts', { q, limit: 20 }, signal)).items,
    enabled: q.trim().length > 0,
    staleTime: 20_000,
  });
