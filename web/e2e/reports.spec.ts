import type { Page } from '@playwright/test';
import { api, customer, expect, stateOf, test } from './lib';

/** What the heading of a list says it holds: 12, 1,204, 1,000+. */
const total = (page: Page) => page.locator('.page-h .mut').first();

test.describe('who leads', () => {
  test.use({ storageState: stateOf('lead') });

  test('a figure on the dashboard opens its list, and the list holds as many', async ({ page, as }) => {
    const seller = await as('sales');
    await customer(seller.request, { grade: 'A' });
    await customer(seller.request, { grade: 'B' });
    // again, where another journey makes a customer in between
    await expect(async () => {
      await page.goto('/');
      const tile = page.getByRole('link', { name: /新增客户数/ });
      const shown = await tile.locator('b').textContent();
      expect(Number(shown)).toBeGreaterThanOrEqual(2);
      const board = await api<{ figures: { name: string; figure: { value: number } }[] }>(page.request, 'GET', '/dashboard');
      expect(board.figures.find((f) => f.name === 'new_customers')?.figure.value).toBe(Number(shown));
      await tile.click();
      await expect(page).toHaveURL(/\/customers\?/);
      await expect(page.locator('.fchip')).toContainText('新增客户数 · 本月');
      await expect(total(page)).toHaveText(shown ?? '', { timeout: 2000 });
    }).toPass({ timeout: 20_000 });
    await page.getByRole('button', { name: '取消报表筛选' }).click();
    await expect(page.locator('.fchip')).toHaveCount(0);
    await expect(page).not.toHaveURL(/[?&]r=/);
  });

  test('a report of one’s own by two dimensions, as a chart and as a table', async ({ page, as }) => {
    const seller = await as('sales');
    const made = await customer(seller.request, { grade: 'A' });
    await page.goto('/reports');
    await page.getByRole('link', { name: '客户等级分布' }).click();
    await expect(page.getByRole('img', { name: /客户等级分布/ })).toBeVisible();
    await page.getByRole('link', { name: '报表', exact: true }).last().click();
    await page.getByRole('button', { name: '自定义报表' }).click();
    await page.getByLabel('第一维度').selectOption('grade');
    await page.getByLabel('第二维度').selectOption('owner_id');
    const table = page.locator('.rtable table');
    await expect(table.locator('th')).toHaveText([/等级/, /跟进人/, '客户数']);
    await expect(page.locator('.plot svg')).toBeVisible();
    await page.getByRole('radio', { name: '表格' }).click();
    await expect(page.locator('.plot')).toHaveCount(0);
    await expect(async () => {
      await page.reload();
      const figure = table.locator('tbody tr').filter({ hasText: 'A' }).first().locator('a');
      const shown = await figure.innerText();
      expect(Number(shown)).toBeGreaterThan(0);
      await figure.click();
      await expect(total(page)).toHaveText(shown ?? '', { timeout: 2000 });
    }).toPass({ timeout: 20_000 });
    await expect(page.getByText(made.name)).toBeVisible();
    await page.goBack();
    await expect(page.getByLabel('第二维度')).toHaveValue('owner_id');
  });

  test('how much was talked opens the follow-ups', async ({ page, as }) => {
    const seller = await as('sales');
    const c = await customer(seller.request);
    await api(seller.request, 'POST', `/customers/${c.id}/follow-ups`, {
      method: 'call',
      outcome: 'wants_quote',
      content: '要报价，P300 两台，交期四周',
      happened_at: new Date(Date.now() - 60_000).toISOString(),
    });
    await page.goto('/reports/effort');
    const sum = page.locator('.rtable .num a').first();
    const shown = await sum.innerText();
    await sum.click();
    await expect(page).toHaveURL(/\/follow-ups\?/);
    await expect(total(page)).toHaveText(shown ?? '');
    await expect(page.getByText(c.name).first()).toBeVisible();
  });

  test('the first page of who leads, with one hand @both', async ({ page, as, isMobile }) => {
    const seller = await as('sales');
    await customer(seller.request);
    await page.goto('/');
    const tiles = page.locator('.tile');
    await expect(tiles.nth(3)).toBeVisible();
    await expect(page.locator('.plot svg').first()).toBeVisible();
    await expect(page.getByRole('radio', { name: '本月' })).toBeChecked();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    if (isMobile) {
      const [a, d] = [await tiles.nth(0).boundingBox(), await tiles.nth(3).boundingBox()];
      expect(d && a && d.y + d.height).toBeLessThan(480);
    }
    await page.getByRole('radio', { name: '今年' }).click();
    await expect(page.getByRole('radio', { name: '今年' })).toBeChecked();
    await expect(page.locator('.tiles.stale')).toHaveCount(0);
    const tile = page.getByRole('link', { name: /新增客户数/ });
    const shown = Number(await tile.locator('b').textContent());
    await tile.click();
    await expect(page.locator('.fchip')).toContainText('今年');
    // colleagues of other journeys go on making customers
    expect(Number(await total(page).textContent())).toBeGreaterThanOrEqual(shown);
  });
});

test('who has no reports keeps the plain home', async ({ as }) => {
  const seller = await as('service');
  await seller.goto('/');
  await expect(seller.locator('.kpis')).toBeVisible();
  await expect(seller.locator('.tiles')).toHaveCount(0);
  await expect(seller.getByRole('link', { name: '报表', exact: true })).toHaveCount(0);
});
