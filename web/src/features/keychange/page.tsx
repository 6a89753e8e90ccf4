import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { UserRoundCheck } from 'lucide-react';
import { Page } from '@/app/page';
import { useWord } from '@/app/words';
import { Button, Tabs } from '@/kit/button';
import { Empty, Failed, Lines } from '@/kit/states';
import { type KeyView, keyChangesQuery } from './data';
import { Request } from './request';

const route = getRouteApi('/app/key-changes');
const VIEWS: KeyView[] = ['waiting', 'mine', 'answered', 'decided'];

/** What waits for me, what I asked, and what came of it. */
export default function KeyChangesPage() {
  const t = useWord();
  const navigate = useNavigate();
  const { view = 'waiting' } = route.useSearch();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(keyChangesQuery(view));
  const all = data?.pages.flatMap((p) => p.items);
  return (
    <Page narrow title={t('keychange.title.page')}>
      <div className="list-tabs">
        <Tabs
          label={t('keychange.title.page')}
          value={view}
          options={VIEWS.map((v) => ({ value: v, label: t(`keychange.view.${v}`) }))}
          onChange={(v) => void navigate({ to: '/key-changes', search: { view: v === 'waiting' ? undefined : v } })}
        />
      </div>
      <div className="page-b" style={{ paddingTop: 12 }}>
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !all ? (
          <Lines count={4} height={96} />
        ) : !all.length ? (
          <Empty icon={UserRoundCheck} title={t(`keychange.empty.${view}`)} hint={t('keychange.empty.hint')} />
        ) : (
          <>
            <ul className="key-list">
              {all.map((r) => (
                <Request key={r.id} request={r} named />
              ))}
            </ul>
            {hasNextPage && (
              <div className="row pages">
                <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                  {t('app.verb.load_more')}
                </Button>
              </div>
            )}
          </>
        )}
      </div>
    </Page>
  );
}
