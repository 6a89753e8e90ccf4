import { api, digits, expect, menuItem, stateOf, test, undo } from './lib';
import { check, settled } from './look';

test.use({ storageState: stateOf('admin') });

type Department = { id: string; name: string; parent_id: string | null; position: number };
type Tree = { items: Department[] };

test('departments are moved by hand and by menu, and the move is taken back @both', async ({ page, request, isMobile }) => {
  test.slow(); // eight moves, each asked of the server
  const run = digits(6);
  const top = await api<Department>(request, 'POST', '/departments', { name: `分部${run}` });
  const made: Department[] = [];
  for (const name of ['甲', '乙', '丙'])
    made.push(await api<Department>(request, 'POST', '/departments', { name: `${name}组${run}`, parent_id: top.id }));
  const under = async (parent: string) =>
    (await api<Tree>(request, 'GET', '/departments')).items.filter((d) => d.parent_id === parent).map((d) => d.name[0]);
  expect(await under(top.id)).toEqual(['甲', '乙', '丙']);

  await page.goto('/admin/people');
  const row = (name: string) => page.locator('.treeitem').filter({ has: page.getByRole('button', { name: `${name}${run}`, exact: true }) });
  await row('丙组').scrollIntoViewIfNeeded();
  const choose = async (name: string, verb: string) => {
    await page.getByRole('button', { name: `更多 ${name}${run}` }).click();
    await menuItem(page, verb).click();
  };
  if (!isMobile) {
    const drag = async (from: string, to: string, part: number) => {
      const a = await row(from).boundingBox();
      const b = await row(to).boundingBox();
      if (!a || !b) throw new Error('nothing to drag');
      await page.mouse.move(a.x + 70, a.y + a.height / 2);
      await page.mouse.down();
      await page.mouse.move(b.x + 70, b.y + b.height / 2, { steps: 4 });
      await page.mouse.move(b.x + 70, b.y + b.height * part, { steps: 3 });
    };
    await drag('丙组', '甲组', 0.1);
    await expect(row('甲组')).toHaveClass(/drop-before/);
    await page.mouse.up();
    await expect.poll(() => under(top.id)).toEqual(['丙', '甲', '乙']);
    await undo(page, `已移动「丙组${run}」`);
    await expect.poll(() => under(top.id)).toEqual(['甲', '乙', '丙']);
    // its own branch is no place, and Escape lets go without a move
    await drag('甲组', '乙组', 0.5);
    await expect(row('乙组')).toHaveClass(/drop-into/);
    await page.keyboard.press('Escape');
    await page.mouse.up();
    expect(await under(top.id)).toEqual(['甲', '乙', '丙']);
    await drag('甲组', '乙组', 0.5);
    await page.mouse.up();
    await expect.poll(() => under(top.id)).toEqual(['乙', '丙']);
    await undo(page, `已把「甲组${run}」移到「乙组${run}」下`);
    await expect.poll(() => under(top.id)).toEqual(['甲', '乙', '丙']);
    await drag('分部', '乙组', 0.5);
    await expect(page.locator('.drop-into, .drop-before, .drop-after')).toHaveCount(0);
    await page.mouse.up();
    expect(await under(top.id)).toEqual(['甲', '乙', '丙']);
  }
  await choose('丙组', '上移');
  await expect.poll(() => under(top.id)).toEqual(['甲', '丙', '乙']);
  await undo(page, `已移动「丙组${run}」`);
  await expect.poll(() => under(top.id)).toEqual(['甲', '乙', '丙']);
  await choose('丙组', '移到…下');
  await menuItem(page, `甲组${run}`).click();
  await expect.poll(() => under(made[0]?.id ?? '')).toEqual(['丙']);
  await page.getByRole('button', { name: `收起甲组${run}` }).click();
  await expect(row('丙组')).toHaveCount(0);
  await choose('甲组', '新建下级部门');
  await page.getByRole('dialog').getByLabel('部门名称').fill(`丁组${run}`);
  await page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
  await expect.poll(() => under(made[0]?.id ?? '')).toEqual(['丙', '丁']);
  await page.reload(); // the finger that saved still rests on the bar below
  await settled(page);
  await check(page, 'people');
});

test('a role is read in words, its change is marked, and roles stand side by side @both', async ({ page }) => {
  await page.goto('/admin/roles');
  await expect(page.getByRole('listitem').filter({ hasText: '销售主管' })).toContainText(/· \d+ 人/);
  await page
    .getByRole('listitem')
    .filter({ hasText: '销售主管' })
    .getByRole('button', { name: /^销售主管/ })
    .click();
  const sheet = page.getByRole('dialog');
  await expect(sheet.getByText(/\d+ 人拥有这个角色/)).toBeVisible();
  await sheet.getByLabel('搜索权限').fill('彻底抹去');
  await expect(sheet.locator('.perm')).toHaveCount(1);
  await sheet.getByRole('checkbox', { name: '销毁' }).check();
  await expect(sheet.locator('.perm.changed')).toContainText('新增');
  await expect(sheet.getByText('1 处改动')).toBeVisible();
  await settled(page);
  await check(page, 'role');
  await sheet.getByRole('checkbox', { name: /销毁/ }).uncheck();
  await expect(sheet.locator('.perm.changed')).toHaveCount(0);

  await page.goto('/admin/roles');
  await page.getByRole('link', { name: '对比' }).click();
  await page.getByLabel('第 1 个角色').selectOption({ label: '销售' });
  await page.getByLabel('第 2 个角色').selectOption({ label: '销售主管' });
  await page.getByLabel('第 3 个角色').selectOption({ label: '财务' });
  const line = (name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
  await expect(line('看得到谁的客户')).toContainText('本部门及下级');
  await expect(line('金额')).toHaveCount(1);
  await expect(line('查看客户')).not.toHaveClass(/differs/);
  await expect(line('导出')).toHaveClass(/differs/);
  await page.getByLabel('只看不同').check();
  await expect(line('查看客户')).toHaveCount(0);
  await expect(line('导出').getByRole('cell')).toContainText(['不可以', '可以', '不可以']);
  await settled(page);
  await check(page, 'compare');
});
