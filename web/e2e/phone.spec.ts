import { customer, expect, person, stateOf, test } from './lib';

test.describe('on a phone', () => {
  test.use({ storageState: stateOf('sales') });

  test('rows, customer, sticky bar and a follow-up @phone', async ({ page }) => {
    const c = await customer(page.request);
    await page.goto('/customers');
    await expect(page.locator('.mlist li').first()).toBeVisible();
    await expect(page.locator('table')).toHaveCount(0);
    await page.locator('.mlist li').filter({ hasText: c.name }).getByRole('link').click();
    await expect(page.getByRole('heading', { level: 1, name: c.name })).toBeVisible();
    const bar = page.locator('.actbar');
    await expect(bar.getByRole('button', { name: '电话' })).toBeInViewport();
    for (const box of await bar.getByRole('button').all()) expect((await box.boundingBox())?.height ?? 0).toBeGreaterThanOrEqual(40);
    await page.mouse.wheel(0, 1200);
    await expect(bar.getByRole('button', { name: '写跟进' })).toBeInViewport();
    await bar.getByRole('button', { name: '写跟进' }).tap();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('button', { name: '已加微信' }).tap();
    await sheet.getByRole('button', { name: /^记录/ }).tap();
    await expect(sheet).toBeHidden();
    await expect(page.locator('.tl')).toContainText('已加微信');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing hangs over the edge').toBe(true);
  });

  test('contacts are paged, the plus writes first @phone', async ({ page }) => {
    await customer(page.request);
    await page.goto('/contacts?limit=20');
    await expect(page.locator('.mlist li').first()).toBeVisible();
    await page.locator('.fab').tap();
    await expect(page.locator('.biglist button').first()).toContainText('写跟进');
  });
});

test('sign in @phone', async ({ page }) => {
  await page.goto('/login');
  await page.getByLabel('登录名').fill(person('sales').login);
  await page.getByLabel('密码', { exact: true }).fill(person('sales').password);
  await page.getByRole('button', { name: '登录', exact: true }).tap();
  await expect(page.locator('.tabbar')).toBeVisible();
});
