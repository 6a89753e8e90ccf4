import { language, word } from './words';

/** All days are days of the company's zone, wherever the browser stands. */
let zone = 'Asia/Shanghai';
const made = new Map<string, Intl.DateTimeFormat>();
export function setZone(name: string) {
  zone = name;
  made.clear();
}
function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let one = made.get(key);
  if (!one) {
    one = new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: 'h23', ...options });
    made.set(key, one);
  }
  return one;
}
const DAY = 86_400_000;

/** YYYY-MM-DD of an instant in the company's zone. */
export const dayOf = (at: string | number | Date): string =>
  format('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at));
export const timeOf = (at: string | number | Date): string => format('en-GB', { hour: '2-digit', minute: '2-digit' }).format(new Date(at));
export const today = (): string => dayOf(Date.now());

/** The instant of a day and time in the company's zone. */
export function instant(day: string, time = '00:00'): string {
  const guess = Date.parse(`${day}T${time}:00Z`);
  const shown = Date.parse(`${dayOf(guess)}T${timeOf(guess)}:00Z`);
  return new Date(guess - (shown - guess)).toISOString().replace('.000Z', 'Z');
}
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
export const dayGap = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
export const asDay = (value: string): string => (value.length === 10 ? value : dayOf(value));
/** 1 Monday … 7 Sunday */
export const weekday = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

const calendar = (day: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(language(), { timeZone: 'UTC', ...options }).format(new Date(`${day}T00:00:00Z`));

/** 10月16日, or with the year where it is not this one. */
export function shortDay(value: string): string {
  const day = asDay(value);
  return day.slice(0, 4) === today().slice(0, 4) ? calendar(day, { month: 'short', day: 'numeric' }) : day;
}

/** 今天 / 昨天 / 3 天前 / 明天 / 5 天后, then the date. */
export function relative(value: string | null | undefined): string {
  if (!value) return '—';
  const gap = dayGap(today(), asDay(value));
  if (gap === 0) return word('app.day.today');
  if (gap === -1) return word('app.day.yesterday');
  if (gap === 1) return word('app.day.tomorrow');
  if (gap < 0 && gap > -31) return word('app.day.ago', { count: -gap });
  if (gap > 0 && gap < 31) return word('app.day.ahead', { count: gap });
  return shortDay(value);
}
/** The whole moment, for hovering and for lists of events. */
export const full = (at: string | null | undefined): string => (!at ? '' : at.length === 10 ? at : `${dayOf(at)} ${timeOf(at)}`);
export const dayAndTime = (at: string): string => `${shortDay(at)} ${timeOf(at)}`;
export const daysSince = (at: string | null | undefined): number => (at ? dayGap(asDay(at), today()) : 0);
/** Past, as an instant, or as a day that is over. */
export const isPast = (value: string): boolean => (value.length === 10 ? value < today() : Date.parse(value) < Date.now());
export const weekdayName = (day: string): string => calendar(day, { weekday: 'short' });
/** In one letter, as a calendar heads its columns. */
export const weekdayLetter = (day: string): string => calendar(day, { weekday: 'narrow' });
export const monthName = (day: string): string => calendar(day, { year: 'numeric', month: 'long' });
export const hourNow = (): number => Number(timeOf(Date.now()).slice(0, 2));
