import { useState } from 'react';
import type { Period } from '@/api/types';
import { addDays, today } from '@/app/dates';
import { type Key, useWord } from '@/app/words';
import { DayInput } from '@/kit/day/day';

const PRESETS = [
  'today',
  'this_week',
  'last_week',
  'this_month',
  'last_month',
  'this_quarter',
  'last_quarter',
  'this_year',
  'last_year',
  'last_30_days',
  'last_90_days',
  'last_12_months',
  'last_3_years',
  'all',
] as const;

/** A span of days: one of those that people speak of, or one's own. */
export function PeriodChooser({ value, onChange, bounded }: { value: Period; onChange: (p: Period) => void; bounded?: boolean }) {
  const t = useWord();
  const own = !value.preset && !!(value.from || value.to);
  const [draft, setDraft] = useState({ from: value.from ?? null, to: value.to ?? null });
  const give = (next: { from: string | null; to: string | null }) => {
    setDraft(next);
    if (next.from && next.to && next.from <= next.to) onChange({ from: next.from, to: next.to });
  };
  const choose = (v: string) => {
    if (v !== 'own') return onChange({ preset: v as Period['preset'] });
    const span = { from: addDays(today(), -29), to: today() };
    setDraft(span);
    onChange(span);
  };
  return (
    <>
      <select
        className="input rperiod"
        aria-label={t('reportpage.label.period')}
        value={own ? 'own' : (value.preset ?? 'all')}
        onChange={(e) => choose(e.target.value)}
      >
        {PRESETS.filter((p) => p !== 'all' || !bounded).map((p) => (
          <option key={p} value={p}>
            {t(`reportpage.period.${p}` as Key)}
          </option>
        ))}
        <option value="own">{t('reportpage.period.own')}</option>
      </select>
      {own && (
        <span className="row rdays">
          <DayInput past label={t('reportpage.label.from_day')} value={draft.from} onChange={(from) => give({ ...draft, from })} />
          <span className="mut">–</span>
          <DayInput past label={t('reportpage.label.to_day')} value={draft.to} onChange={(to) => give({ ...draft, to })} />
        </span>
      )}
    </>
  );
}
