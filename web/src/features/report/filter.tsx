import { useQuery } from '@tanstack/react-query';
import { ListFilter } from 'lucide-react';
import { colleaguesQuery, useMe } from '@/api/shared';
import type { Field } from '@/api/types';
import { useWord } from '@/app/words';
import { FilterBuilder } from '@/features/filter/builder';
import { type FilterTree, ruleCount } from '@/features/filter/tree';
import { FilterChips } from '@/features/filter/words';
import { Button } from '@/kit/button';
import { Pop } from '@/kit/float';

/** The filter of the lists, laid on a report. */
export function ReportFilter({
  fields,
  value,
  onChange,
  name,
}: {
  fields: Field[] | undefined;
  value: FilterTree | undefined;
  onChange: (f: FilterTree | undefined) => void;
  name: string;
}) {
  const t = useWord();
  const me = useMe();
  const active = ruleCount(value);
  const { data: people } = useQuery({ ...colleaguesQuery(), enabled: active > 0 });
  const first = fields?.find((f) => f.filterable && f.operators.includes('in'));
  if (!fields || !first) return null;
  const give = (f: FilterTree) => onChange(f.rules.length || f.groups?.length ? f : undefined);
  const shown: FilterTree = value ?? { mode: 'all', rules: [] };
  return (
    <>
      <Pop
        label={name}
        button={(toggle, open) => (
          <Button icon={<ListFilter size={15} />} onClick={toggle} aria-expanded={open} className={active ? 'active' : ''}>
            {name}
            {active > 0 && <span className="count brand">{active}</span>}
          </Button>
        )}
      >
        {() => (
          <FilterBuilder
            fields={fields}
            value={shown.rules.length || shown.groups?.length ? shown : { mode: 'all', rules: [{ field: first.name, op: 'in' }] }}
            onChange={give}
          />
        )}
      </Pop>
      {active > 0 && (
        <FilterChips
          fields={fields}
          value={shown}
          onChange={give}
          people={new Map([[me.id, me.name], ...(people ?? []).map((p): [string, string] => [p.id, p.name])])}
        />
      )}
      <span className="sr">{t('reportpage.hint.filter')}</span>
    </>
  );
}
