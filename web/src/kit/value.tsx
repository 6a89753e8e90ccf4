import { useQuery } from '@tanstack/react-query';
import { departmentsQuery, useDictionaries, useIndustries, useNames, useRegions, useStages } from '@/api/shared';
import type { Field } from '@/api/types';
import { asDay, full, isPast, relative } from '@/app/dates';
import { count, money, number } from '@/app/numbers';
import { language, useWord } from '@/app/words';
import { Avatar, Chip, Grade, Tag } from './chips';

export const nothing = (value: unknown) =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

export function StageChip({ code }: { code: string | null | undefined }) {
  const { stage } = useStages();
  const s = stage(code);
  return code ? (
    <Chip tone={s?.tone} dot>
      {s?.name ?? code}
    </Chip>
  ) : (
    <>—</>
  );
}
export function Person({ name, size = 20 }: { name: string | null | undefined; size?: number }) {
  if (!name) return <span className="mut">—</span>;
  return (
    <span className="row" style={{ gap: 6 }}>
      <Avatar name={name} size={size} />
      <span className="cut">{name}</span>
    </span>
  );
}
/** 今天, 3 天前, 10月16日; the whole moment on hovering; red where it is over and should not be. */
export function When({ at, due, quiet }: { at: string | null | undefined; due?: boolean; quiet?: boolean }) {
  if (!at) return <span className="mut">—</span>;
  return (
    <time className={due && isPast(at) ? 'tn overdue' : quiet ? 'tn mut' : 'tn'} dateTime={at} title={full(at)}>
      {relative(at)}
    </time>
  );
}
export function Tags({ codes, max = 99, dictionary = 'tag' }: { codes: string[] | null | undefined; max?: number; dictionary?: string }) {
  const { value } = useDictionaries();
  if (!codes?.length) return null;
  return (
    <span className="tags">
      {codes.slice(0, max).map((code) => (
        <Tag key={code} name={value(dictionary, code)?.label ?? code} tone={value(dictionary, code)?.color} />
      ))}
      {codes.length > max && <span className="mut">+{codes.length - max}</span>}
    </span>
  );
}

/** One value of a catalogue field as people read it: in lists, properties and the history. */
export function FieldValue({
  field,
  value,
  shown,
}: {
  field: Pick<Field, 'name' | 'kind' | 'dictionary'> & Partial<Pick<Field, 'decimals' | 'unit' | 'custom'>>;
  value: unknown;
  shown?: string | null;
}) {
  const t = useWord();
  const dictionaries = useDictionaries();
  if (field.kind === 'boolean') return <>{value === true ? t('app.label.yes') : value === false ? t('app.label.no') : '—'}</>;
  if (nothing(value)) return <span className="mut">—</span>;
  switch (field.kind) {
    case 'money':
      return <span className="tn">{typeof value === 'number' ? money(value) : String(value)}</span>;
    case 'integer':
      return <span className="tn">{typeof value === 'number' ? count(value) : String(value)}</span>;
    case 'number':
      return (
        <span className="tn">{Number.isFinite(Number(value)) ? number(value as number, field.decimals, field.unit) : String(value)}</span>
      );
    case 'phone':
    case 'secret':
      return <span className="tn">{String(value)}</span>;
    case 'date':
      return (
        <span className="tn" title={relative(String(value))}>
          {asDay(String(value))}
        </span>
      );
    case 'datetime':
      return <When at={String(value)} />;
    case 'stage':
      return <StageChip code={String(value)} />;
    case 'user':
      return shown ? <Person name={shown} /> : <Named kind="user" id={String(value)} />;
    case 'customer':
      return shown ? <>{shown}</> : <Named kind="customer" id={String(value)} />;
    case 'department':
      return shown ? <>{shown}</> : <DepartmentName id={String(value)} />;
    case 'region':
    case 'industry':
      return <TreeName kind={field.kind} code={String(value)} />;
    case 'choices':
      return field.dictionary === 'tag' || field.custom ? (
        <Tags codes={value as string[]} dictionary={field.dictionary ?? field.name} />
      ) : (
        <>{(value as string[]).map((v) => dictionaries.label(field.dictionary ?? field.name, v)).join(' · ')}</>
      );
    case 'choice': {
      const dictionary = field.dictionary ?? field.name;
      const label = dictionaries.label(dictionary, String(value));
      if (dictionary === 'grade')
        return (
          <span className="row" style={{ gap: 6 }}>
            <Grade code={String(value)} />
            <span className="cut">{label.replace(new RegExp(`^${value}\\s*`), '')}</span>
          </span>
        );
      const color = field.custom && dictionaries.value(dictionary, String(value))?.color;
      return color ? <Tag name={label} tone={color} /> : <>{label}</>;
    }
    case 'url':
      return (
        <a
          className="link"
          href={/^https?:\/\//.test(String(value)) ? String(value) : `https://${value}`}
          target="_blank"
          rel="noreferrer noopener"
        >
          {String(value)}
        </a>
      );
    default:
      if (field.name === 'area' && !field.custom) return <AreaName area={String(value)} />;
      return <>{Array.isArray(value) || typeof value === 'object' ? JSON.stringify(value) : String(value)}</>;
  }
}
/** Of a colleague or a customer by the id alone. */
function Named({ kind, id }: { kind: 'user' | 'customer'; id: string }) {
  const t = useWord();
  const name = useNames(kind, [id]).get(id);
  if (!name) return <span className="mut">{name === null ? t('field.state.unreached') : '…'}</span>;
  return kind === 'user' ? <Person name={name} /> : <span className="cut">{name}</span>;
}
function DepartmentName({ id }: { id: string }) {
  const { data } = useQuery(departmentsQuery);
  return <>{data?.find((d) => d.id === id)?.name ?? id}</>;
}
/** 大区: stored as the word itself, which English does not read. */
function AreaName({ area }: { area: string }) {
  return <>{useRegions(language() === 'en').areas.get(area) ?? area}</>;
}
function TreeName({ kind, code }: { kind: 'region' | 'industry'; code: string }) {
  const regions = useRegions(kind === 'region');
  const industries = useIndustries(kind === 'industry');
  const names = (kind === 'region' ? regions : industries).names(code);
  return <>{names.length ? names.join(kind === 'region' ? ' ' : ' / ') : code}</>;
}
