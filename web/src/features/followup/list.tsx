import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { NotebookPen } from 'lucide-react';
import { get } from '@/api/client';
import { useDictionaries, useMe } from '@/api/shared';
import type { FollowUp, List } from '@/api/types';
import { dayAndTime, full } from '@/app/dates';
import { Page } from '@/app/page';
import { useWord } from '@/app/words';
import { ExportButton } from '@/features/export/button';
import { join, type Node, ruleCount, toNode } from '@/features/filter/tree';
import { totalQuery } from '@/features/report/data';
import { narrowed } from '@/features/report/narrow';
import { keptRows, ListRows, ListTools, ListViews, useList, useListColumns } from '@/features/view/list';
import { Button } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Empty } from '@/kit/states';
import { Person } from '@/kit/value';

const route = getRouteApi('/app/follow-ups');
const USUAL = ['customer_id', 'method', 'content', 'author_id', 'late'];
const WIDTH = { customer_id: 230, method: 100, content: 420, author_id: 120, late: 80 };
const VIEWS = ['all', 'mine'] as const;
type Talk = FollowUp & { customer_name?: string | null; author_name?: string | null };

/** All follow-ups within reach, or those that a figure of a report counts. */
export default function FollowUps() {
  const t = useWord();
  const me = useMe();
  const s = route.useSearch();
  const dictionaries = useDictionaries();
  const list = useList('follow-up', s, 'happened_at', USUAL);
  const view = VIEWS.find((v) => v === s.view) ?? 'all';
  const asked = toNode(s.f);
  const node = join('all', [
    ...(view === 'mine' ? [{ field: 'author_id', op: 'eq', value: me.id }] : []),
    ...(asked ? [asked] : []),
  ] as Node[]);
  const filter = narrowed(node ? JSON.stringify('field' in node ? { all: [node] } : node) : undefined, s.r);
  const rows = useQuery({
    queryKey: ['follow-ups', filter, s.sort, s.cursor, s.limit],
    queryFn: ({ signal }) => get<List<Talk>>('/follow-ups', { filter, sort: s.sort, cursor: s.cursor, limit: s.limit ?? 50 }, signal),
    ...keptRows,
  });
  const { data: total } = useQuery(totalQuery('/follow-ups', filter));
  const columns = useListColumns<Talk>(
    list,
    () => ({
      width: 150,
      render: (f) => (
        <time className="tn" dateTime={f.happened_at} title={full(f.happened_at)}>
          {dayAndTime(f.happened_at)}
        </time>
      ),
    }),
    {
      customer_id: (f) => (
        <Link to="/customers/$id" params={{ id: f.customer_id }} className="cut link plain">
          {f.customer_name ?? '—'}
        </Link>
      ),
      method: (f) => <Chip>{dictionaries.label('method', f.method)}</Chip>,
      content: (f) => (
        <span className="cut tx2" title={f.content ?? undefined}>
          {f.content || '—'}
        </span>
      ),
      author_id: (f) => <Person name={f.author_name} />,
      late: (f) => (f.late ? <Chip tone="amber">{t('reportpage.label.late')}</Chip> : <span className="mut">—</span>),
    },
    WIDTH,
  );
  return (
    <Page
      flush
      title={t('reportpage.title.follow_ups')}
      sub={total}
      actions={<ExportButton target="follow_up" columns={['happened_at', ...list.names]} filter={filter} sort={s.sort} count={total} />}
    >
      <ListViews list={list} tabs={VIEWS.map((v) => ({ value: v, label: t(`followup.view.${v}`) }))} tab={view} usual="all" />
      <ListTools list={list} starts="method" />
      <ListRows
        list={list}
        of={rows}
        columns={columns}
        label={t('reportpage.title.follow_ups')}
        sort="-happened_at"
        total={total}
        line={(f) => (
          <li key={f.id} className="talk">
            <Link to="/customers/$id" params={{ id: f.customer_id }} className="cut strong">
              {f.customer_name ?? '—'}
            </Link>
            <p className="tx2">{f.content || '—'}</p>
            <small className="mut tn">
              {dayAndTime(f.happened_at)} · {dictionaries.label('method', f.method)} · {f.author_name ?? '—'}
              {f.late && ` · ${t('reportpage.label.late')}`}
            </small>
          </li>
        )}
        empty={
          <Empty icon={NotebookPen} title={t('reportpage.empty.follow_ups')} hint={t('reportpage.empty.follow_ups_hint')}>
            {ruleCount(s.f) > 0 && <Button onClick={() => list.go({ f: undefined })}>{t('customer.verb.clear_filters')}</Button>}
          </Empty>
        }
      />
    </Page>
  );
}
