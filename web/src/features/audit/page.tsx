import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { FileDown, Scroll, X } from 'lucide-react';
import { useState } from 'react';
import { get } from '@/api/client';
import { colleaguesQuery, useEveryField, useMay } from '@/api/shared';
import type { AuditEntry, List } from '@/api/types';
import { full, instant } from '@/app/dates';
import { Page } from '@/app/page';
import { SearchBox } from '@/app/searchbox';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { giveOut } from '@/features/export/run';
import { Button } from '@/kit/button';
import { Avatar } from '@/kit/chips';
import { DayInput } from '@/kit/day/day';
import { Select } from '@/kit/pick';
import { Empty, Failed, Lines } from '@/kit/states';
import { type Column, ListTable, Pager, PhonePager } from '@/kit/table';
import { Entry } from './entry';
import { Verdict } from './verdict';
import { detail, named, what, who } from './words';

const route = getRouteApi('/app/admin/audit');

/** What auditors ask for most; a dot at the end takes all acts that begin so. */
const groups = [
  ['customer.', 'audit.filter.customer'],
  ['sensitive.', 'audit.filter.looks'],
  ['export.', 'audit.filter.export'],
  ['import.', 'audit.filter.import'],
  ['session.', 'audit.filter.session'],
  ['access.', 'audit.filter.refuse'],
  ['user.', 'audit.filter.user'],
  ['setting.', 'audit.filter.setting'],
  ['backup.', 'audit.filter.backup'],
] as const;

export default function Audit() {
  const t = useWord();
  const phone = usePhone();
  const may = useMay();
  const navigate = useNavigate();
  const s = route.useSearch();
  const limit = s.limit ?? 50;
  const [open, setOpen] = useState<AuditEntry>();
  const { data: people } = useQuery(colleaguesQuery());
  const by = (e: AuditEntry) => people?.find((p) => p.id === e.actor_id)?.name ?? who(e);
  const look = (change: Partial<typeof s>) => {
    setOpen(undefined);
    void navigate({ to: '/admin/audit', search: { ...s, cursor: undefined, ...change }, replace: true });
  };
  const asked = {
    q: s.q,
    action: s.action,
    actor: s.actor,
    record: s.record,
    since: s.since && instant(s.since),
    until: s.until && instant(s.until, '23:59'),
  };
  const fields = useEveryField();
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['audit', asked, s.cursor, limit],
    queryFn: ({ signal }) => get<List<AuditEntry>>('/audit', { ...asked, cursor: s.cursor, limit }, signal),
    placeholderData: keepPreviousData,
  });
  const filtered = Object.values(asked).some(Boolean);
  const params = Object.fromEntries(Object.entries(asked).filter(([k, v]) => k !== 'q' && v)) as Record<string, string>;
  const columns: Column<AuditEntry>[] = [
    {
      key: 'at',
      title: t('audit.field.at'),
      width: 150,
      render: (e) => (
        <button type="button" className="link tn" onClick={() => setOpen(e)}>
          {full(e.at)}
        </button>
      ),
    },
    {
      key: 'who',
      title: t('audit.field.who'),
      width: 140,
      render: (e) => (
        <span className="row" style={{ gap: 6 }}>
          <Avatar name={by(e)} size={20} />
          <span className="cut">{by(e)}</span>
        </span>
      ),
    },
    { key: 'action', title: t('audit.field.action'), width: 150, render: (e) => <span className="strong">{what(e)}</span> },
    { key: 'record', title: t('audit.field.record'), width: 220, render: (e) => <span className="tx2 cut">{named(e)}</span> },
    {
      key: 'detail',
      title: t('audit.field.detail'),
      width: 320,
      render: (e) => (
        <span className="mut cut" title={detail(e, fields)}>
          {detail(e, fields)}
        </span>
      ),
    },
    { key: 'address', title: t('audit.field.address'), width: 130, render: (e) => <span className="mut tn">{e.address ?? '—'}</span> },
  ];
  const empty = <Empty icon={Scroll} title={t('audit.empty.title')} />;
  const go = (cursor: string) => void navigate({ to: '/admin/audit', search: { ...s, cursor } });
  return (
    <Page
      flush
      title={t('app.nav.audit')}
      actions={
        may('audit.export') && (
          <Button
            look="ghost"
            icon={<FileDown size={15} />}
            aria-label={t('export.verb.export')}
            onClick={() => void giveOut({ target: 'audit', q: s.q, params })}
          >
            {!phone && t('export.verb.export')}
          </Button>
        )
      }
    >
      <Verdict />
      <div className="tools audit-tools">
        <SearchBox value={s.q} onSearch={(q) => look({ q })} hint={t('audit.hint.search')} />
        <span className="audit-tool">
          <Select
            label={t('audit.field.action')}
            value={s.action ?? null}
            placeholder={t('audit.filter.all')}
            onChange={(v) => look({ action: (v as string | null) ?? undefined })}
            options={groups.map(([value, name]) => ({ value, label: t(name) }))}
          />
        </span>
        <span className="audit-tool">
          <Select
            label={t('audit.field.who')}
            value={s.actor ?? null}
            placeholder={t('audit.field.who')}
            onChange={(v) => look({ actor: (v as string | null) ?? undefined })}
            options={(people ?? []).map((p) => ({ value: p.id, label: p.name }))}
          />
        </span>
        <span className="audit-tool">
          <DayInput
            past
            hint={t('audit.label.since')}
            label={t('audit.label.since')}
            value={s.since ?? null}
            onChange={(v) => look({ since: v ?? undefined })}
          />
        </span>
        <span className="audit-tool">
          <DayInput
            past
            hint={t('audit.label.until')}
            label={t('audit.label.until')}
            value={s.until ?? null}
            onChange={(v) => look({ until: v ?? undefined })}
          />
        </span>
        {filtered && (
          <Button
            look="ghost"
            icon={<X size={15} />}
            onClick={() =>
              look({ q: undefined, action: undefined, actor: undefined, record: undefined, since: undefined, until: undefined })
            }
          >
            {t('audit.verb.clear')}
          </Button>
        )}
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
                  <Avatar name={by(e)} size={28} />
                  <button type="button" className="plain sp cut" onClick={() => setOpen(e)}>
                    <b className="cut">
                      {by(e)} {what(e)}
                    </b>
                    <small className="cut">
                      {full(e.at)} · {named(e)}
                    </small>
                  </button>
                </li>
              ))}
            </ul>
          )}
          <PhonePager next={data?.next} prev={data?.prev} onGo={go} />
        </div>
      ) : (
        <>
          <ListTable label={t('app.nav.audit')} columns={columns} rows={data?.items} stale={isPlaceholderData} empty={empty} />
          <Pager
            next={data?.next}
            prev={data?.prev}
            onGo={go}
            limit={limit}
            onLimit={(n) => look({ limit: n })}
            range={t('customer.label.range', { shown: data?.items.length ?? 0 })}
          />
        </>
      )}
      {open && (
        <Entry
          entry={open}
          by={by(open)}
          onClose={() => setOpen(undefined)}
          onRecord={() => look({ record: open.record_id ?? undefined, q: undefined, action: undefined, actor: undefined })}
          onActor={() => look({ actor: open.actor_id ?? undefined, q: undefined, action: undefined, record: undefined })}
        />
      )}
    </Page>
  );
}
