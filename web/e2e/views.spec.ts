import { api, brand, customer, expect, stateOf, test } from './lib';
import { check, settled } from './look';

test.use({ storageState: stateOf('lead') });

test('views: a list is kept with its filter, order, columns and widths, shared, put in the menu and opened by a colleague @both', async ({
  page,
  browser,
  baseURL,
}, info) => {
  const phone = info.project.name.includes('phone');
  const c = await customer(page.request, { grade: 'B', decision_months: 7 });
  const name = `视图${brand(3).name}`;
  const filter = { mode: 'all', rules: [{ field: 'decision_months', op: 'gte', value: 7 }] };
  await page.goto(`/customers?sort=-created_at&f=${encodeURIComponent(JSON.stringify(filter))}`);
  await expect(page.getByRole('link', { name: c.name }).first()).toBeVisible();
  let wide = 0;
  if (!phone) {
    // one more column, and one made wider by its edge
    await page.getByRole('button', { name: '列', exact: true }).click();
    await page.getByRole('checkbox', { name: '预计决策周期(月)' }).check();
    await page.keyboard.press('Escape');
    const head = page.getByRole('columnheader', { name: '阶段' });
    const before = (await head.boundingBox())?.width ?? 0;
    const grip = await head.locator('.grip').boundingBox();
    if (!grip) throw new Error('no edge to drag');
    await page.mouse.move(grip.x + 4, grip.y + 12);
    await page.mouse.down();
    await page.mouse.move(grip.x + 84, grip.y + 12, { steps: 4 });
    await page.mouse.up();
    wide = (await head.boundingBox())?.width ?? 0;
    expect(wide).toBeGreaterThan(before + 40);
  }
  await page.getByRole('button', { name: '保存视图' }).click();
  const box = page.getByRole('dialog', { name: '另存为视图' });
  await box.getByLabel('名称').fill(name);
  await box.getByText('所有人', { exact: true }).click();
  await box.getByRole('button', { name: '保存' }).click();
  await expect(page.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
  if (!phone) await expect(page.locator('.side .views')).toContainText(name); // it stands in the menu

  // another rule is a change, which can be taken back
  await page.goto(`${page.url()}&q=${encodeURIComponent('茶业')}`);
  await page.getByRole('tab', { name: '全部' }).click();
  await expect(page.getByRole('tab', { name: '全部' })).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('tab', { name }).click();
  await expect(page.locator('.fchip')).toContainText('预计决策周期(月)');
  if (!phone) {
    const head = page.getByRole('columnheader', { name: '阶段' });
    await expect(page.getByRole('columnheader', { name: '预计决策周期(月)' })).toBeVisible();
    expect(Math.abs(((await head.boundingBox())?.width ?? 0) - wide)).toBeLessThan(24);
  }

  // whoever it is shared with finds it, sees his own rows through it, and lets his list begin with it
  const other = await browser.newContext({ baseURL, storageState: stateOf('mate'), viewport: page.viewportSize() ?? undefined });
  const his = await other.newPage();
  await his.goto('/customers');
  await his.getByRole('button', { name: '视图', exact: true }).click();
  await his.getByRole('menuitem', { name }).click();
  await expect(his.locator('.fchip')).toContainText('预计决策周期(月)');
  await expect(his.getByRole('link', { name: c.name })).toHaveCount(0);
  await his.getByRole('button', { name: `视图“${name}”的操作` }).click();
  await expect(his.getByRole('menuitem', { name: '删除视图' })).toHaveCount(0);
  await his.getByRole('menuitem', { name: '设为默认' }).click();
  await expect(his.getByText('列表以后从这里开始')).toBeVisible();
  await his.goto('/');
  await his.getByRole('link', { name: '客户', exact: true }).first().click();
  await expect(his.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
  await his.getByRole('tab', { name: '全部' }).click();
  await expect(his.locator('.fchip')).toHaveCount(0);
  await other.close();

  await page.getByRole('button', { name: `视图“${name}”的操作` }).click();
  await page.getByRole('menuitem', { name: '删除视图' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
  await expect(page.getByRole('tab', { name })).toHaveCount(0);
  const { items } = await api<{ items: { name: string }[] }>(page.request, 'GET', '/views');
  expect(items.filter((v) => v.name === name)).toHaveLength(0);
});

test('views: the list of orders keeps its own, and begins with it', async ({ page }) => {
  const name = `订单${brand(3).name}`;
  await page.goto('/orders?view=mine');
  await page.getByRole('button', { name: '列', exact: true }).click();
  await page.getByRole('checkbox', { name: '合同编号' }).check();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('columnheader', { name: '合同编号' })).toBeVisible();
  await page.getByRole('button', { name: '保存视图' }).click();
  const box = page.getByRole('dialog', { name: '另存为视图' });
  await box.getByLabel('名称').fill(name);
  await box.getByRole('button', { name: '保存' }).click();
  await expect(page.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('button', { name: `视图“${name}”的操作` }).click();
  await page.getByRole('menuitem', { name: '设为默认' }).click();
  await page.goto('/orders');
  await expect(page.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('columnheader', { name: '合同编号' })).toBeVisible();
  const { items } = await api<{ items: { id: string; name: string; tab: string; version: number }[] }>(
    page.request,
    'GET',
    '/views?record=order',
  );
  const kept = items.find((v) => v.name === name);
  expect(kept?.tab).toBe('mine');
  await api(page.request, 'DELETE', `/views/${kept?.id}`, undefined, kept?.version);
});

test('views: contacts keep a view of their own with its columns @both', async ({ page }, info) => {
  const phone = info.project.name.includes('phone');
  const c = await customer(page.request);
  const name = `联系人${brand(3).name}`;
  const filter = { mode: 'all', rules: [{ field: 'customer_id', op: 'in', value: [c.id] }] };
  await page.goto(`/contacts?f=${encodeURIComponent(JSON.stringify(filter))}`);
  const rows = page.locator(phone ? '.mlist li' : 'tbody tr');
  await expect(rows).toHaveCount(1);
  if (!phone) {
    await page.getByRole('button', { name: '列', exact: true }).click();
    await page.getByRole('checkbox', { name: '首选联系方式' }).check();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('columnheader', { name: '首选联系方式' })).toBeVisible();
  }
  await page.getByRole('button', { name: '保存视图' }).click();
  const box = page.getByRole('dialog', { name: '另存为视图' });
  await box.getByLabel('名称').fill(name);
  await box.getByRole('button', { name: '保存' }).click();
  await expect(page.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true'); // kept, before the page is left
  await page.goto('/contacts');
  await page.getByRole('tab', { name: '主要联系人' }).click();
  await expect(rows.first()).toBeVisible();
  await page.getByRole('tab', { name }).click();
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(c.name);
  if (!phone) await expect(page.getByRole('columnheader', { name: '首选联系方式' })).toBeVisible();
  await page.getByRole('button', { name: `视图“${name}”的操作` }).click();
  await page.getByRole('menuitem', { name: '删除视图' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
  await expect(page.getByRole('tab', { name })).toHaveCount(0);
});

test('views: needs, feedback and follow-ups have filters in their headings, columns and views of their own @both', async ({
  page,
}, info) => {
  const phone = info.project.name.includes('phone');
  const c = await customer(page.request);
  const said = `想要${brand(3).name}的样机`;
  await api(page.request, 'POST', `/customers/${c.id}/needs`, { kind: 'product', priority: 'high', description: said });
  await api(page.request, 'POST', `/customers/${c.id}/feedback`, { kind: 'complaint', description: said });
  await api(page.request, 'POST', `/customers/${c.id}/follow-ups`, { method: 'visit', content: `${said}，下周送去试两周` });
  const only = encodeURIComponent(JSON.stringify({ mode: 'all', rules: [{ field: 'customer_id', op: 'in', value: [c.id] }] }));
  for (const list of [
    { path: '/needs', by: '需求类型', value: '产品咨询', other: '技术支持', column: '解决方案' },
    { path: '/feedback', by: '反馈类型', value: '产品投诉', other: '表扬', column: '处理结果' },
    { path: '/follow-ups', by: '方式', value: '上门拜访', other: '邮件', column: '录入时间' },
  ]) {
    const name = `视图${brand(3).name}`;
    await page.goto(`${list.path}?view=all&f=${only}`);
    const rows = page.locator(phone ? 'ul.svc > li' : 'tbody tr');
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText(said);
    if (!phone) {
      await page.getByRole('columnheader', { name: list.by }).hover();
      await page.getByRole('button', { name: `按“${list.by}”筛选` }).click();
      const box = page.getByRole('dialog', { name: `按“${list.by}”筛选` });
      await box.getByRole('checkbox', { name: list.other }).check();
      await expect(rows).toHaveCount(0);
      await box.getByRole('checkbox', { name: list.value }).check();
      await expect(rows).toHaveCount(1);
      await settled(page);
      await check(page, `the heading's filter of ${list.path}`);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: '列', exact: true }).click();
      await page.getByRole('checkbox', { name: list.column, exact: true }).check();
      await page.keyboard.press('Escape');
    }
    await page.getByRole('button', { name: '保存视图' }).click();
    const box = page.getByRole('dialog', { name: '另存为视图' });
    await box.getByLabel('名称').fill(name);
    await box.getByRole('button', { name: '保存' }).click();
    await expect(page.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
    await page.goto(list.path);
    await page.getByRole('tab', { name }).click();
    await expect(rows).toHaveCount(1);
    if (!phone) {
      await expect(page.locator('.fchip').filter({ hasText: list.by })).toContainText(list.other);
      await expect(page.getByRole('columnheader', { name: list.column, exact: true })).toBeVisible();
      await expect(page.locator('.side .views')).toContainText(name);
    }
    await page.getByRole('button', { name: `视图“${name}”的操作` }).click();
    await page.getByRole('menuitem', { name: '删除视图' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
    await expect(page.getByRole('tab', { name })).toHaveCount(0);
  }
});
