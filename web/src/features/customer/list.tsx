import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Building2, ListChecks, Plus, SearchX } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useFields, useMay, useMe } from '@/api/shared';
import type { Customer } from '@/api/types';
import type { ListSearch } from '@/app/listsearch';
import { count as digits } from '@/app/numbers';
import { Page } from '@/app/page';
import { SearchBox } from '@/app/searchbox';
import { forPage, nothingOpen, openIt, usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { BulkBar } from '@/features/bulk/bar';
import { CustomersMenu } from '@/features/duplicate/menu';
import { ExportButton } from '@/features/export/button';
import { HeadFilter } from '@/features/filter/head';
import { withSegment } from '@/features/filter/segment';
import { type FilterTree, ruleCount } from '@/features/filter/tree';
import { SaveSegment } from '@/features/segment/save';
import { widened } from '@/features/view/data';
import { ListTools, ListViews, useList } from '@/features/view/list';
import { Button } from '@/kit/button';
import { Empty, Failed } from '@/kit/states';
import { ListTable, Pager } from '@/kit/table';
import { BinActions } from './binactions';
import { useCustomerChange, usePeopleMenu, useStageMenu } from './change';
import { tableColumns, usualColumns } from './columns';
import { PhoneList } from './phonelist';
import { ask, countQuery, isSensitive, listQuery, VIEWS, viewOf } from './query';

const route = getRouteApi('/app/customers');

export default function CustomerList() {
  const t = useWord();
  const me = useMe();
  const may = useMay();
  const phone = usePhone();
  const navigate = useNavigate();
  const s = route.useSearch();
  const view = viewOf(s.view);
  const fields = useFields('customer');
  const { data, error, isPlaceholderData, refetch, isFetching } = useQuery(listQuery(s, me.id));
  const sensitive = !!s.q && isSensitive(s.q);
  const total = useQuery({ ...countQuery(s, me.id), enabled: !!data && !isFetching && !view.bin && !sensitive });
  const usual = useMemo(() => usualColumns(fields ?? []), [fields]);
  const list = useList('customer', s, 'name', usual);
  const { view: columnsOf, names } = list;
  const [selected, setSelected] = useState<string[]>([]);
  const [current, setCurrent] = useState(-1);
  const [picking, setPicking] = useState(false);
  const act = useCustomerChange();
  const stageMenu = useStageMenu();
  const peopleMenu = usePeopleMenu();
  const filter: FilterTree = s.f ?? { mode: 'all', rules: [] };
  const rows = data?.items;

  const go = (change: Partial<ListSearch>, keepCursor = false) =>
    void navigate({
      to: '/customers',
      search: { ...s, ...(keepCursor ? {} : { cursor: undefined }), ...change },
      replace: 'q' in change || 'f' in change,
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page of rows means nothing is chosen on it
  useEffect(() => {
    setSelected([]);
    setCurrent(-1);
  }, [s.view, s.cursor, s.sort, s.q]);
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (!forPage(e) || !nothingOpen() || !rows?.length || document.querySelector('.pop,.dialog')) return;
      const row = rows[current];
      if (e.key === 'j' || e.key === 'k')
        setCurrent((i) => Math.max(0, Math.min(rows.length - 1, e.key === 'j' ? i + 1 : i < 0 ? 0 : i - 1)));
      else if (e.key === 'x' && row) setSelected((old) => (old.includes(row.id) ? old.filter((x) => x !== row.id) : [...old, row.id]));
      else if (e.key === 'Enter' && row && !(e.target as HTMLElement).closest('a,button,input'))
        void navigate({ to: '/customers/$id', params: { id: row.id } });
      else if (e.key === 'Escape') setSelected([]);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [rows, current, navigate]);

  const [writes, transfers] = [may('customer.write'), may('customer.transfer')];
  const columns = (() => {
    const cells = tableColumns(
      fields ?? [],
      names,
      view.bin
        ? {}
        : {
            stage: !writes ? undefined : (anchor, c) => stageMenu(anchor, c.stage, (to) => act.safely(act.move)(c, to)),
            owner: !transfers ? undefined : (anchor, c) => peopleMenu(anchor, c.owner_id, (to) => act.safely(act.transfer)(c, to)),
          },
    );
    if (view.bin)
      cells.push({
        key: 'restore',
        title: <span className="sr">{t('app.verb.restore')}</span>,
        width: 110,
        align: 'right',
        render: (c: Customer) => <BinActions customer={c} />,
      });
    const filterable = new Map(fields?.filter((f) => !view.bin && f.filterable && f.operators.length > 0).map((f) => [f.name, f]));
    return cells.map((c) => {
      const f = filterable.get(c.key);
      return {
        ...c,
        width: columnsOf.laid.find((x) => x.name === c.key)?.width ?? c.width,
        head: f && <HeadFilter field={f} value={s.f} onChange={list.narrow} />,
      };
    });
  })();

  const active = ruleCount(s.f);
  const clear = () => void navigate({ to: '/customers', search: { view: s.view } });
  const nothing =
    !fields || !data ? null : active || s.q || s.view || s.r ? (
      <Empty
        icon={SearchX}
        title={t(view.bin ? 'customer.empty.bin' : 'customer.empty.filtered')}
        hint={t(view.bin ? 'customer.empty.bin_hint' : 'customer.empty.filtered_hint')}
      >
        {(active > 0 || s.q) && <Button onClick={clear}>{t('customer.verb.clear_filters')}</Button>}
        {may('customer.create') && !view.bin && (
          <Button look="primary" onClick={() => openIt({ what: 'quick', name: s.q && !sensitive ? s.q : undefined })}>
            {t('customer.verb.create')}
          </Button>
        )}
      </Empty>
    ) : (
      <Empty icon={Building2} title={t('customer.empty.first')} hint={t('customer.empty.first_hint')}>
        {may('customer.create') && (
          <Button look="primary" icon={<Plus size={15} />} onClick={() => openIt({ what: 'quick' })}>
            {t('customer.verb.create')}
          </Button>
        )}
      </Empty>
    );
  const shown = rows?.length ?? 0;
  const known = total.data && `${digits(total.data.total)}${total.data.capped ? '+' : ''}`;
  return (
    <Page
      flush
      title={t('app.nav.customers')}
      sub={known}
      actions={
        <>
          <CustomersMenu />
          {!phone && may('customer.create') && (
            <Button look="primary" icon={<Plus size={15} />} onClick={() => openIt({ what: 'quick' })}>
              {t('customer.verb.create')}
            </Button>
          )}
        </>
      }
    >
      <ListViews
        list={list}
        tabs={VIEWS.filter((v) => !v.may || may(v.may)).map((v) => ({ value: v.key, label: t(v.name) }))}
        tab={view.key}
        usual="all"
      />
      {!view.bin && (
        <ListTools
          list={list}
          starts="stage"
          fields={withSegment(fields ?? [], t('segment.field.segment'))}
          before={<SearchBox value={s.q} onSearch={(q) => go({ q })} hint={t('customer.hint.search')} />}
          beside={active > 0 && <SaveSegment filter={filter} />}
        >
          {!sensitive && <ExportButton target="customer" columns={['name', ...names]} count={known} {...ask(s, me.id)} />}
          {phone && may('customer.write', 'customer.transfer') && (
            <Button
              icon={<ListChecks size={15} />}
              aria-label={t('customer.verb.pick')}
              aria-pressed={picking}
              className={picking ? 'active' : ''}
              onClick={() => {
                setPicking(!picking);
                setSelected([]);
              }}
            />
          )}
        </ListTools>
      )}
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : phone ? (
        <PhoneList
          rows={rows}
          stale={isPlaceholderData}
          empty={nothing}
          next={data?.next}
          prev={data?.prev}
          onGo={(cursor) => go({ cursor }, true)}
          bin={view.bin}
          picked={picking ? selected : undefined}
          onPick={setSelected}
        />
      ) : (
        <>
          <ListTable
            label={t('app.nav.customers')}
            columns={columns}
            rows={fields ? rows : undefined}
            stale={isPlaceholderData}
            sort={s.sort}
            onSort={view.bin ? undefined : (sort) => go({ sort })}
            onWidth={(name, width) => columnsOf.set(widened(columnsOf.laid, name, width))}
            selected={view.bin ? undefined : selected}
            onSelect={view.bin ? undefined : setSelected}
            current={current}
            onCurrent={setCurrent}
            empty={nothing}
          />
          <Pager
            next={data?.next}
            prev={data?.prev}
            onGo={(cursor) => go({ cursor }, true)}
            limit={s.limit ?? 50}
            onLimit={(limit) => go({ limit })}
            range={known ? t('customer.label.range_of', { shown, total: known }) : t('customer.label.range', { shown })}
            hints={
              <span className="mut hint">
                <kbd>J</kbd>
                <kbd>K</kbd> {t('app.keys.move')} <kbd>X</kbd> {t('app.keys.select')} <kbd>↵</kbd> {t('app.keys.open')}
              </span>
            }
          />
        </>
      )}
      {selected.length > 0 && rows && (
        <BulkBar
          key={selected.length}
          rows={rows.filter((r) => selected.includes(r.id))}
          all={total.data && !sensitive ? { ...ask(s, me.id), ...total.data, page: rows.length } : undefined}
          onDone={() => {
            setSelected([]);
            setPicking(false);
          }}
        />
      )}
    </Page>
  );
}
