import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { CircleCheckBig, Plus } from 'lucide-react';
import { useMay } from '@/api/shared';
import type { Task } from '@/api/types';
import { dayOf, isPast, relative, shortDay, today, weekdayName } from '@/app/dates';
import { Page } from '@/app/page';
import { keep, kept } from '@/app/store';
import { openIt, usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { ExportButton } from '@/features/export/button';
import { Button, Segmented, Tabs } from '@/kit/button';
import { Empty, Failed, Lines } from '@/kit/states';
import { TaskCalendar } from './calendarview';
import { type TaskView, tasksQuery } from './data';
import { TaskLine } from './line';
import { PromiseList } from './promises';

const route = getRouteApi('/app/tasks');
const VIEWS = ['today', 'overdue', 'week', 'open', 'done', 'promises'] as const;
const HOWS = ['list', 'day', 'week'] as const;
type How = (typeof HOWS)[number];
type View = (typeof VIEWS)[number];
/** What a line of the list shows, in its order. */
const exported = ['title', 'customer_id', 'due_at', 'owner_id', 'priority'];

export default function Tasks() {
  const t = useWord();
  const may = useMay();
  const phone = usePhone();
  const navigate = useNavigate();
  const { view: asked, as, on } = route.useSearch();
  const how = HOWS.find((h) => h === (as ?? (asked ? 'list' : kept<string>('tasks.as')))) ?? 'list';
  const show = (next: How, day?: string) => {
    keep('tasks.as', next);
    void navigate({ to: '/tasks', search: next === 'list' ? { as: 'list' } : { as: next, on: day === today() ? undefined : day } });
  };
  const view: View = VIEWS.find((v) => v === asked) ?? 'today';
  return (
    <Page
      narrow={how !== 'week'}
      title={t('app.nav.tasks')}
      actions={
        <>
          <Segmented
            small
            label={t('task.label.as')}
            value={how}
            onChange={(h) => show(h)}
            options={HOWS.map((h) => ({ value: h, label: t(`task.as.${h}`) }))}
          />
          {how === 'list' && view !== 'promises' && (
            <ExportButton target="task" columns={view === 'done' ? [...exported, 'done_at'] : exported} params={{ view, owner: 'me' }} />
          )}
          {may('task.write') && (
            <Button look="primary" icon={<Plus size={15} />} onClick={() => openIt({ what: 'task' })}>
              {phone ? t('app.verb.create') : t('task.verb.create')}
            </Button>
          )}
        </>
      }
    >
      {how === 'list' && (
        <div className="list-tabs">
          <Tabs
            label={t('app.nav.tasks')}
            value={view}
            options={VIEWS.map((v) => ({ value: v, label: t(`task.view.${v}`) }))}
            onChange={(v) => void navigate({ to: '/tasks', search: { view: v === 'today' ? undefined : v } })}
          />
        </div>
      )}
      <div className="page-b" style={{ paddingTop: 12 }}>
        {how !== 'list' ? (
          <TaskCalendar span={how} on={on && /^\d{4}-\d\d-\d\d$/.test(on) ? on : today()} go={(day, span) => show(span ?? how, day)} />
        ) : view === 'promises' ? (
          <PromiseList due="open" />
        ) : (
          <List view={view} />
        )}
      </div>
    </Page>
  );
}

function List({ view }: { view: TaskView }) {
  const t = useWord();
  const may = useMay();
  const { data, error, refetch } = useQuery(tasksQuery(view));
  const { data: overdue } = useQuery({ ...tasksQuery('overdue'), enabled: view === 'today' });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Lines count={6} height={52} />;
  const late = view === 'today' ? (overdue?.items ?? []).filter((o) => !data.items.some((x) => x.id === o.id)) : [];
  if (!data.items.length && !late.length)
    return (
      <Empty icon={CircleCheckBig} title={t(`task.empty.${view}`)} hint={t('task.empty.hint')}>
        {may('task.write') && <Button onClick={() => openIt({ what: 'task' })}>{t('task.verb.create')}</Button>}
      </Empty>
    );
  return (
    <div className="tasklist">
      {groups(view, data.items, late).map(([name, tasks]) => (
        <section key={name}>
          {name && <h2>{name}</h2>}
          {tasks.map((x) => (
            <TaskLine key={x.id} task={x} grouped={view !== 'done'} />
          ))}
        </section>
      ))}
    </div>
  );

  function groups(of: TaskView, items: Task[], extra: Task[]): [string, Task[]][] {
    if (of === 'today')
      return extra.length
        ? [[t('task.view.overdue'), extra], ...(items.length ? ([[t('app.day.today'), items]] as [string, Task[]][]) : [])]
        : [['', items]];
    const days = new Map<string, Task[]>();
    const sorted = of === 'done' ? items : [...items].sort((a, b) => (a.due_at ?? '9').localeCompare(b.due_at ?? '9'));
    for (const x of sorted) {
      const at = of === 'done' ? x.done_at : x.due_at;
      const day = at ? dayOf(at) : '';
      const name = !day
        ? t('task.label.no_due')
        : of === 'open' && at && isPast(at) && day < today()
          ? t('task.view.overdue')
          : [...new Set([relative(day), shortDay(day)]), weekdayName(day)].join(' · ');
      days.set(name, [...(days.get(name) ?? []), x]);
    }
    return [...days];
  }
}
