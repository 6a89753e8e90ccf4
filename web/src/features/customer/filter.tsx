import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useDictionaries, useIndustries, useRegions, useStages } from '@/api/shared';
import type { Field } from '@/api/types';
import { asDay } from '@/app/dates';
import { money } from '@/app/numbers';
import { type Key, useWord } from '@/app/words';
import { Button, IconButton } from '@/kit/button';
import { FieldInput } from '@/kit/fieldinput';
import { Input } from '@/kit/inputs';
import { type FilterTree, type Group, type Rule, whole } from './query';

const manyOps = ['in', 'nin'];
const bare = (op: string) => op === 'empty' || op === 'not_empty';
const counted = (op: string) => op === 'within_days' || op === 'older_than_days';

/** Field – operator – value, over whatever the catalogue says this viewer may filter by. */
export function FilterBuilder({ fields, value, onChange }: { fields: Field[]; value: FilterTree; onChange: (next: FilterTree) => void }) {
  const t = useWord();
  const [draft, setDraft] = useState(value);
  const give = (next: FilterTree) => {
    setDraft(next);
    onChange(next);
  };
  const usable = fields.filter((f) => f.filterable && f.operators.length > 0);
  const first = (): Rule => {
    const f = usable.find((x) => x.name === 'stage') ?? usable[0];
    return f ? fresh(f) : { field: '', op: 'eq' };
  };
  const main = draft.rules.length ? draft.rules : [];
  return (
    <div className="fbuild">
      <Join mode={draft.mode} onChange={(mode) => give({ ...draft, mode })} />
      {main.map((r, i) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity
          key={i}
          fields={usable}
          rule={r}
          onChange={(next) => give({ ...draft, rules: main.map((x, j) => (j === i ? next : x)) })}
          onRemove={() => give({ ...draft, rules: main.filter((_, j) => j !== i) })}
        />
      ))}
      {(draft.groups ?? []).map((g, gi) => {
        const put = (next: Group | null) =>
          give({ ...draft, groups: (draft.groups ?? []).flatMap((x, j) => (j === gi ? (next ?? []) : x)) });
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: groups have no identity
          <fieldset key={gi} className="fgroup">
            <div className="row">
              <Join mode={g.mode} onChange={(mode) => put({ ...g, mode })} />
              <span className="sp" />
              <IconButton small label={t('customer.filter.remove_group')} onClick={() => put(null)}>
                <X size={14} />
              </IconButton>
            </div>
            {g.rules.map((r, i) => (
              <Row
                // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity
                key={i}
                fields={usable}
                rule={r}
                onChange={(next) => put({ ...g, rules: g.rules.map((x, j) => (j === i ? next : x)) })}
                onRemove={() => put(g.rules.length > 1 ? { ...g, rules: g.rules.filter((_, j) => j !== i) } : null)}
              />
            ))}
            <Button size="sm" look="ghost" icon={<Plus size={14} />} onClick={() => put({ ...g, rules: [...g.rules, first()] })}>
              {t('customer.filter.add')}
            </Button>
          </fieldset>
        );
      })}
      <div className="row wrap">
        <Button size="sm" look="ghost" icon={<Plus size={14} />} onClick={() => give({ ...draft, rules: [...main, first()] })}>
          {t('customer.filter.add')}
        </Button>
        <Button
          size="sm"
          look="ghost"
          icon={<Plus size={14} />}
          onClick={() =>
            give({ ...draft, groups: [...(draft.groups ?? []), { mode: draft.mode === 'all' ? 'any' : 'all', rules: [first()] }] })
          }
        >
          {t('customer.filter.add_group')}
        </Button>
        <span className="sp" />
        <Button size="sm" look="ghost" onClick={() => give({ mode: 'all', rules: [] })}>
          {t('app.verb.clear')}
        </Button>
      </div>
    </div>
  );
}

const fresh = (f: Field): Rule => ({
  field: f.name,
  op: f.operators.includes('in') && (f.dictionary || f.kind === 'stage' || f.kind === 'user') ? 'in' : (f.operators[0] ?? 'eq'),
});

function Join({ mode, onChange }: { mode: 'all' | 'any'; onChange: (mode: 'all' | 'any') => void }) {
  const t = useWord();
  return (
    <label className="row mut" style={{ fontSize: 13 }}>
      {t('customer.filter.meet')}
      <select className="input" style={{ width: 'auto' }} value={mode} onChange={(e) => onChange(e.target.value as 'all' | 'any')}>
        <option value="all">{t('customer.filter.all')}</option>
        <option value="any">{t('customer.filter.any')}</option>
      </select>
    </label>
  );
}

function Row({ fields, rule, onChange, onRemove }: { fields: Field[]; rule: Rule; onChange: (rule: Rule) => void; onRemove: () => void }) {
  const t = useWord();
  const field = fields.find((f) => f.name === rule.field);
  const many = manyOps.includes(rule.op) || rule.op === 'under';
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
        {fields.map((f) => (
          <option key={f.name} value={f.name}>
            {f.label}
          </option>
        ))}
      </select>
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
        {(field?.operators ?? []).map((op) => (
          <option key={op} value={op}>
            {t(`customer.op.${op}` as Key)}
          </option>
        ))}
      </select>
      <div className="fval" key={rule.field + rule.op}>
        {field && !bare(rule.op) && counted(rule.op) && (
          <Input
            inputMode="numeric"
            aria-label={field.label}
            placeholder={t('customer.filter.days')}
            value={rule.value === undefined || rule.value === null ? '' : String(rule.value)}
            onChange={(v) => onChange({ ...rule, value: /^\d+$/.test(v) ? Number(v) : undefined })}
          />
        )}
        {field && rule.op === 'between' && (
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
                    next[i] = v;
                    onChange({ ...rule, value: next });
                  }}
                />
              );
            })}
          </div>
        )}
        {field && !bare(rule.op) && !counted(rule.op) && rule.op !== 'between' && (
          <FieldInput
            field={field.kind === 'long_text' ? { ...field, kind: 'text' } : field}
            many={many || field.kind === 'boolean'}
            value={rule.value ?? null}
            onChange={(value) => onChange({ ...rule, value })}
          />
        )}
      </div>
      <IconButton small label={t('app.verb.remove')} onClick={onRemove}>
        <X size={14} />
      </IconButton>
    </div>
  );
}

/** What a rule says, in the words of the list. */
export function useRuleText() {
  const t = useWord();
  const dictionaries = useDictionaries();
  const { stage } = useStages();
  return (
    field: Field | undefined,
    rule: Rule,
    tree: { regions: ReturnType<typeof useRegions>; industries: ReturnType<typeof useIndustries>; people: Map<string, string> },
  ) => {
    const one = (v: unknown): string => {
      if (!field) return String(v);
      if (field.kind === 'stage') return stage(String(v))?.name ?? String(v);
      if (field.kind === 'money') return money(Number(v));
      if (field.kind === 'boolean') return t(v === true ? 'app.label.yes' : 'app.label.no');
      if (field.kind === 'region') return tree.regions.names(String(v)).at(-1) ?? String(v);
      if (field.kind === 'industry') return tree.industries.names(String(v)).at(-1) ?? String(v);
      if (field.kind === 'user') return tree.people.get(String(v)) ?? '…';
      if (field.kind === 'date' || field.kind === 'datetime') return typeof v === 'string' ? asDay(v) : String(v);
      if (field.dictionary) return dictionaries.label(field.dictionary, String(v));
      return String(v);
    };
    const value = counted(rule.op)
      ? t('app.day.days', { count: Number(rule.value) })
      : Array.isArray(rule.value)
        ? rule.value.map(one).join(rule.op === 'between' ? ' – ' : t('customer.filter.or'))
        : bare(rule.op)
          ? ''
          : one(rule.value);
    return { label: field?.label ?? rule.field, op: t(`customer.op.${rule.op}` as Key), value };
  };
}

export function FilterChips({
  fields,
  value,
  onChange,
  people,
}: {
  fields: Field[];
  value: FilterTree;
  onChange: (next: FilterTree) => void;
  people: Map<string, string>;
}) {
  const t = useWord();
  const all = [...value.rules, ...(value.groups ?? []).flatMap((g) => g.rules)];
  const kinds = new Set(all.map((r) => fields.find((f) => f.name === r.field)?.kind));
  const regions = useRegions(kinds.has('region'));
  const industries = useIndustries(kinds.has('industry'));
  const say = useRuleText();
  const text = (r: Rule) =>
    say(
      fields.find((f) => f.name === r.field),
      r,
      { regions, industries, people },
    );
  return (
    <>
      {value.rules.map(
        (r, i) =>
          whole(r) && (
            // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity
            <span key={i} className="fchip">
              <span>{text(r).label}</span>
              <span>{text(r).op}</span>
              <b>{text(r).value}</b>
              <button
                type="button"
                aria-label={`${t('app.verb.remove')} ${text(r).label}`}
                onClick={() => onChange({ ...value, rules: value.rules.filter((_, j) => j !== i) })}
              >
                <X size={12} />
              </button>
            </span>
          ),
      )}
      {(value.groups ?? []).map(
        (g, i) =>
          g.rules.some(whole) && (
            // biome-ignore lint/suspicious/noArrayIndexKey: groups have no identity
            <span key={`g${i}`} className="fchip">
              <b>
                {g.rules
                  .filter(whole)
                  .map((r) => `${text(r).label} ${text(r).op} ${text(r).value}`)
                  .join(g.mode === 'any' ? t('customer.filter.or_wide') : t('customer.filter.and_wide'))}
              </b>
              <button
                type="button"
                aria-label={t('customer.filter.remove_group')}
                onClick={() => onChange({ ...value, groups: (value.groups ?? []).filter((_, j) => j !== i) })}
              >
                <X size={12} />
              </button>
            </span>
          ),
      )}
    </>
  );
}
