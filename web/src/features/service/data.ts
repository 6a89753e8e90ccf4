import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { get, patch, remove } from '@/api/client';
import type { Feedback, List, Need } from '@/api/types';
import type { ListSearch } from '@/app/listsearch';
import { type Key, word } from '@/app/words';
import { type Node, ruleOf, toNode } from '@/features/filter/tree';
import { narrowed } from '@/features/report/narrow';
import { tell, tellError, tellUndo } from '@/kit/toast';

/** Needs and feedback are shown, filtered and handled alike; what differs stands here. */
export type Noun = 'need' | 'feedback';
export type Entry = Need | Feedback;
type About = {
  path: string;
  read: string;
  write: string;
  kinds: string;
  states: string;
  open: string[];
  at: 'created_at' | 'feedback_at';
  /** The columns of its list where nobody chose others. */
  usual: string[];
  words: Record<'title' | 'create' | 'edit' | 'empty' | 'hint' | 'describe' | 'made', Key>;
};
export const ABOUT: Record<Noun, About> = {
  need: {
    path: '/needs',
    read: 'need.read',
    write: 'need.write',
    kinds: 'need_type',
    states: 'done_state',
    open: ['open', 'in_progress'],
    at: 'created_at',
    usual: ['customer_id', 'state', 'kind', 'priority', 'owner_id', 'created_at', 'closed_at', 'code'],
    words: {
      title: 'app.nav.needs',
      create: 'need.verb.create',
      edit: 'need.title.edit',
      empty: 'need.empty.title',
      hint: 'need.empty.hint',
      describe: 'need.hint.description',
      made: 'need.state.created',
    },
  },
  feedback: {
    path: '/feedback',
    read: 'feedback.read',
    write: 'feedback.write',
    kinds: 'feedback_type',
    states: 'feedback_state',
    open: ['open', 'in_progress', 'to_revisit'],
    at: 'feedback_at',
    usual: ['customer_id', 'state', 'kind', 'topic', 'satisfaction', 'owner_id', 'feedback_at', 'closed_at', 'code'],
    words: {
      title: 'app.nav.feedback',
      create: 'feedback.verb.create',
      edit: 'feedback.title.edit',
      empty: 'feedback.empty.title',
      hint: 'feedback.empty.hint',
      describe: 'feedback.hint.description',
      made: 'feedback.state.created',
    },
  },
};

export const whenOf = (x: Entry): string => ('feedback_at' in x ? x.feedback_at : x.created_at) ?? '';

export type Search = Omit<ListSearch, 'q'>;
export const VIEWS = ['open', 'mine', 'all'] as const;

/** The filter of the API that a list's URL stands for. */
export function filterOf(noun: Noun, s: Search, me: string): string | undefined {
  const view = s.view ?? 'open';
  const all: Node[] = [];
  // whoever asks for a state means that one
  if (view !== 'all' && !ruleOf(s.f, 'state')) all.push({ field: 'state', op: 'in', value: ABOUT[noun].open });
  if (view === 'mine') all.push({ field: 'owner_id', op: 'eq', value: me });
  const asked = toNode(s.f);
  if (asked) all.push(asked);
  return narrowed(all.length ? JSON.stringify({ all }) : undefined, s.r);
}

export const listQuery = (noun: Noun, s: Search, me: string) =>
  queryOptions({
    queryKey: ['service', noun, 'list', s, me],
    queryFn: ({ signal }) =>
      get<List<Entry>>(ABOUT[noun].path, { filter: filterOf(noun, s, me), sort: s.sort, cursor: s.cursor, limit: s.limit ?? 50 }, signal),
  });
export const oneQuery = (noun: Noun, id: string) =>
  queryOptions({ queryKey: ['service', noun, 'one', id], queryFn: () => get<Entry>(`${ABOUT[noun].path}/${id}`), enabled: !!id });
export const ofCustomerQuery = (noun: Noun, customer: string) =>
  queryOptions({
    queryKey: ['service', noun, 'customer', customer],
    queryFn: () => get<List<Entry>>(`/customers/${customer}${ABOUT[noun].path}`, { limit: 100 }),
  });

/** A step to the next state is one tap; eight seconds to take it back, where it may go back. */
export function useServiceChange(noun: Noun) {
  const client = useQueryClient();
  return useMemo(() => {
    const refresh = (customer: string) => {
      for (const queryKey of [['service', noun], ['home'], ['timeline', customer], ['history', customer], ['customers', 'one', customer]])
        void client.invalidateQueries({ queryKey });
    };
    const step = async (x: Entry, state: string, name: string, quiet = false): Promise<void> => {
      try {
        const fresh = await patch<Entry>(`${ABOUT[noun].path}/${x.id}`, { state }, x.version);
        refresh(x.customer_id);
        if (quiet) tell(word('app.state.undone'));
        else if (fresh.may.states?.includes(x.state))
          tellUndo(word('service.state.moved', { code: x.code, state: name }), () => void step(fresh, x.state, name, true));
        else tell(word('service.state.moved', { code: x.code, state: name }));
      } catch (e) {
        tellError(e);
        refresh(x.customer_id);
      }
    };
    const drop = async (x: Entry) => {
      await remove(`${ABOUT[noun].path}/${x.id}`, x.version);
      refresh(x.customer_id);
      tell(word('app.state.deleted'));
    };
    return { step, drop, refresh };
  }, [client, noun]);
}
