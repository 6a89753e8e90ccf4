import { describe, expect, it } from 'vitest';
import { heldOf } from './told';

const waiting = { id: '1', fields: ['name', 'mobile'], waits_for: '李雷' };

describe('what waits of a save', () => {
  it('is what was just said, not what was asked before', () => {
    expect(heldOf(waiting, ['grade'])).toEqual([]);
    expect(heldOf(waiting, ['grade', 'name'])).toEqual(['name']);
    expect(heldOf(undefined, ['name'])).toEqual([]);
    expect(heldOf({ ...waiting, fields: null as never }, ['name'])).toEqual([]);
  });
});
