import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import {
  colleaguesQuery,
  departmentsQuery,
  findQuery,
  useDictionaries,
  useIndustries,
  useNames,
  useRegions,
  useStages,
} from '@/api/shared';
import type { Field } from '@/api/types';
import { useWord } from '@/app/words';
import { DayInput } from './day/day';
import { Area, Check, Choices, Input, MoneyInput } from './inputs';
import { Cascader, Select } from './pick';
import { NumberInput } from './typed/number';
import { SealedInput } from './typed/sealed';

type Props = {
  field: Pick<Field, 'name' | 'label' | 'kind' | 'dictionary'> & Partial<Pick<Field, 'decimals' | 'unit' | 'masked'>>;
  value: unknown;
  onChange: (value: unknown) => void;
  invalid?: boolean;
  id?: string;
  /** Several values at once, as filters take them. */
  many?: boolean;
  autoFocus?: boolean;
  /** What an id in `value` is called, where the record says so (owner, customer). */
  shown?: string | null;
};

/** Days that lie behind us: nobody was founded next Wednesday. */
const PAST = new Set(['founded_on', 'birthday', 'consent_on']);

/** Sealed like long texts, written on one line. */
const LINES = new Set(['address', 'website']);

/** The one control for a field of the catalogue: forms, click-to-edit and filters all ask here. */
export function FieldInput(props: Props) {
  const { field, value, onChange, invalid, id, autoFocus } = props;
  const text = typeof value === 'string' ? value : value === null || value === undefined ? '' : String(value);
  if (LINES.has(field.name))
    return <Input id={id} value={text} onChange={(v) => onChange(v || null)} invalid={invalid} autoFocus={autoFocus} />;
  if (field.masked || field.kind === 'phone' || field.kind === 'secret')
    return (
      <SealedInput
        id={id}
        value={text}
        onChange={onChange}
        invalid={invalid}
        autoFocus={autoFocus}
        dots={field.kind === 'secret'}
        tel={field.kind === 'phone'}
      />
    );
  switch (field.kind) {
    case 'number':
      return (
        <NumberInput
          id={id}
          value={value}
          onChange={onChange}
          decimals={field.decimals}
          unit={field.unit}
          invalid={invalid}
          autoFocus={autoFocus}
        />
      );
    case 'long_text':
      return <Area id={id} value={text} onChange={(v) => onChange(v || null)} invalid={invalid} autoFocus={autoFocus} />;
    case 'integer':
      return (
        <Input
          id={id}
          inputMode="numeric"
          value={text}
          invalid={invalid}
          autoFocus={autoFocus}
          onChange={(v) => onChange(v.trim() === '' ? null : /^[\d,]+$/.test(v.trim()) ? Number(v.replace(/,/g, '')) : v)}
        />
      );
    case 'money':
      return (
        <MoneyInput id={id} value={typeof value === 'number' ? value : null} onChange={onChange} invalid={invalid} autoFocus={autoFocus} />
      );
    case 'date':
    case 'datetime':
      return (
        <DayInput
          id={id}
          past={PAST.has(field.name)}
          time={field.kind === 'datetime'}
          value={text || null}
          onChange={onChange}
          invalid={invalid}
          autoFocus={autoFocus}
        />
      );
    case 'boolean':
      return <BooleanInput {...props} />;
    case 'choice':
    case 'choices':
      return <ChoiceInput {...props} />;
    case 'stage':
      return <StageInput {...props} />;
    case 'user':
      return <PersonInput {...props} />;
    case 'department':
      return <DepartmentInput {...props} />;
    case 'customer':
      return <CustomerInput {...props} />;
    case 'region':
    case 'industry':
      return <TreeInput {...props} />;
    default:
      return (
        <Input
          id={id}
          value={text}
          onChange={(v) => onChange(v || null)}
          invalid={invalid}
          autoFocus={autoFocus}
          type={field.kind === 'url' ? 'url' : 'text'}
        />
      );
  }
}

function BooleanInput({ field, value, onChange, many }: Props) {
  const t = useWord();
  if (!many)
    return (
      <Check checked={value === true} onChange={onChange}>
        {field.label}
      </Check>
    );
  return (
    <Choices
      label={field.label}
      value={value === true ? 'yes' : value === false ? 'no' : null}
      options={[
        { code: 'yes', label: t('app.label.yes') },
        { code: 'no', label: t('app.label.no') },
      ]}
      onChange={(code) => onChange(code === null ? null : code === 'yes')}
    />
  );
}

function ChoiceInput({ field, value, onChange, invalid, id, many, autoFocus }: Props) {
  const t = useWord();
  const dictionaries = useDictionaries();
  const values = dictionaries.values(field.dictionary ?? field.name);
  const multiple = many || field.kind === 'choices';
  if (!multiple && values.length > 0 && values.length <= 5)
    return <Choices id={id} label={field.label} value={value as string | null} options={values} onChange={onChange} />;
  const grouped = values.some((v) => v.parent && values.some((p) => p.code === v.parent));
  const parents = new Set(values.flatMap((v) => (v.parent ? [v.parent] : [])));
  const named = (code: string) => values.find((p) => p.code === code)?.label ?? code;
  // a filter may name a whole group: that is everything below it
  const wholes = many && grouped && field.kind === 'choices' ? [...parents] : [];
  const options = [
    ...wholes.map((p) => ({ value: `/${p}`, label: t('dictionary.label.whole', { group: named(p) }), group: named(p), tone: undefined })),
    ...values
      .filter((v) => !(grouped && parents.has(v.code)))
      .map((v) => ({ value: v.code, label: v.label, group: v.parent ? named(v.parent) : undefined, tone: v.color ?? undefined })),
  ];
  const whole = (next: string[]) => [
    ...new Set(next.flatMap((x) => (x.startsWith('/') ? values.filter((v) => `/${v.parent}` === x).map((v) => v.code) : [x]))),
  ];
  return (
    <Select
      id={id}
      label={field.label}
      multiple={multiple}
      options={options}
      value={(value as string | string[] | null) ?? null}
      onChange={(next) => onChange(multiple ? whole((next ?? []) as string[]) : next)}
      placeholder={t('app.hint.choose')}
      invalid={invalid}
      open={autoFocus}
    />
  );
}

function StageInput({ field, value, onChange, many, id, autoFocus }: Props) {
  const { stages } = useStages();
  return (
    <Select
      id={id}
      label={field.label}
      multiple={many}
      options={stages.map((s) => ({ value: s.code, label: s.name }))}
      value={(value as string | string[] | null) ?? null}
      onChange={onChange}
      open={autoFocus}
    />
  );
}

function PersonInput({ field, value, onChange, invalid, id, many, autoFocus, shown }: Props) {
  const t = useWord();
  const [q, setQ] = useState('');
  const { data, isFetching } = useQuery({ ...colleaguesQuery(useDeferredValue(q)), placeholderData: (old) => old });
  const options = (data ?? []).map((c) => ({ value: c.id, label: c.name, hint: c.department_name ?? undefined }));
  const others = (Array.isArray(value) ? (value as string[]) : value ? [String(value)] : []).filter(
    (v) => !options.some((o) => o.value === v),
  );
  const names = useNames('user', shown || !data ? [] : others);
  for (const v of others) options.unshift({ value: v, label: shown || names.get(v) || '…', hint: undefined });
  const multiple = many || field.kind !== 'user';
  return (
    <Select
      id={id}
      label={field.label}
      multiple={multiple}
      options={options}
      loading={isFetching}
      onSearch={setQ}
      value={(value as string | string[] | null) ?? null}
      onChange={onChange}
      placeholder={t('app.hint.person')}
      invalid={invalid}
      open={autoFocus}
    />
  );
}

function DepartmentInput({ field, value, onChange, invalid, id, many, autoFocus }: Props) {
  const { data } = useQuery(departmentsQuery);
  return (
    <Select
      id={id}
      label={field.label}
      multiple={many}
      options={(data ?? []).map((d) => ({ value: d.id, label: d.name }))}
      value={(value as string | string[] | null) ?? null}
      onChange={onChange}
      invalid={invalid}
      open={autoFocus}
    />
  );
}

function CustomerInput({ field, value, onChange, invalid, id, many, autoFocus, shown }: Props) {
  const t = useWord();
  const [q, setQ] = useState('');
  const { data, isFetching } = useQuery({ ...findQuery(useDeferredValue(q)), placeholderData: (old) => old });
  const options = (data?.items ?? []).filter((i) => i.kind === 'customer').map((i) => ({ value: i.id, label: i.title, hint: i.subtitle }));
  const others = (Array.isArray(value) ? (value as string[]) : value ? [String(value)] : []).filter(
    (v) => !options.some((o) => o.value === v),
  );
  const names = useNames('customer', shown ? [] : others);
  for (const v of others) options.unshift({ value: v, label: shown || names.get(v) || '…', hint: '' });
  return (
    <Select
      id={id}
      label={field.label}
      multiple={many}
      options={options}
      loading={isFetching}
      onSearch={setQ}
      value={(value as string | string[] | null) ?? null}
      onChange={onChange}
      placeholder={t('app.hint.customer')}
      invalid={invalid}
      open={autoFocus}
    />
  );
}

function TreeInput({ field, value, onChange, invalid, id, many, autoFocus }: Props) {
  const t = useWord();
  const region = field.kind === 'region';
  const regions = useRegions(region);
  const industries = useIndustries(!region);
  const tree = region ? regions : industries;
  if (many) {
    const codes = Array.isArray(value) ? (value as string[]) : value ? [String(value)] : [];
    return (
      <Cascader
        id={id}
        label={field.label}
        multiple
        options={tree.roots}
        value={codes.map(tree.path)}
        onChange={(paths) => onChange(((paths as string[][] | null) ?? []).map((p) => p.at(-1)))}
        placeholder={t(region ? 'app.hint.region' : 'app.hint.industry')}
        open={autoFocus}
      />
    );
  }
  return (
    <Cascader
      id={id}
      label={field.label}
      options={tree.roots}
      value={tree.path(value as string | null)}
      onChange={(path) => onChange((path as string[] | null)?.at(-1) ?? null)}
      placeholder={t(region ? 'app.hint.region' : 'app.hint.industry')}
      invalid={invalid}
      open={autoFocus}
    />
  );
}
