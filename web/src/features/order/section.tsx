import { useQuery } from '@tanstack/react-query';
import { Plus, ReceiptText } from 'lucide-react';
import { useMay } from '@/api/shared';
import type { CustomerRecord } from '@/api/types';
import { count, money } from '@/app/numbers';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { addable } from '@/features/customer/allowed';
import { Button } from '@/kit/button';
import { Empty, Failed, Lines } from '@/kit/states';
import { ofCustomerQuery } from './data';
import { OrderItem } from './parts';

/** The tab of a customer's page with what it ordered. */
export function CustomerOrders({ customer }: { customer: CustomerRecord }) {
  const t = useWord();
  const may = useMay();
  const { data, error, refetch } = useQuery(ofCustomerQuery(customer.id));
  const create = addable(customer, may).order && (
    <Button
      size="sm"
      icon={<Plus size={14} />}
      onClick={() => openIt({ what: 'order', customer: { id: customer.id, name: customer.name } })}
    >
      {t('order.verb.create')}
    </Button>
  );
  if (error) return <Failed error={error} retry={() => void refetch()} small />;
  if (!data) return <Lines />;
  if (!data.items.length)
    return (
      <Empty small icon={ReceiptText} title={t('order.empty.customer')} hint={t('order.empty.hint')}>
        {create}
      </Empty>
    );
  return (
    <section className="col" aria-label={t('app.nav.orders')}>
      <div className="row">
        <span className="tx2">
          {t('order.label.sum')} <b className="tn strong">{money(data.sum_fen)}</b>
          <span className="mut">
            {' '}
            · {t('order.label.count', { count: data.total ?? data.items.length, n: count(data.total ?? data.items.length) })}
          </span>
        </span>
        <span className="sp" />
        {create}
      </div>
      <ul className="svc">
        {data.items.map((x) => (
          <OrderItem key={x.id} x={x} />
        ))}
      </ul>
    </section>
  );
}
