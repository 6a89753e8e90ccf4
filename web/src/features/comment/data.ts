import { queryOptions } from '@tanstack/react-query';
import { get } from '@/api/client';
import { partOfPage } from '@/api/shared';
import type { Comment, Items } from '@/api/types';

/** What was said about the follow-ups of one page of a timeline, in one question. */
export const commentsQuery = (customer: string, followUps: string[]) =>
  queryOptions({
    ...partOfPage,
    queryKey: ['comments', customer, followUps],
    queryFn: async () =>
      (await get<Items<Comment>>(`/customers/${customer}/comments`, { follow_ups: followUps.slice(0, 100).join(',') })).items,
    enabled: followUps.length > 0,
  });
