import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Scroll } from 'lucide-react';
import { get } from '@/api/client';
import type { AuditEntry, List } from '@/api/types';
import { full } from '@/app/dates';
import { Page } from '@/app/page';
import { SearchBox } from '@/app/searchbox';
import { usePhone } from '@/app/ui';
import { useWord, word, wordOr } from '@/app/words';
import { Avatar } from '@/kit/chips';
import { Empty, Failed, Lines } from '@/kit/states';
import { type Column, ListTable, Pager, PhonePager } from '@/kit/table';

const route = getRouteApi('/app/admin/audit');
const who = (e: AuditEntry) => e.who || '—';
const what = (e: AuditEntry) => wordOr(`audit.action.${e.action}`, e.action);
const named = (e: AuditEntry): string =>
  [e.kind && wordOr(`audit.kind.${e.kind}`, e.kind), e.details?.name ?? e.details?.code]
    .filter((x) => typeof x === 'string' && x)
    .join(' · ') || '—';
const show = (v: unknown): string =>
  v === null || v === undefined || v === ''
    ? '—'
    : typeof v === 'boolean'
      ? word(v ? 'app.label.yes' : 'app.label.no')
      : Array.isArray(v)
        ? v.map(show).join(word('app.sign.list'))
        : typeof v === 'object'
          ? JSON.stringify(v)
          : String(v);
const detail = (e: AuditEntry) =>
  [
    ...(e.changes ?? []).map((c) => `${wordOr(`${e.kind}.field.${c.field}`, c.field)} ${show(c.old)} → ${show(c.new)}`),
    ...Object.entries(e.details ?? {})
      .filter(([key]) => key !== 'name' && key !== 'code')
      .map(([key, v]) => `${wordOr(`${e.kind}.field.${key}`, key)} ${show(v)}`),
  ].join(' · ');

export default function Audit() {
  const t = useWord();
  const phone = usePhone();
  const navigate = useNavigate();
  const s = route.useSearch();
  const limit = s.limit ?? 50;
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['audit', s],
    queryFn: ({ signal }) => get<List<AuditEntry>>('/audit', { q: s.q, cursor: s.cursor, limit }, signal),
    placeholderData: keepPreviousData,
  });
  const columns: Column<AuditEntry>[] = [
    { key: 'at', title: t('audit.field.at'), width: 150, render: (e) => <span className="tn tx2">{full(e.at)}</span> },
    {
      key: 'who',
      title: t('audit.field.who'),
      width: 140,
      render: (e) => (
        <span className="row" style={{ gap: 6 }}>
          <Avatar name={who(e)} size={20} />
          <span className="cut">{who(e)}</span>
        </span>
      ),
    },
    { key: 'action', title: t('audit.field.action'), width: 150, render: (e) => <span className="strong">{what(e)}</span> },
    {
      key: 'record',
      title: t('audit.field.record'),
      width: 220,
      render: (e) => (
        <span className="tx2 cut" title={e.record_id ?? undefined}>
          {named(e)}
        </span>
      ),
    },
    {
      key: 'detail',
      title: t('audit.field.detail'),
      width: 320,
      render: (e) => (
        <span className="mut cut" title={detail(e)}>
          {detail(e)}
        </span>
      ),
    },
    { key: 'address', title: t('audit.field.address'), width: 130, render: (e) => <span className="mut tn">{e.address ?? '—'}</span> },
  ];
  const empty = <Empty icon={Scroll} title={t('audit.empty.title')} />;
  return (
    <Page flush title={t('app.nav.audit')}>
      <div className="tools">
        <SearchBox
          value={s.q}
          onSearch={(q) => void navigate({ to: '/admin/audit', search: { ...s, q, cursor: undefined }, replace: true })}
          hint={t('audit.hint.search')}
        />
      </div>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : phone ? (
        <div className="page-b">
          {!data ? (
            <Lines count={8} />
          ) : !data.items.length ? (
            empty
          ) : (
            <ul className="rows">
              {data.items.map((e) => (
                <li key={e.id}>
                  <Avatar name={who(e)} size={28} />
                  <div className="sp cut">
                    <b className="cut">
                      {who(e)} {what(e)}
                    </b>
                    <small className="cut">
                      {full(e.at)} · {named(e)}
                    </small>
                  </div>
                </li>
              ))}
            </ul>
          )}
          <PhonePager
            next={data?.next}
            prev={data?.prev}
            onGo={(cursor) => void navigate({ to: '/admin/audit', search: { ...s, cursor } })}
          />
        </div>
      ) : (
        <>
          <ListTable label={t('app.nav.audit')} columns={columns} rows={data?.items} stale={isPlaceholderData} empty={empty} />
          <Pager
            next={data?.next}
            prev={data?.prev}
            onGo={(cursor) => void navigate({ to: '/admin/audit', search: { ...s, cursor } })}
            limit={limit}
            onLimit={(n) => void navigate({ to: '/admin/audit', search: { ...s, limit: n, cursor: undefined } })}
            range={t('customer.label.range', { shown: data?.items.length ?? 0 })}
          />
        </>
      )}
    </Page>
  );
}
