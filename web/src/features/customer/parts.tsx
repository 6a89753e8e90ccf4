import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { Competitor } from '@/api/types';
import { moneyBand, shortMoney } from '@/app/numbers';
import { parseBand, parseMoney } from '@/app/parse';
import { useWord } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { Input, MoneyInput } from '@/kit/inputs';

/** 20-30万 in one box, or one amount. */
export function BandInput({
  from,
  to,
  onChange,
  id,
  invalid,
  autoFocus,
}: {
  from: number | null;
  to: number | null;
  onChange: (from: number | null, to: number | null) => void;
  id?: string;
  invalid?: boolean;
  autoFocus?: boolean;
}) {
  const t = useWord();
  const [text, setText] = useState(
    from === null && to === null
      ? ''
      : from === to || to === null
        ? shortMoney(from).slice(1)
        : moneyBand(from, to).replace(/[¥\s]/g, '').replace('–', '-'),
  );
  const [touched, setTouched] = useState(false);
  const band = parseBand(text);
  const bad = touched && !!text.trim() && !band;
  return (
    <span className="input-wrap end money">
      <Input
        id={id}
        value={text}
        invalid={invalid || bad}
        autoFocus={autoFocus}
        aria-label={t('customer.field.budget')}
        placeholder={t('customer.hint.band')}
        onBlur={() => setTouched(true)}
        onChange={(next) => {
          setText(next);
          if (!next.trim()) return onChange(null, null);
          const b = parseBand(next);
          if (b) onChange(b.from, b.to);
          else onChange(parseMoney(next) ?? Number.NaN, null);
        }}
      />
      {band && <small className="tn">{moneyBand(band.from, band.to)}</small>}
    </span>
  );
}

export function Competitors({ rows, onChange }: { rows: Competitor[]; onChange: (rows: Competitor[]) => void }) {
  const t = useWord();
  const set = (i: number, change: Partial<Competitor>) => onChange(rows.map((r, j) => (j === i ? { ...r, ...change } : r)));
  return (
    <div className="col" data-field="competitors">
      <span className="tx2" style={{ fontSize: 13 }}>
        {t('customer.field.competitors')}
      </span>
      {rows.map((r, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity
        <div key={i} className="comp">
          <Input
            value={r.name}
            onChange={(name) => set(i, { name })}
            placeholder={t('customer.field.competitor')}
            aria-label={t('customer.field.competitor')}
          />
          <MoneyInput value={r.price_fen ?? null} onChange={(price_fen) => set(i, { price_fen })} label={t('customer.field.quoted')} />
          <Input
            value={r.note ?? ''}
            onChange={(note) => set(i, { note: note || null })}
            placeholder={t('customer.field.note')}
            aria-label={t('customer.field.note')}
          />
          <IconButton small label={t('app.verb.remove')} onClick={() => onChange(rows.filter((_, j) => j !== i))}>
            <X size={14} />
          </IconButton>
        </div>
      ))}
      <Button
        size="sm"
        look="ghost"
        icon={<Plus size={14} />}
        style={{ justifySelf: 'start' }}
        onClick={() => onChange([...rows, { name: '', price_fen: null, strengths: null, note: null }])}
      >
        {t('customer.verb.add_competitor')}
      </Button>
    </div>
  );
}

/** What is wrong with the name, and the way on where somebody knows better. */
export function Twin({ text, on, create }: { text: string; on: boolean; create: () => void }) {
  const t = useWord();
  return (
    <>
      {text}
      {on && (
        <button type="button" className="link twin" onClick={create}>
          {t('customer.verb.create_anyway')}
        </button>
      )}
    </>
  );
}
