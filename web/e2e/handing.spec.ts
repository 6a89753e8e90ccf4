import { customer, expect, menuItem, person, stateOf, test, toast } from './lib';

test.use({ storageState: stateOf('sales') });

test('handed to a colleague with a reason, helped by another', async ({ page, as }) => {
  const c = await customer(page.request);
  await page.goto(`/customers/${c.id}?tab=fields`);
  await page.locator('#collaborators').getByRole('button', { name: '添加' }).click();
  await page.locator('.pop input, .menu input').first().fill(person('lead').name);
  await menuItem(page, new RegExp(person('lead').name)).click();
  await expect(page.locator('#collaborators')).toContainText(person('lead').name);
  await page.locator('.c-act').getByRole('button', { name: '更多' }).click();
  await page.getByRole('menuitem', { name: '转给同事' }).click();
  await page.locator('.pop input, .menu input').first().fill(person('mate').name);
  await menuItem(page, new RegExp(person('mate').name)).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: '区域调整' }).click();
  await dialog.getByRole('button', { name: '确定' }).click();
  await expect(toast(page, `已转给${person('mate').name}`)).toBeVisible();
  const mate = await as('mate');
  await mate.goto(`/customers/${c.id}`);
  await expect(mate.getByRole('heading', { level: 1, name: c.name })).toBeVisible();
  await expect(mate.locator('.tl')).toContainText('转移了客户');
});

test('into the open pool and claimed by a colleague', async ({ page, as }) => {
  const c = await customer(page.request);
  await page.goto(`/customers/${c.id}`);
  await page.locator('.c-act').getByRole('button', { name: '更多' }).click();
  await page.getByRole('menuitem', { name: '放回公海' }).click();
  await page.getByRole('dialog').getByLabel('备注').fill('半年没有回应');
  await page.getByRole('dialog').getByRole('button', { name: '确定' }).click();
  await expect(toast(page, '已放回公海')).toBeVisible();
  const mate = await as('mate');
  await mate.goto(`/customers?view=pool&q=${encodeURIComponent(c.name)}`);
  await mate.getByRole('link', { name: c.name }).click();
  await expect(mate.getByRole('heading', { level: 1, name: c.name })).toBeVisible();
  await expect(mate.getByRole('button', { name: '电话' })).toHaveCount(0);
  await mate.locator('.c-act').getByRole('button', { name: '认领' }).click();
  await expect(toast(mate, '已认领')).toBeVisible();
  await expect(mate.locator('.rail')).toContainText(person('mate').name);
  await expect(mate.locator('.c-act').getByRole('button', { name: '电话' })).toBeVisible();
});

test('a lead deletes, and brings back from the bin', async ({ page, as }) => {
  const c = await customer(page.request);
  const lead = await as('lead');
  await lead.goto(`/customers/${c.id}`);
  await lead.locator('.c-act').getByRole('button', { name: '更多' }).click();
  await lead.getByRole('menuitem', { name: '删除' }).click();
  await expect(toast(lead, '已放入回收站')).toBeVisible();
  await expect(lead).toHaveURL(/\/customers$/);
  await expect(lead.locator('#main')).not.toContainText(c.name);
  await lead.getByRole('tab', { name: '回收站' }).click();
  await lead.getByRole('row').filter({ hasText: c.name }).getByRole('button', { name: '恢复' }).click();
  await expect(toast(lead, '已恢复')).toBeVisible();
  await page.goto(`/customers/${c.id}`);
  await expect(page.getByRole('heading', { level: 1, name: c.name })).toBeVisible();
});
