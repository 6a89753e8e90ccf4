import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './lib';
import { BIN, type Server, serve } from './server';

/** These journeys need a company of their own: an empty one, and one whose lock-out hurts nobody else. */
test.describe('before the shell', () => {
  test.skip(!BIN, 'ZHIKE_BIN is the binary');
  let data: string;
  let server: Server | undefined;
  test.beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'zhike-journey-'));
  });
  test.afterEach(async () => {
    await server?.stop();
    server = undefined;
    rmSync(data, { recursive: true, force: true });
  });

  test('an empty folder becomes a company, by the link that the first start prints', async ({ page }) => {
    server = await serve(join(data, 'new'));
    await page.goto(server.url);
    await expect(page.getByText('首次启动时打印的设置链接')).toBeVisible();
    await page.goto(await server.link);
    await page.getByLabel('公司名称').fill('绍兴越岭茶业有限公司');
    await page.getByLabel('你的姓名').fill('沈屹');
    await page.getByLabel('登录名').fill('shenyi');
    await page.getByLabel('密码', { exact: true }).fill('1234567890');
    await page.getByRole('button', { name: '创建并进入' }).click();
    await expect(page.locator('.field-error, .notice.tone-red')).toBeVisible();
    await page.getByLabel('密码', { exact: true }).fill('wanfeng-rulin-4711');
    await page.getByRole('button', { name: '创建并进入' }).click();
    await expect(page.locator('.side')).toContainText('绍兴越岭茶业有限公司');
    await expect(page.getByRole('heading', { level: 1 })).toContainText('沈屹');
    await page.goto(await server.link);
    await expect(page.getByText('已经设置好了')).toBeVisible();
  });

  test('the first hour: the guide leads from who the company is to an imported list, and is gone', async ({ page }) => {
    server = await serve(join(data, 'guided'));
    await page.goto(await server.link);
    await page.getByLabel('公司名称').fill('绍兴越岭茶业有限公司');
    await page.getByLabel('你的姓名').fill('沈屹');
    await page.getByLabel('登录名').fill('shenyi');
    await page.getByLabel('密码', { exact: true }).fill('wanfeng-rulin-4711');
    await page.getByRole('button', { name: '创建并进入' }).click();
    const guide = page.getByRole('region', { name: '开始使用' });
    await expect(guide.getByRole('listitem')).toHaveCount(3);
    await guide.getByRole('link', { name: '去做' }).first().click();
    await page.getByLabel('公司代码（字母，用于编号）').fill('YL');
    await page.getByRole('button', { name: '保存' }).first().click();
    await page.goto(`${server.url}/`);
    await expect(guide.locator('li.done')).toHaveCount(1);
    await guide.getByRole('link', { name: '去做' }).nth(1).click();
    await page.setInputFiles('input[type="file"]', {
      name: '客户.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('客户名称,来源\n绍兴越岭茶业有限公司二分公司,展会\n宁波鄞岭仓储有限公司,老客户转介绍\n'),
    });
    await page.getByRole('button', { name: '检查', exact: true }).click();
    await page.getByRole('button', { name: /导入 2 行/ }).click();
    await expect(page.getByText('已导入 2 行')).toBeVisible();
    await page.goto(`${server.url}/`);
    await expect(guide.locator('li.done')).toHaveCount(2);
    await guide.getByRole('button', { name: '收起，不再显示' }).click();
    await expect(guide).toHaveCount(0);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(guide).toHaveCount(0);
  });

  test('sign in: wrong, right, language, theme, out, and locked', async ({ page }) => {
    const folder = join(data, 'one');
    const password = 'wanfeng-rulin-4711';
    spawnSync(BIN, ['setup', '--data', folder, '--login', 'shenyi', '--name', '沈屹', '--company', '绍兴越岭茶业', '--password-stdin'], {
      input: `${password}\n`,
    });
    server = await serve(folder);
    await page.goto(`${server.url}/customers`);
    await expect(page).toHaveURL(/\/login\?next=/);
    const signIn = async (with_: string) => {
      await page.getByLabel('登录名').fill('shenyi');
      await page.getByLabel('密码', { exact: true }).fill(with_);
      await page.getByRole('button', { name: '登录', exact: true }).click();
    };
    await signIn('not-this-one');
    await expect(page.getByRole('alert')).toHaveText('登录名或密码不对');
    await signIn(password);
    await expect(page.getByRole('heading', { level: 1, name: '客户' })).toBeVisible();
    await page.getByRole('button', { name: '切换到 English' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Customers' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    expect(await page.locator('#main').textContent()).not.toMatch(/\p{Script=Han}/u);
    await page.getByRole('button', { name: /中文/ }).click();
    await page.getByRole('button', { name: '切换到深色' }).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await page.locator('.side .me').click();
    await page.getByRole('menuitem', { name: '退出登录' }).click();
    await expect(page).toHaveURL(/\/login/);
    await page.goto(`${server.url}/customers`);
    await expect(page).toHaveURL(/\/login\?next=/);
    for (let i = 0; i < 6; i++) {
      const answered = page.waitForResponse((r) => r.url().endsWith('/session') && r.request().method() === 'POST');
      await signIn(`wrong-${i}`);
      if ((await answered).status() === 429) break;
    }
    await expect(page.getByRole('alert')).toHaveText(/输错次数太多，请 \d+ 分钟后再试/);
  });
});
