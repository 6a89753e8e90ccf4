import type { Ask, Field } from '@/api/types';

export type Subject = Ask['subject'];
type Measure = { name: string; amount?: boolean };
export const SUBJECTS: { name: Subject; may: string; measures: Measure[] }[] = [
  {
    name: 'customer',
    may: 'customer.read',
    measures: [{ name: 'count' }, { name: 'share' }, { name: 'won' }, { name: 'won_rate' }, { name: 'completeness' }],
  },
  {
    name: 'order',
    may: 'order.read',
    measures: [
      { name: 'amount', amount: true },
      { name: 'amount_share', amount: true },
      { name: 'count' },
      { name: 'share' },
      { name: 'mean', amount: true },
      { name: 'customers' },
    ],
  },
  {
    name: 'follow_up',
    may: 'followup.read',
    measures: [{ name: 'count' }, { name: 'share' }, { name: 'late' }, { name: 'on_time_rate' }, { name: 'customers' }],
  },
  { name: 'need', may: 'need.read', measures: [{ name: 'count' }, { name: 'share' }, { name: 'open' }, { name: 'done_rate' }] },
  {
    name: 'feedback',
    may: 'feedback.read',
    measures: [{ name: 'count' }, { name: 'share' }, { name: 'open' }, { name: 'rated' }, { name: 'satisfaction' }],
  },
];

export const GRAINS = ['month', 'quarter', 'year', 'day'] as const;
export type Dim = { name: string; label: string; grain?: (typeof GRAINS)[number] };

// what the server counts for each customer is no field that groups
const COUNTED = /_(12m|90d|total|growth)$|_(mean|change|total|12m)_fen$|^open_needs$/;

/** The dimensions that fields give: words, people and departments; days by their spans; trees by their upper level. */
export function dims(fields: Field[] | undefined, prefix = ''): Dim[] {
  return (fields ?? []).flatMap((f): Dim[] => {
    const name = prefix + f.name;
    if (!f.filterable || COUNTED.test(f.name)) return [];
    if (f.custom) return f.kind === 'choice' ? [{ name, label: f.label }] : []; // of a company's own, those with one word of a list
    switch (f.kind) {
      case 'choice':
      case 'boolean':
      case 'user':
      case 'department':
      case 'stage':
      case 'customer':
        return [{ name, label: f.label }];
      case 'industry':
        return [{ name: `${name}:class`, label: f.label }];
      case 'region':
        return [{ name: `${name}:province`, label: f.label }];
      case 'date':
      case 'datetime':
        return GRAINS.map((grain) => ({ name: `${name}:${grain}`, label: f.label, grain }));
      case 'integer':
        return f.name === 'satisfaction' ? [{ name, label: f.label }] : [];
      default:
        return f.name === 'area' ? [{ name, label: f.label }] : [];
    }
  });
}
export const inTime = (name: string | undefined): boolean => /:(day|month|quarter|year)$/.test(name ?? '');
