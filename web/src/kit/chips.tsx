import type { CSSProperties, ReactNode } from 'react';

export type Tone = 'gray' | 'blue' | 'violet' | 'amber' | 'orange' | 'green' | 'red' | 'teal';
const TONES: Tone[] = ['blue', 'violet', 'teal', 'orange', 'green', 'amber', 'red'];

/** The same word has the same colour everywhere and always. */
export function toneOf(text: string): Tone {
  let hash = 7;
  for (const letter of text) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return TONES[hash % TONES.length] as Tone;
}
const known = (tone: string | null | undefined, other: Tone): Tone =>
  tone === 'gray' || TONES.includes(tone as Tone) ? (tone as Tone) : other;

/** Company names begin with a place, so the short name's first signs tell them apart; people are called by their last sign. */
export function Avatar({ name, size = 24, square }: { name: string; size?: number; square?: boolean }) {
  const clean = name.replace(/\*/g, '') || name;
  // a full company name begins with its place: the part after it is what tells companies apart
  const own = square && clean.length >= 6 && /^\p{Script=Han}{4}/u.test(clean) ? clean.slice(2) : clean;
  const text = square ? own.slice(0, size >= 40 ? 2 : 1) : /^[\x20-\x7e]+$/.test(clean) ? clean.slice(0, 1).toUpperCase() : clean.slice(-1);
  const tone = toneOf(square ? own.slice(0, 1) : name);
  return (
    <span
      aria-hidden="true"
      className={square ? 'ava sq' : 'ava'}
      style={{
        width: size,
        height: size,
        fontSize: square && size >= 40 ? size * 0.34 : size * 0.46,
        background: `var(--${tone}-s)`,
        color: `var(--${tone}-t)`,
      }}
    >
      {text}
    </span>
  );
}

export function Chip({ tone, dot, children, title }: { tone?: string | null; dot?: boolean; children: ReactNode; title?: string }) {
  return (
    <span className={`chip tone-${known(tone, 'gray')}`} title={title}>
      {dot && <i />}
      <span className="cut">{children}</span>
    </span>
  );
}
export function Tag({ name, tone }: { name: string; tone?: string | null }) {
  return <span className={`tag tone-${known(tone, toneOf(name))}`}>{name}</span>;
}
export function Grade({ code, title }: { code: string; title?: string }) {
  return (
    <span className={`lvl ${code}`} title={title}>
      {code}
    </span>
  );
}
export function Meter({ value, label }: { value: number; label?: string }) {
  const tone = value >= 80 ? 'green' : value >= 50 ? 'amber' : 'red';
  return (
    <span className={`meter tone-${tone}`} title={label}>
      <span>
        <i style={{ width: `${value}%` }} />
      </span>
      <span className="tn">{value}</span>
    </span>
  );
}
export function Skel({ w = '100%', h = 12, r = 6, style }: { w?: number | string; h?: number; r?: number; style?: CSSProperties }) {
  return <span className="skel" style={{ width: w, height: h, borderRadius: r, ...style }} />;
}
