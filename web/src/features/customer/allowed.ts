import type { CustomerRecord } from '@/api/types';

type May = (...any: string[]) => boolean;

/** What may be put on a customer's record: the page, its tabs and the palette offer the same. */
export function addable(c: Pick<CustomerRecord, 'may' | 'deleted_at'>, may: May) {
  const adds = c.may.add && !c.deleted_at;
  return {
    followUp: adds && may('followup.write'),
    task: adds && may('task.write'),
    order: c.may.change && !c.deleted_at && may('order.write'),
    need: adds && may('need.write'),
    feedback: adds && may('feedback.write'),
  };
}
