import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type APIRequestContext, test as base, expect, type Locator, type Page } from '@playwright/test';

/** Who walks the journeys: made anew for every run by setup.ts, so that no journey leans on what the demo holds. */
export type Who = 'admin' | 'sales' | 'mate' | 'lead' | 'service' | 'marketing';
export type Person = { id: string; name: string; login: string; password: string };
export const FOLDER = join(import.meta.dirname, '..', 'test-results', 'people');
export const stateOf = (who: Who) => join(FOLDER, `${who}.json`);
let known: Record<Who, Person> | undefined;
export function person(who: Who): Person {
  known ??= JSON.parse(readFileSync(join(FOLDER, 'people.json'), 'utf8')) as Record<Who, Person>;
  return known[who];
}

type Body = Record<string, unknown>;
/** The API as the signed-in browser sees it, for laying the table of a journey. */
export async function api<T = Body>(
  request: APIRequestContext,
  method: string,
  path: string,
  data?: unknown,
  version?: number,
): Promise<T> {
  const answer = await request.fetch(`/api/v1${path}`, {
    method,
    data,
    headers: { 'Accept-Language': 'zh-CN', ...(version === undefined ? {} : { 'If-Match': `"${version}"` }) },
  });
  if (!answer.ok()) throw new Error(`${method} ${path} ${JSON.stringify(data ?? null)} → ${answer.status()} ${await answer.text()}`);
  return answer.status() === 204 ? (undefined as T) : ((await answer.json()) as T);
}

// signs with one reading each, so that the initials of a made-up name are known
const SIGNS =
  '岭ling越yue禾he麦mai垛duo沐mu阳yang坚jian果guo锐rui恒heng惠hui邻lin海hai朔shuo云yun栈zhan茶cha渔yu久jiu韧ren纺fang钱qian湖hu泰tai丰feng瑞rui峰feng宁ning溪xi';
const READ = [...SIGNS.matchAll(/(\p{Script=Han})([a-z]+)/gu)].map((m) => ({ sign: m[1] ?? '', pinyin: m[2] ?? '' }));
/** The pinyin of those signs of a made-up name that we drew: of a colleague's, the given name. */
export const sound = (name: string): string => [...name].map((c) => READ.find((r) => r.sign === c)?.pinyin ?? '').join('');
const any = <T>(list: T[]): T => list[Math.floor(Math.random() * list.length)] as T;
export function brand(length = 4): { name: string; initials: string; pinyin: string } {
  const signs = Array.from({ length }, () => any(READ));
  return {
    name: signs.map((s) => s.sign).join(''),
    initials: signs.map((s) => s.pinyin[0]).join(''),
    pinyin: signs.map((s) => s.pinyin).join(''),
  };
}
export const digits = (count: number): string => Array.from({ length: count }, () => Math.floor(Math.random() * 10)).join('');

/** A made-up credit code whose two check signs are right (GB 11714 inside GB 32100). */
export function creditCode(): string {
  const signs = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const body = `MA${Array.from({ length: 6 }, () => any([...signs])).join('')}`;
  const value = (c: string) => '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf(c);
  const inner = 11 - ([...body].reduce((sum, c, i) => sum + value(c) * ([3, 7, 9, 10, 5, 8, 4, 2][i] ?? 0), 0) % 11);
  const front = `91330110${body}${inner === 10 ? 'X' : inner === 11 ? '0' : inner}`;
  const outer = [...front].reduce((sum, c, i) => sum + ((signs.indexOf(c) * 3 ** i) % 31), 0) % 31;
  return front + signs[(31 - outer) % 31];
}

export type Made = {
  id: string;
  name: string;
  code: string;
  version: number;
  mobile: string;
  person: string;
  initials: string;
  pinyin: string;
};
/** A customer of the signed-in person, with one contact who has a mobile. */
export async function customer(request: APIRequestContext, more: Body = {}): Promise<Made> {
  const b = brand();
  const name = `绍兴${b.name}茶业有限公司`;
  const mobile = `1990000${digits(4)}`;
  const who = `${any(['张', '李', '周', '吴', '郑'])}${any(READ).sign}${any(READ).sign}`;
  const made = await api<{ id: string; code: string; version: number }>(request, 'POST', '/customers', {
    kind: 'enterprise',
    name,
    duplicates: 'new',
    contacts: [{ name: who, mobile, primary: true }],
    ...more,
  });
  return { ...made, name, mobile, person: who, initials: b.initials, pinyin: b.pinyin };
}

export const test = base.extend<{ as: (who: Who) => Promise<Page> }>({
  /** Another person's browser beside the one of the journey. */
  as: async ({ browser }, use) => {
    const opened: { close: () => Promise<void> }[] = [];
    await use(async (who) => {
      const context = await browser.newContext({ storageState: stateOf(who), locale: 'zh-CN', viewport: { width: 1440, height: 900 } });
      opened.push(context);
      return context.newPage();
    });
    for (const context of opened) await context.close();
  },
});
export { expect };

export const toast = (page: Page, text: string | RegExp): Locator => page.locator('.toast').filter({ hasText: text });
export async function undo(page: Page, text: string | RegExp): Promise<void> {
  await toast(page, text).getByRole('button', { name: '撤销' }).click();
}
export const menuItem = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('menuitem', { name }).or(page.getByRole('menuitemradio', { name }));
