import type { Page } from '@playwright/test';
import { api, customer, expect, stateOf, test } from './lib';
import { both, check, settled, still } from './look';

// every page is looked at in the light and in the dark
test.slow();

test('axe: sign-in and what is not there @both', async ({ page }) => {
  for (const path of ['/login', '/setup', '/nowhere']) await both(page, path);
});

test.describe('axe for who sells', () => {
  test.use({ storageState: stateOf('sales') });
  test('axe: daily pages @both', async ({ page }) => {
    await customer(page.request, { budget_from_fen: 1_000_000, tags: ['urgent_delivery'], grade: 'A' });
    for (const path of [
      '/',
      '/tasks',
      '/notices',
      '/tasks?view=promises',
      '/needs?view=all',
      '/feedback?view=all',
      '/customers',
      '/customers?q=zzzzzz',
      '/contacts',
      '/orders',
      '/segments',
      '/imports',
      '/imports/new',
      '/me',
      '/me/security',
    ])
      await both(page, path);
  });

  test('axe: what a team looks back at @both', async ({ page }) => {
    for (const path of ['/reviews', '/win-backs?owner=all']) await both(page, path);
  });

  for (const tabs of [['', '?tab=contacts'], ['?tab=tasks', '?tab=orders'], ['?tab=service', '?tab=fields', '?tab=history'], ['?tab=care']])
    test(`axe: a customer ${tabs.join(' ')} @both`, async ({ page }) => {
      const c = await customer(page.request, {
        budget_from_fen: 1_000_000,
        tags: ['urgent_delivery'],
        grade: 'A',
        core_need: '外卖订单效率低',
      });
      const day = new Date().toISOString().slice(0, 10);
      await api(page.request, 'POST', `/customers/${c.id}/follow-ups`, {
        method: 'call',
        outcome: 'wants_quote',
        content: '要报价，P300 两台，交期四周',
        happened_at: new Date(Date.now() - 60_000).toISOString(),
        next_step: { what: '发报价单', due_on: day },
        promises: [{ by: 'us', what: '寄样品', due_on: day }],
      });
      for (const tab of tabs) await both(page, `/customers/${c.id}${tab}`);
      if (!tabs.includes('')) await both(page, '/customers/1a2000000000000aaaaaaaaaa');
    });

  test('axe: pairs that may be one @both', async ({ page }) => {
    const c = await customer(page.request);
    await customer(page.request, { name: c.name.replace('有限公司', '公司') });
    await both(page, '/suspects');
    await expect(page.locator('.pairs > li').first()).toBeVisible();
  });

  for (const theme of ['light', 'dark']) {
    const rules = theme === 'dark' ? ['color-contrast'] : undefined;
    const over = async (page: Page, name: string, open: () => Promise<void>) => {
      await open();
      await settled(page);
      await check(page, name, rules);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await expect(page.locator('[role=dialog], [role=menu]')).toHaveCount(0);
    };
    const enter = async (page: Page, path: string) => {
      await page.addInitScript((t) => localStorage.setItem('zk.theme', t), theme);
      await page.goto(path);
      await settled(page);
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    };

    test(`axe: what opens over a customer, ${theme} @both`, async ({ page, isMobile }) => {
      const c = await customer(page.request);
      await enter(page, `/customers/${c.id}`);
      await over(page, 'more', () => page.locator('.c-act').getByRole('button', { name: '更多' }).click());
      await over(page, 'palette', async () => {
        await page.locator('.searchbox').click();
        await page.locator('[cmdk-input]').fill(c.initials);
        await expect(page.getByRole('option', { name: c.name }).first()).toBeVisible();
      });
      await over(page, 'missing', () => page.getByRole('button', { name: /还差/ }).click());
      await over(page, 'form', async () => {
        await page.locator('.c-act').getByRole('button', { name: '更多' }).click();
        await page.getByRole('menuitem', { name: '编辑资料' }).click();
        await expect(page.getByRole('dialog').getByLabel('客户名称')).toBeVisible();
      });
      await over(page, 'follow-up', async () => {
        if (isMobile) await page.locator('.actbar').getByRole('button', { name: '写跟进' }).click();
        for (const name of ['下一步', '下次跟进', '承诺', '刚刚'])
          await page.locator('.composer').getByRole('button', { name, exact: true }).click();
      });
    });

    test(`axe: what opens over the list, ${theme}`, async ({ page }) => {
      const c = await customer(page.request);
      await enter(page, '/customers');
      await over(page, 'quick', async () => {
        await page.keyboard.press('c');
        await expect(page.getByRole('dialog').getByLabel('客户名称')).toBeVisible();
      });
      await over(page, 'check', async () => {
        await page.getByRole('button', { name: '更多' }).click();
        await page.getByRole('menuitem', { name: '撞单查询' }).click();
        await page.getByRole('dialog').getByLabel('客户名称').fill(c.name);
        await page.keyboard.press('Enter');
        await expect(page.getByRole('dialog')).toContainText('已有这个客户');
      });
      await over(page, 'stage menu', () => page.locator('.cell-btn').first().click());
      await over(page, 'filter', () => page.getByRole('button', { name: '筛选', exact: true }).click());
      await over(page, 'columns', () => page.getByRole('button', { name: '列', exact: true }).click());
      await page.locator('tbody tr').first().hover();
      await page.locator('tbody input[type=checkbox]').first().check();
      await settled(page);
      await check(page, 'bulk bar', rules);
      await page.getByRole('button', { name: '新建客户' }).click();
      await page.getByRole('dialog').getByLabel('客户名称').fill(c.name);
      await page.getByRole('dialog').getByLabel('联系人').click();
      await expect(page.locator('.likeness')).toBeVisible();
      await settled(page);
      await check(page, 'hint', rules);
    });
  }
});

test.describe('axe for who leads', () => {
  test.use({ storageState: stateOf('lead') });
  test('axe: a segment, an order and their drawers @both', async ({ page }) => {
    const { items } = await api<{ items: { id: string; code: string }[] }>(page.request, 'GET', '/segments');
    await both(page, `/segments/${items.find((g) => g.code === 'high_value')?.id}`);
    await page.goto('/orders');
    await page.locator('.page-h').getByRole('button', { name: /^新建/ }).click();
    await expect(page.getByLabel('第 1 行产品')).toBeVisible();
    await settled(page);
    await check(page, 'order drawer');
    await page.goto('/segments');
    await page.getByRole('button', { name: '新建分群' }).click();
    await page.getByRole('button', { name: '加一步' }).click();
    await settled(page);
    await check(page, 'segment drawer');
    await page.evaluate(() => {
      document.documentElement.dataset.theme = 'dark';
    });
    await still(page);
    await check(page, 'segment drawer, dark', ['color-contrast']);
  });
});

test.describe('axe for who manages', () => {
  test.use({ storageState: stateOf('admin') });
  for (const paths of [
    ['/admin/people', '/admin/roles', '/customers?view=bin'],
    [
      '/admin/dictionaries',
      '/admin/company',
      '/admin/presets',
      '/admin/numbering',
      '/admin/channels',
      '/admin/security',
      '/admin/backups',
      '/admin/audit',
    ],
    ['/admin/alerts', '/admin/calendar', '/reports/mailings'],
  ])
    test(`axe: ${paths.join(' ')} @both`, async ({ page }) => {
      for (const path of paths) await both(page, path);
    });

  test('axe: an export @both', async ({ page }) => {
    await page.goto('/customers');
    await page.getByRole('button', { name: '导出' }).click();
    await expect(page.getByRole('dialog')).toContainText('导出会记入日志');
    await settled(page);
    await check(page, 'export');
    await page.evaluate(() => {
      document.documentElement.dataset.theme = 'dark';
    });
    await still(page);
    await check(page, 'export, dark', ['color-contrast']);
  });

  test('axe: a role @both', async ({ page }) => {
    await page.goto('/admin/roles');
    await page.getByRole('button', { name: '复制角色' }).first().click();
    await expect(page.getByRole('dialog').getByLabel('角色名称')).toBeVisible();
    await settled(page);
    await check(page, 'role sheet');
  });
});

test.describe('axe for reports', () => {
  test.use({ storageState: stateOf('lead') });
  for (const paths of [
    ['/', '/reports', '/reports/growth', '/reports/funnel'],
    ['/reports/by_source?table=true', '/reports/feedback_by_topic', '/reports/new', '/follow-ups'],
  ])
    test(`axe: ${paths.join(' ')} @both`, async ({ page, as }) => {
      await customer((await as('sales')).request, { grade: 'A' });
      for (const path of paths) await both(page, path);
    });

  test('axe: a kept report, its sheets and what is sent @both', async ({ page }) => {
    const kept = await api<{ id: string; version: number }>(page.request, 'POST', '/reports', {
      name: '各来源',
      ask: { subject: 'customer', measures: ['count'], by: ['source'] },
      chart: 'bar',
      on_board: true,
    });
    await api(page.request, 'POST', '/mailings', {
      name: '周报',
      what: { saved: kept.id, format: 'pdf' },
      every: 'week',
      on: 1,
      at: '08:30',
    });
    await both(page, `/reports/kept/${kept.id}`);
    await both(page, '/reports/mailings');
    await page.getByRole('button', { name: /修改/ }).first().click();
    await settled(page);
    await check(page, 'mailing sheet');
    await page.goto('/reports/new');
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await settled(page);
    await check(page, 'keep sheet');
    await api(page.request, 'DELETE', `/reports/${kept.id}`, undefined, kept.version);
  });
});
