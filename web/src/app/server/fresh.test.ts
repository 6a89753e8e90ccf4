import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { knows, makeFresh, outdated, type Told } from './fresh';

const told = (change: Partial<Told> = {}): Told => ({ topic: 'record', kind: 'customer', id: 'c1', version: 4, ...change });
const query = (queryKey: unknown[], data?: unknown) => ({ queryKey, state: { data } }) as never;

describe('what news makes old', () => {
  it('finds the page and the lists of what was changed, and no other page', () => {
    const cases: [unknown[], Told, 'page' | 'list' | null][] = [
      [['customers', 'one', 'c1'], told(), 'page'],
      [['customers', 'one', 'c2'], told(), null],
      [['panorama', 'c1', 'zh-CN'], told({ kind: 'order', version: 4 }), 'page'],
      [['panorama', 'c2', 'zh-CN'], told(), null],
      [['customers', 'list', {}, 'zh-CN'], told(), 'list'],
      [['customers', 'count', {}], told(), 'list'],
      [['orders', 'list', {}], told({ kind: 'order' }), 'list'],
      [['orders', 'one', 'o1'], told({ kind: 'order' }), null],
      [['orders', 'list', {}], told({ kind: 'task' }), null],
      [['tasks', 'today', 'me'], told({ kind: 'task', id: '' }), 'list'],
      [['dictionaries', 'zh-CN'], told({ topic: 'words', kind: 'dictionary_value', id: '' }), 'page'],
      [['customers', 'list', {}], told({ topic: 'many', id: '' }), 'list'],
      [['customers', 'one', 'c1'], told({ topic: 'many', id: '' }), null],
      [['session'], told({ topic: 'words', kind: 'role', id: '' }), 'page'],
    ];
    for (const [key, e, want] of cases) expect([key, outdated(query(key), e)]).toEqual([key, want]);
  });
  it('knows its own change when it comes back', () => {
    expect(knows({ items: [{ id: 'c1', version: 4 }] }, told())).toBe(true);
    expect(knows({ items: [{ id: 'c1', version: 3 }] }, told())).toBe(false);
    expect(knows({ items: [{ id: 'c2', version: 9 }] }, told())).toBe(false);
    expect(knows({ id: 'c1', version: 5 }, told())).toBe(true);
    expect(knows({ id: 'c1', version: 5 }, told({ kind: 'order' }))).toBe(false);
    expect(knows(undefined, told())).toBe(false);
  });
});

describe('keeping fresh', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const shown = (client: QueryClient, queryKey: unknown[]) => {
    const ask = vi.fn(async () => ({ items: [{ id: 'c1', version: 1 }] }));
    new QueryObserver(client, { queryKey, queryFn: ask, staleTime: 60_000 }).subscribe(() => {});
    return ask;
  };
  it('asks a page anew at once, a list at most every five seconds, and forgets nothing meanwhile', async () => {
    const client = new QueryClient();
    const page = shown(client, ['panorama', 'c1', 'zh-CN']);
    const list = shown(client, ['customers', 'list', {}, 'zh-CN']);
    await vi.advanceTimersByTimeAsync(10);
    expect([page.mock.calls.length, list.mock.calls.length]).toEqual([1, 1]);
    const fresh = makeFresh(client);
    fresh.hear(told({ version: 2 }));
    fresh.hear(told({ version: 2 }));
    await vi.advanceTimersByTimeAsync(400);
    expect([page.mock.calls.length, list.mock.calls.length]).toEqual([2, 2]);
    fresh.hear(told({ version: 3 }));
    await vi.advanceTimersByTimeAsync(400);
    expect([page.mock.calls.length, list.mock.calls.length]).toEqual([3, 2]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(list.mock.calls.length).toBe(3);
    fresh.end();
  });
});
