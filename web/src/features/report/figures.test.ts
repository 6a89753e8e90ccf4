import { describe, expect, it } from 'vitest';
import type { Answer } from '@/api/types';
import { points } from '@/features/board/spark';
import { axisLabel, delta, lead, parted, plan, say, slices, tick } from './figures';
import { narrowed, narrowOf } from './narrow';

const figure = (value: number | null) => ({ value, list: value === null ? null : '{"all":[]}' });
const answer = (
  by: string[],
  columns: [string, 'count' | 'fen' | 'percent' | 'days'][],
  rows: [string[], (number | null)[]][],
): Answer => ({
  subject: 'customer',
  by: by.map((name) => ({ name, label: name })),
  columns: columns.map(([name, unit]) => ({ name, label: name, unit })),
  rows: rows.map(([keys, values]) => ({ keys: keys.map((k) => ({ value: k, label: k })), figures: values.map(figure) })),
  total: columns.map(() => figure(null)),
  from: null,
  to: null,
  more: false,
});

describe('figures as people read them', () => {
  it('by their unit', () => {
    expect(say('count', 12345)).toBe('12,345');
    expect(say('fen', 386_200_000, true)).toBe('¥386.2 万');
    expect(say('fen', 386_200_050)).toBe('¥3,862,000.50');
    expect(say('percent', 9160)).toBe('91.6%');
    expect(say('score', 450)).toBe('4.50');
    expect(say('days', 1171)).toBe('11.7 天');
    expect(say('percent', null)).toBe('—');
  });
  it('beside an axis', () => {
    expect(tick('fen', 500_000_000)).toBe('500 万');
    expect(tick('fen', 12_000_000_000)).toBe('1.2 亿');
    expect(tick('count', 9999)).toBe('9,999');
    expect(tick('percent', 4000)).toBe('40%');
    expect(axisLabel('2026-03', false)).toBe('3月');
    expect(axisLabel('2026-01', false)).toBe('1月\n2026');
    expect(axisLabel('2025-12', true)).toBe('12月\n2025');
    expect(axisLabel('2026-03-08', false)).toBe('3/8');
    expect(axisLabel('华东', true)).toBe('华东');
  });
  it('against what they were: in percent, a share in points, and nothing against nothing', () => {
    expect(delta('count', 11, 12, 'up')).toEqual({ way: 'down', good: false, text: '8.3%' });
    expect(delta('days', 1171, 1225, 'down')).toEqual({ way: 'down', good: true, text: '4.4%' });
    expect(delta('percent', 8876, 8321, 'up')).toEqual({ way: 'up', good: true, text: '5.6 百分点' });
    expect(delta('percent', 0, 0, 'down')).toEqual({ way: 'same', good: false, text: '持平' });
    expect(delta('count', 100, 1, 'up')?.text).toBe('>999%');
    expect(delta('count', 5, 0, 'up')).toBeNull();
    expect(delta('count', 5, null, 'up')).toBeNull();
  });
});

describe('what is drawn', () => {
  it('puts like columns side by side, and one alone where it is wanted', () => {
    const a = answer(
      ['month'],
      [
        ['new', 'count'],
        ['won', 'count'],
        ['net', 'count'],
        ['rate', 'percent'],
      ],
      [
        [['2026-01'], [3, 1, 2, 5000]],
        [['2026-02'], [4, 2, 2, 2000]],
      ],
    );
    expect(plan(a, 'line').series.map((s) => s.name)).toEqual(['new', 'won']);
    expect(plan(a, 'line', 'rate')).toMatchObject({ unit: 'percent', inTime: true, series: [{ name: 'rate' }] });
  });
  it('leads with what the report is about', () => {
    expect(
      lead(
        answer(
          ['month'],
          [
            ['at_start', 'count'],
            ['churn_rate', 'percent'],
          ],
          [],
        ),
      ),
    ).toBe(1);
    expect(
      lead(
        answer(
          ['source'],
          [
            ['count', 'count'],
            ['share', 'percent'],
          ],
          [],
        ),
      ),
    ).toBe(0);
  });
  it('stacks a second dimension, its greatest first, with gaps where there is none', () => {
    const a = answer(
      ['area', 'industry'],
      [['count', 'count']],
      [
        [['华东', '零售'], [2]],
        [['华东', '制造'], [9]],
        [['华北', '零售'], [1]],
      ],
    );
    const p = plan(a, 'bar');
    expect(p.labels).toEqual(['华东', '华北']);
    expect(p.series.map((s) => [s.name, s.stack, s.cells.map((c) => c?.figure.value ?? null)])).toEqual([
      ['制造', true, [9, null]],
      ['零售', true, [2, 1]],
    ]);
  });
  it('draws twenty bars at most and says so', () => {
    const p = plan(
      answer(
        ['owner_id'],
        [['count', 'count']],
        Array.from({ length: 25 }, (_, i) => [[`人${i}`], [25 - i]]),
      ),
      'bar',
    );
    expect([p.labels.length, p.more]).toEqual([20, true]);
  });
  it('gathers the small parts of a ring, which no list holds', () => {
    const parts = slices(
      answer(
        ['source'],
        [['count', 'count']],
        [5, 4, 3, 2, 1, 1].map((n, i) => [[`s${i}`], [n]]),
      ),
      undefined,
      4,
    );
    expect(parts.map((s) => [s.label, s.figure.value, s.figure.list === null])).toEqual([
      ['s0', 5, false],
      ['s1', 4, false],
      ['s2', 3, false],
      ['其他', 4, true],
    ]);
    expect(parts[0]?.share).toBe(3125);
  });
  it('makes a ring of parts of a whole alone', () => {
    const of = (name: string, unit: 'count' | 'days' | 'fen' | 'percent') => parted(answer(['source'], [[name, unit]], [[['a'], [1]]]));
    expect([of('count', 'count'), of('amount', 'fen')]).toEqual([true, true]);
    expect([of('mean', 'fen'), of('first_response', 'days'), of('won_rate', 'percent')]).toEqual([false, false, false]);
  });
  it('leaves gaps in a small line', () => {
    expect(points([null, 0, 10, null, 5], 40, 10)).toEqual([
      [
        [10, 10],
        [20, 0],
      ],
      [[40, 5]],
    ]);
    expect(points([null, 3], 40, 10)).toEqual([]);
  });
});

describe('a list that a report narrows', () => {
  const r = { name: '新增', filter: { field: 'grade', op: 'eq', value: 'A' } };
  it('meets its own filter, too', () => {
    expect(narrowed(undefined, undefined)).toBeUndefined();
    expect(JSON.parse(narrowed(undefined, r) ?? '')).toEqual({ all: [r.filter] });
    expect(JSON.parse(narrowed('{"all":[]}', r) ?? '')).toEqual({ all: [{ all: [] }, r.filter] });
  });
  it('reads it from the URL', () => {
    expect(narrowOf(r)).toEqual(r);
    expect(narrowOf({ name: 1, filter: {} })).toBeUndefined();
    expect(narrowOf('x')).toBeUndefined();
  });
});
