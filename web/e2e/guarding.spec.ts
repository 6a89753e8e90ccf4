import { customer, expect, stateOf, test } from './lib';

test.use({ storageState: stateOf('sales') });

test('a number is masked everywhere until somebody calls', async ({ page }) => {
  const c = await customer(page.request);
  const leaks: string[] = [];
  page.on('response', async (r) => {
    if (!r.url().includes('/reveal') && r.url().includes('/api/') && (await r.text().catch(() => '')).includes(c.mobile))
      leaks.push(r.url());
  });
  const masked = `${c.mobile.slice(0, 3)}****${c.mobile.slice(-4)}`;
  for (const path of ['/customers', `/customers/${c.id}`, `/customers/${c.id}?tab=contacts`, '/contacts']) {
    await page.goto(path);
    await expect(page.locator('#main')).toContainText(c.name);
    expect(await page.content(), `${path} holds no number`).not.toContain(c.mobile);
  }
  await page.goto(`/customers/${c.id}?tab=contacts`);
  await expect(page.locator('.c-tab')).toContainText(masked);
  // a browser without a telephone: what would be dialled is caught
  await page.evaluate(() => {
    const told = window as unknown as { dialled: string[] };
    told.dialled = [];
    (window as unknown as { navigation?: EventTarget }).navigation?.addEventListener('navigate', (e) => {
      const to = (e as unknown as { destination: { url: string } }).destination.url;
      if (to.startsWith('tel:')) {
        told.dialled.push(to);
        e.preventDefault();
      }
    });
  });
  const revealed = page.waitForResponse((r) => r.url().endsWith('/reveal'));
  await page.locator('.c-act').getByRole('button', { name: '电话' }).click();
  expect(await (await revealed).json()).toMatchObject({ value: c.mobile });
  await page.locator('.c-tab').getByTitle('查看号码').first().click();
  await expect(page.locator('.c-tab')).toContainText(c.mobile);
  expect(leaks).toEqual([]);
});

test("another person's customer is not there", async ({ page, as }) => {
  const c = await customer(page.request);
  const mate = await as('mate');
  await mate.goto(`/customers/${c.id}`);
  await expect(mate.locator('#main')).toContainText('没有找到');
  await expect(mate.locator('#main')).not.toContainText(c.name);
  await mate.goto('/customers');
  await expect(mate.locator('#main')).not.toContainText(c.name);
  await mate.goto('/nowhere');
  await expect(mate.getByText('没有这个页面')).toBeVisible();
});

test('service sees no amounts, marketing sees masks', async ({ page, as }) => {
  const c = await customer(page.request, {
    budget_from_fen: 20_000_000,
    budget_to_fen: 30_000_000,
    core_need: '外卖订单效率低，有事打 19900001234',
  });
  await page.goto(`/customers/${c.id}`);
  await expect(page.locator('.facts')).toContainText('¥20–30 万');
  const service = await as('service');
  await service.goto(`/customers/${c.id}?tab=fields`);
  await expect(service.getByRole('heading', { level: 1, name: c.name })).toBeVisible();
  await expect(service.locator('.c-tab')).toContainText('外卖订单效率低');
  await expect(service.locator('#main')).not.toContainText('¥20–30');
  await service.goto('/customers');
  await expect(service.getByRole('columnheader', { name: '客户名称' })).toBeVisible();
  const marketing = await as('marketing');
  await marketing.goto(`/customers/${c.id}?tab=contacts`);
  await expect(marketing.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(marketing.locator('#main')).not.toContainText(c.person);
  await expect(marketing.locator('#main')).not.toContainText('¥20–30');
  expect(await marketing.content()).not.toContain(c.mobile);
  await expect(marketing.getByRole('button', { name: '电话' })).toHaveCount(0);
  await marketing.goto(`/customers/${c.id}?tab=fields`);
  await expect(marketing.locator('.c-tab')).toContainText('外卖订单效率低，有事打 199****1234');
});
