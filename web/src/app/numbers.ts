import { language } from './words';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const count = (n: number): string => whole.format(n);
/** 12.50%, 1,200 kg: with its decimals, so that numbers below one another align. */
export function number(n: number | string, decimals = 0, unit?: string | null): string {
  const least = Math.min(decimals, 2);
  const text = new Intl.NumberFormat('en-US', { minimumFractionDigits: least, maximumFractionDigits: Math.max(decimals, least) }).format(
    Number(n),
  );
  return !unit ? text : /^[%\u2030\u00b0\u2103]/.test(unit) ? text + unit : `${text} ${unit}`;
}
/** ¥1,962,264 in lists; fen only where there are any. */
export function money(fen: number | null | undefined): string {
  if (fen === null || fen === undefined) return '—';
  return `¥${fen % 100 === 0 ? whole.format(fen / 100) : cents.format(fen / 100)}`;
}
/** ¥28 万, ¥15.44 亿 in tiles and facts; ¥280K in English. */
export function shortMoney(fen: number | null | undefined): string {
  if (fen === null || fen === undefined) return '—';
  const compact = new Intl.NumberFormat(language(), { notation: 'compact', maximumFractionDigits: Math.abs(fen) >= 1e10 ? 2 : 1 });
  return `¥${compact.format(fen / 100).replace(/(\d)(\p{Script=Han})/u, '$1 $2')}`;
}
/** ¥20–30 万: a band says its unit once. */
export function moneyBand(from: number | null | undefined, to: number | null | undefined): string {
  const hasFrom = from !== null && from !== undefined;
  const hasTo = to !== null && to !== undefined;
  if (!hasFrom && !hasTo) return '—';
  if (!hasTo) return `≥ ${shortMoney(from)}`;
  if (!hasFrom) return `≤ ${shortMoney(to)}`;
  if (from === to) return shortMoney(from);
  const a = shortMoney(from).slice(1).split(' ');
  const b = shortMoney(to).slice(1).split(' ');
  return a[1] === b[1] ? `¥${a[0]}–${b.join(' ')}` : `${shortMoney(from)}–${b.join(' ')}`;
}
