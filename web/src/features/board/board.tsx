import '@/styles/report.css';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowDownRight, ArrowUpRight, ChevronRight, Minus, Table2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Refused } from '@/api/client';
import { useMay } from '@/api/shared';
import type { Answer, KeyFigure, SavedReport } from '@/api/types';
import { usePhone } from '@/app/ui';
import { type Key, useWord } from '@/app/words';
import { AnswerTable, Axes, Drawing, Funnel, Ring } from '@/features/report/chart';
import { askQuery, type BoardPeriod, boardQuery, savedQuery, standardQuery, standardsQuery } from '@/features/report/data';
import { type Delta, delta, lead, plan, say } from '@/features/report/figures';
import { measureOf } from '@/features/report/kept';
import { Behind } from '@/features/report/open';
import { tone } from '@/features/report/tones';
import { IconButton } from '@/kit/button';
import { Avatar, Skel } from '@/kit/chips';
import { Failed, Lines } from '@/kit/states';
import { Spark } from './spark';

/** 管理看板: the key figures and what is behind them; every one opens its list. */
export default function Board({ period, beside }: { period: BoardPeriod; beside: ReactNode }) {
  const { data, error, refetch, isPlaceholderData } = useQuery(boardQuery(period));
  const { data: standards } = useQuery(standardsQuery());
  const has = (code: string) => !!standards?.some((r) => r.code === code);
  const { data: kept } = useQuery(savedQuery);
  const own = (kept ?? []).filter((r) => r.on_board);
  const phone = usePhone();
  const amounts = !!data?.figures.some((f) => f.name === 'order_amount');
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <>
      <div className={isPlaceholderData ? 'tiles stale' : 'tiles'}>
        {data
          ? data.figures.map((f, i) => <Tile key={f.name} of={f} period={period} at={i} />)
          : Array.from({ length: 4 }, (_, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: shapes without identity
              <div key={i} className="card tile">
                <Skel w={80} />
                <Skel w={110} h={28} />
                <Skel w={90} />
              </div>
            ))}
      </div>
      {phone && beside}
      {has('growth') && <Growth />}
      {!phone && beside}
      {has('funnel') && <Stages />}
      {has('by_source') && <Sources period={period} />}
      <Ranking period={period} amounts={amounts && has('orders_by_person')} effort={has('effort')} />
      {own.length > 0 && (
        <div className="b-kepts">
          {own.map((r) => (
            <KeptCard key={r.id} report={r} />
          ))}
        </div>
      )}
    </>
  );
}

const ARROW = { up: ArrowUpRight, down: ArrowDownRight, same: Minus };
function Moved({ by, than }: { by: Delta | null; than: string }) {
  const t = useWord();
  if (!by) return <small className="mut">{t('reportpage.delta.none', { than })}</small>;
  const Arrow = ARROW[by.way];
  return (
    <small className="moved">
      <span className={by.way === 'same' ? 'tn mut' : by.good ? 'tn good' : 'tn bad'}>
        <Arrow size={13} aria-label={t(`reportpage.delta.${by.way}`)} />
        {by.text}
      </span>
      <span className="mut">{than}</span>
    </small>
  );
}

function Tile({ of, period, at }: { of: KeyFigure; period: BoardPeriod; at: number }) {
  const t = useWord();
  const now = of.figure.value;
  const year = delta(of.unit, now, of.last_year, of.good);
  return (
    <Behind
      subject={of.subject}
      figure={of.figure}
      name={`${of.label} · ${t(`reportpage.period.${period}`)}`}
      className="card tile"
      title={t('reportpage.delta.title', { before: say(of.unit, of.before), year: say(of.unit, of.last_year) })}
    >
      <span className="tile-l">{of.label}</span>
      <b className="tn">{say(of.unit, now, true)}</b>
      <Moved by={delta(of.unit, now, of.before, of.good)} than={t(`reportpage.than.${period}`)} />
      {period !== 'this_year' && year && <Moved by={year} than={t('reportpage.than.this_year')} />}
      <Spark values={of.trend} colour={tone(at % 4 === 3 ? 6 : at % 4)} />
    </Behind>
  );
}

function Card({
  code,
  title,
  sub,
  area,
  answer,
  error,
  retry,
  search,
  kept,
  children,
}: {
  code: string;
  title: string;
  sub: string;
  area: string;
  answer: Answer | undefined;
  error: unknown;
  retry: () => void;
  search?: Record<string, unknown>;
  /** Of a report that somebody kept. */
  kept?: string;
  children: (answer: Answer) => ReactNode;
}) {
  const t = useWord();
  const [table, setTable] = useState(false);
  return (
    <section className={`card bcard ${area}`} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <small className="mut">{sub}</small>
        <span className="sp" />
        <IconButton
          small
          label={t('reportpage.view.table')}
          aria-pressed={table}
          className={table ? 'on' : undefined}
          onClick={() => setTable(!table)}
        >
          <Table2 size={15} />
        </IconButton>
        {kept ? (
          <Link to="/reports/kept/$id" params={{ id: kept }} className="mut more">
            {t('home.verb.all')}
            <ChevronRight size={14} />
          </Link>
        ) : (
          <Link to="/reports/$code" params={{ code }} search={search as never} className="mut more">
            {t('home.verb.all')}
            <ChevronRight size={14} />
          </Link>
        )}
      </header>
      {error ? (
        <Failed error={error} retry={retry} small />
      ) : !answer ? (
        <Lines count={5} />
      ) : table ? (
        <AnswerTable answer={answer} label={title} />
      ) : answer.rows.length || !answer.by.length ? (
        children(answer)
      ) : (
        <p className="field-help">{t('reportpage.empty.figures')}</p>
      )}
    </section>
  );
}

function Growth() {
  const t = useWord();
  const phone = usePhone();
  const { data, error, refetch } = useQuery(standardQuery('growth', {}));
  return (
    <Card
      code="growth"
      title={t('reportpage.title.growth')}
      sub={t('reportpage.period.last_12_months')}
      area="b-growth"
      answer={data}
      error={error}
      retry={() => void refetch()}
    >
      {(answer) => {
        const p = plan(answer, 'bar');
        return (
          <Axes
            answer={answer}
            label={t('reportpage.title.growth')}
            height={phone ? 230 : 252}
            last
            plan={{ ...p, series: p.series.map((s, i) => ({ ...s, as: i === 0 ? 'bar' : 'line' })) }}
          />
        );
      }}
    </Card>
  );
}
function Stages() {
  const t = useWord();
  const { data, error, refetch } = useQuery(standardQuery('funnel', {}));
  return (
    <Card
      code="funnel"
      title={t('reportpage.title.funnel')}
      sub={t('reportpage.period.last_90_days')}
      area="b-funnel"
      answer={data}
      error={error}
      retry={() => void refetch()}
    >
      {(answer) => <Funnel answer={answer} />}
    </Card>
  );
}
function Sources({ period }: { period: BoardPeriod }) {
  const t = useWord();
  const { data, error, refetch } = useQuery(standardQuery('by_source', { period }));
  return (
    <Card
      code="by_source"
      title={t('reportpage.title.sources')}
      sub={t('reportpage.label.new_of', { period: t(`reportpage.period.${period}`) })}
      area="b-sources"
      answer={data}
      error={error}
      retry={() => void refetch()}
      search={{ period }}
    >
      {(answer) => <Ring answer={answer} label={t('reportpage.title.sources')} />}
    </Card>
  );
}

/** Who brought in the most; who talked the most, where no amounts are to be seen or there are none. */
function Ranking({ period, amounts, effort }: { period: BoardPeriod; amounts: boolean; effort: boolean }) {
  const t = useWord();
  const may = useMay();
  const orders = useQuery({ ...standardQuery('orders_by_person', { period }), enabled: amounts });
  const none = !amounts || (!!orders.data && !orders.data.rows.length) || !!orders.error;
  const talks = useQuery({ ...standardQuery('effort', { period }), enabled: none && effort && may('followup.read') });
  if (none && !effort) return null;
  const { data, error, refetch } = none ? talks : orders;
  return (
    <Card
      code={none ? 'effort' : 'orders_by_person'}
      title={t(none ? 'reportpage.title.effort' : 'reportpage.title.ranking')}
      sub={t(`reportpage.period.${period}`)}
      area="b-ranking"
      answer={data}
      error={error}
      retry={() => void refetch()}
      search={{ period }}
    >
      {(answer) => {
        const at = lead(answer);
        const column = answer.columns[at];
        const most = Math.max(1, ...answer.rows.map((r) => r.figures[at]?.value ?? 0));
        return (
          <ol className="ranks">
            {answer.rows.slice(0, 7).map((r, i) => {
              const figure = r.figures[at];
              const name = r.keys[0]?.label ?? '';
              return (
                <li key={r.keys[0]?.value}>
                  <Behind subject={answer.subject} figure={figure} name={`${name} · ${column?.label}`} className="rank">
                    <span className="tn mut">{i + 1}</span>
                    <Avatar name={name} size={22} />
                    <span className="cut">{name}</span>
                    <span className="rank-bar">
                      <i style={{ width: `${((figure?.value ?? 0) * 100) / most}%` }} />
                    </span>
                    <b className="tn">{say(column?.unit ?? 'count', figure?.value, true)}</b>
                  </Behind>
                </li>
              );
            })}
          </ol>
        );
      }}
    </Card>
  );
}

/** A report that somebody put on the dashboard, as the viewer may see it; what he may not ask does not stand there. */
function KeptCard({ report }: { report: SavedReport }) {
  const t = useWord();
  const { data, error, refetch } = useQuery(askQuery(report.ask));
  if (error instanceof Refused && error.status === 403) return null;
  const preset = report.ask.period?.preset;
  const sub = preset
    ? t(`reportpage.period.${preset}` as Key)
    : report.ask.period?.from
      ? `${report.ask.period.from} – ${report.ask.period.to ?? ''}`
      : t('reportpage.period.all');
  return (
    <Card code="" kept={report.id} title={report.name} sub={sub} area="b-kept" answer={data} error={error} retry={() => void refetch()}>
      {(answer) =>
        report.chart === 'table' || !answer.by.length ? (
          <AnswerTable answer={answer} label={report.name} />
        ) : (
          <Drawing answer={answer} kind={report.chart} label={report.name} measure={measureOf(report)} />
        )
      }
    </Card>
  );
}
