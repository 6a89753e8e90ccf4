import { ListFilter } from 'lucide-react';
import { useDictionaries, useStages } from '@/api/shared';
import type { Field } from '@/api/types';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { Pop } from '@/kit/float';
import { Check } from '@/kit/inputs';
import { Condition, fresh } from './builder';
import { type FilterTree, type Rule, ruleOf, whole, withRule } from './tree';

/** Up to so many values stand as boxes to tick; more are chosen by writing. */
const FEW = 14;

/** The funnel of a heading, as people know it from their sheets: the quick way to one rule. The builder shows and changes the same rule. */
export function HeadFilter({ field, value, onChange }: { field: Field; value: FilterTree | undefined; onChange: (f: FilterTree) => void }) {
  const t = useWord();
  const rule = ruleOf(value, field.name);
  const on = !!rule && whole(rule);
  const label = t('customer.filter.by', { label: field.label });
  return (
    <Pop
      label={label}
      button={(toggle, open) => (
        <button
          type="button"
          className={on || open ? 'hfil on' : 'hfil'}
          aria-label={label}
          title={label}
          aria-expanded={open}
          onClick={toggle}
        >
          <ListFilter size={13} />
        </button>
      )}
    >
      {(close) => <One field={field} rule={rule} onChange={(r) => onChange(withRule(value, field.name, r))} onClear={close} />}
    </Pop>
  );
}

function One({
  field,
  rule,
  onChange,
  onClear,
}: {
  field: Field;
  rule: Rule | undefined;
  onChange: (r: Rule | null) => void;
  onClear: () => void;
}) {
  const t = useWord();
  const dictionaries = useDictionaries();
  const { stages } = useStages();
  const now = rule ?? fresh(field);
  const values =
    field.kind === 'stage'
      ? stages.map((s) => ({ code: s.code, label: s.name }))
      : field.dictionary
        ? dictionaries.values(field.dictionary).map((v) => ({ code: v.code, label: v.label }))
        : [];
  const picked = Array.isArray(now.value) ? (now.value as string[]) : [];
  const boxes = now.op === 'in' && values.length > 0 && values.length <= FEW;
  return (
    <div className="fone">
      {boxes ? (
        values.map((v) => (
          <Check
            key={v.code}
            checked={picked.includes(v.code)}
            onChange={(yes) => {
              const next = yes ? [...picked, v.code] : picked.filter((x) => x !== v.code);
              onChange(next.length ? { ...now, value: next } : null);
            }}
          >
            {v.label}
          </Check>
        ))
      ) : (
        <Condition field={field} rule={now} onChange={onChange} />
      )}
      {rule && (
        <Button
          size="sm"
          look="ghost"
          onClick={() => {
            onChange(null);
            onClear();
          }}
        >
          {t('app.verb.clear')}
        </Button>
      )}
    </div>
  );
}
