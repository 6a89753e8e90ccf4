import { describe, expect, it } from 'vitest';
import { fileOf, keepPasted, tableOf, takePasted } from './paste';

describe('rows copied from a spreadsheet', () => {
  it('are two rows of two cells and more', () => {
    expect(tableOf('客户名称\t手机\r\n甲公司\t138\r\n')).toBe('客户名称\t手机\n甲公司\t138');
    expect(tableOf('a\tb')).toBeNull();
    expect(tableOf('一段话\n又一段话')).toBeNull();
    expect(tableOf('第一行\n第二行\n有\t一个\n最后一行')).toBeNull();
    expect(tableOf('')).toBeNull();
  });
  it('wait for the page of imports once', async () => {
    keepPasted(fileOf('a\tb\nc\td', 'x.tsv'));
    const file = takePasted();
    expect(file?.name).toBe('x.tsv');
    expect(await file?.text()).toBe('a\tb\nc\td');
    expect(takePasted()).toBeNull();
  });
});
