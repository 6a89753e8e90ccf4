import { useQuery } from '@tanstack/react-query';
import { ListTodo, Plus } from 'lucide-react';
import { useMay } from '@/api/shared';
import type { CustomerRecord } from '@/api/types';
import { openIt } from '@/app/ui';
import { useWord } from '@/app/words';
import { addable } from '@/features/customer/allowed';
import { Button } from '@/kit/button';
import { Empty, Failed, Lines } from '@/kit/states';
import { customerTasksQuery } from './data';
import { TaskLine } from './line';

export function CustomerTasks({ customer }: { customer: CustomerRecord }) {
  const t = useWord();
  const may = useMay();
  const { data, error, refetch } = useQuery(customerTasksQuery(customer.id));
  const add = addable(customer, may).task && (
    <Button icon={<Plus size={15} />} onClick={() => openIt({ what: 'task', customer: { id: customer.id, name: customer.name } })}>
      {t('task.verb.create')}
    </Button>
  );
  if (error) return <Failed error={error} retry={() => void refetch()} small />;
  if (!data) return <Lines count={3} />;
  if (!data.length)
    return (
      <Empty icon={ListTodo} title={t('task.empty.customer')} hint={t('task.empty.customer_hint')} small>
        {add}
      </Empty>
    );
  return (
    <div className="col">
      <div className="tasklist">
        {data.map((task) => (
          <TaskLine key={task.id} task={task} />
        ))}
      </div>
      <div className="row">{add}</div>
    </div>
  );
}
