import { describe, expect, it } from 'vitest';
import { fromText, ruleCount, ruleOf, toNode, toText, withRule } from './tree';

const a = { field: 'grade', op: 'in', value: ['A'] };
const b = { field: 'stage', op: 'in', value: ['signed'] };
const c = { field: 'strategic', op: 'eq', value: true };

describe('the filter tree', () => {
  it('leaves unfinished rules out', () => {
    expect(toNode({ mode: 'all', rules: [{ field: 'grade', op: 'in', value: [] }] })).toBeNull();
    expect(toNode({ mode: 'all', rules: [{ field: 'orders_12m', op: 'between', value: [3, null] }] })).toBeNull();
    expect(
      ruleCount({
        mode: 'all',
        rules: [
          { field: 'owner_id', op: 'empty' },
          { field: 'name', op: 'contains', value: '' },
        ],
      }),
    ).toBe(1);
  });
  it('keeps groups as nodes of their own', () => {
    expect(toNode({ mode: 'all', rules: [a], groups: [{ mode: 'any', rules: [b, c] }] })).toEqual({ all: [a, { any: [b, c] }] });
    expect(toNode({ mode: 'any', rules: [a, b] })).toEqual({ any: [a, b] });
  });
  it.each([
    { all: [a] },
    { any: [a, { all: [b, { not: c }] }] },
    { all: [a, { any: [b, { all: [c, { not: { any: [a, b] } }] }] }] },
    { all: [{ not: { any: [a, b] } }] },
  ])('reads back what it wrote: %j', (node) => {
    const once = toText(fromText(JSON.stringify(node)));
    expect(toText(fromText(once as string))).toBe(once);
    expect(ruleCount(fromText(JSON.stringify(node)))).toBe(JSON.stringify(node).split('"field"').length - 1);
    expect(once?.includes('"not"')).toBe(JSON.stringify(node).includes('"not"'));
  });
});

describe('a rule for one field', () => {
  const other = { ...a, value: ['B'] };
  it.each([
    ['nothing yet', undefined, a, { mode: 'all', rules: [a] }],
    ['beside others', { mode: 'all' as const, rules: [b] }, a, { mode: 'all', rules: [b, a] }],
    ['instead of its own', { mode: 'all' as const, rules: [a, b] }, other, { mode: 'all', rules: [other, b] }],
    ['away', { mode: 'all' as const, rules: [a, b], groups: [] }, null, { mode: 'all', rules: [b], groups: [] }],
    ['away where there was none', { mode: 'all' as const, rules: [b] }, null, { mode: 'all', rules: [b] }],
    [
      'not among what any may meet',
      { mode: 'any' as const, rules: [a, b] },
      other,
      { mode: 'all', rules: [other], groups: [{ mode: 'any', rules: [a, b] }] },
    ],
  ])('%s', (_, tree, rule, want) => {
    expect(withRule(tree, 'grade', rule)).toEqual(want);
  });
  it('is found where it holds for all alone', () => {
    expect(ruleOf({ mode: 'all', rules: [b, a] }, 'grade')).toBe(a);
    expect(ruleOf({ mode: 'any', rules: [b, a] }, 'grade')).toBeUndefined();
    expect(ruleOf({ mode: 'all', rules: [a], not: true }, 'grade')).toBeUndefined();
  });
});
