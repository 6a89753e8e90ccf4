import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Building2, ChevronRight, CircleCheckBig, Plus } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useMay, useMe } from '@/api/shared';
import { hourNow, shortDay, today, weekdayName } from '@/app/dates';
import { count } from '@/app/numbers';
import { Page } from '@/app/page';
import { homeQuery } from '@/app/shell';
import { openIt, usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { listQuery } from '@/features/customer/query';
import { keyChangesWaiting } from '@/features/keychange/data';
import type { BoardPeriod } from '@/features/report/data';
import { tasksQuery } from '@/features/task/data';
import { TaskLine } from '@/features/task/line';
import { PromiseList } from '@/features/task/promises';
import { Button, Segmented } from '@/kit/button';
import { Avatar, Skel } from '@/kit/chips';
import { Empty, Failed, Lines } from '@/kit/states';
import { StageChip, When } from '@/kit/value';

const GiveOut = lazy(() => import('@/features/report/out').then((m) => ({ default: m.GiveOut })));
const Guide = lazy(() => import('@/features/guide/guide'));
const Board = lazy(() => import('@/features/board/board'));
const Waiting = lazy(() => import('./counter').then((m) => ({ default: m.Waiting })));
const Verdict = lazy(() => import('@/features/audit/verdict').then((m) => ({ default: m.Verdict })));
const PERIODS: BoardPeriod[] = ['this_month', 'this_quarter', 'this_year'];

/** Every number is a real one, and opens its list. */
export default function Home() {
  const t = useWord();
  const me = useMe();
  const may = useMay();
  const phone = usePhone();
  const { data: home, error, refetch } = useQuery(homeQuery);
  const { data: changes } = useQuery({ ...keyChangesWaiting, enabled: may('customer.write') });
  const board = may('report.read');
  const [period, setPeriod] = useState<BoardPeriod>('this_month');
  const hour = hourNow();
  const greeting = t(
    hour < 5
      ? 'home.greeting.night'
      : hour < 11
        ? 'home.greeting.morning'
        : hour < 13
          ? 'home.greeting.noon'
          : hour < 18
            ? 'home.greeting.afternoon'
            : 'home.greeting.evening',
    { name: me.name },
  );
  const left = home ? home.tasks_today + home.overdue : 0;
  const tasks = (
    <section className={board ? 'card b-tasks' : 'card a-tasks'}>
      <header>
        <h2>{t('home.title.tasks')}</h2>
        <span className="sp" />
        {may('task.write') && (
          <Button size="sm" look="ghost" icon={<Plus size={14} />} onClick={() => openIt({ what: 'task' })}>
            {t('app.verb.add')}
          </Button>
        )}
      </header>
      <TodayTasks />
    </section>
  );
  return (
    <Page
      title={greeting}
      sub={phone ? undefined : home ? (left ? t('home.hint.left', { count: left }) : t('home.hint.free')) : ''}
      actions={
        board ? (
          <>
            <Segmented
              small
              label={t('reportpage.label.period')}
              value={period}
              onChange={setPeriod}
              options={PERIODS.map((p) => ({ value: p, label: t(`reportpage.period.${p}` as 'reportpage.period.this_month') }))}
            />
            <Suspense fallback={null}>
              <GiveOut
                query={{ board: 'true', period }}
                what={{ board: true, period: { preset: period } }}
                name={t('reportpage.title.board')}
                sheets={false}
              />
            </Suspense>
          </>
        ) : (
          <span className="mut tn not-phone" style={{ fontSize: 13 }}>
            {shortDay(today())} · {weekdayName(today())}
          </span>
        )
      }
    >
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <div className={board ? 'home board' : 'home'}>
          {me.kind === 'production' && may('setting.manage') && (
            <Suspense fallback={null}>
              <Guide />
            </Suspense>
          )}
          {board && (
            <Suspense fallback={<Lines count={6} />}>
              <Board period={period} beside={tasks} />
            </Suspense>
          )}
          <div className="kpis">
            <Kpi to="/tasks" label={t('home.kpi.tasks_today')} value={home?.tasks_today} />
            <Kpi to="/tasks" search={{ view: 'overdue' }} label={t('home.kpi.overdue')} value={home?.overdue} bad />
            {may('followup.read') && (
              <Kpi to="/tasks" search={{ view: 'promises' }} label={t('home.kpi.promises')} value={home?.promises_week} />
            )}
            {may('customer.read') && (
              <Kpi to="/customers" search={{ view: 'untouched' }} label={t('home.kpi.untouched')} value={home?.untouched} warn />
            )}
            {!!home?.to_check && may('customer.write') && <Kpi to="/quality" label={t('home.kpi.to_check')} value={home.to_check} warn />}
            {!!changes && <Kpi to="/key-changes" label={t('keychange.label.kpi')} value={changes} warn />}
            {!!home?.waiting && may('customer.review') && (
              <Kpi
                to="/customers"
                search={{ f: { mode: 'all', rules: [{ field: 'review', op: 'in', value: ['pending'] }] } }}
                label={t('home.kpi.waiting')}
                value={home.waiting}
              />
            )}
          </div>
          {!board && may('audit.read') && (
            <Suspense fallback={null}>
              <div className="a-wait">
                <Verdict />
              </div>
            </Suspense>
          )}
          {!board && tasks}
          {!board && (
            <Suspense fallback={null}>
              {may('feedback.write') && <Waiting noun="feedback" />}
              {may('need.write') && <Waiting noun="need" />}
            </Suspense>
          )}
          {may('followup.read') && (
            <section className="card a-promises">
              <header>
                <h2>{t('home.title.promises')}</h2>
                <span className="sp" />
                <More to="/tasks" search={{ view: 'promises' }} />
              </header>
              <PromiseList due="week" compact />
            </section>
          )}
          {may('customer.read') && (
            <section className="card a-touch">
              <header>
                <h2>{t('home.title.touch')}</h2>
                <span className="sp" />
                <More to="/customers" search={{ view: 'untouched' }} />
              </header>
              <ToTouch all={board} />
            </section>
          )}
          {may('customer.read') && (
            <section className="card a-recent">
              <header>
                <h2>{t('app.label.recent')}</h2>
              </header>
              {!home ? (
                <Lines count={3} />
              ) : home.recent.length ? (
                <ul className="linklist">
                  {home.recent.slice(0, 8).map((r) => (
                    <li key={r.id}>
                      <Link to="/customers/$id" params={{ id: r.id }}>
                        <Avatar name={r.name} square size={24} />
                        <span className="cut">{r.name}</span>
                      </Link>
                    </li>
                  ))}
                </ul>
              ) : (
                <p className="field-help">{t('home.empty.recent')}</p>
              )}
            </section>
          )}
        </div>
      )}
    </Page>
  );
}

function Kpi({
  to,
  search,
  label,
  value,
  bad,
  warn,
}: {
  to: '/tasks' | '/customers' | '/quality' | '/key-changes';
  search?: Record<string, unknown>;
  label: string;
  value: number | undefined;
  bad?: boolean;
  warn?: boolean;
}) {
  return (
    <Link to={to} search={search as never} className="card kpi">
      <span>{label}</span>
      {value === undefined ? (
        <Skel w={48} h={26} />
      ) : (
        <b className={value > 0 && bad ? 'tn overdue' : value > 0 && warn ? 'tn warn' : 'tn'}>{count(value)}</b>
      )}
      <ChevronRight size={15} className="mut" />
    </Link>
  );
}
function More({ to, search }: { to: '/tasks' | '/customers'; search: Record<string, unknown> }): ReactNode {
  const t = useWord();
  return (
    <Link to={to} search={search as never} className="mut more">
      {t('home.verb.all')}
      <ChevronRight size={14} />
    </Link>
  );
}

function TodayTasks() {
  const t = useWord();
  const { data, error, refetch } = useQuery(tasksQuery('today'));
  const { data: late } = useQuery(tasksQuery('overdue'));
  if (error) return <Failed error={error} retry={() => void refetch()} small />;
  if (!data) return <Lines count={4} height={48} />;
  const items = [...(late?.items ?? []).filter((o) => !data.items.some((x) => x.id === o.id)), ...data.items].slice(0, 8);
  if (!items.length) return <Empty icon={CircleCheckBig} title={t('task.empty.today')} hint={t('task.empty.hint')} small />;
  return (
    <div className="tasklist">
      {items.map((x) => (
        <TaskLine key={x.id} task={x} />
      ))}
    </div>
  );
}

/** Customers to talk to: one's own; of all in reach for who looks after others. */
function ToTouch({ all }: { all: boolean }) {
  const t = useWord();
  const me = useMe();
  const { data, error, refetch } = useQuery(
    listQuery(
      {
        f: {
          mode: 'all',
          rules: [...(all ? [] : [{ field: 'owner_id', op: 'eq', value: me.id }]), { field: 'status', op: 'nin', value: ['lost'] }],
          groups: [
            {
              mode: 'any',
              rules: [
                { field: 'next_follow_up_at', op: 'within_days', value: 1 },
                { field: 'last_follow_up_at', op: 'older_than_days', value: 30 },
              ],
            },
          ],
        },
        sort: 'last_follow_up_at',
        limit: 20,
      },
      me.id,
    ),
  );
  if (error) return <Failed error={error} retry={() => void refetch()} small />;
  if (!data) return <Lines count={4} height={44} />;
  if (!data.items.length) return <Empty icon={Building2} title={t('home.empty.touch')} hint={t('home.empty.touch_hint')} small />;
  return (
    <ul className="linklist two">
      {data.items.slice(0, 8).map((c) => (
        <li key={c.id}>
          <Link to="/customers/$id" params={{ id: c.id }}>
            <Avatar name={c.short_name || c.name} square size={24} />
            <span className="cut sp">{c.name}</span>
            <span className="not-phone">
              <StageChip code={c.stage} />
            </span>
            <small className="tn">{c.last_follow_up_at ? <When at={c.last_follow_up_at} /> : t('customer.label.never_followed')}</small>
          </Link>
        </li>
      ))}
    </ul>
  );
}
