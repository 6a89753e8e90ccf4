import { api, customer, expect, menuItem, person, sound, stateOf, test, toast, undo } from './lib';

test.use({ storageState: stateOf('sales') });

test('found by initials, by pinyin, by two signs, by number and by the end of a phone', async ({ page }) => {
  const c = await customer(page.request);
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: '搜索与命令' }).or(page.getByPlaceholder(/搜索名称、拼音、电话/));
  const hit = page.getByRole('option', { name: c.name });
  for (const q of [c.initials, c.pinyin, c.name.slice(2, 4), c.code, c.mobile.slice(-4), c.person]) {
    await box.fill(q);
    await expect(hit.first(), `“${q}” finds ${c.name}`).toBeVisible();
  }
  await box.fill(c.mobile);
  await expect(hit.first(), 'the whole number, without a URL').toBeVisible();
  // typed key by key, as people do: what was picked for “s” must not stay picked for “szrh”
  await box.fill('');
  await box.pressSequentially(c.pinyin, { delay: 40 });
  await expect(hit.first()).toHaveAttribute('aria-selected', 'true');
  await expect(hit.first()).toHaveAttribute('aria-disabled', 'false');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: c.name })).toBeVisible();
});

test('a place and a colleague are picked by the sound of their names, and places are read in English @both', async ({ page }) => {
  const c = await customer(page.request, { region: '330600' });
  await page.goto(`/customers/${c.id}?tab=fields`);
  const here = page.locator('#main');
  const value = here.getByRole('button', { name: '编辑 地区' }).first();
  await expect(value).toHaveText('浙江省 绍兴市');
  await value.click();
  const place = page.getByRole('combobox', { name: '地区' });
  await expect(place, 'the keys go into it at once').toBeFocused();
  await place.pressSequentially('hangzhou', { delay: 30 });
  await page.getByRole('menuitemcheckbox', { name: '浙江省 / 杭州市' }).click();
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await expect(value).toHaveText('浙江省 杭州市');
  const mate = person('mate');
  await here.getByRole('button', { name: '编辑 专属客户经理' }).first().click();
  await page.getByRole('combobox', { name: '专属客户经理' }).pressSequentially(sound(mate.name), { delay: 30 });
  await page.locator('.ant-select-item-option').filter({ hasText: mate.name }).click();
  await expect(here.getByRole('button', { name: '编辑 专属客户经理' }).first()).toContainText(mate.name);

  await page.evaluate(() => localStorage.setItem('zk.language', 'en'));
  await page.reload();
  await expect(here.getByRole('button', { name: 'Edit Region' }).first()).toHaveText('Zhejiang Hangzhou');
  await expect(here, 'the area that follows from it').toContainText('East China');
  await page.evaluate(() => localStorage.setItem('zk.language', 'zh-CN'));
});

test('the list is filtered, sorted, paged, and shows the chosen columns', async ({ page }) => {
  const made = [];
  for (let i = 0; i < 23; i++) made.push(await customer(page.request, i < 22 ? { grade: i % 2 ? 'A' : 'B' } : {}));
  await page.goto('/customers?limit=20');
  const rows = page.locator('.tbl tbody tr');
  await expect(rows).toHaveCount(20);
  await page.getByRole('button', { name: '下一页' }).click();
  await expect(page).toHaveURL(/cursor=/);
  await expect(page.locator('.tbl.stale')).toHaveCount(0);
  await page.getByRole('button', { name: '上一页' }).click();
  await expect(rows).toHaveCount(20);

  await page.getByRole('button', { name: '筛选', exact: true }).click();
  const builder = page.locator('.fbuild');
  await builder.getByLabel('字段').selectOption({ label: '客户等级' });
  await builder.locator('.fval input').click();
  await page.getByTitle('A 高价值', { exact: true }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.locator('.fchip')).toContainText('客户等级');
  await expect(page.locator('.tbl.stale')).toHaveCount(0);
  await expect(rows.first().locator('.lvl.A')).toBeVisible();
  expect(await rows.locator('.lvl:not(.A)').count()).toBe(0);
  await page.locator('.fchip').getByRole('button', { name: /移除/ }).click();

  await page.getByRole('columnheader', { name: '客户名称' }).getByRole('button', { name: '客户名称', exact: true }).click();
  await expect(page).toHaveURL(/sort=/);
  await expect(page.getByRole('columnheader', { name: '客户名称' })).toHaveAttribute('aria-sort', 'descending');
  await page.getByRole('button', { name: '列', exact: true }).click();
  await page.locator('.colpick').getByLabel('客户编号').check();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('columnheader', { name: '客户编号' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('columnheader', { name: '客户编号' })).toBeVisible();

  const one = made[0];
  await page.getByRole('searchbox', { name: '名称、拼音、联系人' }).fill(one?.name ?? '');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(one?.name ?? '');
});

test('stage in place and bulk changes, each with undo', async ({ page }) => {
  const [a, b] = [await customer(page.request), await customer(page.request)];
  await page.goto('/customers');
  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  await row(a.name).getByRole('button', { name: '初步接洽' }).click();
  await menuItem(page, '需求明确').click();
  await expect(row(a.name)).toContainText('需求明确');
  await undo(page, '已移到「需求明确」');
  await expect(toast(page, '已撤销')).toBeVisible();
  await expect(row(a.name)).toContainText('初步接洽');

  const choose = async () => {
    for (const c of [a, b]) {
      await row(c.name).hover();
      await row(c.name).getByRole('checkbox').check();
    }
  };
  await choose();
  const bar = page.getByRole('toolbar', { name: '批量操作' });
  await bar.getByRole('button', { name: '加标签' }).click();
  await menuItem(page, /^急需交付/).click();
  await expect(toast(page, '2 位客户已加「急需交付」')).toBeVisible();
  await expect(row(b.name)).toContainText('急需交付');
  await undo(page, '已加「急需交付」');
  await expect(toast(page, '已撤销 2/2')).toBeVisible();
  await expect(row(b.name)).not.toContainText('急需交付');
});

test('one field of all that a filter finds, beyond the page that is shown, and back', async ({ page }) => {
  const mark = Date.now().toString(36);
  for (let i = 0; i < 22; i++) await customer(page.request, { short_name: `批量${mark}`, grade: 'C' });
  const f = { mode: 'all', rules: [{ field: 'short_name', op: 'eq', value: `批量${mark}` }] };
  await page.goto(`/customers?limit=20&f=${encodeURIComponent(JSON.stringify(f))}`);
  await expect(page.locator('tbody tr')).toHaveCount(20);
  await page.locator('thead').getByRole('checkbox').check();
  const bar = page.getByRole('toolbar', { name: '批量操作' });
  await expect(bar).toContainText('已选 20 位客户');
  await bar.getByRole('button', { name: '选择符合条件的全部 22 位' }).click();
  await expect(bar).toContainText('已选 22 位客户');
  await bar.getByRole('button', { name: '改字段' }).click();
  await page.getByPlaceholder('查找字段或选项').fill('客户等级：A');
  await expect(page.getByRole('menuitem')).toHaveCount(1); // what is typed as it stands there is found
  await page.getByRole('menuitem', { name: /客户等级：A/ }).click();
  await expect(toast(page, /22 位客户的客户等级已改为/)).toBeVisible({ timeout: 15_000 });
  const graded = async (grade: string) =>
    (
      await api<{ total: number }>(
        page.request,
        'GET',
        `/customers?limit=1&count=1&filter=${encodeURIComponent(JSON.stringify({ all: [f.rules[0], { field: 'grade', op: 'eq', value: grade }] }))}`,
      )
    ).total;
  expect(await graded('A')).toBe(22);
  await undo(page, '22 位客户的客户等级');
  await expect(toast(page, '已撤销 22/22')).toBeVisible({ timeout: 15_000 });
  expect(await graded('C')).toBe(22);
});

test('a lead hands two customers on at once and takes them back', async ({ page, as }) => {
  const [a, b] = [await customer(page.request), await customer(page.request)];
  const lead = await as('lead');
  await lead.goto('/customers');
  const row = (name: string) => lead.getByRole('row').filter({ hasText: name });
  for (const c of [a, b]) {
    await row(c.name).hover();
    await row(c.name).getByRole('checkbox').check();
  }
  await lead.getByRole('toolbar', { name: '批量操作' }).getByRole('button', { name: '转给同事' }).click();
  await lead.locator('.pop input, .menu input').first().fill(person('mate').name);
  await menuItem(lead, new RegExp(person('mate').name)).click();
  await lead.getByRole('dialog').getByRole('radio', { name: '分工' }).click();
  await lead.getByRole('dialog').getByRole('button', { name: '确定' }).click();
  await expect(toast(lead, `2 位客户已转给${person('mate').name}`)).toBeVisible();
  await expect(row(a.name)).toContainText(person('mate').name);
  await undo(lead, '2 位客户已转给');
  await expect(toast(lead, '已撤销 2/2')).toBeVisible();
  expect((await api<{ owner_id: string }>(lead.request, 'GET', `/customers/${b.id}`)).owner_id).toBe(person('sales').id);
});

test('what happened is searched, and what was opened lately stands first on the day and in the palette @both', async ({ page }) => {
  const c = await customer(page.request);
  const other = await customer(page.request);
  await api(page.request, 'POST', `/customers/${c.id}/follow-ups`, { method: 'call', content: '先谈付款方式，预付三成' });
  await api(page.request, 'POST', `/customers/${c.id}/follow-ups`, { method: 'visit', content: '看了仓库，货架要加高' });
  await page.goto(`/customers/${other.id}`);
  await expect(page.getByRole('heading', { level: 1, name: other.name })).toBeVisible();
  await page.goto(`/customers/${c.id}`);
  await expect(page.locator('.tl')).toContainText('预付三成');
  await page.getByLabel('在动态里找').fill('货架');
  await expect(page.locator('.tl')).not.toContainText('预付三成');
  await expect(page.locator('.tl')).toContainText('货架要加高');
  await page.getByLabel('在动态里找').fill('没有这回事');
  await expect(page.getByText('没有找到这个词')).toBeVisible();
  await page.goto('/');
  const recent = page.locator('.a-recent');
  await expect(recent.getByRole('link').first()).toContainText(c.name);
  await expect(recent.getByRole('link').nth(1)).toContainText(other.name);
});
