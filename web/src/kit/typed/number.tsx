import { useState } from 'react';
import { parseNumber } from '@/app/parse';
import { Input } from '../inputs';

/** A number as it is typed; what is none, or too fine, is given on as text for the form to refuse. */
export function NumberInput({
  value,
  onChange,
  decimals = 0,
  unit,
  invalid,
  id,
  autoFocus,
}: {
  value: unknown;
  onChange: (value: number | string | null) => void;
  decimals?: number;
  unit?: string | null;
  invalid?: boolean;
  id?: string;
  autoFocus?: boolean;
}) {
  const [text, setText] = useState(value === null || value === undefined ? '' : String(value));
  const bad = !!text.trim() && parseNumber(text, decimals) === null;
  return (
    <span className={unit ? 'input-wrap end unit' : 'input-wrap'}>
      <Input
        id={id}
        inputMode={decimals ? 'decimal' : 'numeric'}
        value={text}
        invalid={invalid || bad}
        autoFocus={autoFocus}
        onChange={(next) => {
          setText(next);
          const read = parseNumber(next, decimals);
          // a number that JavaScript would round travels as text
          onChange(!next.trim() ? null : read === null ? next : Number(read).toString() === read ? Number(read) : read);
        }}
      />
      {unit && <small>{unit}</small>}
    </span>
  );
}
