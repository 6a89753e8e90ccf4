import { CalendarDays, ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { addDays, dayOf, instant, monthName, relative, timeOf, today, weekday, weekdayName } from '@/app/dates';
import { parseDay, parseMoment } from '@/app/parse';
import { useWord } from '@/app/words';
import { IconButton } from '../button';
import { Popover } from '../float';
import { Input } from '../inputs';

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
