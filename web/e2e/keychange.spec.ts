import { api, customer, expect, person, stateOf, test, toast } from './lib';
import { both, check, settled } from './look';

test.use({ storageState: stateOf('sales') });

type Rows = { items: { id: string; name: string; version: number }[] };

test('what the lead says of a name and a number waits for the owner, who sees it side by side @both', async ({ page, as }) => {
  test.slow();
  const c = await customer(page.request);
  const people = await api<Rows>(page.request, 'GET', `/customers/${c.id}/contacts`);
  const who = people.items[0];
  if (!who) throw new Error('nobody stands there');
  const owner = person('sales').name;

  // The lead changes the name in the form: it looks as it is, waits, and is not lost.
  const lead = await as('lead');
  await lead.goto(`/customers/${c.id}`);
  await lead.getByRole('button', { name: '更多', exact: true }).first().click();
  await lead.getByRole('menuitem', { name: '编辑资料' }).click();
  const next = c.name.replace('茶业', '茶叶');
  await lead.getByRole('dialog').getByLabel('客户名称').fill(next);
  await lead.getByRole('dialog').getByRole('button', { name: '保存' }).click();
  await expect(toast(lead, `等 ${owner} 同意后更新`)).toBeVisible();
  await expect(lead.getByRole('heading', { level: 1 })).toContainText(c.name);
  const card = lead.getByRole('region', { name: '关键信息变更' });
  await expect(card).toContainText(next);
  await expect(card.getByRole('button', { name: '撤回' })).toBeVisible();
  await expect(card.getByRole('button', { name: '同意', exact: true })).toHaveCount(0);
  await lead.getByRole('button', { name: '更多', exact: true }).first().click();
  await lead.getByRole('menuitem', { name: '编辑资料' }).click();
  await expect(lead.getByRole('dialog')).toContainText(`变更正在等 ${owner} 同意`);
  await lead.getByRole('dialog').getByRole('button', { name: '取消' }).click();
  await api(lead.request, 'PATCH', `/contacts/${who.id}`, { mobile: '13812345678' }, who.version);
  await lead.mouse.move(0, 0);
  await settled(lead);
  await check(lead, 'the card of who asked');

  // The owner hears of it, sees what stands and what is proposed, looks at the number, and accepts.
  await page.goto('/notices');
  await expect(page.getByText(`想修改「${c.name}」的关键信息`).first()).toBeVisible();
  await page.goto('/');
  await expect(page.getByRole('link', { name: /等我同意的变更/ })).toBeVisible();
  await both(page, '/key-changes');
  const rows = page.locator('.key-change').filter({ hasText: c.name });
  await expect(rows).toHaveCount(2);
  await both(page, `/customers/${c.id}`);
  const mine = page.getByRole('region', { name: '关键信息变更' });
  await expect(mine).toContainText('2 项关键信息变更待同意');
  const number = mine.locator('.key-change').filter({ hasText: c.person });
  await expect(number).toContainText('138****5678');
  await number.getByRole('button', { name: '查看' }).click();
  await expect(number).toContainText('13812345678');
  await number.getByRole('button', { name: '同意', exact: true }).click();
  await expect(toast(page, '已同意')).toBeVisible();
  const name = mine.locator('.key-change').filter({ hasText: next });
  await name.getByRole('button', { name: '不同意' }).click();
  await page.getByRole('dialog').getByLabel('原因').fill('营业执照没有换');
  await settled(page);
  await check(page, 'declining');
  await page.getByRole('dialog').getByRole('button', { name: '不同意' }).click();
  await expect(toast(page, '已拒绝')).toBeVisible();
  await expect(mine).toHaveCount(0);

  // What came of it stands with who asked.
  await both(lead, '/key-changes?view=answered');
  const answered = lead.locator('.key-change').filter({ hasText: c.name });
  await expect(answered).toHaveCount(2);
  await expect(answered.filter({ hasText: '营业执照没有换' })).toContainText('不同意');
  await expect(answered.filter({ hasText: '138****5678' })).toContainText('已同意');
});

test('a contact whom another removes stays until the owner agrees', async ({ page, as }) => {
  const c = await customer(page.request);
  const lead = await as('lead');
  await lead.goto(`/customers/${c.id}?tab=contacts`);
  const line = lead.locator('.rows > li').filter({ hasText: c.person });
  await line.getByRole('button', { name: '更多' }).click();
  await lead.getByRole('menuitem', { name: '删除' }).click();
  await lead.getByRole('dialog').getByRole('button', { name: '删除' }).click();
  await expect(toast(lead, `删除「${c.person}」要等同意`)).toBeVisible();
  await expect(line).toBeVisible();
  const card = lead.getByRole('region', { name: '关键信息变更' });
  await expect(card).toContainText(`删除联系人「${c.person}」`);
  await card.getByRole('button', { name: '撤回' }).click();
  await expect(toast(lead, '已撤回')).toBeVisible();
  await expect(card).toHaveCount(0);
});
