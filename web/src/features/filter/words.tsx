import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useDictionaries, useIndustries, useNames, useRegions, useStages } from '@/api/shared';
import type { Field } from '@/api/types';
import { asDay } from '@/app/dates';
import { money, number } from '@/app/numbers';
import { type Key, useWord } from '@/app/words';
import { bare, counted } from './builder';
import { SEGMENT, segmentsQuery } from './segment';
import { type FilterTree, type Group, type Rule, ruleCount, rulesOf, whole } from './tree';

/** What a rule says, in the words of the list. */
export function useRuleText(asked = false) {
  const t = useWord();
  const dictionaries = useDictionaries();
  const { stage } = useStages();
  const { data: segments } = useQuery({ ...segmentsQuery(), enabled: asked });
  return (
    field: Field | undefined,
    rule: Rule,
    tree: {
      regions: ReturnType<typeof useRegions>;
      industries: ReturnType<typeof useIndustries>;
      people: { get: (id: string) => string | null | undefined };
      customers: { get: (id: string) => string | null | undefined };
    },
  ) => {
    const one = (v: unknown): string => {
      if (rule.field === SEGMENT) return segments?.find((g) => g.id === v)?.name ?? '…';
      if (!field) return String(v);
      if (field.kind === 'stage') return stage(String(v))?.name ?? String(v);
      if (field.kind === 'money') return money(Number(v));
      if (field.kind === 'boolean') return t(v === true ? 'app.label.yes' : 'app.label.no');
      if (field.kind === 'region') return tree.regions.names(String(v)).at(-1) ?? String(v);
      if (field.kind === 'industry') return tree.industries.names(String(v)).at(-1) ?? String(v);
      if (field.kind === 'user') return tree.people.get(String(v)) ?? '…';
      if (field.kind === 'customer') return tree.customers.get(String(v)) ?? '…';
      if (field.kind === 'number') return number(v as number, field.decimals, field.unit);
      if (field.kind === 'date' || field.kind === 'datetime') return typeof v === 'string' ? asDay(v) : String(v);
      if (field.dictionary) return dictionaries.label(field.dictionary, String(v));
      return String(v);
    };
    const label = rule.field === SEGMENT ? t('segment.field.segment') : (field?.label ?? rule.field);
    if (counted(rule.op)) {
      const n = t(rule.op.endsWith('months') ? 'customer.filter.n_months' : 'app.day.days', { count: Number(rule.value) });
      return { label, op: '', value: t(rule.op.startsWith('older') ? 'customer.filter.older' : 'customer.filter.within', { n }) };
    }
    const value = Array.isArray(rule.value)
      ? rule.value.map(one).join(rule.op === 'between' ? ' – ' : t('customer.filter.or'))
      : bare(rule.op)
        ? ''
        : one(rule.value);
    const op = t(`customer.op.${rule.op}` as Key);
    return { label, op: op === value ? '' : op, value }; // yes is said once
  };
}

/** Says a rule, or a tree of them, in the words of the list. */
export function useSayer(fields: Field[], all: Rule[], people: Map<string, string>) {
  const t = useWord();
  const kinds = new Set(all.map((r) => fields.find((f) => f.name === r.field)?.kind));
  const regions = useRegions(kinds.has('region'));
  const industries = useIndustries(kinds.has('industry'));
  const say = useRuleText(all.some((r) => r.field === SEGMENT));
  const asked = (kind: Field['kind']) => [
    ...new Set(
      all
        .filter((r) => fields.find((f) => f.name === r.field)?.kind === kind)
        .flatMap((r) => r.value ?? [])
        .filter((id) => typeof id === 'string'),
    ),
  ];
  const customers = useNames('customer', asked('customer'));
  const known = useNames(
    'user',
    asked('user').filter((id) => !people.has(id)),
  );
  const text = (r: Rule) =>
    say(
      fields.find((f) => f.name === r.field),
      r,
      { regions, industries, people: { get: (id) => people.get(id) ?? known.get(id) }, customers },
    );
  const tree = (g: Group): string => {
    const parts = [
      ...g.rules.filter(whole).map((r) => [text(r).label, text(r).op, text(r).value].filter(Boolean).join(' ')),
      ...(g.groups ?? []).filter((x) => ruleCount(x) > 0).map((x) => (ruleCount(x) > 1 && !x.not ? `(${tree(x)})` : tree(x))),
    ];
    const said = parts.join(g.mode === 'any' ? t('customer.filter.or_wide') : t('customer.filter.and_wide'));
    return g.not ? t('customer.filter.not', { what: said }) : said;
  };
  return { text, tree };
}

/** A filter in one sentence, as a segment shows it. */
export function FilterWords({ fields, value, people }: { fields: Field[]; value: FilterTree; people?: Map<string, string> }) {
  const { tree } = useSayer(fields, rulesOf(value), people ?? NOBODY);
  return <>{tree(value)}</>;
}
const NOBODY = new Map<string, string>();

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
  const { text, tree } = useSayer(fields, rulesOf(value), people);
  return (
    <>
      {value.rules.map(
        (r, i) =>
          whole(r) && (
            // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity
            <span key={i} className="fchip">
              <span>{text(r).label}</span>
              {text(r).op && <span>{text(r).op}</span>}
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
          ruleCount(g) > 0 && (
            // biome-ignore lint/suspicious/noArrayIndexKey: groups have no identity
            <span key={`g${i}`} className="fchip">
              <b>{tree(g)}</b>
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
