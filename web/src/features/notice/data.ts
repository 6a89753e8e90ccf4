import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { get, post } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useLive } from '@/app/server/live';
import { openIt } from '@/app/ui';

type S = components['schemas'];
export type Notice = Omit<S['NoticeNotice'], 'link' | 'raised_at'> & { link: S['NoticeLink'] | null; raised_at: string };
export type Bundle = Notice & { count: number };
export type Panel = { items: Bundle[]; unread: S['NoticeUnread'] };
export type Preferences = S['NoticePreferences'];

/** While no stream tells of news, they are asked for this often; with one seldom, for what is raised at night and not announced. */
const ASKED = 60_000;
export const unreadQuery = (live: boolean) =>
  queryOptions({
    queryKey: ['notices', 'unread'],
    queryFn: () => get<S['NoticeUnread']>('/notices/unread'),
    refetchInterval: live ? 5 * ASKED : ASKED,
  });
export const panelQuery = queryOptions({ queryKey: ['notices', 'latest'], queryFn: () => get<Panel>('/notices/latest') });
export const preferencesQuery = queryOptions({ queryKey: ['me', 'notices'], queryFn: () => get<Preferences>('/me/notices') });

export function useUnread() {
  const live = useLive();
  return useQuery(unreadQuery(live)).data;
}

/** Opens what a notice is about, and marks it read. */
export function useOpenNotice() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (n: Bundle | Notice) => {
    if ('count' in n && n.count > 1) return void navigate({ to: '/notices', search: { kind: n.kind } });
    if (!n.read_at) void post(`/notices/${n.id}/read`).finally(() => client.invalidateQueries({ queryKey: ['notices'] }));
    const { link } = n;
    if (link?.kind === 'check') void navigate({ to: '/quality', search: link.id === 'team' ? { tab: 'data' } : {} });
    else if (link?.kind === 'key_change') void navigate({ to: '/key-changes', search: { view: 'answered' } });
    else if (link?.kind === 'review') void navigate({ to: '/reviews/$id', params: { id: link.id } });
    else if (link?.kind === 'customer') void navigate({ to: '/customers/$id', params: { id: link.id } });
    else if (link?.kind === 'audit') void navigate({ to: '/admin/audit', search: { actor: link.id === 'log' ? undefined : link.id } });
    else if (link?.kind === 'backup') void navigate({ to: '/admin/backups' });
    else if (link?.kind === 'user') void navigate({ to: '/admin/audit' });
    else if (link?.kind === 'task') {
      void navigate({ to: '/tasks' }).then(() => openIt({ what: 'task', id: link.id }));
    }
  };
}
