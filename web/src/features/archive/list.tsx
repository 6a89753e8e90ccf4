import '@/styles/archive.css';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Archive, Printer } from 'lucide-react';
import { useState } from 'react';
import { useDictionaries, useMay } from '@/api/shared';
import type { ArchiveFile } from '@/api/types';
import { asDay } from '@/app/dates';
import { count } from '@/app/numbers';
import { Page } from '@/app/page';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { Button, Tabs } from '@/kit/button';
import { Chip } from '@/kit/chips';
import { Input } from '@/kit/inputs';
import { Select } from '@/kit/pick';
import { Empty, Failed, Lines } from '@/kit/states';
import { type Column, ListTable, Pager, PhonePager } from '@/kit/table';
import { Whereabouts } from './banner';
import { filesListQuery, type Search, shelvesQuery } from './data';
import { LabelSheet } from './sheets';

const route = getRouteApi('/app/archive');
const VIEWS = {
  all: {},
  out: { lent: 'out' },
  late: { lent: 'overdue' },
  unused: { unused: true },
  reopened: { state: 'reopened' },
} as const;
type View = keyof typeof VIEWS;

/** 档案: what is archived, by year, category and place; what is on loan, what nobody used for years. */
export default function ArchiveList() {
  const t = useWord();
  const may = useMay();
  const phone = usePhone();
  const navigate = useNavigate();
  const words = useDictionaries();
  const s = route.useSearch();
  const { data, error, refetch, isPlaceholderData } = useQuery({ ...filesListQuery(s), placeholderData: keepPreviousData });
  const { data: shelves } = useQuery(shelvesQuery);
  const [picked, setPicked] = useState<string[]>([]);
  const [printing, setPrinting] = useState(false);
  const [place, setPlace] = useState(s.place ?? '');
  const go = (change: Partial<Search>) => {
    setPicked([]);
    void navigate({ to: '/archive', search: { ...s, cursor: undefined, ...change }, replace: true });
  };
  const view: View = s.unused ? 'unused' : s.lent === 'overdue' ? 'late' : s.lent ? 'out' : s.state === 'reopened' ? 'reopened' : 'all';
  const narrowed = view !== 'all' || !!(s.year || s.category || s.place);
  const years = new Map<number, number>();
  const categories = new Map<string, number>();
  for (const x of shelves ?? []) {
    years.set(x.year, (years.get(x.year) ?? 0) + x.count);
    if (x.category) categories.set(x.category, (categories.get(x.category) ?? 0) + x.count);
  }
  const kindOf = (f: ArchiveFile) =>
    [f.category && words.label('archive_category', f.category), f.project_type && words.label('project_type', f.project_type)]
      .filter(Boolean)
      .join(' · ');
  const columns: Column<ArchiveFile>[] = [
    {
      key: 'code',
      title: t('archive.field.code'),
      width: 140,
      render: (f) => (
        <Link to="/customers/$id" params={{ id: f.customer_id }} className="link plain tn">
          {f.code}
        </Link>
      ),
    },
    { key: 'customer', title: t('archive.field.customer'), width: 240, render: (f) => <span className="cut">{f.customer_name}</span> },
    { key: 'year', title: t('archive.field.year'), width: 80, render: (f) => <span className="tn">{f.year}</span> },
    { key: 'category', title: t('archive.field.category'), width: 190, render: (f) => <span className="cut tx2">{kindOf(f) || '—'}</span> },
    { key: 'place', title: t('archive.field.place'), width: 150, render: (f) => <span className="cut tx2">{f.place || '—'}</span> },
    { key: 'paper', title: t('archive.field.paper'), width: 220, render: (f) => <Paper f={f} /> },
    {
      key: 'archived_at',
      title: t('archive.field.archived_at'),
      width: 120,
      render: (f) => <span className="tn tx2">{asDay(f.archived_at ?? '')}</span>,
    },
    {
      key: 'used_at',
      title: t('archive.field.used_at'),
      width: 120,
      render: (f) => <span className="tn tx2">{asDay(f.used_at ?? '')}</span>,
    },
  ];
  const empty = (
    <Empty
      icon={Archive}
      title={t(narrowed ? 'archive.label.none' : 'archive.label.empty')}
      hint={narrowed ? undefined : t('archive.label.emptyhint')}
    />
  );
  const total = data?.total !== undefined && t('archive.label.count', { n: `${count(data.total)}${data.total_capped ? '+' : ''}` });
  return (
    <Page
      flush
      title={t('archive.title.list')}
      actions={
        may('customer.archive') && !phone && picked.length > 0 ? (
          <Button icon={<Printer size={15} />} onClick={() => setPrinting(true)}>
            {t('archive.verb.print')} <span className="count brand">{picked.length}</span>
          </Button>
        ) : undefined
      }
    >
      <div className="list-tabs">
        <Tabs
          label={t('archive.title.list')}
          value={view}
          options={(Object.keys(VIEWS) as View[]).map((v) => ({ value: v, label: t(`archive.view.${v}`) }))}
          onChange={(v) => go({ state: undefined, lent: undefined, unused: undefined, ...VIEWS[v] })}
        />
      </div>
      <div className="tools arch-tools">
        <span>
          <Select
            label={t('archive.field.year')}
            placeholder={t('archive.label.anyyear')}
            value={s.year ? String(s.year) : null}
            options={[...years].map(([year, n]) => ({ value: String(year), label: `${year}`, hint: String(n) }))}
            onChange={(y) => go({ year: Number(y) || undefined })}
          />
        </span>
        <span>
          <Select
            label={t('archive.field.category')}
            placeholder={t('archive.label.anycategory')}
            value={s.category ?? null}
            options={[...categories].map(([code, n]) => ({
              value: code,
              label: words.label('archive_category', code) ?? code,
              hint: String(n),
            }))}
            onChange={(c) => go({ category: (c as string | null) ?? undefined })}
          />
        </span>
        <form
          onSubmit={(e) => {
            e.preventDefault();
            go({ place: place.trim() || undefined });
          }}
        >
          <Input
            aria-label={t('archive.field.place')}
            placeholder={t('archive.field.place')}
            value={place}
            onChange={setPlace}
            onBlur={() => place.trim() !== (s.place ?? '') && go({ place: place.trim() || undefined })}
          />
        </form>
        <span className="sp" />
      </div>
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
              <p className="tx2">{total}</p>
              <ul className={isPlaceholderData ? 'svc stale' : 'svc'}>
                {data.items.map((f) => (
                  <li key={f.id}>
                    <Link to="/customers/$id" params={{ id: f.customer_id }} className="arch-li plain">
                      <b>{f.customer_name}</b>
                      <span className="tn tx2">
                        {f.code} · {f.year}
                        {kindOf(f) && ` · ${kindOf(f)}`}
                      </span>
                      <Whereabouts f={f} />
                    </Link>
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
            label={t('archive.title.list')}
            columns={columns}
            rows={data?.items}
            stale={isPlaceholderData}
            selected={may('customer.archive') ? picked : undefined}
            onSelect={may('customer.archive') ? setPicked : undefined}
            empty={empty}
          />
          <Pager
            next={data?.next}
            prev={data?.prev}
            onGo={(cursor) => go({ cursor })}
            limit={s.limit ?? 50}
            onLimit={(limit) => go({ limit })}
            range={t('customer.label.range', { shown: data?.items.length ?? 0 })}
            hints={total}
          />
        </>
      )}
      {printing && <LabelSheet ids={picked} onClose={() => setPrinting(false)} />}
    </Page>
  );
}

function Paper({ f }: { f: ArchiveFile }) {
  const t = useWord();
  return f.borrower_id ? <Whereabouts f={f} /> : <Chip>{t('archive.label.inplace')}</Chip>;
}
