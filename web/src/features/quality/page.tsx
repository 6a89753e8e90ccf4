import '@/styles/quality.css';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { BadgeCheck, Check, ChevronRight, Pencil } from 'lucide-react';
import { useState } from 'react';
import { get } from '@/api/client';
import { useFields, useMay, useMe } from '@/api/shared';
import type { Customer, List, Quality, QualityFigure, QualityLine } from '@/api/types';
import { asDay } from '@/app/dates';
import { count } from '@/app/numbers';
import { Page } from '@/app/page';
import { openIt } from '@/app/ui';
import { useWord, wordOr } from '@/app/words';
import { Button, Tabs } from '@/kit/button';
import { Chip, Meter } from '@/kit/chips';
import { Check as Tick } from '@/kit/inputs';
import { Empty, Failed, Lines } from '@/kit/states';
import { MINE, qualityQuery, type Search, useConfirm } from './data';

const route = getRouteApi('/app/quality');

/** 季度核对 of one's own customers, and how the data of teams and people stands. */
export default function QualityPage() {
  const t = useWord();
  const may = useMay();
  const navigate = useNavigate();
  const s = route.useSearch();
  const writes = may('customer.write');
  const tab = s.tab ?? (writes ? 'mine' : 'data');
  return (
    <Page title={t('quality.title')}>
      {writes && (
        <div className="list-tabs">
          <Tabs
            label={t('quality.title')}
            value={tab}
            options={(['mine', 'data'] as const).map((v) => ({ value: v, label: t(`quality.tab.${v}`) }))}
            onChange={(v) => void navigate({ to: '/quality', search: { tab: v === 'data' ? 'data' : undefined }, replace: true })}
          />
        </div>
      )}
      <div className="page-b qual-page">{tab === 'mine' ? <Mine /> : <Data s={s} />}</div>
    </Page>
  );
}

function Mine() {
  const t = useWord();
  const me = useMe();
  const { confirm, busy } = useConfirm();
  const [picked, setPicked] = useState<string[]>([]);
  const mine = useQuery(qualityQuery({ owner: me.id }));
  const q = useInfiniteQuery({
    queryKey: ['customers', 'tocheck'],
    queryFn: ({ pageParam, signal }) =>
      get<List<Customer>>('/customers', { filter: JSON.stringify(MINE), sort: 'last_follow_up_at', limit: 50, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
  if (q.error) return <Failed error={q.error} retry={() => void q.refetch()} />;
  if (!q.data) return <Lines count={8} />;
  const rows = q.data.pages.flatMap((p) => p.items);
  const total = mine.data?.total;
  const chosen = rows.filter((r) => picked.includes(r.id));
  return (
    <section className="card qual" aria-label={t('quality.tab.mine')}>
      {total && mine.data?.period.on && (
        <div className="qual-head">
          <div className="sp">
            <b className="tn">{t('quality.label.progress', { count: total.checked, total: total.to_check })}</b>
            <small className="mut tn">{t('quality.label.until', { day: asDay(mine.data.period.to) })}</small>
          </div>
          <Meter value={total.to_check ? Math.round((100 * total.checked) / total.to_check) : 100} label={t('quality.tab.mine')} />
        </div>
      )}
      {mine.data && !mine.data.period.on && <p className="mut">{t('quality.hint.off')}</p>}
      {!rows.length ? (
        <Empty icon={BadgeCheck} title={t('quality.empty.title')} hint={t('quality.empty.hint')} />
      ) : (
        <>
          <div className="qual-bar">
            <Tick checked={chosen.length === rows.length} onChange={(on) => setPicked(on ? rows.map((r) => r.id) : [])}>
              {t('quality.verb.all', { count: count(rows.length) })}
            </Tick>
            <span className="sp" />
            <Button
              look="primary"
              icon={<Check size={15} />}
              busy={busy}
              disabled={!chosen.length}
              onClick={() => void confirm(chosen).then(() => setPicked([]))}
            >
              {chosen.length ? t('quality.verb.confirm_many', { count: chosen.length }) : t('quality.verb.confirm')}
            </Button>
          </div>
          <ul className="qual-list">
            {rows.map((c) => (
              <li key={c.id}>
                <label className="check">
                  <input
                    type="checkbox"
                    aria-label={c.name}
                    checked={picked.includes(c.id)}
                    onChange={(e) => setPicked(e.target.checked ? [...picked, c.id] : picked.filter((x) => x !== c.id))}
                  />
                </label>
                <div className="sp">
                  <Link to="/customers/$id" params={{ id: c.id }} className="link plain">
                    {c.name}
                  </Link>
                  <small className="mut tn">
                    {t('quality.label.complete', { n: c.completeness })}
                    {' · '}
                    {c.checked_at ? t('quality.label.last_day', { day: asDay(c.checked_at) }) : t('quality.label.never')}
                  </small>
                </div>
                <Button size="sm" look="ghost" icon={<Pencil size={14} />} onClick={() => openIt({ what: 'form', id: c.id })}>
                  {t('quality.verb.correct')}
                </Button>
                <Button size="sm" icon={<Check size={14} />} disabled={busy} onClick={() => void confirm([c])}>
                  {t('quality.verb.confirm')}
                </Button>
              </li>
            ))}
          </ul>
          {q.hasNextPage && (
            <Button block look="ghost" busy={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
              {t('app.verb.load_more')}
            </Button>
          )}
        </>
      )}
    </section>
  );
}

function Figure({ f, name, warn }: { f: QualityFigure; name: string; warn?: boolean }) {
  if (!f.n) return <span className="tn mut">0</span>;
  return (
    <Link
      to="/customers"
      search={{ r: { name, filter: JSON.parse(f.filter) as object } }}
      preload={false}
      className={warn ? 'tn fig warn' : 'tn fig'}
      aria-label={`${name} ${f.n}`}
    >
      {count(f.n)}
    </Link>
  );
}

function Data({ s }: { s: Search }) {
  const t = useWord();
  const { data, error, refetch, isPlaceholderData } = useQuery({ ...qualityQuery(s), placeholderData: keepPreviousData });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Lines count={8} />;
  const of = s.owner
    ? (data.people[0]?.name ?? undefined)
    : s.department
      ? (data.departments[0]?.name ?? t('quality.label.none'))
      : undefined;
  return (
    <div className={isPlaceholderData ? 'qual-data stale' : 'qual-data'}>
      {of && (
        <p className="row">
          <Link to="/quality" search={{ tab: 'data' }} className="link">
            {t('quality.label.everything')}
          </Link>
          <ChevronRight size={14} className="mut" />
          <b>{of}</b>
        </p>
      )}
      <Tiles data={data} of={of} />
      {!s.owner && !s.department && <Table title={t('quality.title.departments')} lines={data.departments} data={data} by="department" />}
      {!s.owner && <Table title={t('quality.title.people')} lines={data.people} data={data} by="owner" />}
      <Missed data={data} of={of} />
    </div>
  );
}

const named = (of: string | null | undefined, what: string) => (of ? `${of} · ${what}` : what);

function Tiles({ data, of }: { data: Quality; of?: string }) {
  const t = useWord();
  const x = data.total;
  const low = t('quality.field.low', { n: data.low_below });
  const silent = t('quality.field.silent', { n: data.silent_days });
  return (
    <div className="kpis qual-kpis">
      <div className="card kpi still">
        <span>{t('quality.field.completeness')}</span>
        <b className="tn">{x.completeness}%</b>
      </div>
      {(
        [
          [t('quality.field.customers'), x.customers],
          [low, x.low],
          ...(data.period.on ? ([[t('quality.field.due'), x.due]] as [string, QualityFigure][]) : []),
          [silent, x.silent],
          [t('quality.field.suspects'), x.suspects],
        ] as [string, QualityFigure][]
      ).map(([name, f], i) => (
        <Link
          key={name}
          to="/customers"
          search={{ r: { name: named(of, name), filter: JSON.parse(f.filter) as object } }}
          preload={false}
          className="card kpi"
        >
          <span>{name}</span>
          <b className={i && f.n ? 'tn warn' : 'tn'}>{count(f.n)}</b>
          <ChevronRight size={15} className="mut" />
        </Link>
      ))}
    </div>
  );
}

function Table({ title, lines, data, by }: { title: string; lines: QualityLine[]; data: Quality; by: 'department' | 'owner' }) {
  const t = useWord();
  const low = t('quality.field.low', { n: data.low_below });
  const silent = t('quality.field.silent', { n: data.silent_days });
  if (!lines.length) return null;
  return (
    <div className="card">
      <header>
        <h2>{title}</h2>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section className="qual-scroll" tabIndex={0} aria-label={title}>
        <table className="qual-table">
          <thead>
            <tr>
              <th scope="col">{by === 'owner' ? t('quality.field.person') : t('quality.field.department')}</th>
              <th scope="col">{t('quality.field.customers')}</th>
              <th scope="col">{t('quality.field.completeness')}</th>
              <th scope="col">{low}</th>
              {data.period.on && <th scope="col">{t('quality.field.progress')}</th>}
              {data.period.on && <th scope="col">{t('quality.field.due')}</th>}
              <th scope="col">{silent}</th>
              <th scope="col">{t('quality.field.suspects')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((l) => {
              const name = l.name ?? t('quality.label.none');
              const share = l.to_check ? Math.round((100 * l.checked) / l.to_check) : 100;
              return (
                <tr key={l.id ?? 'none'}>
                  <th scope="row">
                    <Link to="/quality" search={{ tab: 'data', [by]: l.id ?? 'none' }} className="link plain">
                      {name}
                    </Link>
                  </th>
                  <td>
                    <Figure f={l.customers} name={named(name, t('quality.field.customers'))} />
                  </td>
                  <td className="tn">{l.completeness}%</td>
                  <td>
                    <Figure f={l.low} name={named(name, low)} warn />
                    {l.low.n > 0 && <small className="mut tn"> {Math.round((100 * l.low.n) / l.customers.n)}%</small>}
                  </td>
                  {data.period.on && (
                    <td className="tn">
                      <Chip tone={share === 100 ? 'green' : share >= 50 ? 'amber' : 'red'}>{share}%</Chip>{' '}
                      <small className="mut">
                        {l.checked}/{l.to_check}
                      </small>
                    </td>
                  )}
                  {data.period.on && (
                    <td>
                      <Figure f={l.due} name={named(name, t('quality.field.due'))} warn />
                    </td>
                  )}
                  <td>
                    <Figure f={l.silent} name={named(name, silent)} warn />
                  </td>
                  <td>
                    <Figure f={l.suspects} name={named(name, t('quality.field.suspects'))} warn />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Missed({ data, of }: { data: Quality; of?: string }) {
  const t = useWord();
  const fields = useFields('customer');
  const label = (field: string) => {
    const own = fields?.find((f) => f.name === field)?.label;
    if (own || field.startsWith('x_')) return own ?? t('field.label.unseen');
    const of = wordOr(`contact.field.${field.split('.').at(-1)}`, '');
    return of ? t('customer.label.of_contact', { field: of }) : t('contact.field.primary');
  };
  if (data.too_many) return <p className="mut">{t('quality.hint.too_many')}</p>;
  if (!data.missed.length) return null;
  const most = data.missed[0]?.figure.n ?? 1;
  return (
    <section className="card" aria-label={t('quality.title.missed')}>
      <header>
        <h2>{t('quality.title.missed')}</h2>
      </header>
      <ul className="qual-missed">
        {data.missed.map((m) => (
          <li key={m.field}>
            <span className="cut">{label(m.field)}</span>
            <i style={{ width: `${Math.max(2, (100 * m.figure.n) / most)}%` }} />
            <Figure f={m.figure} name={named(of, t('quality.label.lacks', { field: label(m.field) }))} />
          </li>
        ))}
      </ul>
    </section>
  );
}
