import { addDays, today, weekday } from './dates';
import { words } from './words';

/** What people type for amounts and days, in Chinese habits; the words themselves stand in locale/zh-CN/parse.json. */
const pattern = (key: string) => `(?:${words[`parse.${key}`] ?? key})`;
const is = (text: string, key: string) => new RegExp(`^${pattern(key)}$`, 'i').test(text);

/** 28万, 1.2亿, 280,000, ￥500,000.00 → fen; null when it is no amount. */
export function parseMoney(input: string): number | null {
  const text = input
    .trim()
    .replace(/[\uff10-\uff19\uff0e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[¥\uffe5,\uff0c\s]/g, '')
    .replace(new RegExp(`${pattern('unit.yuan')}$`, 'i'), '');
  const found = new RegExp(`^(\\d+(?:\\.\\d+)?)(${pattern('unit.yi')}|${pattern('unit.wan')}|${pattern('unit.thousand')})?$`, 'i').exec(
    text,
  );
  if (!found) return null;
  const unit = found[2] ?? '';
  const power = !unit ? 0 : is(unit, 'unit.yi') ? 8 : is(unit, 'unit.wan') ? 4 : 3;
  // exact: digits are shifted as text, so 1.2 yi never becomes 119999999.99
  const [head, tail = ''] = (found[1] ?? '').split('.') as [string, string?];
  const shift = power + 2;
  if (tail.length > shift) return null;
  const fen = Number(head + tail.padEnd(shift, '0'));
  return Number.isSafeInteger(fen) ? fen : null;
}

/** 12.5, 1,200, full-width digits → the number as it was typed, without its commas; null when it is none or too fine. */
export function parseNumber(input: string, decimals = 0): string | null {
  const text = input
    .trim()
    .replace(/[\uff10-\uff19\uff0e\uff0d]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[,\uff0c\s]/g, '');
  const found = /^-?\d{1,15}(?:\.(\d+))?$/.exec(text);
  return found && (found[1] ?? '').length <= decimals ? text : null;
}

/** 20-30万 → both ends in fen; one amount is both ends. */
export function parseBand(input: string): { from: number; to: number } | null {
  const parts = input.trim().split(new RegExp(`\\s*(?:-|–|—|~|\uff5e|${pattern('word.to')})\\s*`, 'i'));
  const [low = '', high = ''] = parts;
  if (parts.length === 1) {
    const one = parseMoney(low);
    return one === null ? null : { from: one, to: one };
  }
  if (parts.length !== 2) return null;
  const unit = new RegExp(`(${pattern('unit.yi')}|${pattern('unit.wan')}|${pattern('unit.thousand')})`, 'i').exec(high)?.[1] ?? '';
  const bare = /^[\d.,]+$/.test(low);
  const to = parseMoney(high);
  let from = parseMoney(bare ? low + unit : low);
  // 8000-1.2 wan is meant as it stands; 30-20 wan is a slip
  if (bare && from !== null && to !== null && from > to && Number(low.replace(/,/g, '')) >= 1000) from = parseMoney(low);
  return from === null || to === null || from > to ? null : { from, to };
}

const two = (n: number) => String(n).padStart(2, '0');
function made(year: number, month: number, day: number): string | null {
  const text = `${year}-${two(month)}-${two(day)}`;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : null;
}
const digits = () => (words['parse.word.digits'] ?? '').split('');
const numeral = (text: string): number => (/^\d+$/.test(text) ? Number(text) : digits().indexOf(text));

/** 2024/5/1, 2024.5.1, 20240501, 5月1日, 明天, 下周三, 3天后 → YYYY-MM-DD; null when it is no day. */
export function parseDay(input: string, now = today()): string | null {
  const text = input.trim().toLowerCase();
  if (!text) return null;
  for (const [key, shift] of [
    ['today', 0],
    ['tomorrow', 1],
    ['after_tomorrow', 2],
    ['yesterday', -1],
    ['before_yesterday', -2],
  ] as const)
    if (is(text, `day.${key}`)) return addDays(now, shift);
  if (is(text, 'day.month_end')) {
    const [y, m] = now.split('-').map(Number) as [number, number];
    return new Date(Date.UTC(y, m, 0)).toISOString().slice(0, 10);
  }
  let found = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (found) return made(Number(found[1]), Number(found[2]), Number(found[3]));
  found = new RegExp(`^(\\d{4})${pattern('unit.year')}(\\d{1,2})${pattern('unit.month')}(\\d{1,2})${pattern('unit.day')}?$`).exec(text);
  if (found) return made(Number(found[1]), Number(found[2]), Number(found[3]));
  found = new RegExp(`^(\\d{1,2})(?:${pattern('unit.month')}|[-/.])(\\d{1,2})${pattern('unit.day')}?$`).exec(text);
  if (found) return made(Number(now.slice(0, 4)), Number(found[1]), Number(found[2]));
  found = new RegExp(`^(\\d+|[${digits().join('')}])${pattern('word.days_after')}$`).exec(text);
  if (found) return addDays(now, numeral(found[1] ?? ''));
  found = new RegExp(`^(\\d+|[${digits().join('')}])${pattern('word.weeks_after')}$`).exec(text);
  if (found) return addDays(now, numeral(found[1] ?? '') * 7);
  found = new RegExp(
    `^(${pattern('word.next')})?(?:${pattern('word.this')})?${pattern('word.week')}([${words['parse.word.weekdays'] ?? ''}\\d])$`,
  ).exec(text);
  if (found) {
    const name = found[2] ?? '';
    const at = /\d/.test(name) ? Number(name) : Math.min(7, (words['parse.word.weekdays'] ?? '').indexOf(name) + 1);
    return at < 1 || at > 7 ? null : addDays(now, at - weekday(now) + (found[1] ? 7 : 0));
  }
  return null;
}

/** 15:30, 下午3点, 下午3点半, 9点20 → HH:MM */
export function parseTime(input: string): string | null {
  const text = input.trim().toLowerCase();
  let found = /^(\d{1,2})[:\uff1a](\d{2})$/.exec(text);
  let pm = false;
  let hour: number;
  let minute: number;
  if (found) {
    [hour, minute] = [Number(found[1]), Number(found[2])];
  } else {
    found = new RegExp(
      `^(${pattern('word.pm')}|${pattern('word.am')})?(\\d{1,2}|[${digits().join('')}])${pattern('word.oclock')}(${pattern('word.half')}|(\\d{1,2})${pattern('word.minute')}?)?$`,
    ).exec(text);
    if (!found) return null;
    pm = !!found[1] && is(found[1], 'word.pm');
    hour = numeral(found[2] ?? '');
    minute = found[4] ? Number(found[4]) : found[3] ? 30 : 0;
  }
  if (pm && hour < 12) hour += 12;
  return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 ? `${two(hour)}:${two(minute)}` : null;
}

/** 明天下午3点, 2024-5-1 15:30 → day and time; the time is null where none was said. */
export function parseMoment(input: string, now = today()): { day: string; time: string | null } | null {
  const text = input.trim();
  for (let cut = text.length; cut > 0; cut--) {
    const day = parseDay(text.slice(0, cut), now);
    if (!day) continue;
    const rest = text.slice(cut).trim();
    if (!rest) return { day, time: null };
    const time = parseTime(rest);
    if (time) return { day, time };
  }
  const time = parseTime(text);
  return time ? { day: now, time } : null;
}
