import { api, customer, expect, stateOf, test, toast } from './lib';
import { both } from './look';

type Sets = { version: number; shipped: boolean };
type BuiltIn = { id: string; version: number; label: string; described: boolean };
type Layout = { role_id: string; role: string; version: number; ours: boolean };

/** Whatever a journey changed is as it ships again, also where it failed. */
test.afterEach(async ({ as }) => {
  const { request } = await as('admin');
  const sets = await api<Sets>(request, 'GET', '/required-fields');
  if (!sets.shipped) await api(request, 'POST', '/required-fields/reset', undefined, sets.version);
  for (const f of (await api<{ items: BuiltIn[] }>(request, 'GET', '/built-in-fields')).items)
    if (f.label || f.described) await api(request, 'POST', `/built-in-fields/${f.id}/reset`, undefined, f.version);
  for (const l of (await api<{ items: Layout[] }>(request, 'GET', '/layouts')).items)
    if (l.ours) await api(request, 'POST', `/layouts/${l.role_id}/reset`, undefined, l.version);
});

test.use({ storageState: stateOf('admin') });
test('an administrator says what is required, what a field is called and where it stands; the seller sees it (S11)', async ({
  page,
  as,
}) => {
  test.setTimeout(120_000);
  const sales = await as('sales');
  const c = await customer(sales.request, { kind: 'institution' }); // no other journey has one, so that none meets its rule

  await page.goto('/admin/field-rules');
  await both(page, '/admin/field-rules');
  await page.getByRole('button', { name: '添加规则' }).click();
  const rule = page.getByRole('region', { name: '规则 4' });
  await rule.getByLabel('客户类型').click();
  await page.getByTitle('机构', { exact: true }).last().click();
  await page.keyboard.press('Escape');
  await rule.getByLabel('必填字段').click();
  await page.keyboard.type('紧急');
  await page.getByTitle('紧急程度', { exact: true }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^保存/ }).click();
  await expect(toast(page, '已保存')).toBeVisible();
  await sales.goto(`/customers/${c.id}`);
  await expect(sales.getByRole('button', { name: /还差 \d+ 项可生效/ })).toBeVisible();
  await sales.getByRole('button', { name: /还差 \d+ 项可生效/ }).click();
  await expect(sales.getByRole('menuitem', { name: '紧急程度' })).toBeVisible();
  await sales.keyboard.press('Escape');

  await page.goto('/admin/field-rules?view=words');
  await page.getByLabel('查找字段').fill('资产');
  await page.getByRole('button', { name: /资产总额/ }).click();
  await page.getByRole('dialog').locator('[data-field="label"] input').fill('总资产');
  await page.getByRole('dialog').getByRole('button', { name: /^保存/ }).click();
  await expect(page.getByRole('button', { name: /总资产/ })).toContainText('原名：资产总额');
  await sales.goto(`/customers/${c.id}?tab=fields`);
  await expect(sales.getByText('总资产').first()).toBeAttached();

  await page.goto('/admin/field-rules?view=personal');
  await expect(page.getByText('商务联络、签约与售后通知')).toBeVisible();
  await both(page, '/admin/field-rules?view=personal');
  const got = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  expect((await got).suggestedFilename()).toMatch(/^个人信息字段清单-\d{8}\.csv$/);

  await page.goto('/admin/field-rules?view=layouts');
  await both(page, '/admin/field-rules?view=layouts');
  await page.getByRole('button', { name: '审计员', exact: true }).click();
  await page.getByRole('button', { name: '移除 意向等级' }).click();
  await page.getByRole('button', { name: /^保存/ }).click();
  await expect(toast(page, '已保存').first()).toBeVisible();
  const all = await api<{ items: (Layout & { fields: string[] })[] }>(page.request, 'GET', '/layouts');
  const mine = all.items.find((l) => l.role === '审计员');
  expect(mine?.ours).toBe(true);
  expect(mine?.fields).not.toContain('intent');

  // a step to a stage that asks for something says what, and leads to it
  const sets = await api<Sets>(page.request, 'GET', '/required-fields');
  const rules = [{ kinds: ['institution'], stage: 'need_clear', fields: ['source'] }];
  await api(page.request, 'PATCH', '/required-fields', { rules }, sets.version);
  await sales.goto(`/customers/${c.id}`);
  await sales.getByRole('radio', { name: '需求明确' }).click();
  const asked = sales.getByRole('dialog');
  await expect(asked).toContainText('客户来源');
  await asked.getByRole('button', { name: '去填写' }).click();
  await expect(sales.getByRole('dialog').locator('[data-field="source"]')).toBeVisible();
});
