import { queryOptions } from '@tanstack/react-query';
import { get } from '@/api/client';
import type { Items, Mailing } from '@/api/types';
import { type Key, word } from '@/app/words';

export const mailingsQuery = queryOptions({
  queryKey: ['mailings'],
  queryFn: async ({ signal }) => (await get<Items<Mailing>>('/mailings', undefined, signal)).items,
});

/** 每周一 08:30 */
export function often(m: Pick<Mailing, 'every' | 'on' | 'at'>): string {
  const at = { at: m.at };
  if (m.every === 'week') return word('mailing.often.week', { ...at, day: word(`mailing.weekday.${m.on}` as Key) });
  if (m.every === 'month') return word('mailing.often.month', { ...at, n: m.on });
  return word(`mailing.often.${m.every}`, at);
}
