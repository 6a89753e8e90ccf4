import type { Locator, Page } from '@playwright/test';
import { api, expect } from './lib';
import { still } from './look';

export type Field = { id: string; name: string; label: string; kind: string; version: number; active: boolean; dictionary: string | null };
export type Whole = { version: number; code: string; custom: Record<string, unknown> };
export const KINDS = [
  ['text', '门店编码'],
  ['long_text', '陈列说明'],
  ['number', '毛利率'],
  ['money', '押金'],
  ['date', '开业日期'],
  ['datetime', '巡店时间'],
  ['choice', '渠道'],
  ['choices', '品类'],
  ['boolean', '冷藏'],
  ['user', '督导'],
  ['customer', '总店'],
  ['region', '商圈'],
  ['url', '店铺网址'],
  ['phone', '门店电话'],
  ['secret', '登录密码'],
] as const;
const SEALED = ['long_text', 'phone', 'secret'];
export const sheet = (page: Page): Locator => page.getByRole('dialog').last();
/** The box of one field in a drawer, by what it is called there. */
export const box = (page: Page, name: string): Locator => sheet(page).locator(`[data-field="${name}"]`);
export const own = async (page: Page): Promise<Field[]> =>
  (await api<{ items: Field[] }>(page.request, 'GET', '/fields/customer/custom')).items;

/** One field, as an administrator adds it on the screen. */
export async function add(page: Page, kind: string, label: string, heading: string) {
  await page.getByRole('button', { name: '添加字段' }).first().click();
  await sheet(page).locator(`[data-kind="${kind}"]`).click();
  await sheet(page).getByLabel('字段名称').fill(label);
  await sheet(page).getByLabel('分组').fill(heading);
  const preview = sheet(page).getByRole('region', { name: '表单里的样子' });
  await expect(preview).toContainText(label);
  if (kind === 'number') {
    await sheet(page).getByRole('radio', { name: '2', exact: true }).click();
    await sheet(page).getByLabel('单位').fill('%');
    await expect(preview).toContainText('%');
  }
  if (kind === 'choice' || kind === 'choices') {
    await sheet(page)
      .getByLabel('选项', { exact: true })
      .fill(kind === 'choice' ? '商超\n便利店\n电商' : '炒货\n蜜饯\n干货');
    if (kind === 'choice') await expect(preview.getByRole('radio', { name: '便利店' })).toBeVisible();
  }
  if (kind === 'text') await sheet(page).getByLabel('不能重复').check();
  if (SEALED.includes(kind)) {
    await sheet(page).getByRole('button', { name: /^保存/ }).click();
    await expect(box(page, 'purpose').getByRole('alert')).toContainText('用途');
    await sheet(page).getByLabel('用途').fill('履行合同');
  }
  await sheet(page).getByRole('button', { name: /^保存/ }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.locator('.own-row').filter({ hasText: label })).toBeVisible();
}

/** Picks what a list offers for what was typed. */
async function choose(page: Page, at: Locator, typed: string, title: string | RegExp) {
  const offered = page.locator('.ant-select-dropdown:visible, .ant-cascader-dropdown:visible').getByText(title).first();
  // typing opens it; a click may land on the cross of what was picked a moment before
  await at.locator('input').first().fill(typed);
  await offered.hover();
  await still(page);
  await offered.click();
  await expect(at.locator('[class*="selection-item"], [class*="select-content"]').filter({ hasText: title }).first()).toBeVisible();
}

/** Every field of the drawer as a salesperson fills it. */
export async function fill(page: Page, f: Map<string, string>, more: { mate: string; head: string; code: string }) {
  const at = (kind: string) => box(page, f.get(kind) ?? '');
  const type = (kind: string, text: string) => at(kind).locator('input,textarea').first().fill(text);
  await type('text', more.code);
  await type('long_text', '端架两组，冰柜一台');
  await type('number', '12.5');
  await type('money', '2.8万');
  await type('date', '2024-05-01');
  await type('datetime', '2026-03-01 18:30');
  await at('choice').getByRole('radio', { name: '便利店' }).click();
  for (const word of ['炒货', '干货']) await choose(page, at('choices'), word, word);
  await page.keyboard.press('Tab');
  await at('boolean').getByRole('checkbox').check();
  await choose(page, at('user'), more.mate, more.mate);
  await choose(page, at('customer'), more.head, more.head);
  await choose(page, at('region'), '西湖', /西湖/);
  await type('url', 'https://shop.example.com/1');
  await type('phone', '13912345678');
  await type('secret', 'p4ss-w0rd-secret');
}
