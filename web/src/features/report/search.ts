import type { Ask, SavedReport } from '@/api/types';
import { type FilterTree, fromText } from '@/features/filter/tree';

/** What the URL of a report says. */
export type ReportSearch = { period?: string; from?: string; to?: string; f?: FilterTree; by?: string; measure?: string; table?: boolean };
export type ChartKind = 'bar' | 'line' | 'pie' | 'funnel' | 'table';
/** A report that somebody puts together: what it asks, and how it is drawn. */
export type CustomAsk = Pick<Ask, 'subject' | 'measures' | 'by' | 'period'> & { f?: FilterTree; chart?: ChartKind };

/** A report that was kept, as the page on which reports are put together holds it. */
export const opened = ({ ask, chart }: Pick<SavedReport, 'ask' | 'chart'>): CustomAsk => ({
  subject: ask.subject,
  measures: ask.measures,
  by: ask.by,
  period: ask.period,
  f: ask.filter ? fromText(ask.filter) : undefined,
  chart,
});

const text = (v: unknown) => (typeof v === 'string' && v.length <= 60 ? v : undefined);
export const reportSearch = (s: Record<string, unknown>): ReportSearch => ({
  period: text(s.period),
  from: text(s.from),
  to: text(s.to),
  f: typeof s.f === 'object' && s.f ? (s.f as FilterTree) : undefined,
  by: text(s.by),
  measure: text(s.measure),
  table: s.table === true || undefined,
});
