import { beforeEach, describe, expect, it } from 'vitest';
import { noteSeen, seenBy } from './seen';

describe('customers opened lately', () => {
  beforeEach(() => localStorage.clear());
  it('stand the latest first, each once, a dozen at the most, and each person’s apart', () => {
    for (let i = 0; i < 15; i++) noteSeen('u', `c${i}`);
    noteSeen('u', 'c10');
    noteSeen('v', 'x');
    expect(seenBy('u')).toEqual(['c10', 'c14', 'c13', 'c12', 'c11', 'c9', 'c8', 'c7', 'c6', 'c5', 'c4', 'c3']);
    expect(seenBy('v')).toEqual(['x']);
  });
  it('do not break on what somebody else left there', () => {
    localStorage.setItem('zk.seen.u', '{"a":1}');
    expect(seenBy('u')).toEqual([]);
    localStorage.setItem('zk.seen.u', 'nonsense');
    expect(seenBy('u')).toEqual([]);
  });
});
