import { Eye, EyeOff } from 'lucide-react';
import { type InputHTMLAttributes, type ReactNode, type Ref, type TextareaHTMLAttributes, useEffect, useId, useRef, useState } from 'react';
import { money, shortMoney } from '@/app/numbers';
import { parseMoney } from '@/app/parse';
import { useWord } from '@/app/words';

/** Label, control, help or error: the one frame of every form field. */
export function FormField({
  label,
  error,
  help,
  optional,
  children,
  name,
}: {
  label: ReactNode;
  error?: ReactNode;
  help?: ReactNode;
  optional?: boolean;
  children: (id: string) => ReactNode;
  name?: string;
}) {
  const t = useWord();
  const id = useId();
  return (
    <div className={error ? 'field bad' : 'field'} data-field={name}>
      <label htmlFor={id}>
        {label}
        {optional && <span className="opt">{t('app.label.optional')}</span>}
      </label>
      {children(id)}
      {error ? (
        <p className="field-error" role="alert">
          {error}
        </p>
      ) : (
        help && <p className="field-help">{help}</p>
      )}
    </div>
  );
}

type InputProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> & {
  value: string;
  onChange: (value: string) => void;
  invalid?: boolean;
  prefixIcon?: ReactNode;
  ref?: Ref<HTMLInputElement>;
};
export function Input({ value, onChange, invalid, prefixIcon, className = '', ref, ...rest }: InputProps) {
  const box = (
    <input
      ref={ref}
      className={`input ${className}`}
      aria-invalid={invalid || undefined}
      value={value}
      onChange={(e) => onChange(e.target.value)}
      autoComplete="off"
      {...rest}
    />
  );
  return prefixIcon ? (
    <span className="input-wrap">
      {prefixIcon}
      {box}
    </span>
  ) : (
    box
  );
}

export function Password({ value, onChange, invalid, ...rest }: InputProps) {
  const t = useWord();
  const [clear, setClear] = useState(false);
  return (
    <span className="input-wrap end">
      <Input value={value} onChange={onChange} invalid={invalid} {...rest} type={clear ? 'text' : 'password'} />
      <button type="button" className="ib" aria-label={t(clear ? 'app.verb.hide' : 'app.verb.show')} onClick={() => setClear(!clear)}>
        {clear ? <Eye size={16} /> : <EyeOff size={16} />}
      </button>
    </span>
  );
}

type AreaProps = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange' | 'value'> & {
  value: string;
  onChange: (value: string) => void;
  invalid?: boolean;
  ref?: Ref<HTMLTextAreaElement>;
};
/** Grows with its text. */
export function Area({ value, onChange, invalid, rows = 3, className = '', ref, ...rest }: AreaProps) {
  const own = useRef<HTMLTextAreaElement | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useEffect(() => {
    const box = own.current;
    if (!box) return;
    box.style.height = 'auto';
    box.style.height = `${Math.min(320, box.scrollHeight + 2)}px`;
  }, [value]);
  return (
    <textarea
      ref={(box) => {
        own.current = box;
        if (typeof ref === 'function') ref(box);
        else if (ref) ref.current = box;
      }}
      className={`input ${className}`}
      rows={rows}
      aria-invalid={invalid || undefined}
      value={value}
      onChange={(e) => onChange(e.target.value)}
      {...rest}
    />
  );
}

export function Check({
  checked,
  onChange,
  children,
  disabled,
}: {
  checked: boolean;
  onChange: (on: boolean) => void;
  children: ReactNode;
  disabled?: boolean;
}) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(e) => onChange(e.target.checked)} />
      <span>{children}</span>
    </label>
  );
}

/** Types 28万 or 1.2亿 and says back what was understood. */
export function MoneyInput({
  value,
  onChange,
  invalid,
  id,
  label,
  autoFocus,
}: {
  value: number | null;
  onChange: (fen: number | null) => void;
  invalid?: boolean;
  id?: string;
  label?: string;
  autoFocus?: boolean;
}) {
  const t = useWord();
  const [text, setText] = useState(value === null ? '' : money(value).slice(1));
  const parsed = text.trim() ? parseMoney(text) : null;
  const bad = !!text.trim() && parsed === null;
  const big = parsed !== null && parsed >= 1_000_000;
  return (
    <span className="input-wrap end money">
      <Input
        id={id}
        aria-label={label}
        inputMode="text"
        placeholder={t('app.hint.money')}
        value={text}
        invalid={invalid || bad}
        autoFocus={autoFocus}
        onChange={(next) => {
          setText(next);
          const fen = parseMoney(next);
          if (fen !== null) onChange(fen);
          else onChange(next.trim() ? Number.NaN : null);
        }}
        onBlur={() => parsed !== null && setText(money(parsed).slice(1))}
      />
      {big && <small className="tn">{shortMoney(parsed)}</small>}
    </span>
  );
}

/** A few codes to tap; tapping the chosen one again clears it. */
export function Choices({
  value,
  options,
  onChange,
  label,
  id,
}: {
  value: string | null;
  options: { code: string; label: string }[];
  onChange: (code: string | null) => void;
  label?: string;
  id?: string;
}) {
  return (
    <div className="chips" role="radiogroup" aria-label={label} id={id}>
      {options.map((o) => (
        // biome-ignore lint/a11y/useSemanticElements: a row of buttons with radio meaning
        <button
          key={o.code}
          type="button"
          role="radio"
          aria-checked={value === o.code}
          className={value === o.code ? 'pill on' : 'pill'}
          onClick={() => onChange(value === o.code ? null : o.code)}
        >
          {o.label}
        </button>
      ))}
    </div>
  );
}
