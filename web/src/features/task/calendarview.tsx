import '@/styles/calendar.css';
import { useQuery } from '@tanstack/react-query';
import { Check, ChevronLeft, ChevronRight, Ellipsis, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMay } from '@/api/shared';
import type { Task } from '@/api/types';
import { addDays, dayOf, instant, relative, shortDay, timeOf, today, weekdayName } from '@/app/dates';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { openMenu } from '@/kit/menu';
import { Failed, Lines } from '@/kit/states';
import { Beside, type Besides, useBesides } from './beside';
import { allDay, daysOf, hoursOf, movedTo, ofDay, type Span } from './calendar';
import { spanQuery, tasksQuery, useTaskChange } from './data';
import { TaskLine } from './line';

/** One's tasks as a day by the hour, or a week from Monday to Sunday. */
export function TaskCalendar({ span, on, go }: { span: Span; on: string; go: (on: string, span?: Span) => void }) {
  const t = useWord();
  const days = daysOf(span, on);
  const [from, until] = [days[0] as string, days.at(-1) as string];
  const { data, error, refetch } = useQuery(spanQuery(from, until));
  const { data: overdue } = useQuery(tasksQuery('overdue'));
  const late = (overdue?.items ?? []).filter((x) => x.due_at && dayOf(x.due_at) < from);
  const besides = useBesides(from, until);
  const step = span === 'day' ? 1 : 7;
  return (
    <>
      <div className="tcal-h">
        <IconButton label={t(span === 'day' ? 'task.verb.day_before' : 'task.verb.week_before')} onClick={() => go(addDays(on, -step))}>
          <ChevronLeft size={16} />
        </IconButton>
        <Button onClick={() => go(today())} disabled={days.includes(today())}>
          {t(span === 'day' ? 'app.day.today' : 'task.verb.this_week')}
        </Button>
        <IconButton label={t(span === 'day' ? 'task.verb.day_after' : 'task.verb.week_after')} onClick={() => go(addDays(on, step))}>
          <ChevronRight size={16} />
        </IconButton>
        <h2>{span === 'day' ? `${shortDay(on)} ${weekdayName(on)}` : `${shortDay(from)} – ${shortDay(until)}`}</h2>
      </div>
      {span === 'day' && (
        <div className="tcal-strip">
          {daysOf('week', on).map((d) => (
            <button key={d} type="button" aria-pressed={d === on} className={d === today() ? 'now' : ''} onClick={() => go(d)}>
              <small>{weekdayName(d)}</small>
              <b>{Number(d.slice(8))}</b>
            </button>
          ))}
        </div>
      )}
      {late.length > 0 && days.includes(today()) && (
        <section className="tcal-late tasklist" aria-label={t('task.view.overdue')}>
          <h3>{t('task.view.overdue')}</h3>
          {late.map((x) => (
            <TaskLine key={x.id} task={x} />
          ))}
        </section>
      )}
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Lines count={6} height={52} />
      ) : span === 'day' ? (
        <Day day={on} tasks={data} besides={besides} />
      ) : (
        <Week days={days} tasks={data} besides={besides} go={go} />
      )}
    </>
  );
}

function Day({ day, tasks, besides }: { day: string; tasks: Task[]; besides: Besides }) {
  const t = useWord();
  const { whole, hours } = ofDay(tasks, day);
  return (
    <div className="tcal-day">
      <Slot label={t('task.label.all_day')} tasks={whole} due={instant(day, '23:59')}>
        <Beside of={besides(day)} />
      </Slot>
      {hoursOf(hours).map((h) => {
        const clock = `${String(h).padStart(2, '0')}:00`;
        return <Slot key={h} label={clock} tasks={hours.get(h) ?? []} due={instant(day, clock)} />;
      })}
    </div>
  );
}

function Slot({ label, tasks, due, children }: { label: string; tasks: Task[]; due: string; children?: ReactNode }) {
  return (
    <div className="tcal-slot">
      <small className="tn">{label}</small>
      <div>
        {children}
        {tasks.map((x) => (
          <Item key={x.id} task={x} />
        ))}
        <Free due={due} at={label} />
      </div>
    </div>
  );
}

/** An empty place: a task is added there. */
function Free({ due, at }: { due: string; at: string }) {
  const t = useWord();
  const may = useMay();
  if (!may('task.write')) return null;
  return (
    <button type="button" className="tcal-free" aria-label={t('task.verb.add_at', { at })} onClick={() => openIt({ what: 'task', due })}>
      <Plus size={14} />
    </button>
  );
}

function Week({ days, tasks, besides, go }: { days: string[]; tasks: Task[]; besides: Besides; go: (on: string, span?: Span) => void }) {
  const act = useTaskChange();
  return (
    <div className="tcal-week">
      {days.map((d) => {
        const { whole, hours } = ofDay(tasks, d);
        const all = [...whole, ...[...hours.entries()].sort((a, b) => a[0] - b[0]).flatMap(([, list]) => list)];
        return (
          // biome-ignore lint/a11y/useSemanticElements: a column of a calendar; whoever cannot drag finds the days in the menu of a task
          <div
            key={d}
            role="group"
            aria-label={`${shortDay(d)} ${weekdayName(d)}`}
            className={d === today() ? 'now' : ''}
            onDragOver={(e) => e.preventDefault()}
            onDrop={(e) => {
              const task = tasks.find((x) => x.id === e.dataTransfer.getData('text/plain'));
              if (!task?.due_at || dayOf(task.due_at) === d) return;
              e.preventDefault();
              void act.shift(task, movedTo(task, d));
            }}
          >
            <button type="button" className="tcal-dh" aria-current={d === today() ? 'date' : undefined} onClick={() => go(d, 'day')}>
              <small>{weekdayName(d)}</small> <b>{shortDay(d)}</b>
            </button>
            <Beside of={besides(d)} />
            {all.map((x) => (
              <Item key={x.id} task={x} />
            ))}
            <Free due={instant(d, '18:00')} at={shortDay(d)} />
          </div>
        );
      })}
    </div>
  );
}

function Item({ task }: { task: Task }) {
  const t = useWord();
  const may = useMay();
  const act = useTaskChange();
  const done = task.state === 'done';
  const day = task.due_at ? dayOf(task.due_at) : today();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging is one way, the menu beside it the other
    <div
      className={['tcal-item', done && 'done', task.overdue && !done && 'late'].filter(Boolean).join(' ')}
      draggable={!done && may('task.write')}
      onDragStart={(e) => e.dataTransfer.setData('text/plain', task.id)}
    >
      <button
        type="button"
        aria-pressed={done}
        aria-label={`${t(done ? 'task.verb.reopen' : 'task.verb.done')}：${task.title}`}
        className="tick"
        onClick={() => void act.set(task, !done)}
      >
        <Check size={12} strokeWidth={3} />
      </button>
      <button type="button" className="tcal-t" onClick={() => openIt({ what: 'task', id: task.id })}>
        {!allDay(task) && task.due_at && <small className="tn">{timeOf(task.due_at)} </small>}
        {task.title}
        {task.customer_name && <small className="cut">{task.customer_name}</small>}
      </button>
      {!done && may('task.write') && (
        <IconButton
          small
          label={t('task.label.move', { title: task.title })}
          aria-haspopup="menu"
          onClick={(e) =>
            openMenu({
              anchor: e.currentTarget,
              align: 'end',
              items: [...new Set([...[0, 1, 2, 3, 7].map((n) => addDays(today(), n)), ...daysOf('week', day)])]
                .filter((d) => d !== day)
                .sort()
                .map((d) => ({
                  key: d,
                  label: t('task.verb.move_to', { day: `${shortDay(d)} ${weekdayName(d)}` }),
                  hint: d === today() || d === addDays(today(), 1) ? relative(d) : undefined,
                  run: () => void act.shift(task, movedTo(task, d)),
                })),
            })
          }
        >
          <Ellipsis size={14} />
        </IconButton>
      )}
    </div>
  );
}
