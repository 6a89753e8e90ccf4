import { describe, expect, it } from 'vitest';
import { segmentOf, toText, toTree } from './data';

describe('a stored condition', () => {
  const status = { field: 'status', op: 'in', value: ['potential'] };
  const grade = { field: 'grade', op: 'eq', value: 'A' };
  it('comes into the builder and goes back as it was', () => {
    for (const node of [{ all: [status, grade] }, { any: [status, grade] }, { all: [status, { any: [status, grade] }] }]) {
      const tree = toTree(JSON.stringify(node));
      expect(tree).not.toBeNull();
      expect(tree && JSON.parse(toText(tree))).toEqual(node);
    }
    expect(toTree('')).toEqual({ mode: 'all', rules: [] });
  });
  it('deeper than the builder goes is left alone', () => {
    expect(toTree(JSON.stringify({ all: [{ any: [{ all: [status, grade] }, grade] }] }))).toBeNull();
    expect(toTree(JSON.stringify({ not: status }))).toBeNull();
  });
  it('of a segment names it', () => {
    const text = JSON.stringify({ field: 'segment', op: 'in', value: ['s1'] });
    expect(segmentOf(text)).toBe('s1');
    expect(toTree(text)).toBeNull();
  });
});
