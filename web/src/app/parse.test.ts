import { describe, expect, it } from 'vitest';
import { parseBand, parseDay, parseMoment, parseMoney, parseNumber, parseTime } from './parse';

describe('amounts as people type them', () => {
  it.each([
    ['28万', 28_000_000],
    ['1.2亿', 12_000_000_000],
    ['280,000', 28_000_000],
    ['￥500,000.00', 50_000_000],
    ['50w', 50_000_000],
    ['3千', 300_000],
    ['0.35万元', 350_000],
    ['12.34', 1_234],
  ])('%s', (text, fen) => expect(parseMoney(text)).toBe(fen));
  it.each(['', 'abc', '1.234', '-5', '二十万'])('%s is refused', (text) => expect(parseMoney(text)).toBeNull());
  it.each([
    ['20-30万', 20_000_000, 30_000_000],
    ['20万到30万', 20_000_000, 30_000_000],
    ['8000~1.2万', 800_000, 1_200_000],
    ['28万', 28_000_000, 28_000_000],
    ['30-20万', null, null],
  ])('band %s', (text, from, to) => expect(parseBand(text)).toEqual(from === null ? null : { from, to }));
});

describe('days as people type them', () => {
  const now = '2026-11-18'; // a Wednesday
  it.each([
    ['2024/5/1', '2024-05-01'],
    ['2024.5.1', '2024-05-01'],
    ['20240501', '2024-05-01'],
    ['2024年5月1日', '2024-05-01'],
    ['5月1日', '2026-05-01'],
    ['12-3', '2026-12-03'],
    ['今天', '2026-11-18'],
    ['明天', '2026-11-19'],
    ['后天', '2026-11-20'],
    ['昨天', '2026-11-17'],
    ['3天后', '2026-11-21'],
    ['两周后', null],
    ['2周后', '2026-12-02'],
    ['周五', '2026-11-20'],
    ['下周三', '2026-11-25'],
    ['下周日', '2026-11-29'],
    ['月底', '2026-11-30'],
    ['2024-02-30', null],
    ['随便', null],
  ])('%s', (text, day) => expect(parseDay(text, now)).toBe(day));
  it.each([
    ['15:30', '15:30'],
    ['下午3点', '15:00'],
    ['下午三点半', '15:30'],
    ['上午9点20', '09:20'],
    ['25:00', null],
  ])('%s', (text, time) => expect(parseTime(text)).toBe(time));
  it('takes both at once', () => {
    expect(parseMoment('明天下午3点', now)).toEqual({ day: '2026-11-19', time: '15:00' });
    expect(parseMoment('2024-5-1 15:30', now)).toEqual({ day: '2024-05-01', time: '15:30' });
    expect(parseMoment('下周三', now)).toEqual({ day: '2026-11-25', time: null });
  });
});

it('numbers as they are typed', () => {
  for (const [text, decimals, got] of [
    ['12.5', 2, '12.5'],
    ['1,200', 0, '1200'],
    ['-3', 0, '-3'],
    ['１２．５', 1, '12.5'],
    ['12.345', 2, null],
    ['1.5', 0, null],
    ['12.', 2, null],
    ['abc', 2, null],
    ['', 2, null],
  ] as const)
    expect(parseNumber(text, decimals), text).toBe(got);
});
