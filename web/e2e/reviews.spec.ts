import { api, customer, expect, stateOf, test } from './lib';

const day = (n: number) => new Date(Date.now() + n * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);

test.describe('reviews', () => {
  test.use({ storageState: stateOf('lead') });

  test('reviews: a team looks back, a customer is ticked and spoken of, and the figures are kept @both', async ({ page }) => {
    const { user } = await api<{ user: { department: { name: string } } }>(page.request, 'GET', '/session');
    const team = user.department.name;
    const c = await customer(page.request, { grade: 'A' });
    await api(page.request, 'POST', `/customers/${c.id}/needs`, { kind: 'product', description: '想要样机试两周' });
    await page.goto('/reviews');
    await page.getByRole('button', { name: '新建复盘' }).click();
    const sheet = page.getByRole('dialog', { name: '新建复盘' });
    await sheet.getByLabel('部门').click();
    await page.keyboard.type(team);
    await page.keyboard.press('Enter');
    await sheet.getByLabel('开始日期').fill(day(-1 - Math.floor(Math.random() * 300))); // days of which nobody else's run makes a review
    await sheet.getByLabel('结束日期').fill(day(0));
    await sheet.getByLabel('结束日期').blur();
    await sheet.getByRole('button', { name: '新建复盘' }).click();
    await expect(page.getByRole('heading', { level: 1, name: team })).toBeVisible();
    const needs = page.getByRole('region', { name: '客户需求' });
    await needs.getByRole('button', { name: '产品咨询' }).click();
    const row = needs.getByRole('listitem').filter({ hasText: c.name });
    await row.getByLabel('已复核').check();
    await row.getByRole('button', { name: `评论${c.name}` }).click();
    await row.getByLabel('说说这个客户').fill('样机下周寄出');
    await row.getByRole('button', { name: '发表' }).click();
    await expect(page.getByRole('region', { name: '评论', exact: true })).toContainText('样机下周寄出');
    await page.getByRole('button', { name: '完成复盘' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '完成复盘' }).click();
    await expect(page.getByText('已完成', { exact: true })).toBeVisible();
    await expect(page.getByText(/已复核 1 家/)).toBeVisible();
    const cells = needs.locator('tbody tr').filter({ hasText: '产品咨询' }).locator('td');
    const kept = Number(await cells.first().textContent());
    expect(kept).toBeGreaterThan(0);
    await api(page.request, 'POST', `/customers/${c.id}/needs`, { kind: 'product', description: '再要一台' });
    await page.reload();
    await expect(cells.first()).toHaveText(String(kept));
    expect(Number(await cells.nth(1).textContent())).toBeGreaterThan(kept);
  });
});

test.describe('care', () => {
  test.use({ storageState: stateOf('sales') });

  test('win-back: a plan is opened, a measure done, and it ends; a trial is written down @both', async ({ page }) => {
    const c = await customer(page.request);
    await page.goto(`/customers/${c.id}?tab=care`);
    await page.getByRole('button', { name: '开挽回计划' }).click();
    let sheet = page.getByRole('dialog', { name: '开挽回计划' });
    await sheet.getByLabel('流失风险的原因').fill('交付晚了十一天');
    await sheet.getByLabel('第 1 条：做什么').fill('上门道歉');
    await sheet.getByRole('button', { name: '保存' }).click();
    const plans = page.getByRole('region', { name: '挽回计划' });
    await expect(plans).toContainText('交付晚了十一天');
    await expect(page.getByRole('button', { name: '开挽回计划' })).toHaveCount(0);
    await plans.getByRole('button', { name: '交付晚了十一天' }).click();
    sheet = page.getByRole('dialog', { name: '挽回计划' });
    await sheet.getByLabel('已完成').check();
    await sheet.getByRole('button', { name: '保存' }).click();
    await expect(plans).toContainText('措施 1/1');
    await plans.getByRole('button', { name: '交付晚了十一天' }).click();
    await sheet.getByRole('button', { name: '结束计划' }).click();
    await sheet.getByRole('radio', { name: '挽回成功' }).click();
    await sheet.getByLabel('结果说明').fill('续签一年');
    await sheet.getByRole('button', { name: '结束计划' }).click();
    await expect(plans).toContainText('挽回成功');
    await page.getByRole('button', { name: '登记试用' }).click();
    sheet = page.getByRole('dialog', { name: '登记试用' });
    await sheet.getByLabel('试用产品').fill('检重秤样机');
    await sheet.getByRole('radio', { name: '有意向' }).click();
    await sheet.getByRole('button', { name: '保存' }).click();
    await expect(page.getByRole('region', { name: '新品试用' })).toContainText('检重秤样机');
    await page.goto(`/customers/${c.id}`);
    await expect(page.locator('.tl')).toContainText('开了挽回计划');
    await expect(page.locator('.tl')).toContainText('登记了试用');
  });
});
