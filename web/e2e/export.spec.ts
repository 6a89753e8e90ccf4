import { readFileSync } from 'node:fs';
import { api, customer, expect, person, stateOf, test, toast } from './lib';
import { check, settled } from './look';

test.use({ storageState: stateOf('lead') });

test('a list goes out as it stands on the screen: its rows, its columns, numbers hidden', async ({ page, as }) => {
  const c = await customer(page.request, { grade: 'A' });
  await page.goto(`/customers?q=${encodeURIComponent(c.name)}`);
  await expect(page.locator('.tbl tbody tr')).toHaveCount(1);
  await page.getByRole('button', { name: '导出' }).click();
  const dialog = page.getByRole('dialog', { name: /^导出/ });
  await expect(dialog).toContainText('导出会记入日志');
  await dialog.getByRole('radio', { name: 'CSV' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: '导出' }).click()]);
  expect(file.suggestedFilename()).toMatch(/^客户-.*\.csv$/);
  await expect(toast(page, '已导出 1 行')).toBeVisible();
  const lines = readFileSync(await file.path(), 'utf8')
    .trim()
    .split(/\r?\n/);
  expect(lines.length).toBe(2);
  const heads = await page.getByRole('columnheader').allTextContents();
  expect(lines[0]).toContain(heads.filter(Boolean).slice(0, 3).join(','));
  expect(lines[1]).toContain(c.name);

  // other columns than the list's: what stands in it first, in its order, then what was added
  await page.getByRole('button', { name: '导出' }).click();
  await dialog.getByRole('radio', { name: 'CSV' }).click();
  await dialog.getByRole('radio', { name: '自己选列' }).click();
  await dialog.getByRole('checkbox', { name: '客户编号' }).check();
  await dialog.getByRole('checkbox', { name: '标签' }).uncheck();
  await settled(page);
  await check(page, 'which columns go out');
  const [chosen] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: '导出', exact: true }).click()]);
  const head = (
    readFileSync(await chosen.path(), 'utf8')
      .trim()
      .split(/\r?\n/)[0] ?? ''
  ).split(',');
  expect(head).toContain('客户编号');
  expect(head).not.toContain('标签');
  expect(head.indexOf('阶段')).toBeLessThan(head.indexOf('跟进人'));

  await page.goto(`/contacts?q=${encodeURIComponent(c.person)}`);
  await expect(page.locator('.tbl tbody')).toContainText(c.name);
  await page.getByRole('button', { name: '导出' }).click();
  await dialog.getByRole('radio', { name: 'CSV' }).click();
  const [people] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: '导出' }).click()]);
  const text = readFileSync(await people.path(), 'utf8');
  expect(text).toContain(c.person);
  expect(text).not.toContain(c.mobile);

  const admin = await as('admin');
  const log = await api<{ items: { action: string; actor_id: string }[] }>(admin.request, 'GET', '/audit?limit=200');
  expect(log.items.filter((e) => e.action === 'export.ask' && e.actor_id === person('lead').id).length).toBeGreaterThanOrEqual(2);
});

test('an export that fails is told, and who may not export has no button', async ({ page, as }) => {
  await page.route('**/api/v1/exports/*', (route) =>
    route.fulfill({ json: { id: 'x', state: 'failed', rows: 0, failure: { code: 'too_many', message: '行数太多，请先筛选。' } } }),
  );
  await page.goto('/tasks');
  await page.getByRole('button', { name: '导出' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '导出' }).click();
  await expect(toast(page, '行数太多，请先筛选。')).toBeVisible();

  const sales = await as('sales');
  await sales.goto('/customers');
  await expect(sales.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(sales.getByRole('button', { name: '筛选', exact: true })).toBeVisible();
  await expect(sales.getByRole('button', { name: '导出' })).toHaveCount(0);
});
