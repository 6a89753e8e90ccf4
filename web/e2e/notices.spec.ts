import { api, digits, expect, person, stateOf, test } from './lib';

test.use({ storageState: stateOf('lead') });

test('a colleague assigns a task, and the bell of the other moves without reloading', async ({ page, as }) => {
  const theirs = await as('service'); // nobody else's journey tells him anything
  await theirs.goto('/');
  await api(theirs.request, 'POST', '/notices/read-all', {});
  const bell = theirs.locator('.bell');
  await expect(bell.locator('em')).toHaveCount(0); // read in another place: told to this page live
  await theirs.evaluate(() => {
    (window as unknown as { here: boolean }).here = true;
  });

  const title = `整理样品清单 ${digits(6)}`;
  await page.goto('/tasks');
  await api(page.request, 'POST', '/tasks', { title, owner_id: person('service').id, due_at: '2030-01-01T02:00:00Z' });
  // At night and on days off a notice stands in the list and is not announced: coming back to the page shows it.
  const moved = await bell
    .locator('em')
    .waitFor({ timeout: 3000 })
    .then(
      () => true,
      () => false,
    );
  if (!moved) await theirs.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(bell.locator('em')).toHaveText('1');
  expect(await theirs.evaluate(() => (window as unknown as { here?: boolean }).here)).toBe(true);

  await bell.getByRole('button').click();
  const panel = theirs.getByRole('dialog', { name: '通知' });
  await expect(panel).toContainText(title);
  await expect(panel).toContainText('派给您一项任务');
  await panel
    .getByRole('button', { name: /派给您一项任务/ })
    .first()
    .click();
  await expect(theirs.getByRole('dialog')).toContainText('待办');
  await expect(bell.locator('em')).toHaveCount(0); // opened is read
});

test('what one is told of, and when not, is one’s own choice', async ({ page }) => {
  await page.goto('/me');
  const card = page.locator('.notice-choices');
  await expect(card.getByLabel('我的客户被转走 · 系统内')).toBeDisabled();
  const mail = card.getByLabel('派给我的任务 · 邮件');
  await mail.click();
  await expect(mail).toBeChecked();
  await page.reload();
  await expect(mail).toBeChecked();
  await mail.click(); // shown as it was until the server has it: uncheck() would not wait
  await expect(mail).not.toBeChecked();
});
