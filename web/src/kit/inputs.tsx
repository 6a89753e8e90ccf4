import { CalendarDays, ChevronLeft, ChevronRight, Eye, EyeOff } from 'lucide-react';
import { type InputHTMLAttributes, type ReactNode, type Ref, type TextareaHTMLAttributes, useEffect, useId, useRef, useState } from 'react';
import { addDays, dayOf, instant, monthName, relative, timeOf, today, weekday, weekdayName } from '@/app/dates';
import { money, shortMoney } from '@/app/numbers';
import { parseDay, parseMoment, parseMoney } from '@/app/parse';
import { useWord } from '@/app/words';
import { IconButton } from './button';
import { Popover } from './float';

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

export function Calendar({ value, onPick }: { value: string | null; onPick: (day: string) => void }) {
  const t = useWord();
  const [month, setMonth] = useState((value ?? today()).slice(0, 7));
  const first = `${month}-01`;
  const start = addDays(first, 1 - weekday(first));
  const step = (by: number) => setMonth(addDays(first, by > 0 ? 31 : -1).slice(0, 7));
  const quick = [
    [t('app.day.today'), today()],
    [t('app.day.tomorrow'), addDays(today(), 1)],
    [t('app.day.in_days', { count: 3 }), addDays(today(), 3)],
    [t('app.day.next_monday'), addDays(today(), 8 - weekday(today()))],
  ] as const;
  return (
    <div className="cal">
      <div className="row">
        {quick.map(([name, day]) => (
          <button key={name} type="button" className="pill" onClick={() => onPick(day)}>
            {name}
          </button>
        ))}
      </div>
      <div className="row cal-h">
        <IconButton small label={t('app.verb.previous')} onClick={() => step(-1)}>
          <ChevronLeft size={15} />
        </IconButton>
        <b className="strong">{monthName(first)}</b>
        <IconButton small label={t('app.verb.next')} onClick={() => step(1)}>
          <ChevronRight size={15} />
        </IconButton>
      </div>
      <div className="cal-g">
        {Array.from({ length: 7 }, (_, i) => (
          <small key={addDays(start, i)}>{weekdayName(addDays(start, i))}</small>
        ))}
        {Array.from({ length: 42 }, (_, i) => addDays(start, i)).map((day) => (
          <button
            key={day}
            type="button"
            className={[day.slice(0, 7) !== month && 'out', day === value && 'on', day === today() && 'now'].filter(Boolean).join(' ')}
            aria-label={day}
            onClick={() => onPick(day)}
          >
            {Number(day.slice(8))}
          </button>
        ))}
      </div>
    </div>
  );
}

type DayProps = {
  value: string | null;
  onChange: (value: string | null) => void;
  invalid?: boolean;
  id?: string;
  label?: string;
  time?: boolean;
  autoFocus?: boolean;
  past?: boolean;
  /** Stands in the empty box, instead of an example. */
  hint?: string;
};

/** A day as people say it: 明天, 下周三, 5.1, 2024/5/1; with `time` also 下午3点. The value is a day, or an instant with `time`. */
export function DayInput({ value, onChange, invalid, id, label, time, autoFocus, past, hint }: DayProps) {
  const t = useWord();
  const show = (v: string | null) => (!v ? '' : time && v.length > 10 ? `${dayOf(v)} ${timeOf(v)}` : v.slice(0, 10));
  const [text, setText] = useState(show(value));
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const wrap = useRef<HTMLSpanElement>(null);
  const last = useRef(value);
  useEffect(() => {
    if (value === last.current) return;
    last.current = value;
    setText(!value ? '' : time && value.length > 10 ? `${dayOf(value)} ${timeOf(value)}` : value.slice(0, 10));
  }, [value, time]);
  const read = (input: string): string | null => {
    if (!time) return parseDay(input);
    const moment = parseMoment(input);
    return moment ? instant(moment.day, moment.time ?? '09:00') : null;
  };
  const bad = !!text.trim() && read(text) === null;
  const give = (next: string | null) => {
    last.current = next;
    onChange(next);
  };
  return (
    <span className="input-wrap end" ref={wrap}>
      <Input
        id={id}
        aria-label={label}
        value={text}
        invalid={invalid || bad}
        autoFocus={autoFocus}
        placeholder={hint ?? t(past ? 'app.hint.past_day' : time ? 'app.hint.moment' : 'app.hint.day')}
        onChange={(next) => {
          setText(next);
          if (!next.trim()) give(null);
          else {
            const got = read(next);
            if (got) give(got);
          }
        }}
        onBlur={() => {
          const got = read(text);
          if (got) setText(show(got));
        }}
      />
      {value && !past && <small className="tn not-phone">{relative(value)}</small>}
      <button type="button" className="ib" aria-label={t('app.label.calendar')} onClick={() => setAnchor(anchor ? null : wrap.current)}>
        <CalendarDays size={15} />
      </button>
      {anchor && (
        <Popover anchor={anchor} onClose={() => setAnchor(null)} className="pad" label={t('app.label.calendar')}>
          <Calendar
            value={value ? show(value).slice(0, 10) : null}
            onPick={(day) => {
              const next = time ? instant(day, value ? timeOf(value) : '09:00') : day;
              give(next);
              setText(show(next));
              setAnchor(null);
            }}
          />
        </Popover>
      )}
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
