import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { FileUp, Plus, ReceiptText } from 'lucide-react';
import { useMay, useMe } from '@/api/shared';
import type { Order } from '@/api/types';
import { asDay, today } from '@/app/dates';
import { count, money } from '@/app/numbers';
import { Page } from '@/app/page';
import { openIt, usePhone } from '@/app/ui';
import { useWord } from '@/app/words';
import { ExportButton } from '@/features/export/button';
import { ruleCount } from '@/features/filter/tree';
import { keptRows, ListRows, ListTools, ListViews, useList, useListColumns } from '@/features/view/list';
import { Button } from '@/kit/button';
import { Empty } from '@/kit/states';
import { Person, When } from '@/kit/value';
import { filterOf, orderSumQuery, ordersQuery, VIEWS } from './data';
import { OrderItem, OrderState } from './parts';

const route = getRouteApi('/app/orders');
const USUAL = ['customer_id', 'ordered_on', 'amount_fen', 'state', 'products', 'owner_id'];
const WIDTH = { customer_id: 220, products: 260, amount_fen: 130, state: 120, ordered_on: 112, owner_id: 112 };

export default function OrderList() {
  const t = useWord();
  const me = useMe();
  const may = useMay();
  const phone = usePhone();
  const navigate = useNavigate();
  const s = route.useSearch();
  const day = today();
  const list = useList('order', s, 'code', USUAL);
  const rows = useQuery({ ...ordersQuery(s, me.id, day), ...keptRows });
  const { data: sum } = useQuery({ ...orderSumQuery(s, me.id, day), placeholderData: keepPreviousData });
  const columns = useListColumns<Order>(
    list,
    () => ({
      width: 150,
      render: (x) => (
        <button type="button" className="link tn" onClick={() => openIt({ what: 'order', id: x.id })}>
          {x.code}
        </button>
      ),
    }),
    {
      customer_id: (x) => (
        <Link to="/customers/$id" params={{ id: x.customer_id }} search={{ tab: 'orders' }} className="cut link plain">
          {x.customer_name ?? '—'}
        </Link>
      ),
      ordered_on: (x) => <span className="tn tx2">{asDay(x.ordered_on)}</span>,
      amount_fen: (x) => <b className="tn strong">{money(x.amount_fen)}</b>,
      state: (x) => <OrderState x={x} />,
      owner_id: (x) => <Person name={x.owner_name} />,
      created_at: (x) => <When at={x.created_at} quiet />,
      products: (x) => (
        <span className="cut tx2" title={x.products ?? undefined}>
          {x.products ?? '—'}
        </span>
      ),
    },
    WIDTH,
  );
  const view = VIEWS.find((v) => v === s.view) ?? 'all';
  const active = ruleCount(s.f) > 0;
  const create = may('order.write') && (
    <Button look="primary" icon={<Plus size={15} />} onClick={() => openIt({ what: 'order' })}>
      {phone ? t('app.verb.create') : t('order.verb.create')}
    </Button>
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
            columns={['code', ...list.names, 'contract_number', 'reference']}
            filter={filterOf(s, me.id, day)}
            sort={s.sort}
          />
          {create}
        </>
      }
    >
      <ListViews list={list} tabs={VIEWS.map((v) => ({ value: v, label: t(`order.view.${v}`) }))} tab={view} usual="all" />
      <ListTools list={list} starts="state" />
      <ListRows
        list={list}
        of={rows}
        columns={columns}
        label={t('app.nav.orders')}
        sort="-ordered_on"
        line={(x) => <OrderItem key={x.id} x={x} customer />}
        foot={
          sum && (
            <span className="list-sum">
              {t('order.label.count', { count: sum.total ?? 0, n: `${count(sum.total ?? 0)}${sum.total_capped ? '+' : ''}` })}
              <span className="mut"> · </span>
              {t('order.label.sum')} <b className="tn strong">{money(sum.sum_fen)}</b>
            </span>
          )
        }
        empty={
          <Empty
            icon={ReceiptText}
            title={t(active || view !== 'all' ? 'order.empty.filtered' : 'order.empty.title')}
            hint={t('order.empty.hint')}
          >
            {active ? <Button onClick={() => list.go({ f: undefined })}>{t('customer.verb.clear_filters')}</Button> : create}
          </Empty>
        }
      />
    </Page>
  );
}
