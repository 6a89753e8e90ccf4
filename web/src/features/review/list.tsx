import '@/styles/review.css';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { CalendarClock, ClipboardCheck, MessageSquare, Plus } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '@/api/shared';
import { Page } from '@/app/page';
import { useWord } from '@/app/words';
import { Button, Tabs } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Empty, Failed, Lines } from '@/kit/states';
import { plansQuery, type Review, reviewsQuery } from './data';
import { OpenSheet, PlansSheet } from './plans';

const route = getRouteApi('/app/reviews');

/** The reviews of the teams one reads, the latest period first. */
export default function Reviews() {
  const t = useWord();
  const may = useMay();
  const navigate = useNavigate();
  const { state } = route.useSearch();
  const [sheet, setSheet] = useState<'plans' | 'open' | null>(null);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(reviewsQuery(state, undefined));
  const lead = may('review.write');
  const plans = useQuery({ ...plansQuery, enabled: lead });
  const rows = data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <Page
      title={t('review.title.reviews')}
      actions={
        lead && (
          <>
            <Button icon={<CalendarClock size={15} />} onClick={() => setSheet('plans')}>
              {t('review.verb.plans')}
            </Button>
            <Button look="primary" icon={<Plus size={15} />} onClick={() => setSheet('open')}>
              {t('review.verb.open')}
            </Button>
          </>
        )
      }
    >
      <div className="page-b col rev-page">
        <Tabs
          label={t('review.label.state')}
          value={state ?? 'all'}
          options={[
            { value: 'all', label: t('review.state.all') },
            { value: 'open', label: t('review.state.open') },
            { value: 'closed', label: t('review.state.closed') },
          ]}
          onChange={(v) => void navigate({ to: '/reviews', search: { state: v === 'all' ? undefined : (v as 'open') }, replace: true })}
        />
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : !data ? (
          <Lines count={6} height={64} />
        ) : !rows.length ? (
          <Empty
            icon={ClipboardCheck}
            title={t('review.empty.title')}
            hint={t(lead && !plans.data?.length ? 'review.empty.hint_plan' : 'review.empty.hint')}
          >
            {lead && !plans.data?.length && <Button onClick={() => setSheet('plans')}>{t('review.verb.plans')}</Button>}
          </Empty>
        ) : (
          <ul className="rev-list">
            {rows.map((r) => (
              <Item key={r.id} r={r} />
            ))}
          </ul>
        )}
        {hasNextPage && (
          <Button block look="ghost" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('app.verb.load_more')}
          </Button>
        )}
      </div>
      {sheet === 'plans' && <PlansSheet onClose={() => setSheet(null)} />}
      {sheet === 'open' && <OpenSheet onClose={() => setSheet(null)} />}
    </Page>
  );
}

function Item({ r }: { r: Review }) {
  const t = useWord();
  return (
    <li>
      <Link to="/reviews/$id" params={{ id: r.id }}>
        <span className="row wrap">
          <b>{r.department_name}</b>
          <span className="tn tx2">
            {r.from} – {r.to}
          </span>
          {r.every && <small className="mut">{t(`review.every.${r.every as 'weekly'}`)}</small>}
          <span className="sp" />
          <Chip tone={r.state === 'open' ? 'amber' : 'green'} dot>
            {t(`review.state.${r.state}`)}
          </Chip>
        </span>
        <small className="row wrap mut">
          {r.leader_name && <span>{t('review.label.leader', { name: r.leader_name })}</span>}
          <span className="tn">{t('review.label.ticked', { count: r.reviewed })}</span>
          <span className="row tn">
            <MessageSquare size={13} aria-label={t('review.title.comments')} />
            {r.comments}
          </span>
        </small>
      </Link>
    </li>
  );
}
