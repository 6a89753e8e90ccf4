import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { FileUp, ListFilter, Plus, ReceiptText } from 'lucide-react';
import { useMemo } from 'react';
import { colleaguesQuery, useFields, useMay, useMe } from '@/api/shared';
import type { Order } from '@/api/types';
import { asDay, today } from '@/app/dates';
import { count, money } from '@/app/numbers';
import { Page } from '@/app/page';
import { openIt, usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { ExportButton } from '@/features/export/button';
import { FilterBuilder } from '@/features/filter/builder';
import { ruleCount } from '@/features/filter/tree';
import { FilterChips } from '@/features/filter/words';
import { FromReport } from '@/features/report/from';
import { ViewBar } from '@/features/view/bar';
import { ColumnChooser } from '@/features/view/columns';
import { widened } from '@/features/view/data';
import { useListView } from '@/features/view/use';
import { Button } from '@/kit/button';
import { Pop } from '@/kit/float';
import { Empty, Failed, Lines } from '@/kit/states';
import { type Column, ListTable, Pager, PhonePager } from '@/kit/table';
import { FieldValue, Person, When } from '@/kit/value';
import { filterOf, orderSumQuery, ordersQuery, type Search, VIEWS } from './data';
import { OrderItem, OrderState } from './parts';

const route = getRouteApi('/app/orders');
const USUAL = ['customer_id', 'ordered_on', 'amount_fen', 'state', 'products', 'owner_id'].map((name) => ({ name }));

export default function OrderList() {
  const t = useWord();
  const me = useMe();
  const may = useMay();
  const phone = usePhone();
  const navigate = useNavigate();
  const s = route.useSearch();
  const fields = useFields('order');
  const day = today();
  const { data, error, refetch, isPlaceholderData } = useQuery({ ...ordersQuery(s, me.id, day), placeholderData: keepPreviousData });
  const { data: sum } = useQuery({ ...orderSumQuery(s, me.id, day), placeholderData: keepPreviousData });
  const { data: people } = useQuery({ ...colleaguesQuery(), enabled: ruleCount(s.f) > 0 });
  const names = useMemo(() => new Map([[me.id, me.name], ...(people ?? []).map((p): [string, string] => [p.id, p.name])]), [people, me]);
  const laid = useListView('order', s, USUAL, (to) => void navigate({ to: '/orders', search: to, replace: true }));
  const picked = useMemo(() => laid.laid.map((c) => c.name).filter((name) => name !== 'code'), [laid.laid]);
  const columns = useColumns(picked).map((c) => ({ ...c, width: laid.laid.find((x) => x.name === c.key)?.width ?? c.width }));
  const go = (change: Partial<Search>) => void navigate({ to: '/orders', search: { ...s, cursor: undefined, ...change }, replace: true });
  const filter = s.f ?? { mode: 'all' as const, rules: [] };
  const active = ruleCount(s.f);
  const view = VIEWS.find((v) => v === s.view) ?? 'all';
  const create = may('order.write') && (
    <Button look="primary" icon={<Plus size={15} />} onClick={() => openIt({ what: 'order' })}>
      {phone ? t('app.verb.create') : t('order.verb.create')}
    </Button>
  );
  const empty = (
    <Empty
      icon={ReceiptText}
      title={t(active || view !== 'all' ? 'order.empty.filtered' : 'order.empty.title')}
      hint={t('order.empty.hint')}
    >
      {active > 0 ? <Button onClick={() => go({ f: undefined })}>{t('customer.verb.clear_filters')}</Button> : create}
    </Empty>
  );
  const footer = sum && (
    <span className="ord-foot">
      {t('order.label.count', { count: sum.total ?? 0, n: `${count(sum.total ?? 0)}${sum.total_capped ? '+' : ''}` })}
      <span className="mut"> · </span>
      {t('order.label.sum')} <b className="tn strong">{money(sum.sum_fen)}</b>
    </span>
  );
  return (
    <Page
      flush
      title={t('app.nav.orders')}
      actions={
        <>
          {may('customer.import') && !phone && (
            <Button
              look="ghost"
              icon={<FileUp size={15} />}
              onClick={() => void navigate({ to: '/imports/new', search: { target: 'order' } })}
            >
              {t('service.verb.import')}
            </Button>
          )}
          <ExportButton
            target="order"
            columns={['code', ...picked, 'contract_number', 'reference']}
            filter={filterOf(s, me.id, day)}
            sort={s.sort}
          />
          {create}
        </>
      }
    >
      <ViewBar
        record="order"
        tabs={VIEWS.map((v) => ({ value: v, label: t(`order.view.${v}`) }))}
        tab={view}
        onTab={(v) => void navigate({ to: '/orders', search: { view: v === 'all' && !laid.begins ? undefined : v, limit: s.limit } })}
        open={laid.open}
        onOpen={(to) => {
          laid.forget();
          void navigate({ to: '/orders', search: 'view' in to ? { limit: s.limit, ...to } : { ...s, ...to, cursor: undefined } });
        }}
        now={{ tab: s.view, f: s.f, sort: s.sort, columns: laid.laid }}
        laid={laid.changed}
        arranged={laid.arranged}
      />
      <div className="tools">
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
              value={active ? filter : { mode: 'all', rules: [{ field: 'state', op: 'in' }] }}
              onChange={(f) => go({ f: f.rules.length || f.groups?.length ? f : undefined })}
            />
          )}
        </Pop>
        <FromReport r={s.r} onRemove={() => go({ r: undefined })} />
        {fields && (
          <FilterChips
            fields={fields}
            value={filter}
            people={names}
            onChange={(f) => go({ f: f.rules.length || f.groups?.length ? f : undefined })}
          />
        )}
        <span className="sp" />
        {!phone && fields && (
          <ColumnChooser
            fields={fields}
            first="code"
            names={picked}
            onChange={(next) => laid.set(next.map((name) => laid.laid.find((c) => c.name === name) ?? { name }))}
          />
        )}
      </div>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : phone ? (
        <div className="page-b">
          {!data ? (
            <Lines count={8} height={72} />
          ) : !data.items.length ? (
            empty
          ) : (
            <>
              <p className="tx2 ord-head">{footer}</p>
              <ul className={isPlaceholderData ? 'svc stale' : 'svc'}>
                {data.items.map((x) => (
                  <OrderItem key={x.id} x={x} customer />
                ))}
              </ul>
              <PhonePager next={data.next} prev={data.prev} onGo={(cursor) => go({ cursor })} />
            </>
          )}
        </div>
      ) : (
        <>
          <ListTable
            label={t('app.nav.orders')}
            columns={columns}
            rows={fields ? data?.items : undefined}
            stale={isPlaceholderData}
            sort={s.sort ?? '-ordered_on'}
            onSort={(sort) => go({ sort })}
            onWidth={(name, width) => laid.set(widened(laid.laid, name, width))}
            empty={empty}
          />
          <Pager
            next={data?.next}
            prev={data?.prev}
            onGo={(cursor) => go({ cursor })}
            limit={s.limit ?? 50}
            onLimit={(limit) => go({ limit })}
            range={t('customer.label.range', { shown: data?.items.length ?? 0 })}
            hints={footer}
          />
        </>
      )}
    </Page>
  );
}

const WIDTH: Record<string, number> = { customer_id: 220, products: 260, amount_fen: 130, state: 120, ordered_on: 112, owner_id: 112 };

function useColumns(names: string[]): Column<Order>[] {
  const fields = useFields('order');
  return useMemo(() => {
    const byName = new Map(fields?.map((f) => [f.name, f]));
    const cell = (name: string, x: Order) => {
      switch (name) {
        case 'customer_id':
          return (
            <Link to="/customers/$id" params={{ id: x.customer_id }} search={{ tab: 'orders' }} className="cut link plain">
              {x.customer_name ?? '—'}
            </Link>
          );
        case 'ordered_on':
          return <span className="tn tx2">{asDay(x.ordered_on)}</span>;
        case 'amount_fen':
          return <b className="tn strong">{money(x.amount_fen)}</b>;
        case 'state':
          return <OrderState x={x} />;
        case 'owner_id':
          return <Person name={x.owner_name} />;
        case 'created_at':
          return <When at={x.created_at} quiet />;
        case 'products':
          return (
            <span className="cut tx2" title={x.products ?? undefined}>
              {x.products ?? '—'}
            </span>
          );
        default: {
          const f = byName.get(name);
          return (
            <span className="tx2 cut">{f && <FieldValue field={f} value={f.custom ? x.custom?.[name] : x[name as keyof Order]} />}</span>
          );
        }
      }
    };
    return [
      {
        key: 'code',
        title: byName.get('code')?.label ?? '',
        width: 150,
        render: (x: Order) => (
          <button type="button" className="link tn" onClick={() => openIt({ what: 'order', id: x.id })}>
            {x.code}
          </button>
        ),
      },
      ...names.flatMap((name): Column<Order>[] => {
        const f = byName.get(name);
        if (!f) return [];
        const right = name === 'amount_fen' ? ('right' as const) : undefined;
        return [{ key: name, title: f.label, width: WIDTH[name] ?? 130, align: right, sortable: f.sortable, render: (x) => cell(name, x) }];
      }),
    ];
  }, [fields, names]);
}
