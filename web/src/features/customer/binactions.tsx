import { RotateCcw } from 'lucide-react';
import { post } from '@/api/client';
import type { Customer } from '@/api/types';
import { useWord } from '@/app/words';
import { Button } from '@/kit/button';
import { tell } from '@/kit/toast';
import { useCustomerChange } from './change';

export function BinActions({ customer }: { customer: Customer }) {
  const t = useWord();
  const act = useCustomerChange();
  const restore = act.safely(async () => {
    await post(`/customers/${customer.id}/restore`, {}, customer.version);
    await act.lists();
    tell(t('customer.state.restored', { name: customer.name }));
  });
  return (
    <Button size="sm" icon={<RotateCcw size={14} />} onClick={() => restore()}>
      {t('app.verb.restore')}
    </Button>
  );
}
