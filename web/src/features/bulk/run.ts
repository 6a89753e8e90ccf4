import { get, post } from '@/api/client';
import type { Operation } from '@/api/types';

/** Of which customers: those named as one saw them, or all that a filter finds, and how many those were. */
export type Choice =
  | { records: { id: string; version: number }[] }
  | { filter: string | undefined; q: string | undefined; expected_count: number };

const pause = (times: number) => new Promise((done) => setTimeout(done, Math.min(1500, 120 + times * 120)));

async function ended(id: string, told: (o: Operation) => void): Promise<Operation> {
  for (let times = 0; ; times++) {
    const now = await get<Operation>(`/operations/${id}`);
    told(now);
    if (now.state === 'done' || now.state === 'undone') return now;
    await pause(times);
  }
}

/** Has the server do something to many customers, and waits for the end of it. */
export async function inBulk(verb: string, choice: Choice, what: object, told: (o: Operation) => void): Promise<Operation> {
  const { operation_id } = await post<{ operation_id: string }>(`/customers/bulk/${verb}`, { ...choice, ...what });
  return ended(operation_id, told);
}

export async function undoBulk(id: string): Promise<Operation> {
  await post(`/operations/${id}/undo`);
  return ended(id, () => undefined);
}
