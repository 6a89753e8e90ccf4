// Takes the pictures of the README from a running demo: BASE_URL, DEMO_LOGINS. With `all DIR` every screen in every dress, to be looked at.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const base = process.env.BASE_URL ?? 'http://127.0.0.1:8080';
const lines = readFileSync(process.env.DEMO_LOGINS ?? 'demo/demo-logins.txt', 'utf8')
  .split('\n')
  .map((l) => l.split('\t'));
const login = (role, name) => (lines.find((l) => l[0] === name) ?? lines.find((l) => l[3]?.split(',').includes(role)) ?? []).slice(1, 3);
const [mode, folder = join(import.meta.dirname, '..', '..', 'docs', 'pictures')] =
  process.argv[2] === 'all' ? ['all', process.argv[3]] : ['readme'];
mkdirSync(folder, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
});

async function enter([user, password], { phone = false, theme = 'light', language = 'zh-CN' } = {}) {
  const context = await browser.newContext({
    baseURL: base,
    viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    isMobile: phone,
    hasTouch: phone,
    timezoneId: 'Asia/Shanghai',
    locale: language,
    reducedMotion: 'reduce',
  });
  await context.addInitScript(
    ([t, l]) => {
      localStorage.setItem('zk.theme', t);
      localStorage.setItem('zk.language', l);
    },
    [theme, language],
  );
  if (user) {
    const answer = await context.request.post('/api/v1/session', { data: { login: user, password } });
    if (!answer.ok()) throw new Error(`${user}: ${await answer.text()}`);
  }
  const page = await context.newPage();
  return { context, page };
}
const settle = async (page) => {
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.fonts.ready);
  await page.mouse.move(0, 0);
  await page.waitForTimeout(mode === 'all' ? 450 : 250);
};
const shot = (page, name) => page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
/** The customer with the longest story among the newest. */
async function storied(page) {
  const list = await (await page.request.get('/api/v1/customers?limit=200')).json();
  let best = { count: -1 };
  for (const c of list.items.filter((x) => x.grade === 'A' && x.tags.length && x.owner_id).slice(0, 12)) {
    const one = await (await page.request.get(`/api/v1/customers/${c.id}`)).json();
    const count = one.follow_ups_count + 20 * one.contacts_count + 15 * one.open_tasks_count;
    if (one.may.change && count > best.count) best = { count, id: c.id };
  }
  return best.id;
}

if (mode === 'readme') {
  const seller = login('sales', '林晓棠');
  const { page, context } = await enter(seller);
  const id = await storied(page);
  for (const [name, path] of [
    ['home', '/'],
    ['customers', '/customers'],
    ['customer', `/customers/${id}`],
  ]) {
    await page.goto(path);
    await settle(page);
    await shot(page, name);
  }
  const composer = page.locator('.composer');
  await composer.locator('.outcomes button').nth(3).click();
  await composer.getByLabel('跟进内容').fill('要报价，P300 两台，交期四周；周五前把样品寄到质检部，技术方案他们内部先评审。');
  await composer.getByRole('button', { name: '下一步', exact: true }).click();
  await composer.getByPlaceholder(/例如/).fill('发送报价单 V2');
  await composer.getByRole('button', { name: '承诺', exact: true }).click();
  await composer.getByRole('button', { name: /我方承诺/ }).click();
  await composer.getByPlaceholder('答应了什么').fill('周五前寄样品');
  await settle(page);
  await shot(page, 'followup');
  await context.close();
  const dark = await enter(seller, { theme: 'dark' });
  await dark.page.goto('/customers');
  await settle(dark.page);
  await shot(dark.page, 'dark-customers');
  await dark.context.close();
  const phone = await enter(seller, { phone: true });
  await phone.page.goto(`/customers/${id}`);
  await settle(phone.page);
  await shot(phone.page, 'phone-customer');
} else {
  for (const phone of [false, true])
    for (const [dress, wear] of Object.entries({
      'zh-light': {},
      'zh-dark': { theme: 'dark' },
      'en-light': { language: 'en' },
      'en-dark': { language: 'en', theme: 'dark' },
    })) {
      const kind = `${phone ? 'phone' : 'desk'}-${dress}`;
      const out = await enter([], { phone, ...wear });
      for (const path of ['/login', '/nowhere']) {
        await out.page.goto(path);
        await settle(out.page);
        await shot(out.page, `${kind}-${path.slice(1)}`);
      }
      await out.context.close();
      const { page, context } = await enter(login('sales_lead', '韩亦舟'), { phone, ...wear });
      const id = await storied(page);
      for (const [name, path] of [
        ['home', '/'],
        ['tasks', '/tasks'],
        ['promises', '/tasks?view=promises'],
        ['customers', '/customers'],
        ['contacts', '/contacts'],
        ['customer', `/customers/${id}`],
        ['people', `/customers/${id}?tab=contacts`],
        ['todo', `/customers/${id}?tab=tasks`],
        ['fields', `/customers/${id}?tab=fields`],
        ['history', `/customers/${id}?tab=history`],
        ['me', '/me'],
        ...(phone ? [['rail', `/customers/${id}?tab=rail`]] : []),
      ]) {
        await page.goto(path);
        await settle(page);
        await shot(page, `${kind}-${name}`);
      }
      await page.goto(`/customers/${id}`);
      await settle(page);
      if (phone) {
        await page.locator('.fab').tap();
        await settle(page);
        await shot(page, `${kind}-plus`);
        await page.locator('.biglist button').nth(1).tap();
        await settle(page);
        await shot(page, `${kind}-quick`);
        await page.goto(`/customers/${id}`);
        await settle(page);
        await page.locator('.actbar .btn.primary').tap();
        await settle(page);
        await shot(page, `${kind}-write`);
      } else {
        await page.locator('.c-act .btn').last().click();
        await settle(page);
        await shot(page, `${kind}-more`);
        await page.locator('.menu .mitem').first().click();
        await settle(page);
        await shot(page, `${kind}-form`);
        await page.keyboard.press('Escape');
        await page.keyboard.press('c');
        await settle(page);
        await shot(page, `${kind}-quick`);
        await page.keyboard.press('Escape');
        await page.keyboard.press('Control+k');
        await page.locator('[cmdk-input]').fill('sz');
        await settle(page);
        await shot(page, `${kind}-palette`);
      }
      await context.close();
      const admin = await enter(login('administrator'), { phone, ...wear });
      for (const path of ['people', 'roles', 'dictionaries', 'numbering', 'audit']) {
        await admin.page.goto(`/admin/${path}`);
        await settle(admin.page);
        await shot(admin.page, `${kind}-admin-${path}`);
      }
      await admin.context.close();
    }
}
await browser.close();
