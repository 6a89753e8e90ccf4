import '@/styles/review.css';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ChevronLeft, LifeBuoy } from 'lucide-react';
import { Page } from '@/app/page';
import { useWord } from '@/app/words';
import { Tabs } from '@/kit/button';
import { Empty, Failed, Lines } from '@/kit/states';
import { myWinBacksQuery } from './data';
import { PlanLine } from './section';

const route = getRouteApi('/app/win-backs');

/** The open win-back plans: one's own, or all in reach. */
export default function WinBacks() {
  const t = useWord();
  const navigate = useNavigate();
  const { owner } = route.useSearch();
  const { data, error, refetch } = useQuery(myWinBacksQuery(owner ?? 'me'));
  return (
    <Page
      title={
        <span className="crumb">
          <Link to="/segments" aria-label={t('app.nav.segments')}>
            <ChevronLeft size={16} />
          </Link>
          {t('winback.title.plans')}
        </span>
      }
    >
      <div className="page-b col rev-page">
        <Tabs
          label={t('winback.field.owner')}
          value={owner ?? 'me'}
          options={[
            { value: 'me', label: t('winback.label.mine') },
            { value: 'all', label: t('winback.label.all') },
          ]}
          onChange={(v) => void navigate({ to: '/win-backs', search: { owner: v === 'all' ? 'all' : undefined }, replace: true })}
        />
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={4} height={72} />
        ) : !data.length ? (
          <Empty icon={LifeBuoy} title={t('winback.empty.plans')} hint={t('winback.empty.hint')} />
        ) : (
          <ul className="svc">
            {data.map((p) => (
              <PlanLine key={p.id} p={p} customer />
            ))}
          </ul>
        )}
      </div>
    </Page>
  );
}
