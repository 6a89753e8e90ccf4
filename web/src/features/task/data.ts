import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { get, patch, post, remove } from '@/api/client';
import { partOfPage } from '@/api/shared';
import type { Customer, Items, List, PromiseItem, Task } from '@/api/types';
import { shortDay } from '@/app/dates';
import { word } from '@/app/words';
import { tell, tellError, tellUndo } from '@/kit/toast';

export type TaskView = 'today' | 'overdue' | 'week' | 'open' | 'done';
export const tasksQuery = (view: TaskView, owner: 'me' | 'all' = 'me') =>
  queryOptions({
    queryKey: ['tasks', view, owner],
    queryFn: ({ signal }) => get<List<Task>>('/tasks', { view, owner, limit: 100 }, signal),
  });
/** Everything due from one day to another, done or not; as many pages as there are. */
export const spanQuery = (from: string, until: string) =>
  queryOptions({
    queryKey: ['tasks', 'span', from, until],
    queryFn: async ({ signal }) => {
      const all: Task[] = [];
      for (let cursor: string | null | undefined; ; ) {
        const page: List<Task> = await get(
          '/tasks',
          { view: 'all', owner: 'me', due_from: from, due_until: until, limit: 200, cursor },
          signal,
        );
        all.push(...page.items);
        if (!page.next) return all;
        cursor = page.next;
      }
    },
  });
export const taskQuery = (id: string) => queryOptions({ queryKey: ['tasks', 'one', id], queryFn: () => get<Task>(`/tasks/${id}`) });
const by = (a: Task, b: Task) => (a.due_at ?? '9').localeCompare(b.due_at ?? '9');
/** The next one first. */
export const inOrder = (tasks: Task[]): Task[] => [...tasks].sort(by);
export const customerTasksQuery = (id: string) =>
  queryOptions({
    queryKey: ['tasks', 'customer', id],
    ...partOfPage,
    queryFn: async () => inOrder((await get<List<Task>>('/tasks', { view: 'open', owner: 'all', customer_id: id, limit: 100 })).items),
  });
export type Due = 'week' | 'overdue' | 'open';
export const promisesQuery = (due: Due) =>
  queryOptions({ queryKey: ['promises', due], queryFn: async () => (await get<Items<PromiseItem>>('/promises', { due })).items });

/** What one promised, or was promised, from one day to another. */
export const promisesDueQuery = (from: string, until: string) =>
  queryOptions({
    queryKey: ['promises', 'span', from, until],
    queryFn: async ({ signal }) =>
      (await get<Items<PromiseItem>>('/promises', { mine: true, due_from: from, due_until: until, limit: 200 }, signal)).items,
  });
/** The customers of one's own whose next follow-up is planned from one day to another. */
export const plannedQuery = (from: string, until: string, me: string) =>
  queryOptions({
    queryKey: ['customers', 'planned', from, until, me],
    queryFn: async ({ signal }) => {
      const filter = JSON.stringify({
        all: [
          { field: 'owner_id', op: 'eq', value: me },
          { field: 'next_follow_up_at', op: 'between', value: [from, until] },
        ],
      });
      return (await get<List<Customer>>('/customers', { filter, sort: 'next_follow_up_at', limit: 200 }, signal)).items;
    },
  });

/** Ticking off is at once on the screen; eight seconds to take it back. */
export function useTaskChange() {
  const client = useQueryClient();
  return useMemo(() => {
    const refresh = (customer?: string | null) => {
      void client.invalidateQueries({ queryKey: ['tasks'] });
      void client.invalidateQueries({ queryKey: ['home'] });
      if (customer) {
        void client.invalidateQueries({ queryKey: ['timeline', customer] });
        void client.invalidateQueries({ queryKey: ['customers', 'one', customer] });
      }
    };
    const mark = (task: Task, state: Task['state']) => {
      const put = (old: Task): Task => (old.id === task.id ? { ...old, state, overdue: state === 'done' ? false : old.overdue } : old);
      client.setQueriesData<List<Task> | Task[] | Task>({ queryKey: ['tasks'] }, (old) =>
        !old ? old : Array.isArray(old) ? old.map(put) : 'items' in old ? { ...old, items: old.items.map(put) } : put(old),
      );
    };
    const set = async (task: Task, done: boolean, quiet = false): Promise<void> => {
      mark(task, done ? 'done' : 'open');
      try {
        const fresh = await post<Task>(`/tasks/${task.id}/${done ? 'done' : 'reopen'}`, {}, task.version);
        if (quiet) tell(word('app.state.undone'));
        else tellUndo(word(done ? 'task.state.done' : 'task.state.reopened', { title: task.title }), () => void set(fresh, !done, true));
        // the line stays a moment with its tick, so that the eye can follow
        setTimeout(() => refresh(task.customer_id), done && !quiet ? 900 : 0);
      } catch (e) {
        mark(task, task.state);
        tellError(e);
        refresh();
      }
    };
    const shift = async (task: Task, due_at: string, quiet = false): Promise<void> => {
      try {
        const fresh = await patch<Task>(`/tasks/${task.id}`, { due_at }, task.version);
        if (quiet) tell(word('app.state.undone'));
        else tellUndo(word('task.state.moved', { day: shortDay(due_at) }), () => void shift(fresh, task.due_at ?? due_at, true));
      } catch (e) {
        tellError(e);
      }
      refresh(task.customer_id);
    };
    const drop = async (task: Task) => {
      await remove(`/tasks/${task.id}`, task.version);
      refresh(task.customer_id);
      tell(word('app.state.deleted'));
    };
    return { set, shift, drop, refresh };
  }, [client]);
}
