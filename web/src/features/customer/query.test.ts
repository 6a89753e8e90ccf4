import { describe, expect, it } from 'vitest';
import { isSensitive } from './query';

describe('what may not stand in a URL', () => {
  it.each(['13800138000', '138 0013 8000', 'a@b.cn', '0571-8812345'])('%s', (q) => expect(isSensitive(q)).toBe(true));
  it.each(['5678', '禾澈', '2024'])('%s may', (q) => expect(isSensitive(q)).toBe(false));
});
