import { digits, expect, stateOf, test, toast, undo } from './lib';
import { check, settled } from './look';

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

test('the week and the day: a task is added at its place, moved, done, and taken back @both', async ({ page }, info) => {
  test.setTimeout(120_000);
  const phone = info.project.name.includes('phone');
  const title = `周计划 ${digits(6)}`;
  await page.goto('/tasks?as=week&on=2031-03-05'); // a Wednesday with nothing due
  const monday = page.getByRole('group', { name: /03-03/ });
  const friday = page.getByRole('group', { name: /03-07/ });
  await expect(page.locator('.tcal-week > div')).toHaveCount(7);
  await monday.getByRole('button', { name: /新建待办/ }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('要做什么').fill(title);
  await sheet.getByRole('button', { name: /^保存/ }).click();
  await expect(monday.getByText(title)).toBeVisible();
  await settled(page);
  await check(page, 'the week');
  if (phone) {
    await monday.getByRole('button', { name: `移动“${title}”` }).click();
    await page.getByRole('menuitem', { name: /03-07/ }).click();
  } else await monday.locator('.tcal-item').filter({ hasText: title }).dragTo(friday);
  await expect(friday.getByText(title)).toBeVisible();
  await expect(monday.getByText(title)).toHaveCount(0);
  await undo(page, /^已移到/);
  await expect(monday.getByText(title)).toBeVisible();

  // the day, by the hour; which of them was open is remembered
  await monday.locator('.tcal-dh').click();
  const six = page.locator('.tcal-slot').filter({ hasText: '18:00' });
  await expect(six.getByText(title)).toBeVisible();
  await settled(page);
  await check(page, 'the day');
  await six.getByRole('button', { name: `完成：${title}` }).click();
  await expect(six.locator('.tcal-item').filter({ hasText: title })).toHaveClass(/done/);
  await page.getByRole('button', { name: '后一天' }).click();
  await expect(page.locator('.tcal-t').filter({ hasText: title })).toHaveCount(0);
  await page.goto('/tasks');
  await expect(page.getByRole('radio', { name: '日', exact: true })).toBeChecked();
});
