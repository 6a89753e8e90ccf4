import { queryOptions } from '@tanstack/react-query';
import { get } from '@/api/client';
import type { components } from '@/api/schema.gen';
import type { Items } from '@/api/types';
import { holds } from '@/app/pinyin';

export type Phrase = components['schemas']['PhrasePhrase'];

/** One's own first, then the company's, each in their order; those put away too. */
export const phrasesQuery = queryOptions({
  queryKey: ['phrases'],
  queryFn: async () => (await get<Items<Phrase>>('/phrases')).items,
  staleTime: 60_000,
});

/** The places that a phrase leaves for names. */
export const PLACES = ['{客户}', '{联系人}', '{我}'] as const;
const [CUSTOMER, CONTACT, ME] = PLACES;
export type Names = { customer: string; contact?: string; me: string };

/** A phrase with its places filled; one for whom nobody is known stays as it is. */
export function filled(text: string, names: Names): string {
  const put = (all: string, place: string, name: string | undefined) => (name ? all.replaceAll(place, name) : all);
  return put(put(put(text, CUSTOMER, names.customer), CONTACT, names.contact), ME, names.me);
}

/** What was typed, as a phrase for others: the names in it become places again. */
export function emptied(text: string, names: Names): string {
  const pairs: [string | undefined, string][] = [
    [names.customer, CUSTOMER],
    [names.contact, CONTACT],
    [names.me, ME],
  ];
  return pairs.filter(([name]) => name && name.length > 1).reduce((all, [name, place]) => all.replaceAll(name as string, place), text);
}

/** 2: made for it, 1: fits any, 0: for others. */
const suits = (codes: string[], code: string | null | undefined): number => (!codes.length ? 1 : code && codes.includes(code) ? 2 : 0);

/** What is offered: first what fits the method and the stage, the closest first; then the rest. Each as the list stands. */
export function offered(all: Phrase[], now: { method: string; stage?: string | null; q: string }): { fitting: Phrase[]; others: Phrase[] } {
  const found = all.filter((p) => p.active && (holds(p.title, now.q) || p.text.includes(now.q.trim())));
  const scored = found.map((p) => ({ p, m: suits(p.methods, now.method), s: suits(p.stages, now.stage) }));
  return {
    fitting: scored
      .filter((x) => x.m && x.s)
      .sort((a, b) => b.m + b.s - a.m - a.s)
      .map((x) => x.p),
    others: scored.filter((x) => !x.m || !x.s).map((x) => x.p),
  };
}

/** A text put in place of what is selected, and what is to be selected then: the first place that waits for a name, or the end. */
export function inserted(content: string, from: number, to: number, text: string): { content: string; from: number; to: number } {
  const before = content.slice(0, from);
  const gap = before && !/[\s\p{P}]$/u.test(before) ? '\n' : '';
  const start = before.length + gap.length;
  const next = before + gap + text + content.slice(to);
  const holes = PLACES.map((p) => ({ at: text.indexOf(p), length: p.length })).filter((h) => h.at >= 0);
  const hole = holes.sort((a, b) => a.at - b.at)[0];
  return hole
    ? { content: next, from: start + hole.at, to: start + hole.at + hole.length }
    : { content: next, from: start + text.length, to: start + text.length };
}

/** The beginning of a text, to be called by. */
export const titled = (text: string): string => (text.split(/[\n，。！？,.!?：:]/).find((s) => s.trim()) ?? '').trim().slice(0, 12);
