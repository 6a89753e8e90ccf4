import { describe, expect, it } from 'vitest';
import { filterOf, lineTotal, parsePercent, parseQuantity, total } from './data';

describe('the amount of a line is the server’s', () => {
  it.each([
    [2000, 48_600_000, 0, 97_200_000],
    [1500, 333, 0, 500],
    [1000, 101, 5000, 51],
    [1, 499, 0, 0],
    [1, 500, 0, 1],
    [1000, 100, 10_000, 0],
    [1_000_000_000, 10_000_000_000, 0, 10_000_000_000_000_000],
  ])('%d × %d less %d is %d', (quantity_milli, price_fen, discount_bp, fen) =>
    expect(lineTotal({ quantity_milli, price_fen, discount_bp })).toBe(fen),
  );
  it('is none where a part is none', () => {
    expect(lineTotal({ quantity_milli: 1000, price_fen: null })).toBeNull();
    expect(lineTotal({ quantity_milli: 1000, price_fen: 1, discount_bp: 10_001 })).toBeNull();
    expect(
      total([
        { product: 'a', quantity_milli: 1000, price_fen: 100 },
        { product: 'b', quantity_milli: 1000, price_fen: null },
      ]),
    ).toBeNull();
    expect(
      total([
        { product: 'a', quantity_milli: 1500, price_fen: 333 },
        { product: 'b', quantity_milli: 1000, price_fen: 100 },
      ]),
    ).toBe(600);
  });
});

it('quantities and discounts as people type them', () => {
  expect(['1.5', '1,200', '0.125', '0', '-1', '1.2345', 'x'].map(parseQuantity)).toEqual([1500, 1_200_000, 125, null, null, null, null]);
  expect(['5', '12.5%', '', '100', '101', 'x'].map(parsePercent)).toEqual([500, 1250, 0, 10_000, null, null]);
});

it('a view and a filter are asked together', () => {
  expect(filterOf({}, 'me', '2026-03-02')).toBeUndefined();
  expect(filterOf({ view: 'month' }, 'me', '2026-03-02')).toBe('{"all":[{"field":"ordered_on","op":"gte","value":"2026-03-01"}]}');
  expect(
    JSON.parse(
      filterOf({ view: 'mine', f: { mode: 'any', rules: [{ field: 'state', op: 'in', value: ['done'] }] } }, 'me', '2026-03-02') ?? '',
    ),
  ).toEqual({
    all: [
      { field: 'owner_id', op: 'eq', value: 'me' },
      { field: 'state', op: 'in', value: ['done'] },
    ],
  });
});
