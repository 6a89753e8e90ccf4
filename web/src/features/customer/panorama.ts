import { type QueryClient, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { get } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { partOfPage } from '@/api/shared';
import { language } from '@/app/words';
import { standingQuery } from '@/features/alert/data';
import { filesQuery } from '@/features/attachment/data';
import { commentsQuery } from '@/features/comment/data';
import { affiliatesOf, contactsOf } from '@/features/contact/data';
import { timelineQuery } from '@/features/followup/data';
import { groupOf } from '@/features/group/card';
import { keyChangesOf } from '@/features/keychange/data';
import { ofCustomerQuery } from '@/features/order/data';
import { checksQuery } from '@/features/quality/data';
import { standingsQuery } from '@/features/segment/data';
import { customerTasksQuery, inOrder } from '@/features/task/data';

type Panorama = components['schemas']['PanoramaPanorama'];

/** Each part lies where its own query looks for it; one that the viewer may not have lies nowhere. */
function lay(client: QueryClient, id: string, p: Panorama) {
  const put = (queryKey: readonly unknown[], data: unknown) => client.setQueryData(queryKey, data);
  const line = timelineQuery(id, '').queryKey;
  // who has read on keeps what he reads: those pages ask for themselves
  if ((client.getQueryData<{ pages: unknown[] }>(line)?.pages.length ?? 0) > 1) void client.invalidateQueries({ queryKey: line });
  else put(line, { pages: [p.timeline], pageParams: [null] });
  put(standingQuery(id).queryKey, p.alerts.items);
  put(keyChangesOf(id).queryKey, p.key_changes.items);
  put(groupOf(id).queryKey, p.group);
  put(checksQuery(id).queryKey, p.checks);
  put(standingsQuery(id).queryKey, p.segments.items);
  const talks = p.timeline.items.flatMap((x) => (x.follow_up ? [x.follow_up.id] : []));
  if (p.comments) put(commentsQuery(id, talks).queryKey, p.comments.items);
  if (p.tasks) put(customerTasksQuery(id).queryKey, inOrder(p.tasks.items));
  if (p.contacts) put(contactsOf(id).queryKey, p.contacts.items);
  if (p.affiliates) put(affiliatesOf(id).queryKey, p.affiliates.items);
  if (p.orders) put(ofCustomerQuery(id).queryKey, p.orders);
  if (p.attachments && !p.attachments.next) put(filesQuery(id).queryKey, p.attachments.items);
}

export const panoramaQuery = (client: QueryClient, id: string) =>
  queryOptions({
    queryKey: ['panorama', id, language()],
    queryFn: async ({ signal }) => {
      lay(client, id, await get<Panorama>(`/customers/${id}/panorama`, undefined, signal));
      return Date.now();
    },
    staleTime: 2_000, // the road there asks, and the page must not ask again
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** Says whether the parts of a customer's page are still on their way. They come in one answer; should it fail, each part asks for itself. */
export function usePanorama(id: string): boolean {
  const { data, isFetching } = useQuery(panoramaQuery(useQueryClient(), id));
  return isFetching && (!data || Date.now() - data > partOfPage.staleTime);
}
