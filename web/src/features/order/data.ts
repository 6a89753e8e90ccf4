import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { get, patch, post, remove } from '@/api/client';
import { partOfPage } from '@/api/shared';
import type { List, Order, OrderLine } from '@/api/types';
import { word } from '@/app/words';
import { type FilterTree, toText } from '@/features/filter/tree';
import { type Narrow, narrowed } from '@/features/report/narrow';
import { tell, tellError, tellUndo } from '@/kit/toast';

export type Search = { v?: string; view?: string; f?: FilterTree; r?: Narrow; sort?: string; cursor?: string; limit?: number };
export const VIEWS = ['all', 'mine', 'open', 'month'] as const;
export const STATES = 'order_state';
export type OrderPage = List<Order> & { sum_fen?: number };

const first = (day: string) => `${day.slice(0, 7)}-01`;
/** The filter of the API that a list's URL stands for. */
export function filterOf(s: Search, me: string, today: string): string | undefined {
  const rules = {
    all: [],
    mine: [{ field: 'owner_id', op: 'eq', value: me }],
    open: [{ field: 'state', op: 'in', value: ['open'] }],
    month: [{ field: 'ordered_on', op: 'gte', value: first(today) }],
  }[VIEWS.find((v) => v === s.view) ?? 'all'];
  return narrowed(toText({ mode: 'all', rules, groups: s.f ? [s.f] : [] }), s.r);
}

export const ordersQuery = (s: Search, me: string, today: string) =>
  queryOptions({
    queryKey: ['orders', 'list', s, me, today],
    queryFn: ({ signal }) =>
      get<OrderPage>('/orders', { filter: filterOf(s, me, today), sort: s.sort, cursor: s.cursor, limit: s.limit ?? 50 }, signal),
  });
/** The total is asked after the rows, and apart from them. */
export const orderSumQuery = (s: Search, me: string, today: string) =>
  queryOptions({
    queryKey: ['orders', 'sum', s.view, s.f, s.r, me, today],
    queryFn: ({ signal }) => get<OrderPage>('/orders', { filter: filterOf(s, me, today), limit: 1, count: 1, sum: 1 }, signal),
  });
export const orderQuery = (id: string) =>
  queryOptions({ queryKey: ['orders', 'one', id], queryFn: () => get<Order>(`/orders/${id}`), enabled: !!id });
export const ofCustomerQuery = (customer: string) =>
  queryOptions({
    queryKey: ['orders', 'customer', customer],
    ...partOfPage,
    queryFn: () => get<OrderPage>(`/customers/${customer}/orders`, { limit: 100, count: 1, sum: 1 }),
  });

/** Quantity × price less a discount, rounded half up to the fen, as the server does it (rule.LineTotal). */
export function lineTotal(l: Pick<OrderLine, 'quantity_milli' | 'price_fen' | 'discount_bp'>): number | null {
  const parts = [l.quantity_milli, l.price_fen ?? Number.NaN, l.discount_bp ?? 0];
  if (parts.some((n) => !Number.isSafeInteger(n) || n < 0) || (l.discount_bp ?? 0) > 10_000) return null;
  const [quantity = 0n, price = 0n, off = 0n] = parts.map(BigInt);
  const fen = (quantity * price * (10_000n - off) + 5_000_000n) / 10_000_000n;
  return fen > 10_000_000_000_000_000n ? null : Number(fen);
}
export const total = (lines: OrderLine[]): number | null =>
  lines.reduce<number | null>((sum, l) => {
    const fen = lineTotal(l);
    return sum === null || fen === null ? null : sum + fen;
  }, 0);

/** 1.5 as thousandths; null for what is no quantity. */
export function parseQuantity(text: string): number | null {
  const m = /^(\d+)(?:\.(\d{1,3}))?$/.exec(text.trim().replace(/,/g, ''));
  if (!m) return null;
  const n = Number(m[1]) * 1000 + Number((m[2] ?? '').padEnd(3, '0'));
  return n > 0 && n <= 1_000_000_000_000 ? n : null;
}
export const quantity = (milli: number): string => String(milli / 1000);
/** Off, in percent with at most two digits, as hundredths of a percent. */
export function parsePercent(text: string): number | null {
  const m = /^(\d{1,3})(?:\.(\d{1,2}))?%?$/.exec(text.trim());
  if (!m) return text.trim() ? null : 0;
  const bp = Number(m[1]) * 100 + Number((m[2] ?? '').padEnd(2, '0'));
  return bp <= 10_000 ? bp : null;
}

export function useOrderChange() {
  const client = useQueryClient();
  return useMemo(() => {
    const refresh = (customer: string) => {
      for (const queryKey of [['orders'], ['home'], ['segments'], ['timeline', customer], ['history', customer], ['customers']])
        void client.invalidateQueries({ queryKey });
    };
    const step = async (x: Order, state: string, name: string, was: string, quiet = false): Promise<void> => {
      try {
        const fresh = await patch<Order>(`/orders/${x.id}`, { state }, x.version);
        refresh(x.customer_id);
        if (quiet) tell(word('app.state.undone'));
        else tellUndo(word('order.state.moved', { code: x.code, state: name }), () => void step(fresh, x.state, was, name, true));
      } catch (e) {
        tellError(e);
        refresh(x.customer_id);
      }
    };
    const restore = async (x: Order) => {
      try {
        await post(`/orders/${x.id}/restore`, {}, x.version + 1);
        refresh(x.customer_id);
        tell(word('app.state.undone'));
      } catch (e) {
        tellError(e);
      }
    };
    const drop = async (x: Order) => {
      await remove(`/orders/${x.id}`, x.version);
      refresh(x.customer_id);
      tellUndo(word('order.state.deleted', { code: x.code }), () => void restore(x));
    };
    return { step, drop, refresh };
  }, [client]);
}
