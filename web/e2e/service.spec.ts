import { api, customer, digits, expect, stateOf, test, toast, undo } from './lib';

test.use({ storageState: stateOf('sales') });

test('a complaint is written down, handled, revisited and closed, and its customer tells', async ({ page, as }) => {
  const c = await customer(page.request);
  const said = `货晚到三天影响投产 ${digits(6)}`;
  const service = await as('service');
  await service.goto(`/customers/${c.id}?tab=service`);
  await service.getByRole('button', { name: '登记反馈' }).click();
  const sheet = service.getByRole('dialog', { name: /登记反馈/ });
  await sheet.getByRole('button', { name: /^保存/ }).click();
  await expect(sheet.getByRole('alert').first()).toBeVisible();
  await sheet.getByRole('radio', { name: '产品投诉' }).click();
  await sheet.getByRole('radio', { name: '交付及时性' }).click();
  await sheet.getByLabel('问题描述').fill('不清楚');
  await sheet.getByRole('button', { name: /^保存/ }).click();
  await expect(sheet.locator('[data-field="description"] .field-error')).toBeVisible();
  await sheet.getByLabel('问题描述').fill(said);
  await sheet.getByRole('radio', { name: '不满意', exact: true }).click();
  await sheet.getByRole('button', { name: '添加改进措施' }).click();
  await sheet.getByLabel('改进措施 1', { exact: true }).fill('发货前一天电话确认');
  await sheet.getByRole('button', { name: /^保存/ }).click();
  await expect(toast(service, '反馈已登记')).toBeVisible();

  // one tap for the menu, one for the state
  const line = service.locator('ul.svc > li').filter({ hasText: said });
  await line.getByRole('button', { name: /的状态/ }).click();
  await expect(service.getByRole('menuitem', { name: '待回访' })).toHaveCount(0);
  await service.getByRole('menuitem', { name: '处理中' }).click();
  await expect(line.getByRole('button', { name: /处理中/ })).toBeVisible();
  const { items } = await api<{ items: { code: string }[] }>(service.request, 'GET', `/customers/${c.id}/feedback`);
  await undo(service, `${items[0]?.code} 已改为处理中`);
  await expect(line.getByRole('button', { name: /待处理/ })).toBeVisible();
  for (const state of ['处理中', '待回访', '已关闭']) {
    await line.getByRole('button', { name: /的状态/ }).click();
    await service.getByRole('menuitem', { name: state }).click();
    await expect(line.getByRole('button', { name: new RegExp(state) })).toBeVisible();
  }

  // who sells to the customer reads it on its timeline, and finds it by its number
  await page.goto(`/customers/${c.id}`);
  await page.getByRole('radio', { name: '反馈', exact: true }).click();
  await expect(page.locator('.tl')).toContainText(said);
  // its history says what became of it in words, never in codes
  await page.goto(`/customers/${c.id}?tab=history`);
  const became = page.locator('.change').filter({ hasText: '处理状态' });
  await expect(became.filter({ hasText: '已关闭' })).toHaveCount(1);
  await expect(became.filter({ hasText: /[a-z]/ })).toHaveCount(0);
  await page.goto('/feedback');
  await expect(page.getByText(said)).toHaveCount(0);
  await page.getByRole('tab', { name: '全部' }).click();
  await page.getByRole('columnheader', { name: '反馈类型' }).hover();
  await page.getByRole('button', { name: '按“反馈类型”筛选' }).click();
  await page.getByRole('dialog', { name: '按“反馈类型”筛选' }).getByRole('checkbox', { name: '产品投诉' }).check();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: said }).click();
  const open = page.getByRole('dialog');
  await expect(open.getByLabel('改进措施 1', { exact: true })).toHaveValue('发货前一天电话确认');
  await expect(open).toContainText(c.name);
});

test('a need is recorded for a customer that is found by name, and shows among those I look after', async ({ page }) => {
  const c = await customer(page.request);
  const wanted = `要一份能耗数据 ${digits(6)}`;
  await page.goto('/needs');
  await page.locator('#main').getByRole('button', { name: '登记需求' }).first().click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('combobox', { name: '客户' }).fill(c.name);
  await page
    .getByTitle(c.name)
    .or(page.getByRole('option', { name: c.name }))
    .last()
    .click();
  await sheet.getByRole('radio', { name: '产品咨询' }).click();
  await sheet.getByLabel('需求描述').fill(wanted);
  await sheet.getByRole('radio', { name: '高', exact: true }).click();
  await sheet.getByRole('button', { name: /^保存/ }).click();
  await expect(toast(page, '需求已登记')).toBeVisible();
  await page.getByRole('tab', { name: '我负责的' }).click();
  const row = page.locator('tr').filter({ hasText: wanted });
  await expect(row).toContainText(c.name);
  await row.getByRole('button', { name: /的状态/ }).click();
  await page.getByRole('menuitem', { name: '已完成' }).click();
  await expect(row).toHaveCount(0);
});
