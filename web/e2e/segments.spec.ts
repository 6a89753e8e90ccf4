import { api, brand, customer, expect, stateOf, test } from './lib';

test.use({ storageState: stateOf('lead') });

test('segments: a filter gets a name, is counted as it is written, opens as a list and goes again @both', async ({ page }) => {
  const c = await customer(page.request, { grade: 'A', decision_months: 9 });
  const name = `分群${brand(3).name}`;
  const filter = { mode: 'all', rules: [{ field: 'decision_months', op: 'gte', value: 9 }] };
  await page.goto(`/customers?f=${encodeURIComponent(JSON.stringify(filter))}`);
  await page.getByRole('button', { name: '另存为分群' }).click();
  const sheet = page.getByRole('dialog', { name: '新建分群' });
  await sheet.getByLabel('分群名称').fill(name);
  await expect(sheet.getByRole('status')).toContainText(/\d+ 个客户/);
  // a group of its own, contrary: not (grade B)
  await sheet.getByRole('button', { name: '添加条件组' }).click();
  const group = sheet.locator('.fgroup');
  await group.getByLabel('字段').selectOption('decision_months');
  await group.getByLabel('关系', { exact: true }).selectOption('eq');
  await group.locator('.fval input').fill('3');
  await group.locator('label select').selectOption('not_any');
  await expect(sheet.getByRole('status')).toContainText(/\d+ 个客户/);
  await sheet.getByText('跟踪进出', { exact: true }).last().click();
  await sheet.getByRole('button', { name: '加一步' }).click();
  await sheet.getByLabel('第 1 步', { exact: true }).fill('约一次专家沟通');
  await sheet.getByRole('button', { name: '保存' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.locator('.seg-about')).toContainText('预计决策周期(月) 不低于 9');
  await expect(page.locator('.seg-about')).toContainText('不是');
  await expect(page.locator('.seg-about')).toContainText('约一次专家沟通');
  await page.getByRole('link', { name: '在列表中查看' }).click();
  await expect(page.locator('.fchip')).toContainText(name);
  await expect(page.getByRole('link', { name: c.name }).first()).toBeVisible();
  await page.goto('/segments');
  await expect(page.getByRole('region', { name: '客户分层' })).toContainText('高价值客户');
  await page.getByRole('link', { name }).click();
  await page.getByRole('button', { name: '删除' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
  await expect(page.getByRole('link', { name })).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1, name: '客户分群' })).toBeVisible();
});

test('segments: a tier says why on the customer, and its playbook becomes tasks', async ({ page, playwright, baseURL }) => {
  const lead = await playwright.request.newContext({ baseURL, storageState: stateOf('lead') });
  const { items } = await api<{ items: { id: string; code: string }[] }>(lead, 'GET', '/segments');
  expect(items.some((g) => g.code === 'high_value')).toBe(true);
  // a customer that the demo tells of is in a tier, with a playbook that nobody has taken on
  const admin = await playwright.request.newContext({ baseURL, storageState: stateOf('admin') });
  const found = await api<{ items: { id: string; tiers: string[] }[] }>(
    admin,
    'GET',
    `/customers?limit=50&q=${encodeURIComponent('越岭')}`,
  );
  await lead.dispose();
  const id = found.items.find((c) => c.tiers?.length)?.id ?? ''; // other journeys make names of the same signs
  const { cookies } = await admin.storageState();
  await page.context().addCookies(cookies);
  await page.goto(`/customers/${id}`);
  await expect(page.locator('.c-head')).toContainText('流失风险客户');
  const card = page.getByRole('region', { name: '客户分层' });
  await expect(card).toContainText('专项回访');
  await expect(card).toContainText('早于 6 个月前');
  const take = card.getByRole('button', { name: '生成任务' });
  if (await take.isVisible()) await take.click();
  await expect(card).toContainText('生成任务');
  await expect(card.getByRole('button', { name: '生成任务' })).toHaveCount(0);
  await admin.dispose();
});
