import { expect, test } from 'vitest';
import type { Role } from '@/api/types';
import { compared } from './compare';

const role = (id: string, more: Partial<Role>): Role => ({
  id,
  code: '',
  name: id,
  builtin: false,
  scope: 'own',
  department_ids: [],
  permissions: ['customer.read'],
  fields: { amounts: 'shown', bank: 'masked' },
  version: 1,
  ...more,
});

test('every permission is a line, and only those that differ where they alone are asked for', () => {
  const two = [
    role('a', {}),
    role('b', { permissions: ['customer.read', 'customer.export'], fields: { amounts: 'hidden', bank: 'masked' } }),
  ];
  const all = compared(two, false);
  expect(all[0]?.lines).toEqual([{ kind: 'scope', key: 'scope', says: ['own', 'own'], differs: false }]);
  expect(all.flatMap((b) => b.lines).filter((l) => l.kind === 'permission').length).toBeGreaterThan(50);
  expect(compared(two, true)).toEqual([
    { group: 'fields', lines: [{ kind: 'field', key: 'amounts', says: ['shown', 'hidden'], differs: true }] },
    { group: 'customer', lines: [{ kind: 'permission', key: 'customer.export', says: ['no', 'yes'], differs: true }] },
  ]);
});

test('what is not said of a field group hides it, and named departments are part of the reach', () => {
  expect(compared([role('a', { fields: {} }), role('b', { fields: { bank: 'hidden', amounts: 'hidden' } })], true)).toEqual([]);
  const reach = [
    role('a', { scope: 'departments', department_ids: ['1', '2'] }),
    role('b', { scope: 'departments', department_ids: ['2', '3'] }),
  ];
  expect(compared(reach, true).map((b) => b.group)).toEqual(['scope']);
  expect(compared([reach[0] as Role, role('c', { scope: 'departments', department_ids: ['2', '1'] })], true)).toEqual([]);
});
