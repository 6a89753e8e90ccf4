import { describe, expect, it } from 'vitest';
import type { Task } from '@/api/types';
import { instant } from '@/app/dates';
import { daysOf, hoursOf, movedTo, ofDay } from './calendar';

const task = (id: string, day: string, time: string) => ({ id, due_at: instant(day, time) }) as Task;

describe('the calendar of tasks', () => {
  it.each([
    ['2026-11-23', '2026-11-23', '2026-11-29'], // a Monday
    ['2026-11-29', '2026-11-23', '2026-11-29'], // a Sunday
    ['2026-12-31', '2026-12-28', '2027-01-03'],
  ])('the week of %s goes from %s to %s', (on, from, to) => {
    const days = daysOf('week', on);
    expect([days.length, days[0], days[6]]).toEqual([7, from, to]);
    expect(daysOf('day', on)).toEqual([on]);
  });
  it('puts tasks where they are due', () => {
    const tasks = [
      task('early', '2026-11-23', '06:30'),
      task('nine', '2026-11-23', '09:00'),
      task('half', '2026-11-23', '09:45'),
      task('whole', '2026-11-23', '23:59'),
      task('midnight', '2026-11-23', '00:00'),
      task('other', '2026-11-24', '09:00'),
    ];
    const { whole, hours } = ofDay(tasks, '2026-11-23');
    expect(whole.map((x) => x.id)).toEqual(['whole', 'midnight']);
    expect([...hours].map(([h, list]) => [h, list.map((x) => x.id)])).toEqual([
      [6, ['early']],
      [9, ['nine', 'half']],
    ]);
    expect(hoursOf(hours)[0]).toBe(6);
    expect(hoursOf(new Map())).toHaveLength(13);
  });
  it('moves a task to another day at its hour', () => {
    expect(movedTo(task('x', '2026-11-23', '09:45'), '2026-12-01')).toBe(instant('2026-12-01', '09:45'));
  });
});
