import { readFileSync } from 'node:fs';
import { api, brand, customer, digits, expect, menuItem, person, stateOf, test, toast } from './lib';
import { both, check, settled, still } from './look';
import { add, box, type Field, fill, KINDS, own, sheet, type Whole } from './ownfields';

/** Whatever a journey added leaves the forms of the others, also where it failed. */
const marks = new Set<string>();
const newMark = () => {
  const mark = brand(6).name; // with three signs two journeys once had the same
  marks.add(mark);
  return mark;
};
test.afterEach(async ({ as }) => {
  const admin = await as('admin');
  for (const f of await own(admin))
    if (f.active && [...marks].some((m) => f.label.includes(m)))
      await api(admin.request, 'PATCH', `/fields/customer/${f.id}`, { active: false, required: false }, f.version);
  marks.clear();
});

test.describe('S17', () => {
  test.use({ storageState: stateOf('admin') });
  test('a field of each kind is added, filled, listed, imported, exported and comes back unchanged', async ({ page, as }) => {
    test.setTimeout(240_000);
    const mark = newMark();
    const label = (kind: string) => `${KINDS.find((k) => k[0] === kind)?.[1]}${mark}`;
    await page.goto('/admin/fields');
    for (const [kind, name] of KINDS) await add(page, kind, `${name}${mark}`, `门店${mark}`);
    const made = (await own(page)).filter((f) => f.label.includes(mark));
    expect(made.map((f) => f.kind)).toEqual(KINDS.map((k) => k[0]));
    const f = new Map(made.map((x) => [x.kind, x.name]));
    const name = (kind: string) => f.get(kind) ?? '';

    // a second of one name is refused at the name; the order is changed with one click
    await page.getByRole('button', { name: '添加字段' }).first().click();
    await sheet(page).locator('[data-kind="text"]').click();
    await sheet(page).getByLabel('字段名称').fill(label('text'));
    await sheet(page).getByRole('button', { name: /^保存/ }).click();
    await expect(box(page, 'label').getByRole('alert')).toContainText('已有同名的字段');
    await page.keyboard.press('Escape');
    await page
      .getByRole('dialog')
      .last()
      .getByRole('button', { name: /离开|放弃|不保存/ })
      .click();
    await page.getByRole('button', { name: `上移 ${label('long_text')}` }).click();
    await expect(page.locator('.own-row').filter({ hasText: mark }).first()).toContainText(label('long_text'));
    await expect.poll(async () => (await own(page)).find((x) => x.label.includes(mark))?.kind).toBe('long_text');

    // who sells fills them in the full form
    const sales = await as('sales');
    const c = await customer(sales.request);
    const head = await customer(sales.request);
    await sales.goto(`/customers/${c.id}`);
    await sales.getByRole('button', { name: '更多' }).first().click();
    await menuItem(sales, '编辑').click();
    await expect(sheet(sales).getByRole('heading', { name: `门店${mark}` })).toBeVisible();
    // what he types wrong is told at its field, by the form and by the server
    await box(sales, name('number')).locator('input').fill('1.234');
    await sheet(sales).getByRole('button', { name: /^保存/ }).click();
    await expect(box(sales, name('number')).getByRole('alert')).toContainText('最多 2 位小数');
    await box(sales, name('number')).locator('input').fill('');
    await box(sales, name('url')).locator('input').fill('shop');
    await box(sales, name('phone')).locator('input').fill('12');
    await sheet(sales).getByRole('button', { name: /^保存/ }).click();
    await expect(box(sales, name('url')).getByRole('alert')).toContainText('https://');
    await expect(box(sales, name('phone')).getByRole('alert')).toBeVisible();
    await fill(sales, f, { mate: person('mate').name, head: head.name, code: `MD-${mark}` });
    await sheet(sales).getByRole('button', { name: /^保存/ }).click();
    await expect(sales.getByRole('dialog')).toHaveCount(0);
    const whole = () => api<Whole>(sales.request, 'GET', `/customers/${c.id}`);
    const filled = await whole();
    const wants = {
      [name('text')]: `MD-${mark}`,
      [name('long_text')]: '端架两组，冰柜一台',
      [name('number')]: 12.5,
      [name('money')]: 2_800_000,
      [name('date')]: '2024-05-01',
      [name('datetime')]: '2026-03-01T10:30:00Z',
      [name('choice')]: 'bian_li_dian',
      [name('choices')]: ['chao_huo', 'gan_huo'],
      [name('boolean')]: true,
      [name('user')]: person('mate').id,
      [name('customer')]: head.id,
      [name('url')]: 'https://shop.example.com/1',
      [name('phone')]: '139****5678',
      [name('secret')]: '******',
    };
    expect(filled.custom).toMatchObject(wants);
    expect(Object.keys(filled.custom).length).toBe(KINDS.length);

    // the page shows them; a click changes one, and 撤销 takes it back
    await sales.goto(`/customers/${c.id}?tab=fields`);
    const fact = (kind: string) => sales.locator('.c-tab .dl > div').filter({ has: sales.getByText(label(kind), { exact: true }) });
    for (const [kind, text] of [
      ['number', '12.50%'],
      ['money', '¥28,000'],
      ['choice', '便利店'],
      ['choices', '干货'],
      ['user', person('mate').name],
      ['customer', head.name],
      ['region', '西湖'],
      ['phone', '139****5678'],
      ['secret', '******'],
    ] as const)
      await expect(fact(kind)).toContainText(text);
    await expect(fact('url').locator('a')).toHaveAttribute('rel', /noopener/);
    await fact('number').getByRole('button').first().click();
    await sales.locator('.inline-edit input').fill('13.75');
    await sales.locator('.inline-edit').getByRole('button', { name: '保存' }).click();
    await expect(fact('number')).toContainText('13.75%');
    await toast(sales, label('number')).getByRole('button', { name: '撤销' }).click();
    await expect(fact('number')).toContainText('12.50%');
    // of what is sealed the mask goes with the first sign, and the new one is masked at once
    await fact('phone').locator('.cell-btn').click();
    await sales.locator('.inline-edit input').press('1');
    await sales.locator('.inline-edit input').pressSequentially('3612340000');
    await sales.locator('.inline-edit').getByRole('button', { name: '保存' }).click();
    await expect(fact('phone')).toContainText('136****0000');
    await sales.goto(`/customers/${c.id}?tab=history`);
    await expect(
      sales
        .locator('.change')
        .filter({ hasText: label('number') })
        .first(),
    ).toContainText('13.75%');
    await expect(
      sales
        .locator('.change')
        .filter({ hasText: label('secret') })
        .first(),
    ).toContainText('已修改');
    await expect(sales.locator('.c-tab')).not.toContainText('x_');

    // a sheet fills them, through the wizard
    const run = digits(4);
    const second = `嘉兴${brand(4).name}食品有限公司`;
    const heads = ['number', 'choice', 'choices', 'boolean', 'date', 'region', 'phone'].map(label);
    const text = `客户名称,${heads.join(',')}\n${second},8.25%,电商,蜜饯、干货,是,2023/2/1,杭州市西湖区,13612345678\n`;
    await sales.goto('/imports/new');
    await sales.setInputFiles('input[type="file"]', { name: `门店${run}.csv`, mimeType: 'text/csv', buffer: Buffer.from(text) });
    await expect(sales.getByRole('heading', { name: `门店${run}.csv` })).toBeVisible();
    for (const h of heads)
      await expect(
        sales
          .locator('.matching tr')
          .filter({ has: sales.locator('td:first-child', { hasText: h }) })
          .locator('td')
          .nth(2),
      ).toContainText(h);
    await expect(sales.getByText('13612345678')).toHaveCount(0);
    await sales.getByRole('button', { name: '检查', exact: true }).click();
    await sales.getByRole('button', { name: /导入 1 行/ }).click();
    await expect(sales.getByText('已导入 1 行')).toBeVisible();

    // the list has two of them as columns, filters by one and sorts by it
    await sales.goto('/customers');
    await sales.getByRole('button', { name: '列', exact: true }).click();
    for (const kind of ['number', 'choice']) await sales.locator('.colpick').getByLabel(label(kind)).check();
    await sales.keyboard.press('Escape');
    await sales.getByRole('button', { name: '筛选', exact: true }).click();
    const builder = sales.locator('.fbuild');
    await builder.getByLabel('字段').selectOption({ label: label('number') });
    await builder.getByLabel('条件', { exact: true }).or(builder.locator('select').nth(2)).first().selectOption('gte');
    await builder.locator('.fval input').fill('8.25');
    await sales.keyboard.press('Escape');
    await expect(sales.locator('.fchip')).toContainText('8.25%');
    const rows = sales.locator('.tbl tbody tr');
    await expect(rows).toHaveCount(2);
    const first = () => rows.first();
    await sales
      .getByRole('columnheader', { name: label('number') })
      .getByRole('button', { name: label('number'), exact: true })
      .click();
    await expect(sales).toHaveURL(new RegExp(`sort=-${name('number')}`));
    await expect(first()).toContainText('12.50%');
    await expect(first()).toContainText('便利店');
    await sales
      .getByRole('columnheader', { name: label('number') })
      .getByRole('button', { name: label('number'), exact: true })
      .click();
    await expect(first()).toContainText('8.25%');
    await expect(first()).toContainText(second);

    const stood = await whole();
    // out as CSV with every column, and back in: nothing is another thing
    const lead = await as('lead');
    await lead.addInitScript(
      (names) => localStorage.setItem('zk.columns.customer', JSON.stringify(names)),
      ['code', ...[...f.values()].filter((n) => ![name('long_text'), name('secret')].includes(n))],
    );
    await lead.goto(`/customers?q=${encodeURIComponent(c.name)}`);
    await expect(lead.getByRole('columnheader', { name: label('customer') })).toBeVisible();
    await lead.getByRole('button', { name: '导出' }).click();
    const dialog = lead.getByRole('dialog', { name: /^导出/ });
    await dialog.getByRole('radio', { name: 'CSV' }).click();
    const [file] = await Promise.all([lead.waitForEvent('download'), dialog.getByRole('button', { name: '导出' }).click()]);
    const out = readFileSync(await file.path(), 'utf8');
    for (const held of [label('number'), `MD-${mark}`, '28000.00', '2024-05-01', '便利店', '136****0000', head.name])
      expect(out).toContain(held);
    expect(out).not.toContain('p4ss');
    await lead.goto('/imports/new');
    await lead.setInputFiles('input[type="file"]', { name: `回导${run}.csv`, mimeType: 'text/csv', buffer: Buffer.from(out) });
    const update = lead.getByRole('radio', { name: '更新', exact: true });
    await update.click();
    await expect(update).toBeChecked();
    await lead.getByRole('button', { name: '检查', exact: true }).click();
    await lead.getByRole('button', { name: /导入 1 行/ }).click();
    // it is the customer that stands, and nothing of it is another
    await expect(lead.getByText('已导入 0 行，1 行系统里已有，0 行有误')).toBeVisible();
    const back = await whole();
    expect(back.custom).toEqual(stood.custom);
    expect(back.version).toBe(stood.version);

    // one in use cannot be deleted and is retired; then it is no more in the forms, and can be brought back
    await page.reload();
    await page.getByRole('button', { name: `更多 ${label('number')}` }).click();
    await menuItem(page, '删除').click();
    await sheet(page).getByRole('button', { name: '删除' }).click();
    await expect(sheet(page)).toContainText('不能删除');
    await sheet(page).getByRole('button', { name: '停用' }).click();
    await expect(page.locator('.own-row').filter({ hasText: label('number') })).toHaveCount(0);
    await page.getByRole('radio', { name: '已停用' }).click();
    await page.getByRole('button', { name: `更多 ${label('number')}` }).click();
    await menuItem(page, '恢复').click();
    await page.getByRole('radio', { name: '使用中' }).click();
    await expect(page.locator('.own-row').filter({ hasText: label('number') })).toBeVisible();
  });

  test('fields are kept and filled in the hand @phone', async ({ page, browser }) => {
    test.setTimeout(180_000);
    const mark = newMark();
    await page.goto('/admin/fields');
    for (const [kind, name] of KINDS) await add(page, kind, `${name}${mark}`, `门店${mark}`);
    const f = new Map((await own(page)).filter((x) => x.label.includes(mark)).map((x) => [x.kind, x.name]));
    const context = await browser.newContext({ ...test.info().project.use, storageState: stateOf('sales') });
    const sales = await context.newPage();
    const c = await customer(sales.request);
    const head = await customer(sales.request);
    await sales.goto(`/customers/${c.id}`);
    await sales.getByRole('button', { name: '更多' }).first().click();
    await menuItem(sales, '编辑').click();
    await fill(sales, f, { mate: person('mate').name, head: head.name, code: `MD-${mark}` });
    await sheet(sales).getByRole('button', { name: /^保存/ }).click();
    await expect(sales.getByRole('dialog')).toHaveCount(0);
    await sales.goto(`/customers/${c.id}?tab=fields`);
    await expect(sales.locator('.c-tab')).toContainText('12.50%');
    await expect(sales.locator('.c-tab')).toContainText('139****5678');
    expect(await sales.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await context.close();
  });

  test('a field that a customer lacks is called by its name, and filled where it is missing', async ({ page, as }) => {
    const mark = newMark();
    const label = `备案号${mark}`;
    // of an industry that no other journey has, so that nobody else lacks it
    await api(page.request, 'POST', '/fields/customer', { kind: 'text', label, required: true, industries: ['T97'] });
    const sales = await as('sales');
    const c = await customer(sales.request, { industry: 'T97' });
    await sales.goto(`/customers/${c.id}`);
    const chip = sales.locator('.c-head .chip[aria-haspopup="menu"]');
    await chip.click();
    await menuItem(sales, label).click();
    await sheet(sales).getByLabel(label).fill('浙备 0135');
    await sheet(sales).getByRole('button', { name: /^保存/ }).click();
    await expect(sales.getByRole('dialog')).toHaveCount(0);
    await expect(sales.locator('.rail')).toContainText('浙备 0135');
  });

  test('axe: fields, their drawer and the form @both', async ({ page }) => {
    test.slow();
    const mark = newMark();
    const made = new Map<string, Field>();
    for (const [kind, name] of KINDS)
      made.set(
        kind,
        await api<Field>(page.request, 'POST', '/fields/customer', {
          kind,
          label: `${name}${mark}`,
          group: '门店',
          purpose: '履行合同',
          ...(kind === 'choice' || kind === 'choices' ? { choices: ['商超', '便利店', '电商'] } : {}),
        }),
      );
    const c = await customer(page.request, {
      custom: {
        [made.get('phone')?.name ?? '']: '13912345678',
        [made.get('number')?.name ?? '']: 12,
        [made.get('choices')?.name ?? '']: ['dian_shang'],
      },
    });
    await both(page, '/admin/fields');
    await both(page, `/customers/${c.id}?tab=fields`);
    for (const theme of ['light', 'dark']) {
      const rules = theme === 'dark' ? ['color-contrast'] : undefined;
      await page.addInitScript((t) => localStorage.setItem('zk.theme', t), theme);
      await page.goto('/admin/fields');
      await page.getByRole('button', { name: '添加字段' }).first().click();
      await settled(page);
      await check(page, `kinds, ${theme}`, rules);
      for (const kind of ['number', 'choice', 'secret', 'text']) {
        await sheet(page).locator(`[data-kind="${kind}"]`).click();
        await settled(page);
        await check(page, `${kind}, ${theme}`, rules);
        await sheet(page).getByRole('button', { name: '换一种' }).click();
      }
      await page.keyboard.press('Escape');
      await page
        .locator('.own-row')
        .filter({ hasText: `渠道${mark}` })
        .locator('.linklike')
        .click();
      await settled(page);
      await check(page, `one that stands, ${theme}`, rules);
      await page.goto(`/customers/${c.id}`);
      await page.getByRole('button', { name: '更多' }).first().click();
      await menuItem(page, '编辑').click();
      await expect(sheet(page).getByText(`登录密码${mark}`)).toBeVisible();
      await settled(page);
      await still(page);
      await check(page, `the form, ${theme}`, rules);
    }
  });
});
