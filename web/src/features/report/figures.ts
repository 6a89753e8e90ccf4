import type { Answer, ReportFigure, ReportUnit } from '@/api/types';
import { count, money, shortMoney } from '@/app/numbers';
import { language, word } from '@/app/words';

const tenth = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
const tenths = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** A figure as people read it; `short` where there is little room: ¥386.2 万. */
export function say(unit: ReportUnit, value: number | null | undefined, short = false): string {
  if (value === null || value === undefined) return '—';
  switch (unit) {
    case 'fen':
      return short ? shortMoney(value) : money(value);
    case 'percent':
      return `${tenths.format(value / 100)}%`;
    case 'score':
      return (value / 100).toFixed(2);
    case 'days':
      return word('reportpage.unit.days', { n: tenth.format(value / 100) });
    case 'hours':
      return word('reportpage.unit.hours', { n: tenth.format(value / 100) });
    default:
      return count(value);
  }
}
/** What stands beside an axis: 500 万, 1.2 亿, 40%. */
export function tick(unit: ReportUnit, value: number): string {
  if (unit === 'count' || unit === 'fen') {
    const n = unit === 'fen' ? value / 100 : value;
    return Math.abs(n) < 10_000
      ? count(n)
      : new Intl.NumberFormat(language(), { notation: 'compact', maximumFractionDigits: 1 })
          .format(n)
          .replace(/(\d)(\p{Script=Han})/u, '$1 $2');
  }
  const n = tenth.format(value / 100);
  return unit === 'percent' ? `${n}%` : n;
}

export type Delta = { way: 'up' | 'down' | 'same'; good: boolean; text: string };
/** How a figure moved: in percent of what it was; a share in percentage points. Nothing, where there was nothing. */
export function delta(unit: ReportUnit, now: number | null, was: number | null, good: 'up' | 'down'): Delta | null {
  if (now === null || was === null || (unit !== 'percent' && was === 0)) return null;
  const by = unit === 'percent' ? (now - was) / 100 : ((now - was) / Math.abs(was)) * 100;
  const way = Math.abs(by) < 0.05 ? 'same' : by > 0 ? 'up' : 'down';
  const n = tenth.format(Math.abs(by));
  const text =
    way === 'same'
      ? word('reportpage.delta.same')
      : unit === 'percent'
        ? word('reportpage.unit.points', { n })
        : Math.abs(by) > 999
          ? '>999%'
          : `${n}%`;
  return { way, good: way === good, text };
}

/** 3月, Mar; the year stands where one begins. Anything else stays what it is. */
export function axisLabel(label: string, first: boolean): string {
  const m = /^(\d{4})-(\d{2})$/.exec(label);
  if (!m) {
    const day = /^\d{4}-(\d{2})-(\d{2})$/.exec(label);
    return day ? `${Number(day[1])}/${Number(day[2])}` : label;
  }
  const month = new Intl.DateTimeFormat(language(), { timeZone: 'UTC', month: 'short' }).format(new Date(`${label}-01T00:00:00Z`));
  return first || m[2] === '01' ? `${month}\n${m[1]}` : month;
}

export type Cell = { figure: ReportFigure; name: string };
export type Series = { name: string; unit: ReportUnit; as: 'bar' | 'line'; stack: boolean; cells: (Cell | null)[] };
export type Plan = {
  unit: ReportUnit;
  labels: string[] /** The axis is of time. */;
  inTime: boolean;
  series: Series[] /** Some are in the table only. */;
  more: boolean;
};

const MOST = { series: 8, bars: 20 };
const timed = (answer: Answer) => answer.rows.every((r) => /^\d{4}(-|$)/.test(r.keys[0]?.label ?? ''));
const sums = (unit: ReportUnit) => unit === 'count' || unit === 'fen';
/** Columns that say the same of other things, and so stand beside no first column of theirs. */
const APART = new Set(['mean', 'customers', 'net', 'went_on', 'at_start', 'rated']);

/** Which column a chart shows: the wanted one, else what the report is about. */
export function lead(answer: Answer, wanted?: string): number {
  const i = answer.columns.findIndex((c) => c.name === wanted);
  if (i >= 0) return i;
  const rate = answer.columns.findIndex((c) => c.name === 'churn_rate' || c.name === 'mean_days');
  if (rate >= 0) return rate;
  return answer.by[0]?.name === 'year' && answer.columns.length > 1 ? 1 : 0;
}

/** What is drawn of an answer: its first dimension along the axis, its second or its like columns as series. */
export function plan(answer: Answer, kind: 'bar' | 'line', wanted?: string): Plan {
  const at = lead(answer, wanted);
  const main = answer.columns[at];
  const unit = main?.unit ?? 'count';
  const inTime = timed(answer);
  const all = [...new Set(answer.rows.map((r) => r.keys[0]?.label ?? ''))];
  const labels = inTime ? all : all.slice(0, MOST.bars);
  const cell = (r: Answer['rows'][number], i: number): Cell => ({
    figure: r.figures[i] as ReportFigure,
    name: [...r.keys.map((k) => k.label), answer.columns[i]?.label].join(' · '),
  });
  if (answer.by.length < 2) {
    const rows = new Map(answer.rows.map((r) => [r.keys[0]?.label ?? '', r]));
    const beside = answer.columns.flatMap((c, i) =>
      i === at || (wanted === undefined && c.unit === unit && !APART.has(c.name) && !APART.has(main?.name ?? '')) ? [i] : [],
    );
    return {
      unit,
      labels,
      inTime,
      more: all.length > labels.length,
      series: beside.map((i) => ({
        name: answer.columns[i]?.label ?? '',
        unit,
        as: kind,
        stack: false,
        cells: labels.map((l) => {
          const r = rows.get(l);
          return r ? cell(r, i) : null;
        }),
      })),
    };
  }
  const weight = new Map<string, number>();
  for (const r of answer.rows) {
    const name = r.keys[1]?.label ?? '';
    weight.set(name, (weight.get(name) ?? 0) + Math.abs(r.figures[at]?.value ?? 0));
  }
  const names = [...weight].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const shown = names.slice(0, MOST.series);
  return {
    unit,
    labels,
    inTime,
    more: all.length > labels.length || names.length > shown.length,
    series: shown.map((name) => ({
      name,
      unit,
      as: kind,
      stack: kind === 'bar' && sums(unit),
      cells: labels.map((l) => {
        const r = answer.rows.find((x) => x.keys[0]?.label === l && x.keys[1]?.label === name);
        return r ? cell(r, at) : null;
      }),
    })),
  };
}

export type Slice = { label: string; name: string; figure: ReportFigure; share: number };
/** Whether the values that a chart shows are parts of one whole: means and shares are not. */
export function parted(answer: Answer, wanted?: string): boolean {
  const column = answer.columns[lead(answer, wanted)];
  return !!column && sums(column.unit) && column.name !== 'mean';
}

/** The parts of a ring: the greatest, and the rest as one that no list holds. */
export function slices(answer: Answer, wanted?: string, most = 7): Slice[] {
  const at = lead(answer, wanted);
  const rows = answer.rows.filter((r) => (r.figures[at]?.value ?? 0) > 0);
  const all = rows.reduce((sum, r) => sum + (r.figures[at]?.value ?? 0), 0);
  const part = (label: string, figure: ReportFigure): Slice => ({
    label,
    name: `${label} · ${answer.columns[at]?.label ?? ''}`,
    figure,
    share: all ? Math.round(((figure.value ?? 0) * 10_000) / all) : 0,
  });
  const head = rows.slice(0, rows.length > most ? most - 1 : most);
  const rest = rows.slice(head.length).reduce((sum, r) => sum + (r.figures[at]?.value ?? 0), 0);
  return [
    ...head.map((r) => part(r.keys.map((k) => k.label).join(' · '), r.figures[at] as ReportFigure)),
    ...(rest ? [part(word('reportpage.label.rest'), { value: rest, list: null })] : []),
  ];
}
