import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';

const login = process.env.ZHIKE_LOGIN ?? '';
const password = process.env.ZHIKE_PASSWORD ?? '';

test.beforeEach(async ({ page }) => {
  test.skip(!login || !password, 'ZHIKE_LOGIN and ZHIKE_PASSWORD say who signs in');
  await page.goto('/login');
  await page.getByLabel('登录名').fill(login);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page.locator('#main')).toBeVisible();
});

test('a customer from quick add to the first follow-up @phone', async ({ page, isMobile }) => {
  const name = `绍兴越岭${Date.now() % 1_000_000}茶业有限公司`;
  if (isMobile) {
    await page.locator('.fab').click();
    await page.locator('.biglist button').nth(1).click();
  } else {
    await page.getByRole('button', { name: '新建', exact: true }).click();
    await page.getByRole('menuitem', { name: /新建客户/ }).click();
  }
  await page.getByLabel('客户名称').fill(name);
  await page.getByLabel('联系人').fill('张佳怡');
  await page.getByLabel('电话或微信').fill('zhang_jiayi');
  await page.getByRole('button', { name: /^保存/ }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await page.getByRole('button', { name: '写跟进' }).last().click();
  await page.getByLabel('跟进内容').fill('电话沟通 6 分钟，周三下午两点方案评审，预算 20-30 万。');
  await page.getByRole('button', { name: /^记录/ }).click();
  await expect(page.locator('.tl')).toContainText('方案评审');
});

test('every page holds against axe @phone', async ({ page }) => {
  for (const path of ['/', '/tasks', '/customers', '/contacts', '/me']) {
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map((v) => `${path} ${v.id}: ${v.nodes[0]?.target}`)).toEqual([]);
  }
});
