// Takes the manual's pictures from a demo company that tools/withdemo.sh serves.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const [, , folder] = process.argv;
const base = process.env.BASE_URL;
const only = process.env.ONLY;
const logins = new Map(
  readFileSync(process.env.DEMO_LOGINS, 'utf8')
    .split('\n')
    .map((l) => l.split('\t'))
    .filter((l) => l.length > 2)
    .map((l) => [l[1], l[2]]),
);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});

/** Signed in as somebody of the demo, on a desktop or a phone. */
async function as(login, phone = false) {
  const context = await browser.newContext({
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: phone ? { width: 390, height: 780 } : { width: 1280, height: 800 },
    ...(phone ? { isMobile: true, hasTouch: true } : {}),
  });
  const page = await context.newPage();
  await page.goto(`${base}/login`);
  const answer = await page.evaluate(
    async ([login, password]) =>
      (await fetch('/api/v1/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ login, password }) })).status,
    [login, logins.get(login)],
  );
  if (answer !== 200) throw new Error(`${login} cannot sign in: ${answer}`);
  const find = (q) => page.evaluate(async (q) => (await (await fetch(`/api/v1/customers?limit=1&q=${encodeURIComponent(q)}`)).json()).items[0].id, q);
  return { page, find, close: () => context.close() };
}

const settled = async (page) => {
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.waitForTimeout(500);
};

/** Each picture: its name, who looks, where, and what is done before. */
const PICTURES = [
  ['today', 'chengye', '/'],
  ['board', 'guminglan', '/'],
  ['customers', 'luzhixia', '/customers'],
  ['customer', 'hanyizhou', async (x) => `/customers/${await x.find('麦垛')}`],
  ['chain', 'xucheng', async (x) => `/customers/${await x.find('小灶台')}?tab=chain`],
  ['files', 'hanyizhou', async (x) => `/customers/${await x.find('麦垛')}?tab=files`],
  ['tasks', 'chengye', '/tasks'],
  ['palette', 'luzhixia', '/customers', async (p) => {
    await p.keyboard.press('Control+k');
    await p.waitForTimeout(500);
    await p.keyboard.type('mdsp', { delay: 40 });
    await p.waitForTimeout(800);
  }],
  ['filter', 'luzhixia', '/customers', (p) => p.getByRole('button', { name: '筛选', exact: true }).click()],
  ['funnel', 'luzhixia', '/customers', async (p) => {
    await p.getByRole('columnheader', { name: '阶段' }).hover();
    await p.getByRole('button', { name: '按“阶段”筛选' }).click();
    await p.getByRole('checkbox', { name: '谈判中' }).check();
    await settled(p);
  }],
  ['week', 'chengye', '/tasks?as=week'],
  ['imports', 'luzhixia', '/imports/new'],
  ['suspects', 'luzhixia', '/suspects'],
  ['keychanges', 'chengye', '/key-changes'],
  ['orders', 'fangmin', '/orders'],
  ['needs', 'bailu', '/needs'],
  ['segments', 'luzhixia', '/segments'],
  ['reports', 'luzhixia', '/reports'],
  ['quality', 'luzhixia', '/quality'],
  ['reviews', 'hanyizhou', '/reviews'],
  ['archives', 'luzhixia', '/archive'],
  ['people', 'shenyi', '/admin/people'],
  ['roles', 'shenyi', '/admin/roles'],
  ['compare', 'shenyi', '/admin/roles', async (p) => {
    await p.getByRole('link', { name: '对比' }).or(p.getByRole('button', { name: '对比' })).first().click();
    await settled(p);
  }],
  ['fields', 'shenyi', '/admin/fields'],
  ['dictionaries', 'shenyi', '/admin/dictionaries'],
  ['numbering', 'shenyi', '/admin/numbering'],
  ['company', 'shenyi', '/admin/company'],
  ['alerts', 'shenyi', '/admin/alerts'],
  ['security', 'shenyi', '/admin/security'],
  ['backups', 'shenyi', '/admin/backups'],
  ['audit', 'songyan', '/admin/audit'],
  ['phone-today', 'chengye', '/', undefined, true],
  ['phone-week', 'chengye', '/tasks?as=week', undefined, true],
  ['phone-customer', 'hanyizhou', async (x) => `/customers/${await x.find('麦垛')}`, undefined, true],
];

let failed = 0;
for (const [name, login, where, act, phone] of PICTURES) {
  if (only && only !== name) continue;
  const file = join(folder, `${name}.webp`);
  const x = await as(login, phone);
  try {
    await x.page.goto(base + (typeof where === 'string' ? where : await where(x)));
    await settled(x.page);
    if (await x.page.getByText('没有这个页面').count()) throw new Error('no such page');
    if (act) await act(x.page);
    await x.page.waitForTimeout(300);
    const shot = await x.page.screenshot({ type: 'png' });
    await save(x.page, shot, file);
  } catch (e) {
    failed++;
    rmSync(file, { force: true });
    console.error(`${name}: ${e.message}`);
  }
  await x.close();
}
await browser.close();
if (failed) process.exit(1);

/** As WebP, which the browser itself can write: a third of a PNG. */
async function save(page, png, file) {
  const blank = await page.context().newPage();
  const data = await blank.evaluate(async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.82).split(',')[1];
  }, png.toString('base64'));
  const { writeFileSync } = await import('node:fs');
  writeFileSync(file, Buffer.from(data, 'base64'));
}
