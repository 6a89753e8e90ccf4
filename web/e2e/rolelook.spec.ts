import { api, customer, expect, person, stateOf, test } from './lib';
import { check, settled } from './look';

// a session of its own: the shared one of the administrator stays as it is
test.use({ storageState: { cookies: [], origins: [] } });

type Rows = { items: { id: string; name: string }[] };

test('an administrator sees as a salesperson does, and writes nothing @both', async ({ page, playwright, baseURL, isMobile }) => {
  test.slow();
  const admin = person('admin');
  const mate = person('mate');
  const theirs = await playwright.request.newContext({ baseURL, storageState: stateOf('mate') });
  const made = await customer(theirs);
  const his = await api<Rows>(theirs, 'GET', '/customers?limit=50');
  expect(his.items.map((c) => c.id)).toContain(made.id);

  await page.goto('/login');
  await page.request.post('/api/v1/session', { data: { login: admin.login, password: admin.password } });
  await page.goto('/admin/roles');
  if (!isMobile) await expect(page.getByRole('link', { name: '角色', exact: true })).toBeVisible();
  await page.getByRole('button', { name: /^以此角色查看: 销售$/ }).click();
  const sheet = page.getByRole('dialog', { name: '以「销售」的眼光看' });
  await sheet.getByLabel('谁的位置').click();
  await page.keyboard.type(mate.name);
  await page.locator('.ant-select-item-option', { hasText: mate.name }).first().click();
  await settled(page);
  await check(page, 'the question');
  await sheet.getByRole('button', { name: '开始查看' }).click();

  const bar = page.getByRole('region', { name: '正在以角色查看' });
  await expect(bar).toContainText(`正以「销售」的眼光看（${mate.name}的位置），只读`);
  expect(new URL(page.url()).pathname).toBe('/');
  await settled(page);
  await check(page, 'the bar');
  await page.evaluate(() => {
    document.documentElement.dataset.theme = 'dark';
  });
  await settled(page);
  await check(page, 'the bar, dark', ['color-contrast']);
  await expect(page.getByRole('link', { name: '角色', exact: true })).toHaveCount(0);
  await expect(async () => {
    const [mine, now] = await Promise.all([page.request, theirs].map((r) => api<Rows>(r, 'GET', '/customers?limit=50')));
    expect(mine?.items.map((c) => c.id)).toEqual(now?.items.map((c) => c.id));
  }).toPass(); // another journey may be making customers of his

  // the page of his customer opens, and what is written there is refused in words
  await page.goto(`/customers/${made.id}`);
  await expect(bar).toBeVisible();
  await expect(page.getByText(made.name).first()).toBeVisible();
  const refused = await page.request.patch(`/api/v1/customers/${made.id}`, { data: { grade: 'A' }, headers: { 'If-Match': '"1"' } });
  expect(refused.status()).toBe(403);
  expect((await refused.json()).code).toBe('looking');
  await page.goto('/tasks');
  await expect(bar).toBeVisible();
  await page.locator('#main').getByRole('button', { name: '新建待办' }).first().click();
  const form = page.getByRole('dialog');
  await form.getByRole('textbox').first().fill(`不该有的${made.name}`);
  await form.getByRole('button', { name: /^保存/ }).click();
  await expect(page.getByText('查看时不能新建、修改、导出或下载。退出查看后再操作。').first()).toBeVisible();

  await page.goto('/');
  await bar.getByRole('button', { name: '退出查看' }).click();
  await page.waitForURL('**/admin/roles');
  await expect(bar).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^以此角色查看: 销售$/ })).toBeVisible();
  const after = await api<{ look: unknown; user: { name: string } }>(page.request, 'GET', '/session');
  expect(after.look).toBeNull();
  expect(after.user.name).toBe(admin.name);
  await theirs.dispose();
});
