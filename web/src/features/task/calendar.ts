import type { Task } from '@/api/types';
import { addDays, dayOf, instant, timeOf, weekday } from '@/app/dates';

export type Span = 'day' | 'week';

/** The days of a view: one, or Monday to Sunday of its week. */
export function daysOf(span: Span, on: string): string[] {
  if (span === 'day') return [on];
  const monday = addDays(on, 1 - weekday(on));
  return [0, 1, 2, 3, 4, 5, 6].map((n) => addDays(monday, n));
}

/** Due on a day without an hour: a task of the whole day. */
export const allDay = (task: Task): boolean => !task.due_at || ['00:00', '23:59'].includes(timeOf(task.due_at));

/** A day of tasks: those without an hour on top, then hour by hour. */
export function ofDay(tasks: Task[], day: string): { whole: Task[]; hours: Map<number, Task[]> } {
  const whole: Task[] = [];
  const hours = new Map<number, Task[]>();
  for (const task of tasks) {
    if (!task.due_at || dayOf(task.due_at) !== day) continue;
    if (allDay(task)) whole.push(task);
    else {
      const hour = Number(timeOf(task.due_at).slice(0, 2));
      hours.set(hour, [...(hours.get(hour) ?? []), task]);
    }
  }
  return { whole, hours };
}

/** The hours that a day shows: those of work, and whatever else has a task. */
export function hoursOf(hours: Map<number, Task[]>): number[] {
  const used = [...hours.keys()];
  const [from, to] = [Math.min(8, ...used), Math.max(20, ...used)];
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** The same hour of another day. */
export const movedTo = (task: Task, day: string): string => instant(day, task.due_at ? timeOf(task.due_at) : '18:00');
