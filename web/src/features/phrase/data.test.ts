import { describe, expect, it } from 'vitest';
import { emptied, filled, inserted, offered, type Phrase, titled } from './data';

const phrase = (title: string, methods: string[], stages: string[], more: Partial<Phrase> = {}) =>
  ({ id: title, title, text: `${title}的话`, methods, stages, active: true, ...more }) as Phrase;
const all = [
  phrase('我的问候', [], []),
  phrase('首次电话', ['call'], ['first_contact']),
  phrase('发送报价', ['wechat', 'email'], ['proposal']),
  phrase('价格高', [], ['proposal', 'negotiating']),
  phrase('报价后', ['call'], ['proposal']),
  phrase('停用的', [], [], { active: false }),
];
const titles = (list: Phrase[]) => list.map((p) => p.title);

describe('phrases', () => {
  it.each([
    ['call', 'proposal', '', ['报价后', '价格高', '我的问候'], ['首次电话', '发送报价']],
    ['wechat', 'proposal', '', ['发送报价', '价格高', '我的问候'], ['首次电话', '报价后']],
    ['call', 'first_contact', '', ['首次电话', '我的问候'], ['发送报价', '价格高', '报价后']],
    ['visit', null, '', ['我的问候'], ['首次电话', '发送报价', '价格高', '报价后']],
    ['call', 'proposal', '报价', ['报价后'], ['发送报价']],
    ['call', 'proposal', 'bj', ['报价后'], ['发送报价']],
    ['call', 'proposal', '问候的话', ['我的问候'], []],
    ['call', 'proposal', '没有这样的', [], []],
  ])('by %s at %s, seeking %s', (method, stage, q, fitting, others) => {
    const got = offered(all, { method, stage, q });
    expect([titles(got.fitting), titles(got.others)]).toEqual([fitting, others]);
  });
  it('fills the places that somebody is known for', () => {
    const names = { customer: '宁波恒通电气', contact: '陈建华', me: '程野' };
    expect(filled('{联系人}您好，我是{我}，{客户}的事', names)).toBe('陈建华您好，我是程野，宁波恒通电气的事');
    expect(filled('{联系人}您好，我是{我}', { ...names, contact: undefined })).toBe('{联系人}您好，我是程野');
    expect(filled('{客户}{客户}{别的}', names)).toBe('宁波恒通电气宁波恒通电气{别的}');
  });
  it('makes places of names again', () => {
    const names = { customer: '宁波恒通电气', contact: '陈建华', me: '程野' };
    expect(emptied('陈建华您好，我是程野。宁波恒通电气的报价', names)).toBe('{联系人}您好，我是{我}。{客户}的报价');
    expect(emptied('王总好', { customer: '王', me: '程野' })).toBe('王总好');
  });
  it('puts a text at the cursor and waits where a name is missing', () => {
    expect(inserted('', 0, 0, '您好')).toEqual({ content: '您好', from: 2, to: 2 });
    expect(inserted('有意向，下周见', 4, 4, '您好')).toEqual({ content: '有意向，您好下周见', from: 6, to: 6 });
    expect(inserted('有意向下周见', 3, 6, '您好')).toEqual({ content: '有意向\n您好', from: 6, to: 6 });
    expect(inserted('', 0, 0, '您好{联系人}，{客户}')).toEqual({ content: '您好{联系人}，{客户}', from: 2, to: 7 });
  });
  it('is called by how it begins', () => {
    expect(titled('\n，陈总您好，我是程野')).toBe('陈总您好');
    expect(titled('一二三四五六七八九十一二三四')).toBe('一二三四五六七八九十一二');
  });
});
