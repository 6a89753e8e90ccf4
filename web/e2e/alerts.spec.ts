import { api, expect, stateOf, test } from './lib';

test.use({ storageState: stateOf('admin') });

type Rules = { items: { id: string; code: string; version: number; changed: boolean }[] };

test('an administrator tries a rule on the past, changes it, and puts it back', async ({ page }) => {
  await page.goto('/admin/alerts');
  await page.getByRole('button', { name: /多日未跟进/ }).click();
  const sheet = page.getByRole('dialog', { name: '多日未跟进' });
  await expect(sheet.getByLabel('第 1 级的时限')).toHaveValue('72');
  await sheet.getByLabel('第 1 级的时限').fill('48');
  await sheet.getByRole('button', { name: '试运行' }).click();
  await expect(sheet.getByText(/会产生 \d+ 条提醒，共通知 \d+ 人次/)).toBeVisible({ timeout: 20_000 });
  const unchanged = await api<Rules>(page.request, 'GET', '/alerts/rules');
  expect(unchanged.items.find((r) => r.code === 'no_follow_up')?.changed).toBe(false); // a dry run keeps nothing
  await sheet.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText(/48 小时 → 跟进人/)).toBeVisible();

  await page.getByRole('button', { name: /多日未跟进/ }).click();
  await sheet.getByRole('button', { name: '恢复出厂设置' }).click();
  await page.getByRole('alertdialog').or(page.getByRole('dialog').last()).getByRole('button', { name: '恢复出厂设置' }).click();
  await expect(page.getByText(/72 小时 → 跟进人/)).toBeVisible();
});

test('a day of the calendar is worked or not, by a click', async ({ page }) => {
  await page.goto('/admin/calendar');
  const year = new Date().getFullYear();
  await page.getByRole('button', { name: '下一年' }).click();
  const day = page.getByRole('button', { name: new RegExp(`${year + 1}-05-3\\d .*休息`) }).first();
  const name = (await day.getAttribute('aria-label'))?.slice(0, 10) ?? '';
  const cell = page.getByRole('button', { name: new RegExp(`^${name}`) });
  await cell.click();
  await expect(cell).toHaveAttribute('aria-pressed', 'true');
  await cell.click();
  await expect(cell).toHaveAttribute('aria-pressed', 'false');
});
