import { api, customer, expect, person, sound, stateOf, test, toast, undo } from './lib';
import { both, check, settled } from './look';

test.use({ storageState: stateOf('sales') });

type Rows = { items: { id: string; name: string }[]; total: number };
const due = encodeURIComponent('{"all":[{"field":"check_due","op":"eq","value":true}]}');

test('a comment names a colleague, who is told and finds it; its writer takes it away', async ({ page, as }) => {
  test.slow();
  const c = await customer(page.request);
  await api(page.request, 'POST', `/customers/${c.id}/follow-ups`, { method: 'call', content: '客户问了交期，下周给答复' });
  await page.goto(`/customers/${c.id}`);
  const talk = page.locator('.tl > li').filter({ hasText: '下周给答复' });
  await talk.getByRole('button', { name: '评论' }).click();
  const lead = person('lead').name;
  await talk.getByLabel('评论').fill(`交期要先问生产 @${sound(lead)}`);
  await talk.getByRole('group', { name: '可以提醒的同事' }).getByRole('button', { name: lead }).click();
  await settled(page);
  await check(page, 'writing a comment');
  await talk.getByRole('button', { name: '发表' }).click();
  await expect(talk.locator('.thread')).toContainText('交期要先问生产');
  await expect(talk.locator('.thread b').filter({ hasText: `@${lead}` })).toBeVisible();
  const other = await as('lead');
  await other.goto('/notices');
  const line = other.getByText(new RegExp(`${person('sales').name} 在「${c.name}」的跟进里提到了您`)).first();
  await expect(line).toBeVisible();
  await line.click();
  await expect(other.locator('.thread')).toContainText('交期要先问生产');
  await expect(other.getByRole('button', { name: '删除评论' })).toHaveCount(0);
  await both(page, `/customers/${c.id}`);
  await talk.getByRole('button', { name: '删除评论' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
  await expect(toast(page, '评论已删除')).toBeVisible();
  await expect(talk.locator('.thread')).toContainText('评论已删除');
  await expect(talk.locator('.thread')).not.toContainText('问生产');
});

test('a follow-up names a colleague, who is told; who does not see the customer is said aloud @both', async ({ page, as }, info) => {
  test.slow();
  const c = await customer(page.request);
  const [lead, mate] = [person('lead').name, person('mate').name];
  await page.goto(`/customers/${c.id}`);
  if (info.project.name.includes('phone')) await page.locator('.actbar').getByRole('button', { name: '写跟进' }).click();
  const composer = page.locator('.composer');
  await composer.getByLabel('跟进内容').fill('客户要我们下周三带样机去试，先排一下车');
  for (const name of [lead, mate]) {
    await composer.getByRole('button', { name: '@同事' }).click();
    await page.keyboard.type(name === lead ? sound(name) : name.slice(0, 2));
    await composer.getByRole('group', { name: '可以提醒的同事' }).getByRole('button', { name }).click();
  }
  await settled(page);
  await check(page, 'naming a colleague');
  await page.keyboard.press('Control+Enter');
  await expect(toast(page, `${mate} 看不到这个客户，没有通知到`)).toBeVisible();
  await expect(page.locator('.tl .thread b').filter({ hasText: `@${lead}` })).toBeVisible();
  await expect(page.locator('.tl .thread')).not.toContainText(mate);
  const other = await as('lead');
  await other.goto('/notices');
  await other
    .getByText(new RegExp(`${person('sales').name} 在「${c.name}」的跟进里提到了您`))
    .first()
    .click();
  await expect(other.locator('.tl')).toContainText('下周三带样机去试');
});

test('a customer is confirmed with one tap and undone; every figure of the data is its list', async ({ as }) => {
  test.slow();
  const page = await as('admin');
  const rows = await api<Rows>(page.request, 'GET', `/customers?limit=1&filter=${due}`);
  const c = rows.items[0];
  if (!c) throw new Error('the example company has nobody to check');
  await page.goto(`/customers/${c.id}`);
  const chip = page.getByRole('button', { name: '待核对 · 确认无误' });
  await chip.click();
  await expect(toast(page, `已确认「${c.name}」无误`)).toBeVisible();
  await expect(page.locator('.c-head')).toContainText('已核对');
  await undo(page, `已确认「${c.name}」无误`);
  await expect(chip).toBeVisible();
  await page.goto(`/customers/${c.id}?tab=history`);
  await expect(page.getByText('撤销核对').first()).toBeVisible();

  await page.goto('/quality?tab=data');
  const tile = page.locator('.qual-kpis a').filter({ hasText: '待核对' });
  const n = Number((await tile.locator('b').textContent())?.replace(/\D/g, ''));
  expect(n).toBeGreaterThan(0);
  await tile.click();
  await expect(page).toHaveURL(/\/customers\?/);
  await expect(page.locator('.page-h')).toContainText(String(n));
  await both(page, '/quality?tab=data');
  await both(page, '/quality');
});

test('the quarterly check on a phone @phone', async ({ page }) => {
  await both(page, '/quality');
  await expect(page.getByText('都核对完了')).toBeVisible(); // all of his were made this quarter
  await both(page, '/quality?tab=data');
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing hangs over the edge').toBe(true);
});
