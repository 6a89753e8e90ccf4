import { describe, expect, test } from 'vitest';
import type { Field, OwnField } from '@/api/types';
import { number } from '@/app/numbers';
import { moved, positions } from './data';
import { asks, byHeading, groupsOf, isOf, wrong } from './own';
import { blank, bodyOf, check, wordsOf } from './said';

const field = (more: Partial<Field>) => ({ name: 'x_a', kind: 'text', group: 'own', custom: true, ...more }) as Field;
const row = (id: string, more: Partial<OwnField> = {}) => ({ id, active: true, group: null, position: 0, ...more }) as OwnField;

describe('which customers have a field', () => {
  test('by kind and by industry with what lies below it', () => {
    expect(isOf(field({}), 'individual', null)).toBe(true);
    expect(isOf(field({ kinds: ['enterprise'] }), 'individual', 'H62')).toBe(false);
    expect(isOf(field({ industries: ['H'] }), 'enterprise', 'H62')).toBe(true);
    expect(isOf(field({ industries: ['H62'] }), 'enterprise', 'H')).toBe(false);
    expect(isOf(field({ industries: ['H62'] }), 'enterprise', null)).toBe(false);
    expect(isOf(field({ custom: false, kinds: ['enterprise'] }), 'individual', null), 'built-in ones are everybody’s').toBe(true);
  });
  test('some are asked for where another has one of some words, and shown where they are filled', () => {
    const days = field({ name: 'x_days', when: { field: 'x_terms', in: ['monthly'] } });
    const of = (values: Record<string, unknown>) => asks(days, (name) => values[name]);
    expect([of({}), of({ x_terms: 'cash' }), of({ x_terms: 'monthly' }), of({ x_terms: 'cash', x_days: 30 })]).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(asks(field({}), () => null)).toBe(true);
  });
  test('they stand last, under their headings, those without one first', () => {
    const fields = [field({ name: 'remark', custom: false, group: 'extra' }), field({ name: 'need', custom: false, group: 'need' })];
    const own = [
      field({ name: 'x_1', heading: 'B' }),
      field({ name: 'x_2' }),
      field({ name: 'x_3', heading: 'A' }),
      field({ name: 'x_4', heading: 'B' }),
    ];
    expect(groupsOf([...fields, ...own])).toEqual(['need', 'extra']);
    expect(byHeading(own).map((h) => [h.heading, ...h.fields.map((f) => f.name)])).toEqual([
      ['', 'x_2'],
      ['B', 'x_1', 'x_4'],
      ['A', 'x_3'],
    ]);
  });
});

test('a form refuses what is no number, or too fine', () => {
  expect(wrong({ kind: 'number', decimals: 2 }, 12.5)).toBeNull();
  expect(wrong({ kind: 'number', decimals: 2 }, '12.50')).toBeNull();
  expect(wrong({ kind: 'number', decimals: 2 }, '12.345')).not.toBeNull();
  expect(wrong({ kind: 'number' }, 1.5)).not.toBeNull();
  expect(wrong({ kind: 'number' }, null)).toBeNull();
});

test('numbers align by their decimals and say their unit', () => {
  expect(number(12.5, 2, '%')).toBe('12.50%');
  expect(number(1200, 0, 'kg')).toBe('1,200 kg');
  expect(number('0.125', 4)).toBe('0.125');
});

describe('the order', () => {
  const all = [row('1', { group: 'A', position: 10 }), row('2', { group: 'B', position: 20 }), row('3', { group: 'A', position: 30 })];
  test('a field passes the next of its heading', () => {
    expect(moved(all, '1', 1)?.map((f) => f.id)).toEqual(['3', '2', '1']);
    expect(moved(all, '2', 1)).toBeNull();
    expect(moved(all, '3', 1)).toBeNull();
  });
  test('and only what moved is said anew', () => {
    expect(positions(moved(all, '3', -1) ?? []).map((x) => [x.field.id, x.position])).toEqual([
      ['3', 10],
      ['1', 30],
    ]);
  });
});

describe('what is said of a new field', () => {
  test('choices are lines, each once', () => {
    expect(wordsOf(' a \n\nb\n')).toEqual(['a', 'b']);
    expect(check({ ...blank('choice'), label: 'x' }, false)).toHaveProperty('choices');
    expect(check({ ...blank('choice'), label: 'x', words: 'a\na' }, false)).toHaveProperty('choices');
    expect(check({ ...blank('choice'), label: 'x', dictionary: '' }, false)).toHaveProperty('choices');
    expect(check({ ...blank('choice'), label: 'x', words: 'a\nb' }, false)).toEqual({});
  });
  test('what is sealed needs its purpose', () => {
    for (const kind of ['phone', 'secret', 'long_text'] as const)
      expect(check({ ...blank(kind), label: 'x' }, false)).toHaveProperty('purpose');
    expect(check({ ...blank('text'), label: 'x', sensitive: true }, false)).toHaveProperty('purpose');
  });
  test('nothing is sent that the kind has no room for', () => {
    const all = {
      unit: '%',
      decimals: 2,
      required: true,
      unique: true,
      search: true,
      sensitive: true,
      purpose: 'p',
      words: 'a',
      default: 1,
    };
    expect(bodyOf({ ...blank('boolean'), ...all }, false)).toMatchObject({
      unit: '',
      decimals: 0,
      required: false,
      unique: false,
      search: false,
      sensitive: false,
    });
    expect(bodyOf({ ...blank('secret'), ...all }, false)).toMatchObject({ list: false, default: null, unique: false, purpose: 'p' });
    expect(bodyOf({ ...blank('text'), ...all }, false)).toMatchObject({ sensitive: true, search: false, default: null });
    expect(bodyOf({ ...blank('choice'), ...all }, false)).toMatchObject({ choices: ['a'], default: null });
    expect(bodyOf({ ...blank('choice'), ...all }, true)).not.toHaveProperty('choices');
  });
});
