import { describe, expect, it } from 'vitest';
import { ends, holds, soundsOf } from './pinyin';

describe('pinyin', () => {
  it.each([
    ['新建待办', 'xjdb'],
    ['写跟进', 'xgj'],
    ['客户', 'kh'],
    ['重复客户', 'cf'],
    ['重要', 'zy'],
    ['按行业', 'hy'],
    ['银行', 'yh'],
    ['登记订单', 'djdd'],
    ['离职交接', 'lzjj'],
    ['数据质量', 'sjzl'],
    ['阿里', 'al'],
    ['额度', 'ed'],
    ['欧阳', 'oy'],
    ['人员', 'ry'],
    ['审计日志', 'sjrz'],
    ['团队 复盘', 'tdfp'],
    ['导出', 'dc'],
    ['B2B 商城', 'b2bsc'],
    ['新建待办', 'xinjiandaiban'],
    ['新建待办', 'xinjd'],
    ['新建待办', 'daib'],
    ['重复客户', 'chongfu'],
    ['银行', 'yinhang'],
    ['长期客户', 'changqi'],
    ['说明', 'shuom'],
    ['给客户', 'geikehu'],
    ['可能', 'keneng'],
    ['西安', "xi'an"],
    ['策略', 'celve'],
    ['数据质量', 'sj zhiliang'],
  ])('%s is found by %s', (text, typed) => expect(holds(text, typed)).toBe(true));
  it.each([
    ['新建待办', 'xjkh'],
    ['客户', 'khx'],
    ['客户', '客 户'],
    ['客户', 'kuhu'],
    ['新建待办', 'xijian'],
    ['啊'.repeat(60), `${'a'.repeat(59)}x`],
    ['', 'a'],
  ])('%s is not found by %s', (text, typed) => expect(holds(text, typed)).toBe(false));
  it('takes what stands there first', () => {
    expect(holds('Task list', 'TASK')).toBe(true);
    expect(holds('任务', '')).toBe(true);
    expect(soundsOf('单')).toContain('shan');
  });
});

/** Every character of the screens sounds as a dictionary says; where a browser's order would mislead, it stands among those read twice. */
it.each([
  ['客户名称', 'ke hu ming cheng'],
  ['跟进记录', 'gen jin ji lu'],
  ['联系人', 'lian xi ren'],
  ['需求与反馈', 'xu qiu yu fan kui'],
  ['操作日志', 'cao zuo ri zhi'],
  ['备份恢复', 'bei fen hui fu'],
  ['权限角色', 'quan xian jiao se'],
  ['我的安全', 'wo de an quan'],
  ['谁登记的', 'shei deng ji de'],
  ['拆分他们些年', 'chai fen ta men xie nian'],
])('%s sounds %s', (text, want) => expect([...text].map((c) => soundsOf(c)[0]).join(' ')).toBe(want));

it.each([
  [['浙江省', '杭州市'], 'hz', true],
  [['浙江省', '杭州市', '余杭区'], 'hz', false], // the city is the answer, and opens to its districts
  [['浙江省', '杭州市', '西湖区'], 'xihu', true],
  [['浙江省', '杭州市', '西湖区'], '市西湖', true],
  [['住宿和餐饮业'], 'canyin', true],
  [['住宿和餐饮业', '餐饮业'], 'canyin', true],
  [['住宿和餐饮业', '住宿业'], 'canyin', false],
  [['Zhejiang', 'Hangzhou'], 'hangz', true],
  [['上海市'], '', true],
])('%s ends %s: %s', (path, typed, want) => expect(ends(path, typed)).toBe(want));
