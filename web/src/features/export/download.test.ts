import { expect, test } from 'vitest';
import { nameOf } from './download';

test('a file is saved under the name that the server gave it', () => {
  expect(nameOf("attachment; filename*=UTF-8''%E5%AE%A2%E6%88%B7-20261122.xlsx")).toBe('客户-20261122.xlsx');
  expect(nameOf('attachment; filename="customers.csv"')).toBe('customers.csv');
  expect(nameOf("attachment; filename=plain.csv; filename*=UTF-8''%E0%A4%A")).toBe('plain.csv');
  expect(nameOf(null)).toBe('export');
});
