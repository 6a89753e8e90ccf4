import { describe, expect, it } from 'vitest';
import { pause } from './live';

describe('how long the stream waits before it is tried again', () => {
  it('grows, ends at a minute, and is not the same for every page', () => {
    expect([0, 1, 2, 3].map((n) => pause(n, 0.5))).toEqual([1000, 2000, 4000, 8000]);
    expect(pause(30, 0.5)).toBe(60_000);
    expect(pause(0, 0)).toBe(750);
    expect(pause(0, 1)).toBe(1250);
  });
});
