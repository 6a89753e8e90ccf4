import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { BellOff } from 'lucide-react';
import { get, post } from '@/api/client';
import type { List } from '@/api/types';
import { Page } from '@/app/page';
import { useWord } from '@/app/words';
import { Button, Segmented } from '@/kit/button';
import { Select } from '@/kit/pick';
import { Empty, Failed, Lines } from '@/kit/states';
import { tellError } from '@/kit/toast';
import { type Notice, preferencesQuery, useOpenNotice } from './data';
import { NoticeLine } from './line';

/** Every notice, the newest first, by kind and unread only. */
export default function NoticesPage() {
  const t = useWord();
  const client = useQueryClient();
  const navigate = useNavigate();
  const open = useOpenNotice();
  const { kind, unread } = useSearch({ from: '/app/notices' });
  const { data: chosen } = useQuery(preferencesQuery);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['notices', 'list', kind, unread],
    queryFn: ({ pageParam }) => get<List<Notice>>('/notices', { kind, unread, cursor: pageParam, limit: 30 }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const all = data?.pages.flatMap((p) => p.items) ?? [];
  const look = (change: { kind?: string; unread?: boolean }) => void navigate({ to: '/notices', search: { kind, unread, ...change } });
  return (
    <Page
      narrow
      title={t('notice.title.notices')}
      actions={
        <Button
          onClick={() =>
            void post('/notices/read-all', kind ? { kind } : {}).then(() => client.invalidateQueries({ queryKey: ['notices'] }), tellError)
          }
        >
          {t('notice.verb.read_all')}
        </Button>
      }
    >
      <div className="page-b form">
        <div className="row wrap">
          <Segmented
            label={t('notice.title.notices')}
            value={unread ? 'unread' : 'all'}
            onChange={(v) => look({ unread: v === 'unread' || undefined })}
            options={[
              { value: 'all', label: t('notice.label.all') },
              { value: 'unread', label: t('notice.label.only_unread') },
            ]}
          />
          <span style={{ flex: '0 1 240px' }}>
            <Select
              label={t('notice.label.kind')}
              placeholder={t('notice.label.every_kind')}
              clearable
              value={kind ?? null}
              onChange={(v) => look({ kind: (v as string | null) ?? undefined })}
              options={(chosen?.kinds ?? []).map((k) => ({ value: k.kind, label: k.label }))}
            />
          </span>
        </div>
        <section className="card notices">
          {error ? (
            <Failed error={error} retry={() => void refetch()} small />
          ) : !data ? (
            <Lines count={6} height={48} />
          ) : !all.length ? (
            <Empty icon={BellOff} title={t('notice.empty.title')} hint={t('notice.empty.hint')} small />
          ) : (
            <ul>
              {all.map((n) => (
                <NoticeLine key={n.id} notice={n} onOpen={() => open(n)} />
              ))}
            </ul>
          )}
        </section>
        {hasNextPage && (
          <Button block busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('notice.verb.more')}
          </Button>
        )}
      </div>
    </Page>
  );
}
