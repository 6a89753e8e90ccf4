import { brand, digits, expect, menuItem, stateOf, test, toast } from './lib';

test.use({ storageState: stateOf('admin') });

test('department, account, role, word and number, and the log knows it', async ({ page }) => {
  const run = digits(5);
  const sheet = page.getByRole('dialog');
  await page.goto('/admin/people');
  await page.getByRole('button', { name: '新建部门' }).click();
  await sheet.getByLabel('部门名称').fill(`华南${run}`);
  await sheet.getByRole('button', { name: '保存' }).click();
  await expect(page.locator('.treeitem', { hasText: `华南${run}` })).toBeVisible();
  await page
    .locator('.treeitem', { hasText: `华南${run}` })
    .getByRole('button')
    .first()
    .click();
  await page.getByRole('button', { name: '添加成员' }).click();
  const name = `何${brand(1).name}${brand(1).name}`;
  await sheet.getByLabel('姓名').fill(name);
  await sheet.getByLabel('登录名').fill(`he${run}`);
  await sheet.locator('[data-field="role_ids"] input').first().click();
  await page.getByTitle('销售', { exact: true }).click();
  await page.keyboard.press('Escape');
  await sheet.locator('input[type="password"]').fill('wanfeng-rulin-8');
  await sheet.getByRole('button', { name: /^保存/ }).click();
  await expect(toast(page, `已添加${name}`)).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: `he${run}` })).toContainText(`华南${run}`);

  await page.goto('/admin/roles');
  await page.getByRole('listitem').filter({ hasText: '销售主管' }).getByRole('button', { name: '复制角色' }).click();
  await expect(sheet.getByLabel('角色名称')).toHaveValue('销售主管 副本');
  await sheet.getByLabel('角色名称').fill(`大区主管${run}`);
  await sheet.getByRole('button', { name: '保存' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: `大区主管${run}` })).toBeVisible();

  await page.goto('/admin/dictionaries');
  await page
    .locator('.split aside')
    .getByRole('button', { name: /客户来源/ })
    .click();
  await page.getByRole('button', { name: '添加词条' }).or(page.locator('.page-h .btn.primary, header .btn.primary')).first().click();
  await sheet.getByLabel('名称').or(sheet.locator('input.input')).first().fill(`直播间${run}`);
  await sheet.getByRole('button', { name: '保存' }).click();
  await expect(page.locator('#main')).toContainText(`直播间${run}`);
  await page.getByRole('button', { name: `更多 直播间${run}` }).click();
  await menuItem(page, '合并到另一个词').click();
  await sheet.getByLabel('改为').selectOption({ label: '社交媒体' });
  await sheet.getByRole('button', { name: '合并' }).click();
  await expect(
    page
      .getByRole('listitem')
      .filter({ hasText: `已并入「社交媒体」` })
      .filter({ hasText: `直播间${run}` }),
  ).toBeVisible();

  await page.goto('/admin/numbering');
  const series = page.locator('form.card').filter({ hasText: '需求编号' });
  await series.getByRole('textbox').fill('XQ-{yyyy}-{seq:4}');
  await expect(series.locator('.sample')).toHaveText(/^XQ-20\d\d-0001$/);
  await series.getByRole('textbox').fill('D{yyyy}{MM}{dd}{seq:3}');

  await page.goto('/admin/audit');
  for (const text of [`he${run}`, `直播间${run}`]) await expect(page.locator('#main')).toContainText(text);
});
