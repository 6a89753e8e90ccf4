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
    const at = page.url(); // anew from here, where another journey changes a customer in between
    await expect(async () => {
      await page.goto(at);
      const figure = table.locator('tbody tr').filter({ hasText: 'A' }).first().locator('a');
      const shown = await figure.textContent();
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
    const shown = await sum.textContent();
    await sum.click();
    await expect(page).toHaveURL(/\/follow-ups\?/);
    await expect(total(page)).toHaveText(shown ?? '');
    await expect(page.getByText(c.name).first()).toBeVisible();
  });

  test('a report is kept, put on others’ dashboards, printed and sent again and again', async ({ page, as }) => {
    const seller = await as('sales');
    await customer(seller.request, { grade: 'A' });
    const name = `各等级客户 ${Date.now()}`;
    await page.goto('/reports/new');
    await page.getByLabel('第一维度').selectOption('grade');
    await page.getByRole('button', { name: '保存', exact: true }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByRole('button', { name: '保存' }).click();
    await expect(sheet.getByText('请填写报表名称')).toBeVisible();
    await sheet.getByLabel('报表名称').fill(name);
    await sheet.getByRole('radio', { name: '所有人' }).click();
    await sheet.getByText('放到看板上').click();
    await sheet.getByRole('button', { name: '保存' }).click();
    await expect(page).toHaveURL(/\/reports\/kept\//);
    await expect(page.locator('.rtable th')).toHaveText([/等级/, '客户数']);
    const at = page.url();

    await page.getByRole('button', { name: '导出' }).click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /PDF/ }).click()]);
    expect(file.suggestedFilename()).toBe(`${name}.pdf`);
    const chunks: Buffer[] = [];
    for await (const c of await file.createReadStream()) chunks.push(c as Buffer);
    expect(Buffer.concat(chunks).subarray(0, 5).toString()).toBe('%PDF-');

    await page.getByRole('button', { name: '导出' }).click();
    await page.getByRole('menuitem', { name: /定时发送/ }).click();
    await sheet.getByRole('radio', { name: '每月' }).click();
    await sheet.getByLabel('日期').selectOption('31');
    await sheet.getByRole('button', { name: '保存' }).click();
    await expect(sheet).toHaveCount(0);
    await page.goto('/reports/mailings');
    const row = page.locator('.mailings li').filter({ hasText: name });
    await expect(row).toContainText('每月 31 日 08:30');
    await row.getByRole('button', { name: /暂停/ }).click();
    await expect(row.getByText('已暂停')).toBeVisible();
    await row.getByRole('button', { name: /删除/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
    await expect(row).toHaveCount(0);

    await seller.goto('/');
    const card = seller.getByRole('region', { name });
    await expect(card.locator('.plot svg')).toBeVisible();
    await seller.goto(at);
    await expect(seller.getByRole('button', { name: '照此另做' })).toBeVisible();
    await expect(seller.getByRole('button', { name: '导出' })).toHaveCount(0);

    await page.goto(at);
    await page.getByRole('button', { name: '编辑' }).click();
    await expect(page.getByLabel('第一维度')).toHaveValue('grade');
    await page.getByRole('radio', { name: '环形' }).click();
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await expect(sheet.getByLabel('报表名称')).toHaveValue(name);
    await sheet.getByRole('button', { name: '保存' }).click();
    await expect(page.locator('.ring')).toBeVisible();
    await page.getByRole('button', { name: '删除' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
    await expect(page).toHaveURL(/\/reports$/);
    await expect(page.getByText(name)).toHaveCount(0);
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
