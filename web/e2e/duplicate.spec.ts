import { brand, customer, digits, expect, menuItem, person, stateOf, test, toast, undo } from './lib';
import { check } from './look';

test.use({ storageState: stateOf('sales') });
const later = (name: string) => name.replace('有限公司', '公司');

test('a pair is kept apart and put back @both', async ({ page }) => {
  const a = await customer(page.request);
  const twin = later(a.name);
  await customer(page.request, { name: twin });
  await page.goto('/customers');
  await page.getByRole('button', { name: '更多' }).click();
  await menuItem(page, '疑似重复').click();
  // made-up names are like one another now and then
  const pair = page.locator('.pairs > li').filter({ hasText: twin }).filter({ hasText: a.name });
  await expect(pair).toContainText(a.name);
  await expect(pair).toContainText('名称相近');
  await expect(pair).toContainText(`负责人 ${person('sales').name}`);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing hangs over the edge').toBe(true);
  await pair.getByRole('button', { name: '不是同一个' }).click();
  await page.getByRole('dialog').getByLabel('原因').fill('两家分店');
  await page.getByRole('dialog').getByRole('button', { name: '确定' }).click();
  await expect(pair).toHaveCount(0);
  await undo(page, '已确认不是同一个');
  await expect(toast(page, '已放回待确认')).toBeVisible();
  await expect(pair).toHaveCount(1);
  await page.getByRole('tab', { name: '已确认' }).click();
  await expect(page).toHaveURL(/state=apart/);
  await expect(pair).toHaveCount(0);
});

test('撞单查询 says who holds a customer, and not which it is', async ({ page, as }) => {
  const held = await customer(page.request);
  const mate = await as('mate');
  await mate.goto('/');
  await expect(mate.getByRole('heading', { level: 1 })).toBeVisible();
  await mate.keyboard.press('Control+k');
  await mate.locator('[cmdk-input]').fill('撞单');
  await mate.getByRole('option', { name: '撞单查询' }).click();
  const sheet = mate.getByRole('dialog', { name: '撞单查询' });
  await sheet.getByLabel('客户名称').fill(held.name);
  await sheet.getByRole('button', { name: '查询' }).click();
  await expect(sheet).toContainText('已有这个客户');
  await expect(sheet).toContainText(
    `负责人 ${person('sales').name}，自 ${new Date().toLocaleDateString('sv', { timeZone: 'Asia/Shanghai' })}`,
  );
  await expect(sheet.getByRole('link')).toHaveCount(0);
  await sheet.getByLabel('客户名称').fill(`舟山${brand(4).name}货运有限公司`);
  await sheet.getByRole('button', { name: '查询' }).click();
  await expect(sheet).toContainText('没有找到');
  await mate.route('**/customers/check', (route) =>
    route.fulfill({
      status: 429,
      json: { code: 'quota_used', title: '今天的次数用完了', detail: '今天的查询次数已用完，明天再查。', status: 429 },
    }),
  );
  await sheet.getByLabel('电话').fill(`1990000${digits(4)}`);
  await sheet.getByRole('button', { name: '查询' }).click();
  await expect(sheet).toContainText('今天的查询次数已用完');
});

test('while a customer is typed its likeness is told, once, and after saving', async ({ page }) => {
  const held = await customer(page.request);
  const asked: string[] = [];
  page.on('request', (r) => r.url().endsWith('/customers/check') && asked.push(r.postData() ?? ''));
  await page.goto('/customers');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('c');
  const sheet = page.getByRole('dialog');
  const name = sheet.getByLabel('客户名称');
  const contact = sheet.getByLabel('联系人');
  await name.fill('绍兴');
  await contact.click();
  await name.fill(held.name);
  await contact.click();
  await expect(sheet.locator('[data-field=name]')).toContainText('已有这个客户');
  await expect(sheet.getByRole('link', { name: held.name })).toHaveAttribute('target', '_blank');
  await name.fill(later(held.name));
  await expect(sheet.locator('[data-field=name]')).not.toContainText('已有这个客户');
  await contact.click();
  await expect(sheet.locator('[data-field=name]')).toContainText('可能重复');
  await name.fill(held.name);
  await contact.click();
  await expect(sheet.locator('[data-field=name]')).toContainText('已有这个客户');
  expect(asked.length, 'two questions, neither put twice').toBe(2);
  await name.fill(later(held.name));
  await contact.fill('周沐阳');
  await sheet.getByLabel('电话或微信').fill(held.mobile);
  await contact.click();
  await expect(sheet.locator('[data-field=reach]')).toContainText('可能重复');
  await sheet.getByRole('button', { name: /^保存/ }).click();
  await toast(page, /可能与 \d+ 个客户重复/)
    .getByRole('button', { name: '去看看' })
    .click();
  await expect(page).toHaveURL(/\/suspects/);
  await expect(page.locator('.pairs > li').filter({ hasText: held.name })).toContainText('手机相同');
});

test('two customers become one, and are parted again @both', async ({ page, as }) => {
  const a = await customer(page.request);
  const twin = later(a.name);
  const b = await customer(page.request, { name: twin, region: '330100' });
  const lead = await as('lead');
  await lead.goto(`/customers/${a.id}/merge?other=${b.id}`);
  await expect(lead.getByRole('heading', { level: 1 })).toHaveText('合并客户');
  const region = lead.locator('.merge-fields > li').filter({ hasText: '地区' });
  await expect(region).toContainText('杭州市');
  await region.getByRole('radio', { name: '并入的' }).click();
  expect(await lead.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing hangs over the edge').toBe(true);
  await check(lead, 'merging');
  await lead.getByRole('button', { name: '合并', exact: true }).click();
  await expect(lead).toHaveURL(new RegExp(`/customers/${a.id}$`));
  await expect(lead.getByRole('heading', { level: 1 })).toHaveText(a.name);
  // whoever still has the other's address comes to the one that stays
  await page.goto(`/customers/${b.id}`);
  await expect(page).toHaveURL(new RegExp(`/customers/${a.id}$`));
  await lead.goto(`/customers/${a.id}?tab=fields`);
  const taken = lead.getByRole('region', { name: '已合并进来的客户' });
  await expect(taken).toContainText(twin);
  await taken.getByRole('button', { name: '撤销合并' }).click();
  await lead.getByRole('dialog').getByRole('button', { name: '撤销合并' }).click();
  await expect(toast(lead, '已恢复')).toBeVisible();
  await page.goto(`/customers/${b.id}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(twin);
});
