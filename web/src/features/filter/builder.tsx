import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { Field } from '@/api/types';
import { type Key, useWord } from '@/app/words';
import { sectionOf, wrong } from '@/features/field/own';
import { Button, IconButton } from '@/kit/button';
import { FieldInput } from '@/kit/fieldinput';
import { Input } from '@/kit/inputs';
import { SEGMENT, SegmentInput } from './segment';
import type { FilterTree, Group, Rule } from './tree';

const manyOps = ['in', 'nin'];
export const bare = (op: string) => op === 'empty' || op === 'not_empty';
export const counted = (op: string) => /^(within|older_than)_(days|months)$/.test(op);

/** Field – operator – value, over whatever the catalogue says this viewer may filter by; groups stand in groups. */
export function FilterBuilder({ fields, value, onChange }: { fields: Field[]; value: FilterTree; onChange: (next: FilterTree) => void }) {
  const [draft, setDraft] = useState(value);
  const give = (next: FilterTree) => {
    setDraft(next);
    onChange(next);
  };
  const usable = fields.filter((f) => f.filterable && f.operators.length > 0);
  return (
    <div className="fbuild">
      <Join group={draft} onChange={(change) => give({ ...draft, ...change })} />
      <Rules fields={usable} group={draft} depth={0} onChange={give} />
    </div>
  );
}

/** The API takes trees of eight; people lose their way sooner. */
const DEEPEST = 3;

function Rules({ fields, group, depth, onChange }: { fields: Field[]; group: Group; depth: number; onChange: (next: Group) => void }) {
  const t = useWord();
  const first = (): Rule => {
    const f = fields.find((x) => x.name === 'stage') ?? fields[0];
    return f ? fresh(f) : { field: '', op: 'eq' };
  };
  const groups = group.groups ?? [];
  const putGroup = (i: number, next: Group | null) =>
    onChange({ ...group, groups: groups.flatMap((x, j) => (j === i ? (next ?? []) : x)) });
  return (
    <>
      {group.rules.map((r, i) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity
          key={i}
          fields={fields}
          rule={r}
          onChange={(next) => onChange({ ...group, rules: group.rules.map((x, j) => (j === i ? next : x)) })}
          onRemove={() => onChange({ ...group, rules: group.rules.filter((_, j) => j !== i) })}
        />
      ))}
      {groups.map((g, gi) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: groups have no identity
        <fieldset key={gi} className="fgroup">
          <div className="row">
            <Join group={g} inner onChange={(change) => putGroup(gi, { ...g, ...change })} />
            <span className="sp" />
            <IconButton small label={t('customer.filter.remove_group')} onClick={() => putGroup(gi, null)}>
              <X size={14} />
            </IconButton>
          </div>
          <Rules
            fields={fields}
            group={g}
            depth={depth + 1}
            onChange={(next) => putGroup(gi, next.rules.length || next.groups?.length ? next : null)}
          />
        </fieldset>
      ))}
      <div className="row wrap">
        <Button size="sm" look="ghost" icon={<Plus size={14} />} onClick={() => onChange({ ...group, rules: [...group.rules, first()] })}>
          {t('customer.filter.add')}
        </Button>
        {depth < DEEPEST && (
          <Button
            size="sm"
            look="ghost"
            icon={<Plus size={14} />}
            onClick={() => onChange({ ...group, groups: [...groups, { mode: group.mode === 'all' ? 'any' : 'all', rules: [first()] }] })}
          >
            {t('customer.filter.add_group')}
          </Button>
        )}
        <span className="sp" />
        {depth === 0 && (
          <Button size="sm" look="ghost" onClick={() => onChange({ mode: 'all', rules: [] })}>
            {t('app.verb.clear')}
          </Button>
        )}
      </div>
    </>
  );
}

export const fresh = (f: Field): Rule => ({
  field: f.name,
  op:
    f.operators.includes('in') && (f.dictionary || f.kind === 'stage' || f.kind === 'user' || f.kind === 'customer')
      ? 'in'
      : (f.operators[0] ?? 'eq'),
});

function Join({ group, inner, onChange }: { group: Group; inner?: boolean; onChange: (change: Partial<Group>) => void }) {
  const t = useWord();
  const modes = inner ? (['all', 'any', 'not_all', 'not_any'] as const) : (['all', 'any'] as const);
  return (
    <label className="row mut" style={{ fontSize: 13 }}>
      {t('customer.filter.meet')}
      <select
        className="input"
        style={{ width: 'auto' }}
        value={group.not ? `not_${group.mode}` : group.mode}
        onChange={(e) =>
          onChange({ mode: e.target.value.endsWith('any') ? 'any' : 'all', not: e.target.value.startsWith('not') || undefined })
        }
      >
        {modes.map((m) => (
          <option key={m} value={m}>
            {t(`customer.filter.${m}`)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Row({ fields, rule, onChange, onRemove }: { fields: Field[]; rule: Rule; onChange: (rule: Rule) => void; onRemove: () => void }) {
  const t = useWord();
  const field = fields.find((f) => f.name === rule.field);
  return (
    <div className="frow">
      <select
        className="input"
        aria-label={t('customer.filter.field')}
        value={rule.field}
        onChange={(e) => {
          const f = fields.find((x) => x.name === e.target.value);
          if (f) onChange(fresh(f));
        }}
      >
        {[...new Set(fields.map(sectionOf))].map((g) => (
          <optgroup key={g} label={g}>
            {fields
              .filter((f) => sectionOf(f) === g)
              .map((f) => (
                <option key={f.name} value={f.name}>
                  {f.label}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
      {field && <Condition field={field} rule={rule} onChange={onChange} />}
      <IconButton small label={t('app.verb.remove')} onClick={onRemove}>
        <X size={14} />
      </IconButton>
    </div>
  );
}

/** Operator and value of a rule whose field is settled. */
export function Condition({ field, rule, onChange }: { field: Field; rule: Rule; onChange: (rule: Rule) => void }) {
  const t = useWord();
  const many = manyOps.includes(rule.op) || rule.op === 'under';
  return (
    <>
      <select
        className="input"
        aria-label={t('customer.filter.operator')}
        value={rule.op}
        onChange={(e) => {
          const op = e.target.value;
          const same =
            manyOps.includes(op) === manyOps.includes(rule.op) &&
            counted(op) === counted(rule.op) &&
            (op === 'between') === (rule.op === 'between');
          onChange({ field: rule.field, op, value: same ? rule.value : undefined });
        }}
      >
        {field.operators.map((op) => (
          <option key={op} value={op}>
            {t(`customer.op.${op}` as Key)}
          </option>
        ))}
      </select>
      <div className="fval" key={rule.field + rule.op}>
        {field.name === SEGMENT && <SegmentInput value={rule.value} onChange={(value) => onChange({ ...rule, value })} />}
        {!bare(rule.op) && counted(rule.op) && (
          <Input
            inputMode="numeric"
            aria-label={field.label}
            placeholder={t(rule.op.endsWith('months') ? 'customer.filter.months' : 'customer.filter.days')}
            value={rule.value === undefined || rule.value === null ? '' : String(rule.value)}
            onChange={(v) => onChange({ ...rule, value: /^\d+$/.test(v) ? Number(v) : undefined })}
          />
        )}
        {rule.op === 'between' && (
          <div className="row">
            {[0, 1].map((i) => {
              const pair = Array.isArray(rule.value) ? (rule.value as unknown[]) : [null, null];
              return (
                <FieldInput
                  key={i}
                  field={field}
                  value={pair[i]}
                  onChange={(v) => {
                    const next = [pair[0], pair[1]];
                    next[i] = wrong(field, v) ? null : v;
                    onChange({ ...rule, value: next });
                  }}
                />
              );
            })}
          </div>
        )}
        {!bare(rule.op) && !counted(rule.op) && rule.op !== 'between' && field.name !== SEGMENT && (
          <FieldInput
            field={field.kind === 'long_text' ? { ...field, kind: 'text' } : field}
            many={many || field.kind === 'boolean'}
            value={rule.value ?? null}
            onChange={(value) => onChange({ ...rule, value: wrong(field, value) ? undefined : value })}
          />
        )}
      </div>
    </>
  );
}
