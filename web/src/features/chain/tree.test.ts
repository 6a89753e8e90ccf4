import { expect, test } from 'vitest';
import { type Branch, grow, type Standing, under } from './tree';

const p = (id: string, reports_to: string | null = null): Standing => ({ id, reports_to });
const said = (all: Branch<Standing>[]): string => all.map((b) => b.person.id + (b.below.length ? `(${said(b.below)})` : '')).join(' ');

test('people stand under whom they report to, in the order in which they came', () => {
  expect(said(grow([p('boss'), p('user', 'lead'), p('lead', 'boss'), p('tech', 'boss'), p('lone')]))).toBe('boss(lead(user) tech) lone');
});

test('whose chief is not among them stands by himself', () => {
  expect(said(grow([p('a', 'gone'), p('b', 'a')]))).toBe('a(b)');
});

test('a ring is cut once, and everybody stays in the chart', () => {
  for (const ring of [[p('a', 'a')], [p('a', 'b'), p('b', 'a')], [p('a', 'c'), p('b', 'a'), p('c', 'b'), p('d', 'c')]]) {
    const shown = said(grow(ring));
    for (const { id } of ring) expect(shown.split(id)).toHaveLength(2);
  }
});

test('nobody under somebody may be his chief', () => {
  const people = [p('a'), p('b', 'a'), p('c', 'b'), p('d')];
  expect([...under(people, 'b')].sort()).toEqual(['b', 'c']);
  expect([...under([p('a', 'b'), p('b', 'a')], 'a')].sort()).toEqual(['a', 'b']);
});
