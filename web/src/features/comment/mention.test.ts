import { describe, expect, it } from 'vitest';
import { partOf, standing, taken } from './mention';

const lin = { id: 'a', name: '林晓棠' };
const tom = { id: 'b', name: 'Tom Lee' };

describe('a colleague is named', () => {
  it.each([
    ['请看一下 @', ''],
    ['请看一下 @林', '林'],
    ['请看一下@lin', 'lin'],
    ['@林晓棠 已经看了', undefined],
    ['写到 a@', ''],
    ['没有人', undefined],
    ['', undefined],
    [`@${'长'.repeat(21)}`, undefined],
  ])('%s', (text, part) => expect(partOf(text)).toBe(part));
  it('takes the place of what was typed', () => {
    expect(taken('请看 @林', lin)).toBe('请看 @林晓棠 ');
    expect(taken('请看 @', tom)).toBe('请看 @Tom Lee ');
  });
  it('is meant as long as the name stands', () => {
    expect(standing('请 @Tom Lee 看', [lin, tom])).toEqual([tom]);
    expect(standing('', [lin, tom])).toEqual([]);
  });
});
