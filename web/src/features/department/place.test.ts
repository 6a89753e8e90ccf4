import { expect, test } from 'vitest';
import type { Department } from '@/api/types';
import { branchOf, flatten, landing, moved, placeOf } from './place';

const make = (id: string, parent_id: string | null, position: number, people = 1): Department => ({
  id,
  name: id,
  parent_id,
  leader_id: null,
  position,
  people,
  version: 1,
});
const all = [
  make('company', null, 0, 0),
  make('north', 'company', 0),
  make('south', 'company', 1),
  make('far south', 'south', 0, 3),
  make('east', 'company', 2),
];
const row = (id: string) => {
  const found = flatten(all).find((r) => r.d.id === id);
  if (!found) throw new Error(id);
  return found;
};
const of = (id: string) => row(id).d;

test('the tree stands in order, a branch counts its people, and a fold hides it', () => {
  expect(flatten(all).map((r) => `${r.depth}${r.d.id}:${r.people}`)).toEqual([
    '0company:6',
    '1north:1',
    '1south:4',
    '2far south:3',
    '1east:1',
  ]);
  expect(flatten(all, new Set(['south'])).map((r) => r.d.id)).toEqual(['company', 'north', 'south', 'east']);
  expect([...branchOf(all, 'south')]).toEqual(['south', 'far south']);
});

test('what is let go lands before, in or after', () => {
  expect(landing(all, of('east'), row('north'), 'before', true)).toEqual({ parent: 'company', position: 0 });
  expect(landing(all, of('north'), row('east'), 'after', true)).toEqual({ parent: 'company', position: 2 });
  expect(landing(all, of('north'), row('south'), 'into', true)).toEqual({ parent: 'south', position: 1 });
  expect(landing(all, of('north'), row('south'), 'after', true)).toEqual({ parent: 'south', position: 0 });
  expect(landing(all, of('north'), row('south'), 'after', false)).toEqual({ parent: 'company', position: 1 });
});

test('it lands neither in its own branch, nor beside the company, nor where it stands', () => {
  expect(landing(all, of('south'), row('far south'), 'into', true)).toBeNull();
  expect(landing(all, of('south'), row('south'), 'before', true)).toBeNull();
  expect(landing(all, of('company'), row('north'), 'into', true)).toBeNull();
  expect(landing(all, of('north'), row('company'), 'before', true)).toEqual({ parent: 'company', position: 2 });
  expect(landing(all, of('north'), row('south'), 'before', true)).toBeNull();
});

test('the others make room, and the way back is the way it came', () => {
  const was = placeOf(all, of('east'));
  const after = moved(all, 'east', { parent: 'company', position: 0 });
  expect(flatten(after).map((r) => r.d.id)).toEqual(['company', 'east', 'north', 'south', 'far south']);
  expect(flatten(moved(after, 'east', was)).map((r) => r.d.id)).toEqual(flatten(all).map((r) => r.d.id));
});
