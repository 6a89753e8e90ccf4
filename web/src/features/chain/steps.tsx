import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { today } from '@/app/dates';
import { useWord } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { Check, Input } from '@/kit/inputs';
import { tellError, tellUndo } from '@/kit/toast';
import { type Link, moved, type Step, useSteps } from './data';

const MOST = 20;
const OTHER = 'other';

/** 决策流程: which departments must say yes, in which order. Every change is kept at once; what was taken away can be put back. */
export function Steps({ customer, steps, people, writes }: { customer: string; steps: Step[]; people: Link[]; writes: boolean }) {
  const t = useWord();
  const keep = useSteps(customer);
  const [adding, setAdding] = useState('');
  const [busy, setBusy] = useState(false);
  const last = useRef(Promise.resolve());
  /** Changes wait for one another, and each is made of the steps as the one before left them. */
  const save = (change: (now: Step[]) => Step[], done?: () => void, failed?: () => void) => {
    setBusy(true);
    const mine = last.current.then(async () => {
      try {
        await keep(change);
        done?.();
      } catch (e) {
        tellError(e);
        failed?.();
      }
      if (last.current === mine) setBusy(false);
    });
    last.current = mine;
  };
  const put = (i: number, change: Partial<Step>) => save((now) => now.map((x, j) => (j === i ? { ...x, ...change } : x)));
  const drop = (i: number) =>
    save(
      (now) => now.filter((_, j) => j !== i),
      () => tellUndo(t('chain.state.removed', { name: steps[i]?.department ?? '' }), () => save(() => steps)),
    );
  const add = (e: FormEvent) => {
    e.preventDefault();
    const department = adding.trim();
    if (!department) return;
    setAdding(''); // what is typed next is the next one
    save(
      (now) => [...now, { department, passed: false }],
      undefined,
      () => setAdding((typed) => typed || department),
    );
  };
  const name = (s: Step) => people.find((p) => p.id === s.contact_id)?.name ?? s.approver ?? '';
  const passed = steps.filter((s) => s.passed).length;
  return (
    <section aria-label={t('chain.title.steps')} aria-busy={busy}>
      <div className="row">
        <h2 className="svc-head">{t('chain.title.steps')}</h2>
        {steps.length > 0 && <small className="tn tx2">{t('chain.label.passed', { passed, count: steps.length })}</small>}
      </div>
      {!steps.length && <p className="mut svc-none">{t('chain.empty.steps')}</p>}
      <ol className="chain-steps">
        {steps.map((s, i) => (
          // steps are written anew as a whole: their place is all the identity they have
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={i} className={s.passed ? 'done' : undefined}>
            <span className="chain-n tn" aria-hidden="true">
              {i + 1}
            </span>
            {writes ? (
              <>
                <Word
                  value={s.department}
                  label={t('chain.field.department')}
                  onSave={(department) => department && put(i, { department })}
                />
                <Approver step={s} people={people} onSave={(change) => put(i, change)} />
                <span className="row chain-yes">
                  <Check checked={s.passed} disabled={busy} onChange={(on) => put(i, { passed: on, passed_on: on ? today() : null })}>
                    {t('chain.field.passed')}
                  </Check>
                  {s.passed_on && <small className="tn tx2">{s.passed_on}</small>}
                </span>
                <span className="row chain-do">
                  <IconButton
                    small
                    label={t('chain.verb.up', { name: s.department })}
                    disabled={busy || i === 0}
                    onClick={() => save((now) => moved(now, i, -1))}
                  >
                    <ArrowUp size={14} />
                  </IconButton>
                  <IconButton
                    small
                    label={t('chain.verb.down', { name: s.department })}
                    disabled={busy || i === steps.length - 1}
                    onClick={() => save((now) => moved(now, i, 1))}
                  >
                    <ArrowDown size={14} />
                  </IconButton>
                  <IconButton small label={t('chain.verb.remove', { name: s.department })} disabled={busy} onClick={() => drop(i)}>
                    <X size={14} />
                  </IconButton>
                </span>
              </>
            ) : (
              <>
                <b className="cut">{s.department}</b>
                <span className="cut tx2">{name(s) || t('chain.state.open')}</span>
                <span className="row chain-yes">
                  <span className={s.passed ? 'chain-ok' : 'mut'}>{t(s.passed ? 'chain.field.passed' : 'chain.state.waiting')}</span>
                  {s.passed_on && <small className="tn tx2">{s.passed_on}</small>}
                </span>
              </>
            )}
          </li>
        ))}
      </ol>
      {writes && steps.length < MOST && (
        <form className="row chain-add" onSubmit={add}>
          <Input
            value={adding}
            onChange={setAdding}
            maxLength={60}
            placeholder={t('chain.hint.department')}
            aria-label={t('chain.field.department')}
          />
          <Button type="submit" icon={<Plus size={14} />} disabled={!adding.trim()}>
            {t('chain.verb.add')}
          </Button>
        </form>
      )}
    </section>
  );
}

/** A word that is kept when one leaves it or presses Enter; Esc puts back what stood. */
function Word({ value, label, onSave }: { value: string; label: string; onSave: (next: string) => void }) {
  const [draft, setDraft] = useState<string | null>(null);
  const leave = () => {
    const next = draft?.trim();
    if (next !== undefined && next !== value) onSave(next);
    setDraft(null);
  };
  return (
    <Input
      value={draft ?? value}
      onChange={setDraft}
      onBlur={leave}
      onKeyDown={(e) => {
        if (e.key === 'Enter') e.currentTarget.blur();
        if (e.key === 'Escape' && draft !== null) {
          e.stopPropagation();
          setDraft(null);
        }
      }}
      maxLength={60}
      aria-label={label}
    />
  );
}

/** One of the customer's people, or a name in words where he is none. */
function Approver({ step, people, onSave }: { step: Step; people: Link[]; onSave: (change: Partial<Step>) => void }) {
  const t = useWord();
  const [words, setWords] = useState(false);
  const chosen = step.contact_id ?? (step.approver || words ? OTHER : '');
  return (
    <span className="chain-by">
      <select
        className="input"
        aria-label={t('chain.field.approver')}
        value={chosen}
        onChange={(e) => {
          const next = e.target.value;
          setWords(next === OTHER);
          if (next !== OTHER) onSave({ contact_id: next || null, approver: null });
          else if (step.contact_id) onSave({ contact_id: null, approver: null });
        }}
      >
        <option value="">{t('chain.state.open')}</option>
        {people.map((p) => (
          <option key={p.id} value={p.id}>
            {[p.name, p.title].filter(Boolean).join(' · ')}
          </option>
        ))}
        <option value={OTHER}>{t('chain.label.other')}</option>
      </select>
      {chosen === OTHER && (
        <Word
          value={step.approver ?? ''}
          label={t('chain.field.approver_name')}
          onSave={(approver) => onSave({ approver: approver || null, contact_id: null })}
        />
      )}
    </span>
  );
}
