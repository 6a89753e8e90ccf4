import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ChevronLeft, List as ListIcon, Pencil, Trash2 } from 'lucide-react';
import { remove } from '@/api/client';
import { colleaguesQuery, useFields, useMay } from '@/api/shared';
import { asDay, dayOf } from '@/app/dates';
import { count } from '@/app/numbers';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { SEGMENT } from '@/features/filter/segment';
import { fromText } from '@/features/filter/tree';
import { FilterWords } from '@/features/filter/words';
import { Button, Tabs } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { confirm } from '@/kit/dialog';
import { Empty, Failed, Lines } from '@/kit/states';
import { tell, tellError } from '@/kit/toast';
import { membersQuery, segmentQuery, sizeQuery, useSegmentsChanged } from './data';
import { Figures } from './figures';

const route = getRouteApi('/app/segments/$id');

/** One segment: what it asks, who is in it and since when, and who left. */
export default function SegmentPage() {
  const t = useWord();
  const { id } = route.useParams();
  const navigate = useNavigate();
  const may = useMay();
  const fields = useFields('customer');
  const changed = useSegmentsChanged();
  const { data: g, error } = useQuery(segmentQuery(id));
  const { data: people } = useQuery({ ...colleaguesQuery(), enabled: !!g?.filter.includes('_id"') });
  const { data: size } = useQuery(sizeQuery(g && JSON.stringify({ all: [{ field: SEGMENT, op: 'in', value: [g.id] }] })));
  if (error && !g) return <Failed alone error={error} />;
  if (!g || !fields)
    return (
      <div className="page">
        <Lines count={6} />
      </div>
    );
  const drop = async () => {
    if (!(await confirm(t('segment.ask.delete'), g.name, t('app.verb.delete')))) return;
    try {
      await remove(`/segments/${g.id}`, g.version);
      tell(t('app.state.deleted'));
      void navigate({ to: '/segments' });
      changed();
    } catch (e) {
      tellError(e);
    }
  };
  const names = new Map((people ?? []).map((p): [string, string] => [p.id, p.name]));
  return (
    <div className="page">
      <nav className="crumb seg-crumb" aria-label={t('customer.label.crumb')}>
        <Link to="/segments">
          <ChevronLeft size={15} />
          {t('app.nav.segments')}
        </Link>
      </nav>
      <header className="page-h seg-h">
        <h1>{g.name}</h1>
        <Chip tone={g.tone} dot>
          {t(g.badge ? 'segment.label.tier' : `segment.kind.${g.kind}`)}
        </Chip>
        <span className="mut tn">{size && t('segment.label.count', { count: size.count, n: count(size.count) })}</span>
        <span className="sp" />
        {g.may_change && (
          <>
            {!g.code && (
              <Button look="ghost" danger icon={<Trash2 size={15} />} aria-label={t('app.verb.delete')} onClick={() => void drop()} />
            )}
            <Button icon={<Pencil size={15} />} onClick={() => openIt({ what: 'segment', id: g.id })}>
              {t('app.verb.edit')}
            </Button>
          </>
        )}
        {g.code === 'risk' && may('followup.read') && (
          <Link to="/win-backs" search={{ owner: 'all' }} className="btn">
            {t('winback.verb.see')}
          </Link>
        )}
        <Link to="/customers" search={{ f: { mode: 'all', rules: [{ field: SEGMENT, op: 'in', value: [g.id] }] } }} className="btn primary">
          <ListIcon size={15} />
          {t('segment.verb.see')}
        </Link>
      </header>
      <div className="page-b">
        <section className="card seg-about">
          <h2>{t('segment.label.asks')}</h2>
          <p>
            <FilterWords fields={fields} value={fromText(g.filter)} people={names} />
          </p>
          {g.playbook.length > 0 && (
            <>
              <h2>{t('segment.label.playbook')}</h2>
              <ol>
                {g.playbook.map((p) => (
                  <li key={`${p.step}${p.title}`}>
                    {p.title}{' '}
                    <small className="mut">
                      {t(`segment.to.${p.to}`)} · {t('segment.label.in_days', { count: p.days })}
                    </small>
                  </li>
                ))}
              </ol>
            </>
          )}
        </section>
        {(g.followed || g.kind === 'static') && <Members id={g.id} />}
      </div>
    </div>
  );
}

function Members({ id }: { id: string }) {
  const t = useWord();
  const navigate = useNavigate();
  const { state } = route.useSearch();
  const q = useInfiniteQuery(membersQuery(id, state ?? 'in'));
  const rows = q.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <section className="col" aria-label={t('segment.title.members')}>
      <Tabs
        label={t('segment.title.members')}
        value={state ?? 'in'}
        options={[
          { value: 'in', label: t('segment.label.in') },
          { value: 'left', label: t('segment.label.left') },
        ]}
        onChange={(v) =>
          void navigate({ to: '/segments/$id', params: { id }, search: { state: v === 'left' ? 'left' : undefined }, replace: true })
        }
      />
      {q.error ? (
        <Failed error={q.error} retry={() => void q.refetch()} small />
      ) : !q.data ? (
        <Lines count={6} />
      ) : !rows.length ? (
        <Empty small icon={ListIcon} title={t(state === 'left' ? 'segment.empty.left' : 'segment.empty.members')} />
      ) : (
        <ul className="seg-members">
          {rows.map((m) => (
            <li key={m.id}>
              <Link to="/customers/$id" params={{ id: m.customer_id }} className="strong">
                {m.customer_name}
              </Link>
              <small className="mut tn">
                {m.until
                  ? t('segment.label.from_to', { from: asDay(dayOf(m.since)), to: asDay(dayOf(m.until)) })
                  : t('segment.label.since', { day: asDay(dayOf(m.since)) })}
                {m.taken_at && ` · ${t('segment.label.taken', { day: asDay(dayOf(m.taken_at)), name: m.taken_by ?? '' })}`}
              </small>
              <Figures then={m.figures} />
            </li>
          ))}
        </ul>
      )}
      {q.hasNextPage && (
        <Button block look="ghost" busy={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
          {t('app.verb.load_more')}
        </Button>
      )}
    </section>
  );
}
