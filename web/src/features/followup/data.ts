import { infiniteQueryOptions } from '@tanstack/react-query';
import { get } from '@/api/client';
import { partOfPage } from '@/api/shared';
import type { FollowUp, Happening, List, Promised } from '@/api/types';
import { instant } from '@/app/dates';
import { keep, kept } from '@/app/store';

export const timelineQuery = (id: string, kind: string, q = '') =>
  infiniteQueryOptions({
    queryKey: q ? ['timeline', id, kind, q] : ['timeline', id, kind],
    ...partOfPage,
    queryFn: ({ pageParam, signal }) =>
      get<List<Happening>>(
        `/customers/${id}/timeline`,
        { kind: kind || undefined, q: q || undefined, cursor: pageParam, limit: 30 },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

/** A follow-up on its way: kept in this browser until it is recorded. */
export type Draft = {
  method: string;
  outcome: string | null;
  content: string;
  quote: string;
  happened_at: string | null;
  contact_ids: string[];
  companions: { id: string; name: string }[];
  next_what: string;
  next_owner: { id: string; name: string } | null;
  next_due: string | null;
  next_follow_up_at: string | null;
  promises: Promised[];
  /** Colleagues who were named with an @. */
  named: { id: string; name: string }[];
};
export const blank = (method = 'call'): Draft => ({
  method,
  outcome: null,
  content: '',
  quote: '',
  happened_at: null,
  contact_ids: [],
  companions: [],
  next_what: '',
  next_owner: null,
  next_due: null,
  next_follow_up_at: null,
  promises: [],
  named: [],
});
const KEY = (id: string) => `draft.${id}`;
export const keptDraft = (id: string): Draft | null => {
  const draft = kept<Partial<Draft>>(KEY(id));
  return draft && (draft.content || draft.next_what || draft.promises?.length) ? { ...blank(), ...draft } : null;
};
export const keepDraft = (id: string, draft: Draft) =>
  keep(KEY(id), draft.content || draft.next_what || draft.promises.length ? draft : null);
export const dropDraft = (id: string) => keep(KEY(id), null);

export function body(d: Draft, acceptVague: boolean) {
  return {
    method: d.method,
    outcome: d.outcome ?? undefined,
    content: d.content.trim(),
    quote: d.quote.trim() || undefined,
    happened_at: d.happened_at ?? new Date().toISOString(),
    contact_ids: d.contact_ids.length ? d.contact_ids : undefined,
    companion_ids: d.companions.length ? d.companions.map((c) => c.id) : undefined,
    next_step: d.next_what.trim() ? { what: d.next_what.trim(), owner_id: d.next_owner?.id, due_on: d.next_due ?? undefined } : undefined,
    next_follow_up_at: d.next_follow_up_at
      ? d.next_follow_up_at.length === 10
        ? instant(d.next_follow_up_at, '09:00')
        : d.next_follow_up_at
      : undefined,
    promises: d.promises.filter((p) => p.what.trim()).map((p) => ({ by: p.by, what: p.what.trim(), due_on: p.due_on ?? undefined })),
    accept_vague: acceptVague || undefined,
  };
}
export type { FollowUp };
