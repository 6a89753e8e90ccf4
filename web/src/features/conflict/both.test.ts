import { describe, expect, it } from 'vitest';
import { bothChanged, same, settled } from './both';

const before = { name: '甲', grade: 'B', remark: '', tags: ['a'], custom: { x_size: 1, x_day: null } };

describe('two who change one record', () => {
  it('meet only in what both changed', () => {
    const now = { ...before, grade: 'A', remark: '他写的', custom: { x_size: 2, x_day: null } };
    expect(bothChanged({ name: '乙' }, before, now)).toEqual([]);
    expect(bothChanged({ grade: 'A' }, before, now)).toEqual([]); // both said the same
    expect(bothChanged({ grade: 'C', name: '乙' }, before, now)).toEqual([{ name: 'grade', was: 'B', theirs: 'A', mine: 'C' }]);
    expect(bothChanged({ custom: { x_size: 3, x_day: '2026-01-01' } }, before, now)).toEqual([
      { name: 'custom.x_size', was: 1, theirs: 2, mine: 3 },
    ]);
    expect(bothChanged({ tags: ['a', 'b'] }, before, now)).toEqual([]);
  });
  it('are asked about all that differs where nobody knows what stood before', () => {
    expect(bothChanged({ name: '乙', grade: 'B' }, null, { name: '丙', grade: 'B' })).toEqual([
      { name: 'name', was: undefined, theirs: '丙', mine: '乙' },
    ]);
  });
  it('need not agree on how a change is meant', () => {
    expect(bothChanged({ grade: 'C', accept_vague: true, reason: '核对过' }, before, before)).toEqual([]);
  });
  it('keep what is chosen', () => {
    const body = { name: '乙', grade: 'C', reason: '核对', custom: { x_size: 3, x_day: '2026-01-01' } };
    expect(settled(body, ['grade', 'custom.x_size'])).toEqual({ name: '乙', reason: '核对', custom: { x_day: '2026-01-01' } });
    expect(settled({ grade: 'C', reason: '核对' }, ['grade'])).toBeNull();
    expect(settled({ grade: 'C' }, [])).toEqual({ grade: 'C' });
  });
  it('takes nothing, null and an empty list for one', () => {
    expect(same(null, '')).toBe(true);
    expect(same([], undefined)).toBe(true);
    expect(same(0, null)).toBe(false);
    expect(same(false, undefined)).toBe(false);
  });
});
