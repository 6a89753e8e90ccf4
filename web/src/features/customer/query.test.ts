import { describe, expect, it } from 'vitest';
import { isSensitive, ruleCount, toNode } from './query';

describe('the filter tree', () => {
  it('leaves unfinished rules out', () => {
    expect(toNode({ mode: 'all', rules: [{ field: 'grade', op: 'in', value: [] }] })).toBeNull();
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
    const a = { field: 'grade', op: 'in', value: ['A'] };
    const b = { field: 'stage', op: 'in', value: ['signed'] };
    const c = { field: 'strategic', op: 'eq', value: true };
    expect(toNode({ mode: 'all', rules: [a], groups: [{ mode: 'any', rules: [b, c] }] })).toEqual({ all: [a, { any: [b, c] }] });
    expect(toNode({ mode: 'any', rules: [a, b] })).toEqual({ any: [a, b] });
  });
});

describe('what may not stand in a URL', () => {
  it.each(['13800138000', '138 0013 8000', 'a@b.cn', '0571-8812345'])('%s', (q) => expect(isSensitive(q)).toBe(true));
  it.each(['5678', '禾澈', '2024'])('%s may', (q) => expect(isSensitive(q)).toBe(false));
});
