import { api, customer, expect, menuItem, person, stateOf, test, toast } from './lib';
import { both, check, settled } from './look';

test.use({ storageState: stateOf('sales') });

/** A customer of the salesperson's that is lost. */
async function lost(request: Parameters<typeof customer>[0]) {
  const c = await customer(request);
  await api(request, 'POST', `/customers/${c.id}/move`, { to: 'ended', reason: 'price' }, c.version);
  return c;
}

test('archived by the lead, read-only for its owner, lent, reopened under its number', async ({ page, as }) => {
  test.slow();
  const c = await lost(page.request);
  const lead = await as('lead');
  await lead.goto(`/customers/${c.id}`);
  await lead.locator('.c-act').getByRole('button', { name: '更多' }).click();
  await menuItem(lead, '归档').click();
  const sheet = lead.getByRole('dialog');
  await sheet.getByLabel('存放位置').fill('2号柜3层');
  await settled(lead);
  await check(lead, 'the sheet of archiving');
  await sheet.getByRole('button', { name: '归档', exact: true }).click();
  await expect(toast(lead, /已归档，编号 DA\d+/)).toBeVisible();
  const banner = lead.getByRole('region', { name: '档案' });
  await expect(banner).toContainText('2号柜3层');
  const code = /DA\d{9}/.exec((await banner.textContent()) ?? '')?.[0] ?? 'none';
  // its owner reads, and writes nothing
  await page.goto(`/customers/${c.id}`);
  await expect(page.getByRole('region', { name: '档案' })).toContainText(code);
  await expect(page.getByRole('button', { name: '写跟进' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: '重新打开' })).toHaveCount(0);
  await page.goto(`/customers?q=${encodeURIComponent(c.name)}`);
  await expect(page.getByRole('link', { name: c.name })).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill(c.name);
  await expect(page.getByRole('dialog').getByRole('option', { name: c.name }).first()).toContainText('已归档');
  // the paper goes out and comes back
  await banner.getByRole('button', { name: '登记借出' }).click();
  await lead.getByRole('dialog').getByLabel('用途').fill('核对旧合同');
  await lead.getByRole('dialog').getByRole('button', { name: '保存' }).click();
  await expect(banner).toContainText(`${person('lead').name} 借出`);
  await lead.goto('/archive?lent=out');
  const row = lead.getByRole('row').filter({ hasText: code });
  await expect(row).toContainText(c.name);
  await row.getByRole('checkbox').check();
  await lead.getByRole('button', { name: /打印标签/ }).click();
  const saved = lead.waitForEvent('download');
  await lead.getByRole('dialog').getByRole('button', { name: '下载 PDF' }).click();
  expect((await saved).suggestedFilename()).toMatch(/\.pdf$/);
  await row.getByRole('link', { name: code }).click();
  await banner.getByRole('button', { name: '登记归还' }).click();
  await expect(toast(lead, '已登记归还')).toBeVisible();
  await both(lead, '/archive');
  await both(lead, `/customers/${c.id}`);
  // and back to work, under the same number
  await banner.getByRole('button', { name: '重新打开' }).click();
  await lead.getByRole('dialog').getByLabel('备注').fill('又来询价');
  await lead.getByRole('dialog').getByRole('button', { name: '确定' }).click();
  await expect(toast(lead, '已重新打开')).toBeVisible();
  await expect(banner).toHaveCount(0);
  await page.goto(`/customers/${c.id}`);
  await expect(page.locator('.c-act').getByRole('button', { name: '写跟进' })).toBeVisible();
  await expect(page.locator('.tl')).toContainText('又来询价');
});

test('the archive on a phone @phone', async ({ page, as }) => {
  const c = await lost(page.request);
  const lead = await as('lead');
  const now = await api<{ version: number }>(lead.request, 'GET', `/customers/${c.id}`);
  await api(lead.request, 'POST', `/customers/${c.id}/archive`, { category: 'lost', place: '2号柜3层' }, now.version);
  await page.goto(`/customers/${c.id}`);
  await expect(page.getByRole('region', { name: '档案' })).toContainText('2号柜3层');
  await both(page, `/customers/${c.id}`);
  await both(page, '/archive');
  await expect(page.getByRole('link', { name: new RegExp(c.name) })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing hangs over the edge').toBe(true);
});
