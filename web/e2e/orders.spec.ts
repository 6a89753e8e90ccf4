import { api, creditCode, customer, digits, expect, stateOf, test } from './lib';

test.use({ storageState: stateOf('sales') });

test('orders: one is placed by its lines, moved on, found in the list and on the timeline, and comes back from the bin @both', async ({
  page,
  isMobile,
}) => {
  // orders are placed with customers that have taken effect
  const c = await customer(page.request, {
    credit_code: creditCode(),
    industry: 'C15',
    contacts: [{ name: '沈清越', title: '采购经理', mobile: `1990000${digits(4)}`, role: 'decider', primary: true }],
  });
  await api(page.request, 'POST', `/customers/${c.id}/submit`, {}, c.version);
  await page.goto(`/customers/${c.id}?tab=orders`);
  await page.getByRole('button', { name: '新建订单' }).click();
  const sheet = page.getByRole('dialog', { name: '新建订单' });
  await sheet.getByLabel('第 1 行产品').fill('卷膜');
  await sheet.getByLabel('第 1 行数量').fill('1.5');
  await sheet.getByLabel('第 1 行单价').fill('3.33');
  await sheet.getByRole('button', { name: '加一行' }).click();
  await sheet.getByRole('button', { name: '保存' }).click();
  await expect(sheet.getByRole('alert')).toContainText('每行都要有');
  await sheet.getByLabel('第 2 行产品').fill('备件包');
  await sheet.getByLabel('第 2 行数量').fill('2');
  await sheet.getByLabel('第 2 行单价').fill('3600');
  await sheet.getByLabel('第 2 行折扣').fill('5');
  await expect(sheet.locator('.ord-total')).toHaveText('¥6,845');
  await sheet.getByRole('button', { name: '保存' }).click();
  await expect(sheet).toHaveCount(0);
  const orders = page.getByRole('region', { name: '订单' });
  await expect(orders).toContainText('卷膜、备件包');
  await expect(orders).toContainText('¥6,845');
  // one tap and one more
  await orders.getByRole('button', { name: /的状态：进行中/ }).click();
  await page.getByRole('menuitem', { name: '已完成' }).click();
  await expect(orders.getByRole('button', { name: /的状态：已完成/ })).toBeVisible();
  await page.getByRole('tab', { name: '动态' }).click();
  await expect(page.locator('.tl')).toContainText('下了订单');
  await expect(page.locator('.tl')).toContainText('¥6,845');
  // the list and its sum
  const { items } = await api<{ items: { code: string }[] }>(page.request, 'GET', `/customers/${c.id}/orders`);
  const code = items[0]?.code ?? '';
  const filter = { mode: 'all', rules: [{ field: 'code', op: 'eq', value: code }] };
  await page.goto(`/orders?f=${encodeURIComponent(JSON.stringify(filter))}`);
  await expect(page.locator('main')).toContainText('1 单 · 订单额 ¥6,845');
  await expect(page.locator('main')).toContainText(c.name);
  // away, and back
  await (isMobile ? page.getByRole('button', { name: '卷膜、备件包' }) : page.getByRole('button', { name: code, exact: true })).click();
  await page.getByRole('dialog').getByRole('button', { name: '删除', exact: true }).click();
  await expect(page.locator('main')).toContainText('没有符合条件的订单');
  await page.getByRole('button', { name: '撤销' }).click();
  await expect(page.locator('main')).toContainText('1 单 · 订单额 ¥6,845');
});

test.describe('who sees no amounts', () => {
  test.use({ storageState: stateOf('service') });
  test('orders: an amount that is not shown is a dash', async ({ page }) => {
    await page.goto('/orders');
    const first = page.locator('tbody tr').first();
    await expect(first.getByRole('button', { name: /^DD/ })).toBeVisible();
    await expect(page.locator('main')).toContainText('订单额 —');
    await expect(page.getByRole('columnheader', { name: '订单金额' })).toHaveCount(0);
    await expect(page.locator('main')).not.toContainText('¥');
    await expect(page.getByRole('button', { name: '新建订单' })).toHaveCount(0);
    const { items } = await api<{ items: { customer_id: string }[] }>(page.request, 'GET', '/orders?limit=1');
    await page.goto(`/customers/${items[0]?.customer_id}?tab=orders`);
    const orders = page.getByRole('region', { name: '订单' });
    await expect(orders.locator('.ord-sum').first()).toHaveText('—');
    await expect(orders).not.toContainText('¥');
  });
});
