import { api, customer, expect, person, stateOf, test } from './lib';
import { check } from './look';

test.use({ storageState: stateOf('sales') });

test('two who change the same value see both, and what only one changed is kept @both', async ({ page, as, isMobile }) => {
  const c = await customer(page.request, { decision_process: '原来的备注' });
  const theirs = await as('lead');
  await page.goto(`/customers/${c.id}${isMobile ? '?tab=rail' : ''}`);
  await expect(page.getByText('原来的备注').first()).toBeVisible();
  await page.getByRole('button', { name: '编辑 决策流程' }).first().click();
  const box = page.getByRole('dialog', { name: '决策流程' });
  await box.getByRole('textbox').fill('我写的备注');
  // meanwhile a colleague writes the same and another field
  const now = await api<{ version: number }>(theirs.request, 'GET', `/customers/${c.id}`);
  await api(theirs.request, 'PATCH', `/customers/${c.id}`, { decision_process: '他写的备注', grade: 'A' }, now.version);
  await page.waitForTimeout(3500); // the open page hears of it, and the editor must not take it for its own
  await box.getByRole('button', { name: '保存' }).click();
  const both = page.getByRole('dialog', { name: '刚刚有人改过同一处' });
  await expect(both).toContainText('他写的备注');
  await expect(both).toContainText('我写的备注');
  await check(page, 'as it stands');
  await both.getByRole('radio', { name: /现在的/ }).check();
  await both.getByRole('radio', { name: /我填的/ }).check();
  await both.getByRole('button', { name: '按所选保存' }).click();
  await expect(both).toHaveCount(0);
  await expect
    .poll(async () => {
      const kept = await api<{ decision_process: string; grade: string }>(page.request, 'GET', `/customers/${c.id}`);
      return `${kept.decision_process} ${kept.grade}`;
    })
    .toBe('我写的备注 A');
});

test('a session that ends keeps the work: the password again, and what was asked is done @both', async ({ browser, baseURL, isMobile }) => {
  test.slow();
  const context = await browser.newContext({
    baseURL,
    isMobile,
    hasTouch: isMobile,
    viewport: isMobile ? { width: 390, height: 844 } : undefined,
  });
  const page = await context.newPage();
  const me = person('mate');
  await page.goto('/login');
  await page.getByLabel('登录名').fill(me.login);
  await page.getByLabel('密码', { exact: true }).fill(me.password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page.locator('.shell')).toBeVisible();
  const c = await customer(page.request);
  await page.goto(`/customers/${c.id}`);
  const text = '谈到一半，登录过期了也不能丢';
  if (isMobile) await page.getByRole('button', { name: '写跟进' }).last().click();
  await page.locator('.composer textarea').first().fill(text);
  await api(page.request, 'DELETE', '/session');
  await page.getByRole('button', { name: /^记录/ }).first().click();
  const ended = page.getByRole('dialog', { name: '登录已过期' });
  await expect(ended).toBeVisible();
  await check(page, 'as it stands');
  await ended.getByLabel(`${me.name}的密码`).fill('不是这个密码呀呀');
  await ended.getByRole('button', { name: '继续' }).click();
  await expect(ended.locator('.field-error')).toBeVisible();
  await ended.getByLabel(`${me.name}的密码`).fill(me.password);
  await ended.getByRole('button', { name: '继续' }).click();
  await expect(ended).toHaveCount(0);
  if (!isMobile) await expect(page.locator('.composer textarea').first()).toHaveValue('');
  await expect(page.getByText(text).first()).toBeVisible();
  await context.close();
});

test('without a network the page says so, keeps what stands on it, and goes on by itself @both', async ({ page, context }) => {
  await customer(page.request);
  await page.goto('/customers');
  const row = page.locator('tbody tr, .mlist li').first();
  await expect(row).toBeVisible();
  await context.setOffline(true);
  await expect(page.locator('.offline')).toContainText('网络断开了');
  await expect(row).toBeVisible();
  await check(page, 'as it stands');
  await context.setOffline(false);
  await expect(page.locator('.offline')).toHaveCount(0, { timeout: 10_000 });
});

test('the back key closes a form and not the page, and asks before what was written is lost @both', async ({ page }) => {
  const c = await customer(page.request);
  await page.goto(`/customers?q=${encodeURIComponent(c.name)}`);
  await page
    .getByRole('link', { name: new RegExp(c.name) })
    .first()
    .click();
  await expect(page.getByRole('heading', { name: c.name }).first()).toBeVisible();
  const open = async () => {
    await page.evaluate(() => window.dispatchEvent(new KeyboardEvent('keydown', { key: 'c' })));
    await expect(page.getByRole('dialog', { name: '新建客户' })).toBeVisible();
  };
  await open();
  await page.evaluate(() => history.back());
  await expect(page.getByRole('dialog', { name: '新建客户' })).toHaveCount(0);
  await expect(page).toHaveURL(new RegExp(c.id));
  await open();
  await page.getByRole('dialog').getByRole('textbox').first().fill('写了一半的客户');
  await page.evaluate(() => history.back());
  const ask = page.getByRole('dialog', { name: '还有内容没保存' });
  await expect(ask).toBeVisible();
  await ask.getByRole('button', { name: '取消' }).click();
  await expect(page.getByRole('dialog', { name: '新建客户' }).getByRole('textbox').first()).toHaveValue('写了一半的客户');
  await page.evaluate(() => history.back());
  await ask.getByRole('button', { name: '不保存，离开' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page).toHaveURL(new RegExp(c.id));
});
