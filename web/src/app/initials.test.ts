import { describe, expect, it } from 'vitest';
import { holds, lettersOf } from './initials';

describe('initials', () => {
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
  ])('%s is found by %s', (text, typed) => expect(holds(text, typed)).toBe(true));
  it.each([
    ['新建待办', 'xjkh'],
    ['客户', 'khx'],
    ['客户', '客 户'],
    ['', 'a'],
  ])('%s is not found by %s', (text, typed) => expect(holds(text, typed)).toBe(false));
  it('takes what stands there first', () => {
    expect(holds('Task list', 'TASK')).toBe(true);
    expect(holds('任务', '')).toBe(true);
    expect(lettersOf('单')).toContain('s');
  });
});
