import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ListFilter } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { colleaguesQuery, useFields, useMe } from '@/api/shared';
import type { Field, List } from '@/api/types';
import type { ListSearch } from '@/app/listsearch';
import { usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { FilterBuilder } from '@/features/filter/builder';
import { HeadFilter } from '@/features/filter/head';
import { type FilterTree, ruleCount } from '@/features/filter/tree';
import { FilterChips } from '@/features/filter/words';
import { FromReport } from '@/features/report/from';
import { Button } from '@/kit/button';
import { Pop } from '@/kit/float';
import { Failed, Lines } from '@/kit/states';
import { type Column, ListTable, Pager, PhonePager } from '@/kit/table';
import { FieldValue } from '@/kit/value';
import { ViewBar } from './bar';
import { ColumnChooser } from './columns';
import { LISTS, type ListKind, widened } from './data';
import { useListView } from './use';

export type Kit = ReturnType<typeof useList>;
type Kept = { id: string; custom?: Record<string, unknown> | null };

/**
 * A list made from its catalogue: the view it has open, its columns, and the ways to another state of it; all else stands in its address.
 * `usual` are the columns where nobody chose any, the company's own after them.
 */
export function useList(record: ListKind, search: ListSearch, first: string, usual: string[]) {
  const navigate = useNavigate();
  const fields = useFields(record);
  const begin = useMemo(
    // of a customer's dozens of own fields only those marked for it stand in the list unasked, and `usual` names them
    () =>
      [...usual, ...(fields ?? []).filter((f) => record !== 'customer' && f.custom && f.list).map((f) => f.name)].map((name) => ({ name })),
    [fields, usual, record],
  );
  const open = (to: ListSearch, replace = false) => void navigate({ to: LISTS[record], search: to, replace });
  const view = useListView(record, search, begin, (to) => open(to, true));
  const names = useMemo(
    () => view.laid.map((c) => c.name).filter((name) => name !== first && fields?.some((f) => f.name === name && f.list)),
    [view.laid, fields, first],
  );
  const go = (change: Partial<ListSearch>) => open({ ...search, cursor: undefined, ...change }, true);
  return {
    record,
    search,
    first,
    fields,
    view,
    names,
    open,
    go,
    /** Another page of rows: the back key finds the one before. */
    page: (cursor: string) => open({ ...search, cursor }),
    narrow: (f: FilterTree) => go({ f: f.rules.length || f.groups?.length ? f : undefined }),
    columnsChosen: (next: string[]) => view.set(next.map((name) => view.laid.find((c) => c.name === name) ?? { name })),
  };
}

/** The tabs a list always has, and its views. `usual` is the tab that it opens with. */
export function ListViews({ list, tabs, tab, usual }: { list: Kit; tabs: { value: string; label: string }[]; tab: string; usual: string }) {
  const { search: s, view } = list;
  return (
    <ViewBar
      record={list.record}
      tabs={tabs}
      tab={tab}
      onTab={(to) => list.open({ view: to === usual && !view.begins ? undefined : to, limit: s.limit })}
      open={view.open}
      onOpen={(to) => {
        view.forget();
        list.open('view' in to ? { limit: s.limit, ...to } : { ...s, ...to, cursor: undefined });
      }}
      now={{ tab: s.view, f: s.f, sort: s.sort, columns: view.laid }}
      laid={view.changed}
      arranged={view.arranged}
    />
  );
}

/** Filter, what it says, and which columns. */
export function ListTools({
  list,
  starts,
  fields = list.fields,
  before,
  beside,
  children,
}: {
  list: Kit;
  /** The field that an empty builder begins with. */
  starts: string;
  fields?: Field[];
  before?: ReactNode;
  beside?: ReactNode;
  children?: ReactNode;
}) {
  const t = useWord();
  const me = useMe();
  const phone = usePhone();
  const { f, r } = list.search;
  const active = ruleCount(f);
  const filter: FilterTree = f ?? { mode: 'all', rules: [] };
  const { data: people } = useQuery({ ...colleaguesQuery(), enabled: active > 0 });
  const names = useMemo(() => new Map([[me.id, me.name], ...(people ?? []).map((p): [string, string] => [p.id, p.name])]), [people, me]);
  return (
    <div className="tools">
      <FromReport r={r} onRemove={() => list.go({ r: undefined })} />
      {before}
      <Pop
        label={t('customer.verb.filter')}
        button={(toggle, open) => (
          <Button
            icon={<ListFilter size={15} />}
            onClick={toggle}
            aria-expanded={open}
            aria-label={t('customer.verb.filter')}
            className={active ? 'active' : ''}
          >
            {!phone && t('customer.verb.filter')}
            {active > 0 && <span className="count brand">{active}</span>}
          </Button>
        )}
      >
        {() => (
          <FilterBuilder
            fields={fields ?? []}
            value={filter.rules.length || filter.groups?.length ? filter : { mode: 'all', rules: [{ field: starts, op: 'in' }] }}
            onChange={list.narrow}
          />
        )}
      </Pop>
      {list.fields && <FilterChips fields={list.fields} value={filter} onChange={list.narrow} people={names} />}
      {beside}
      <span className="sp" />
      {children}
      {!phone && list.fields && <ColumnChooser fields={list.fields} first={list.first} names={list.names} onChange={list.columnsChosen} />}
    </div>
  );
}

/** The columns that are chosen, with their widths, an order and a filter by what may be ordered and filtered; `cells` are those that show more than their value. */
export function useListColumns<T extends Kept>(
  list: Kit,
  first: (f: Field | undefined) => Omit<Column<T>, 'key' | 'title'>,
  cells: Record<string, (row: T) => ReactNode>,
  wide: Record<string, number>,
): Column<T>[] {
  const byName = new Map(list.fields?.map((f) => [f.name, f]));
  const width = (name: string, usual: number) => list.view.laid.find((c) => c.name === name)?.width ?? usual;
  const head = (f: Field) =>
    f.filterable && f.operators.length > 0 && <HeadFilter field={f} value={list.search.f} onChange={list.narrow} />;
  const begin = byName.get(list.first);
  const at = first(begin);
  return [
    { key: list.first, title: begin?.label ?? '', sortable: begin?.sortable, ...at, width: width(list.first, at.width) },
    ...list.names.flatMap((name): Column<T>[] => {
      const f = byName.get(name);
      if (!f) return [];
      const cell = cells[name];
      return [
        {
          key: name,
          title: f.label,
          width: width(name, wide[name] ?? 130),
          align: f.kind === 'money' || f.kind === 'number' ? 'right' : undefined,
          sortable: f.sortable,
          head: head(f),
          render: (row) =>
            cell ? (
              cell(row)
            ) : (
              <span className="tx2 cut">
                <FieldValue field={f} value={f.custom ? row.custom?.[name] : (row as Record<string, unknown>)[name]} />
              </span>
            ),
        },
      ];
    }),
  ];
}

export const keptRows = { placeholderData: keepPreviousData } as const;

/** The rows: a table on a desk, lines on a phone. */
export function ListRows<T extends Kept>({
  list,
  of: { data, error, refetch, isPlaceholderData },
  columns,
  label,
  sort,
  empty,
  total,
  foot,
  line,
  lines = 'svc',
}: {
  list: Kit;
  of: UseQueryResult<List<T>>;
  columns: Column<T>[];
  label: string;
  /** The order where the address says none. */
  sort?: string;
  empty: ReactNode;
  total?: string;
  foot?: ReactNode;
  line: (row: T) => ReactNode;
  lines?: 'svc' | 'mlist';
}) {
  const t = useWord();
  const phone = usePhone();
  const { limit = 50, sort: asked } = list.search;
  const shown = data?.items.length ?? 0;
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (phone) {
    if (!data)
      return (
        <div className="page-b">
          <Lines count={8} height={lines === 'svc' ? 72 : 60} />
        </div>
      );
    if (!data.items.length) return empty;
    const rows = (
      <>
        {foot && <p className="tx2 list-head">{foot}</p>}
        <ul className={isPlaceholderData ? `${lines} stale` : lines}>{data.items.map(line)}</ul>
        <PhonePager next={data.next} prev={data.prev} onGo={list.page} />
      </>
    );
    return lines === 'svc' ? <div className="page-b">{rows}</div> : rows;
  }
  return (
    <>
      <ListTable
        label={label}
        columns={columns}
        rows={list.fields ? data?.items : undefined}
        stale={isPlaceholderData}
        sort={asked ?? sort}
        onSort={(next) => list.go({ sort: next })}
        onWidth={(name, width) => list.view.set(widened(list.view.laid, name, width))}
        empty={empty}
      />
      <Pager
        next={data?.next}
        prev={data?.prev}
        onGo={list.page}
        limit={limit}
        onLimit={(n) => list.go({ limit: n })}
        range={total ? t('customer.label.range_of', { shown, total }) : t('customer.label.range', { shown })}
        hints={foot}
      />
    </>
  );
}
