import { digits, expect, stateOf, test, toast, undo } from './lib';

test.use({ storageState: stateOf('mate') });

test('a task is added, done, and taken back', async ({ page }) => {
  const title = `回电确认验收时间 ${digits(6)}`;
  await page.goto('/tasks');
  await page.locator('#main').getByRole('button', { name: '新建待办' }).first().click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('要做什么').fill(title);
  await sheet.getByLabel('截止时间').fill('今天23:30');
  await sheet.getByRole('button', { name: /^保存/ }).click();
  await expect(toast(page, '待办已安排')).toBeVisible();
  const line = page.locator('.task').filter({ hasText: title });
  await expect(line).toContainText('23:30');
  await line.getByRole('button', { name: '完成' }).click();
  await expect(toast(page, `完成：${title}`)).toBeVisible();
  await undo(page, `完成：${title}`);
  await expect(toast(page, '已撤销')).toBeVisible();
  await expect(line.getByRole('button', { name: '完成' })).toHaveAttribute('aria-pressed', 'false');
  await line.getByRole('button', { name: '完成' }).click();
  await expect(line).toHaveCount(0);
  await page.getByRole('tab', { name: '已完成' }).click();
  await expect(line).toBeVisible();
});
