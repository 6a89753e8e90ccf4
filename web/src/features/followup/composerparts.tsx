import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Contact, Promised } from '@/api/types';
import { useWord } from '@/app/words';
import { IconButton } from '@/kit/button';
import { DayInput } from '@/kit/day/day';
import { Input } from '@/kit/inputs';

export function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="cline">
      <small>{label}</small>
      {children}
    </div>
  );
}

/** What was promised, by whom and until when. */
export function Promises({ rows, onChange }: { rows: Promised[]; onChange: (rows: Promised[]) => void }) {
  const t = useWord();
  const set = (i: number, change: Partial<Promised>) => onChange(rows.map((r, j) => (j === i ? { ...r, ...change } : r)));
  return (
    <div className="col">
      {rows.map((r, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity
        <div key={i} className="nextstep promise">
          <button type="button" className="pill" onClick={() => set(i, { by: r.by === 'us' ? 'customer' : 'us' })}>
            {t(r.by === 'us' ? 'followup.label.us' : 'followup.label.customer')}
          </button>
          <Input
            value={r.what}
            onChange={(what) => set(i, { what })}
            placeholder={t('followup.hint.promise')}
            aria-label={t('followup.field.promises')}
          />
          <DayInput value={r.due_on} onChange={(due_on) => set(i, { due_on })} label={t('task.field.due')} />
          <IconButton small label={t('app.verb.remove')} onClick={() => onChange(rows.filter((_, j) => j !== i))}>
            <X size={14} />
          </IconButton>
        </div>
      ))}
      <span className="row">
        <button type="button" className="pill" onClick={() => onChange([...rows, { by: 'us', what: '', due_on: null }])}>
          + {t('followup.verb.we_promise')}
        </button>
        <button type="button" className="pill" onClick={() => onChange([...rows, { by: 'customer', what: '', due_on: null }])}>
          + {t('followup.verb.they_promise')}
        </button>
      </span>
    </div>
  );
}

export function ContactPicker({
  contacts,
  chosen,
  onChange,
}: {
  contacts: Contact[] | undefined;
  chosen: string[];
  onChange: (ids: string[]) => void;
}) {
  const t = useWord();
  return (
    <div className="chips">
      {(contacts ?? []).map((c) => {
        const on = chosen.includes(c.id);
        return (
          <button
            key={c.id}
            type="button"
            aria-pressed={on}
            className={on ? 'pill on' : 'pill'}
            onClick={() => onChange(on ? chosen.filter((x) => x !== c.id) : [...chosen, c.id])}
          >
            {c.name}
          </button>
        );
      })}
      {contacts?.length === 0 && <small>{t('contact.empty.title')}</small>}
    </div>
  );
}
