import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { useDictionaries, useMe } from '@/api/shared';
import type { Task } from '@/api/types';
import { dayOf, full, relative, timeOf, today } from '@/app/dates';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { Avatar, Chip } from '@/kit/chips';
import { useTaskChange } from './data';

const time = (at: string) => {
  const clock = timeOf(at);
  return clock === '00:00' || clock === '23:59' ? '' : clock;
};

/** `grouped` stands under a heading that says the day already. */
export function TaskLine({ task, bare, grouped }: { task: Task; bare?: boolean; grouped?: boolean }) {
  const t = useWord();
  const me = useMe();
  const dictionaries = useDictionaries();
  const act = useTaskChange();
  const done = task.state === 'done';
  const clock = task.due_at ? time(task.due_at) : '';
  const when = !task.due_at
    ? ''
    : dayOf(task.due_at) === today()
      ? clock || t('app.day.today')
      : grouped && !task.overdue
        ? clock
        : [relative(task.due_at), clock].filter(Boolean).join(' ');
  return (
    <div className={done ? 'task done' : 'task'}>
      <button
        type="button"
        aria-pressed={done}
        aria-label={t(done ? 'task.verb.reopen' : 'task.verb.done')}
        className="tick"
        onClick={() => void act.set(task, !done)}
      >
        <Check size={12} strokeWidth={3} />
      </button>
      <div className="sp">
        <button type="button" className="task-t" onClick={() => openIt({ what: 'task', id: task.id })}>
          {task.title}
        </button>
        {!bare && (task.customer_id || task.owner_id !== me.id || task.priority === 'high') && (
          <small className="row">
            {task.customer_id && (
              <Link to="/customers/$id" params={{ id: task.customer_id }} className="row cut" style={{ gap: 5 }}>
                <Avatar name={task.customer_name ?? ''} size={16} square />
                <span className="cut">{task.customer_name}</span>
              </Link>
            )}
            {task.owner_id !== me.id && <span>{task.owner_name}</span>}
            {task.priority === 'high' && !done && <Chip tone="red">{dictionaries.label('priority', task.priority)}</Chip>}
          </small>
        )}
      </div>
      {when && (
        <time className={task.overdue && !done ? 'tn overdue' : 'tn'} dateTime={task.due_at ?? ''} title={full(task.due_at)}>
          {when}
        </time>
      )}
    </div>
  );
}
