import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sectionsTold, tells } from './where';

describe('help', () => {
  it('opens the section that tells of the page', () => {
    const cases: [string, string][] = [
      ['/', '看板与报表'],
      ['/customers', '查找'],
      ['/customers/1a2b', '客户页面'],
      ['/customers/1a2b/merge', '查重'],
      ['/imports/new', '导入'],
      ['/admin/roles', '成员与角色'],
      ['/admin/numbering', '其他管理'],
      ['/me/security', '登录'],
      ['/nowhere', '看板与报表'],
    ];
    for (const [path, section] of cases) expect([path, tells(path)]).toEqual([path, section]);
  });
  it('names no section that the manual does not have', () => {
    const manual = readFileSync(join(import.meta.dirname, '../../../../docs/manual/README.md'), 'utf8');
    const has = [...manual.matchAll(/^## (.+)$/gm)].map((m) => m[1]);
    expect(sectionsTold.filter((s) => !has.includes(s))).toEqual([]);
  });
});
