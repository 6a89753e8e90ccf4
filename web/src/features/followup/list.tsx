import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { NotebookPen } from 'lucide-react';
import { useMemo } from 'react';
import { get } from '@/api/client';
import { useDictionaries, useFields } from '@/api/shared';
import type { FollowUp, List } from '@/api/types';
import { dayAndTime, full } from '@/app/dates';
import { Page } from '@/app/page';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { ExportButton } from '@/features/export/button';
import { useOwnColumns } from '@/features/field/section';
import { totalQuery } from '@/features/report/data';
import { FromReport } from '@/features/report/from';
import { narrowed } from '@/features/report/narrow';
import { Chip } from '@/kit/chips';
import { Empty, Failed, Lines } from '@/kit/states';
import { type Column, ListTable, Pager, PhonePager } from '@/kit/table';
import { Person } from '@/kit/value';

const route = getRouteApi('/app/follow-ups');
const exported = ['happened_at', 'customer_id', 'method', 'content', 'author_id', 'late'];
type Talk = FollowUp & { customer_name?: string | null; author_name?: string | null };

/** All follow-ups within reach, or those that a figure of a report counts. */
export default function FollowUps() {
  const t = useWord();
  const phone = usePhone();
  const navigate = useNavigate();
  const s = route.useSearch();
  const fields = useFields('follow-up');
  const dictionaries = useDictionaries();
  const filter = narrowed(undefined, s.r);
  const limit = s.limit ?? 50;
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['follow-ups', filter, s.sort, s.cursor, limit],
    queryFn: ({ signal }) => get<List<Talk>>('/follow-ups', { filter, sort: s.sort, cursor: s.cursor, limit }, signal),
    placeholderData: keepPreviousData,
  });
  const { data: total } = useQuery(totalQuery('/follow-ups', filter));
  const go = (change: Partial<typeof s>) =>
    void navigate({ to: '/follow-ups', search: { ...s, cursor: undefined, ...change }, replace: true });
  const ours = useOwnColumns<Talk>('follow-up');
  const columns = useMemo((): Column<Talk>[] => {
    const label = (name: string) => fields?.find((f) => f.name === name)?.label ?? '';
    return [
      {
        key: 'happened_at',
        title: label('happened_at'),
        width: 150,
        sortable: true,
        render: (f) => (
          <time className="tn" dateTime={f.happened_at} title={full(f.happened_at)}>
            {dayAndTime(f.happened_at)}
          </time>
        ),
      },
      {
        key: 'customer_id',
        title: label('customer_id'),
        width: 230,
        render: (f) => (
          <Link to="/customers/$id" params={{ id: f.customer_id }} className="cut link plain">
            {f.customer_name ?? '—'}
          </Link>
        ),
      },
      { key: 'method', title: label('method'), width: 100, render: (f) => <Chip>{dictionaries.label('method', f.method)}</Chip> },
      {
        key: 'content',
        title: label('content'),
        width: 420,
        render: (f) => (
          <span className="cut tx2" title={f.content ?? undefined}>
            {f.content || '—'}
          </span>
        ),
      },
      { key: 'author_id', title: label('author_id'), width: 120, render: (f) => <Person name={f.author_name} /> },
      {
        key: 'late',
        title: label('late'),
        width: 80,
        render: (f) => (f.late ? <Chip tone="amber">{t('reportpage.label.late')}</Chip> : <span className="mut">—</span>),
      },
      ...ours,
    ];
  }, [fields, dictionaries, t, ours]);
  const empty = <Empty icon={NotebookPen} title={t('reportpage.empty.follow_ups')} hint={t('reportpage.empty.follow_ups_hint')} />;
  return (
    <Page
      flush
      title={t('reportpage.title.follow_ups')}
      sub={total}
      actions={
        <ExportButton target="follow_up" columns={[...exported, ...ours.map((c) => c.key)]} filter={filter} sort={s.sort} count={total} />
      }
    >
      {s.r && (
        <div className="tools">
          <FromReport r={s.r} onRemove={() => go({ r: undefined })} />
        </div>
      )}
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : phone ? (
        <div className="page-b">
          {!data ? (
            <Lines count={8} height={72} />
          ) : !data.items.length ? (
            empty
          ) : (
            <>
              <ul className={isPlaceholderData ? 'svc stale' : 'svc'}>
                {data.items.map((f) => (
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
                ))}
              </ul>
              <PhonePager next={data.next} prev={data.prev} onGo={(cursor) => go({ cursor })} />
            </>
          )}
        </div>
      ) : (
        <>
          <ListTable
            label={t('reportpage.title.follow_ups')}
            columns={columns}
            rows={fields ? data?.items : undefined}
            stale={isPlaceholderData}
            sort={s.sort ?? '-happened_at'}
            onSort={(sort) => go({ sort })}
            empty={empty}
          />
          <Pager
            next={data?.next}
            prev={data?.prev}
            onGo={(cursor) => go({ cursor })}
            limit={limit}
            onLimit={(n) => go({ limit: n })}
            range={
              total
                ? t('customer.label.range_of', { shown: data?.items.length ?? 0, total })
                : t('customer.label.range', { shown: data?.items.length ?? 0 })
            }
          />
        </>
      )}
    </Page>
  );
}
