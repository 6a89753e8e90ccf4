import { api, brand, creditCode, customer, digits, expect, menuItem, stateOf, test, toast } from './lib';
import { both, check, settled } from './look';
import { add, box, type Field, sheet } from './ownfields';

type Kind = 'order' | 'contact';
const own = async (page: import('@playwright/test').Page, of: Kind) =>
  (await api<{ items: Field[] }>(page.request, 'GET', `/fields/${of}/custom`)).items;
let mark = '';
test.afterEach(async ({ as }) => {
  const admin = await as('admin');
  for (const of of ['order', 'contact'] as const)
    for (const f of await own(admin, of))
      if (f.active && f.label.includes(mark))
        await api(admin.request, 'PATCH', `/fields/${of}/${f.id}`, { active: false, required: false }, f.version);
});

test.describe('S17', () => {
  test.use({ storageState: stateOf('admin') });
  test('a field of orders and one of contacts are made on screen, filled, seen and shown in full with a reason', async ({ page, as }) => {
    test.setTimeout(180_000);
    mark = brand(6).name;
    await page.goto('/admin/fields');
    await page.getByRole('tab', { name: '订单' }).click();
    await expect(page).toHaveURL(/of=order/);
    await expect(page.getByText('档案模板')).toHaveCount(0); // templates are of customers
    for (const [kind, name] of [
      ['number', '毛利率'],
      ['secret', '提货码'],
      ['text', '验收单号'],
    ] as const)
      await add(page, kind, `${name}${mark}`, `交付${mark}`);
    // what is required is told at its field before anything is sent
    await page
      .locator('.own-row')
      .filter({ hasText: `验收单号${mark}` })
      .locator('button')
      .first()
      .click();
    await sheet(page).getByLabel('必填').check();
    await expect(sheet(page)).toContainText('没有填，就不能保存');
    await sheet(page).getByRole('button', { name: /^保存/ }).click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.getByRole('tab', { name: '联系人' }).click();
    await add(page, 'choice', `渠道${mark}`, `来往${mark}`);
    await check(page, 'fields of contacts');
    const orders = new Map((await own(page, 'order')).filter((f) => f.label.includes(mark)).map((f) => [f.kind, f.name]));
    const contacts = new Map((await own(page, 'contact')).filter((f) => f.label.includes(mark)).map((f) => [f.kind, f.name]));
    const at = (kind: string) => orders.get(kind) ?? '';

    const sales = await as('sales');
    const c = await customer(sales.request, {
      credit_code: creditCode(),
      industry: 'C15',
      contacts: [{ name: '沈清越', title: '采购经理', mobile: `1990000${digits(4)}`, role: 'decider', primary: true }],
    });
    await api(sales.request, 'POST', `/customers/${c.id}/submit`, {}, c.version);
    await sales.goto(`/customers/${c.id}?tab=orders`);
    await sales.getByRole('button', { name: '新建订单' }).click();
    await expect(sheet(sales).getByRole('heading', { name: `交付${mark}` })).toBeVisible();
    await sheet(sales).getByLabel('第 1 行产品').fill('卷膜');
    await sheet(sales).getByLabel('第 1 行单价').fill('100');
    await box(sales, at('number')).locator('input').fill('8.25');
    await box(sales, at('secret')).locator('input').fill('TH-9981-secret');
    await sheet(sales).getByRole('button', { name: /^保存/ }).click();
    await expect(box(sales, at('text')).getByRole('alert')).toBeVisible();
    await box(sales, at('text')).locator('input').fill(`YS-${mark}`);
    await check(sales, 'an order with own fields');
    await sheet(sales).getByRole('button', { name: /^保存/ }).click();
    await expect(sales.getByRole('dialog')).toHaveCount(0);
    const { items } = await api<{ items: { id: string; code: string; custom: Record<string, unknown> }[] }>(
      sales.request,
      'GET',
      `/customers/${c.id}/orders`,
    );
    expect(items[0]?.custom).toMatchObject({ [at('number')]: 8.25, [at('secret')]: '******', [at('text')]: `YS-${mark}` });

    // the list shows, filters and orders by them
    const filter = { mode: 'all', rules: [{ field: at('text'), op: 'eq', value: `YS-${mark}` }] };
    await sales.goto(`/orders?f=${encodeURIComponent(JSON.stringify(filter))}&sort=-${at('number')}`);
    await expect(sales.locator('main')).toContainText('1 单 · 订单额 ¥100');
    await sales.getByRole('button', { name: '列', exact: true }).click();
    await sales.getByRole('checkbox', { name: `毛利率${mark}` }).check();
    await sales.keyboard.press('Escape');
    await expect(sales.locator('main')).toContainText('8.25%');

    // sealed: masked in the form, in full for a moment, and the log says so
    await sales.getByRole('button', { name: items[0]?.code ?? '', exact: true }).click();
    await box(sales, at('secret'))
      .getByRole('button', { name: /查看|显示/ })
      .click();
    await expect(box(sales, at('secret'))).toContainText('TH-9981-secret');
    await box(sales, at('number')).locator('input').fill('9.5');
    await sheet(sales).getByRole('button', { name: /^保存/ }).click();
    await expect(sales.getByRole('dialog')).toHaveCount(0);
    await sales.goto(`/customers/${c.id}?tab=history`);
    await expect(sales.locator('main')).toContainText(`毛利率${mark}`);
    await expect(sales.locator('main')).not.toContainText('TH-9981');

    // a contact has its own
    await sales.goto(`/customers/${c.id}?tab=contacts`);
    await sales.locator('.c-tab').getByRole('button', { name: '更多' }).first().click();
    await menuItem(sales, '编辑').click();
    await box(sales, contacts.get('choice') ?? '')
      .getByRole('radio', { name: '便利店' })
      .click();
    await sheet(sales).getByRole('button', { name: /^保存/ }).click();
    await expect(sales.locator('.own-values')).toContainText('便利店');
    await settled(sales);
    await sales.mouse.move(0, 0); // what lies under the pointer after a drawer closes wears its hover
    await settled(sales);
    await check(sales, 'a contact with own fields');
    await sales.goto('/contacts');
    await expect(sales.getByRole('columnheader', { name: `渠道${mark}` })).toBeVisible();
  });

  test('a choice of customers stands in the short form with its default, is set of many at once and taken back; a talk has its own', async ({
    page,
    as,
  }) => {
    test.setTimeout(120_000);
    mark = brand(6).name;
    const post = (of: string, body: object) => api<Field>(page.request, 'POST', `/fields/${of}`, body);
    const choice = await post('customer', { kind: 'choice', label: `渠道${mark}`, choices: ['商超', '便利店'] });
    const [first] = (
      await api<{ items: { code: string; values: { code: string }[] }[] }>(page.request, 'GET', '/dictionaries')
    ).items.filter((d) => d.code === choice.dictionary);
    await api(page.request, 'PATCH', `/fields/customer/${choice.id}`, { required: true, default: first?.values[0]?.code }, choice.version);
    const talk = await post('follow-up', { kind: 'number', label: `到场人数${mark}` });
    try {
      const sales = await as('sales');
      await sales.goto('/');
      await sales.getByRole('button', { name: '新建', exact: true }).click();
      await menuItem(sales, /新建客户/).click();
      await expect(box(sales, choice.name).getByRole('radio', { name: '商超' })).toBeChecked();
      await box(sales, choice.name).getByRole('radio', { name: '便利店' }).click();
      const name = `湖州${mark}竹制品有限公司`;
      await box(sales, 'name').locator('input').fill(name);
      await check(sales, 'the short form with an own field');
      await sheet(sales).getByRole('button', { name: /^保存/ }).click();
      await expect(sales).toHaveURL(/customers\/\w+/);
      const id = sales.url().split('/').pop()?.split('?')[0] ?? '';
      const value = async () =>
        (await api<{ custom: Record<string, unknown> }>(sales.request, 'GET', `/customers/${id}`)).custom[choice.name];
      expect(await value()).toBe('bian_li_dian');

      // a talk with its number; its writer mends it
      await sales.getByRole('button', { name: '自定义字段' }).click();
      await sales.locator(`.composer [data-field="${talk.name}"] input`).fill('4');
      await sales.getByLabel('跟进内容').fill('看了样品，下周定数量');
      await sales.locator('.composer').getByRole('button', { name: /^记录/ }).click();
      await expect(sales.locator('.tl .own-values')).toContainText(`到场人数${mark}`);
      await sales.locator('.tl-b').filter({ hasText: '看了样品' }).hover();
      await sales.locator('.tl-b').filter({ hasText: '看了样品' }).getByRole('button', { name: '自定义字段' }).click();
      await box(sales, talk.name).locator('input').fill('6');
      await sheet(sales).getByRole('button', { name: /^保存/ }).click();
      await expect(sales.locator('.tl .own-values')).toContainText('6');

      await sales.goto(`/customers?q=${encodeURIComponent(name)}`);
      const row = sales.getByRole('row').filter({ hasText: name });
      await row.hover();
      await row.getByRole('checkbox').check();
      const bar = sales.getByRole('toolbar');
      await bar.getByRole('button', { name: '改字段' }).click();
      await sales.getByPlaceholder('查找字段或选项').fill(`渠道${mark}：商超`);
      await menuItem(sales, `渠道${mark}：商超`).click();
      await expect.poll(value).toBe('shang_chao');
      await toast(sales, `渠道${mark}`).getByRole('button', { name: '撤销' }).click();
      await expect.poll(value).toBe('bian_li_dian');
    } finally {
      for (const [of, made] of [
        ['customer', choice],
        ['follow-up', talk],
      ] as const) {
        const now = await api<Field>(page.request, 'GET', `/fields/${of}/${made.id}`);
        await api(page.request, 'PATCH', `/fields/${of}/${made.id}`, { active: false, required: false }, now.version);
      }
    }
  });

  test('the page of fields is whole for every kind of record, in the light and the dark', async ({ page }) => {
    mark = brand(6).name;
    for (const of of ['contact', 'follow-up', 'order', 'need', 'feedback', 'task']) {
      await both(page, `/admin/fields?of=${of}`);
      await expect(page.getByRole('tab', { selected: true })).toBeVisible();
    }
  });
});
