import { api, customer, digits, expect, stateOf, test, toast, undo } from './lib';
import { both } from './look';

test.use({ storageState: stateOf('sales') });

type Person = { id: string; version: number };

test('the decision chain is drawn, names what is missing, and its steps are edited in place @both', async ({ page }) => {
  const c = await customer(page.request);
  const add = (name: string, more: Record<string, unknown>) =>
    api<Person>(page.request, 'POST', `/customers/${c.id}/contacts`, { name, ...more });
  await page.goto(`/customers/${c.id}?tab=chain`);
  await expect(page.getByRole('list', { name: '缺口' })).toContainText('无主决策人');
  const boss = await add('司马建国', { title: '总经理', role: 'decider', attitude: 'oppose', influence: 'high' });
  const lead = await add('欧阳立新', { title: '生产厂长', role: 'user', attitude: 'support', reports_to: boss.id });
  await page.reload();
  await expect(page.getByRole('list', { name: '缺口' })).toContainText('主决策人司马建国持反对态度');
  const below = page.getByRole('list', { name: '司马建国的下级' });
  await expect(below.getByRole('button', { name: /欧阳立新/ })).toContainText('支持');

  // a third person is added from here, and put under the second with the picker
  await page.getByRole('region', { name: '决策链' }).getByRole('button', { name: '添加联系人' }).click();
  const sheet = page.getByRole('dialog', { name: '添加联系人' });
  await expect(sheet.getByText('仅记录工作号码').first()).toBeVisible();
  await sheet.getByLabel('姓名').fill('上官文静');
  await sheet.getByLabel('备用手机').fill(`1390000${digits(4)}`);
  await sheet.getByRole('radio', { name: '已申请' }).click();
  await sheet.getByLabel('上级').fill('欧阳');
  await page
    .getByRole('option', { name: /欧阳立新/ })
    .or(page.locator('.ant-select-item-option', { hasText: '欧阳立新' }))
    .last()
    .click();
  await sheet.getByRole('button', { name: /^保存/ }).click();
  await expect(page.getByRole('list', { name: '欧阳立新的下级' })).toContainText('上官文静');
  // the server refuses a ring, whoever asks
  await expect(api(page.request, 'PATCH', `/contacts/${boss.id}`, { reports_to: lead.id }, boss.version)).rejects.toThrow(
    'reports_in_ring',
  );

  const steps = page.getByRole('region', { name: '决策流程' });
  for (const name of ['采购部', '总经办']) {
    await steps.getByPlaceholder('添加需要同意的部门').fill(name);
    await page.keyboard.press('Enter');
    await expect(steps.getByRole('button', { name: `移除${name}` })).toBeVisible();
  }
  await steps.getByRole('listitem').nth(1).getByLabel('审批人').selectOption({ label: '司马建国 · 总经理' });
  await steps.getByRole('button', { name: '总经办上移' }).click();
  await expect(steps.getByRole('listitem').first().getByLabel('部门')).toHaveValue('总经办');
  await steps.getByRole('listitem').first().getByLabel('已通过').check();
  await expect(steps).toContainText('1 / 2 已通过');
  await steps.getByRole('button', { name: '移除采购部' }).click();
  await expect(steps.getByRole('listitem')).toHaveCount(1);
  await undo(page, '已移除采购部');
  await expect(steps.getByRole('listitem')).toHaveCount(2);
  await page.reload();
  await expect(steps.getByRole('listitem').first().getByLabel('审批人')).toHaveValue(boss.id);
  await both(page, `/customers/${c.id}?tab=chain`);
});

test('a person belongs to a further customer, and who does not see his home reads nothing of it', async ({ page, as }) => {
  const home = await customer(page.request);
  const other = await customer(page.request);
  await page.goto(`/customers/${other.id}?tab=contacts`);
  await page.getByRole('button', { name: '从其他客户添加' }).click();
  const sheet = page.getByRole('dialog', { name: '从其他客户添加' });
  await sheet.getByLabel('联系人').fill(home.person);
  await page.locator('.ant-select-item-option', { hasText: home.name }).click();
  await sheet.getByLabel('在本客户的职位').fill('技术顾问');
  await sheet.getByRole('radio', { name: '技术评估' }).click();
  await sheet.getByRole('button', { name: /^保存/ }).click();
  const there = page.getByRole('region', { name: /也属于本客户/ });
  await expect(there).toContainText(`${home.person}`);
  await expect(there.getByRole('link', { name: home.name })).toBeVisible();
  await page.goto(`/customers/${home.id}?tab=contacts`);
  await expect(page.getByText('也在').first()).toBeVisible();
  await expect(page.getByRole('link', { name: other.name })).toBeVisible();

  // a colleague who works on the one and not on the other
  const mate = await as('mate');
  const id = (await api<{ user: { id: string } }>(mate.request, 'GET', '/session')).user.id;
  await api(page.request, 'POST', `/customers/${other.id}/collaborators`, { user_id: id });
  await mate.goto(`/customers/${other.id}?tab=contacts`);
  const seen = mate.getByRole('region', { name: /也属于本客户/ });
  await expect(seen).toContainText(home.person);
  await expect(seen).toContainText('技术顾问');
  await expect(mate.locator('body')).not.toContainText(home.name);

  await page.goto(`/customers/${other.id}?tab=contacts`);
  await there.getByRole('button', { name: '更多' }).click();
  await page.getByRole('menuitem', { name: '结束关联' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '结束关联' }).click();
  await expect(toast(page, '已保存')).toBeVisible();
  await expect(there.getByRole('listitem')).toHaveCount(0);
  await page.goto(`/customers/${home.id}?tab=contacts`);
  await expect(page.locator('.rows').getByText(home.person)).toBeVisible();
});

test('contacts are filtered by what stands in the catalogue @both', async ({ page }) => {
  const c = await customer(page.request);
  await api(page.request, 'POST', `/customers/${c.id}/contacts`, { name: '诸葛静', wechat_state: 'requested' });
  const f = JSON.stringify({ mode: 'all', rules: [{ field: 'wechat_state', op: 'in', value: ['requested'] }] });
  await page.goto(`/contacts?f=${encodeURIComponent(f)}`);
  await expect(page.getByText('诸葛静').first()).toBeVisible();
  await expect(page.getByText(c.person)).toHaveCount(0);
});
