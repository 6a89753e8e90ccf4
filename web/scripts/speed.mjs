// How soon a list stands on the screen: cold, on a throttled phone, the next page; and how much script that takes.
// BASE_URL is a running server with data, DEMO_LOGINS its logins; TIMES how often (9). Prints a table with p50 and p95.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { chromium } from '@playwright/test';

const base = process.env.BASE_URL ?? 'http://127.0.0.1:8080';
const times = Number(process.env.TIMES ?? 9);
const row = readFileSync(process.env.DEMO_LOGINS ?? '../demo/demo-logins.txt', 'utf8')
  .split('\n')
  .map((l) => l.split('\t'))
  .find((l) => l[3] === (process.env.ROLE ?? 'sales_lead'));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
const of = (all, p) => [...all].sort((a, b) => a - b)[Math.min(all.length - 1, Math.ceil((all.length * p) / 100) - 1)];
const told = [];
const say = (what, all, goal) => told.push({ what, 'p50 ms': Math.round(of(all, 50)), 'p95 ms': Math.round(of(all, 95)), goal });

async function visit(phone, throttled) {
  const context = await browser.newContext({
    baseURL: base,
    locale: 'zh-CN',
    ...(phone ? { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } : { viewport: { width: 1440, height: 900 } }),
  });
  const answer = await context.request.post('/api/v1/session', { data: { login: row[1], password: row[2] } });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()}`);
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.shifts = 0;
    new PerformanceObserver((list) => {
      for (const e of list.getEntries()) if (!e.hadRecentInput) window.shifts += e.value;
    }).observe({ type: 'layout-shift', buffered: true });
    const look = () => {
      if (document.querySelector('tbody tr td b, .mlist li a')) window.stood ??= performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  if (throttled) {
    const devtools = await context.newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 60,
      downloadThroughput: 1_200_000,
      uploadThroughput: 400_000,
    });
  }
  const scripts = new Map();
  page.on('response', async (r) => {
    if (r.url().endsWith('.js') && (await page.evaluate(() => window.stood).catch(() => 1)) === undefined)
      scripts.set(r.url(), gzipSync(await r.body().catch(() => ''), { level: 9 }).length);
  });
  await page.goto('/customers');
  await page.waitForFunction(() => window.stood, null, { timeout: 30_000 });
  const stood = await page.evaluate(() => window.stood);
  await page.waitForTimeout(600);
  return { context, page, stood, scripts, shifts: await page.evaluate(() => window.shifts) };
}

const html = await (await fetch(base)).text();
let entry = 0;
for (const [, path] of html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g))
  entry += gzipSync(Buffer.from(await (await fetch(base + path)).arrayBuffer()), { level: 9 }).length;
told.push({ what: 'entry JS, gzip KB', 'p50 ms': Math.round(entry / 1000), goal: 230 });

for (const [what, phone, throttled, goal] of [
  ['list data on screen, desktop, cold', false, false, 1000],
  ['list data on screen, phone, CPU ÷4, 60 ms, 1.2 MB/s', true, true, 2300],
]) {
  const all = [];
  const shifts = [];
  for (let i = 0; i < times; i++) {
    const v = await visit(phone, throttled);
    all.push(v.stood);
    shifts.push(v.shifts);
    if (i === 0)
      told.push({
        what: `scripts until then${throttled ? ', phone' : ''}, gzip KB`,
        'p50 ms': Math.round([...v.scripts.values()].reduce((a, b) => a + b, 0) / 1000),
      });
    await v.context.close();
  }
  say(what, all, goal);
  told.push({ what: `layout shift${throttled ? ', phone' : ''}`, 'p50 ms': of(shifts, 95), goal: 0 });
}
{
  const v = await visit(false, false);
  const all = [];
  for (let i = 0; i < times; i++) {
    const before = await v.page.locator('tbody tr').first().textContent();
    const next = v.page.getByRole('button', { name: i % 2 ? '上一页' : '下一页' });
    all.push(
      await next.evaluate(
        (button, old) =>
          new Promise((done) => {
            const from = performance.now();
            button.click();
            const look = () =>
              document.querySelector('tbody tr')?.textContent !== old && !document.querySelector('.stale')
                ? done(performance.now() - from)
                : requestAnimationFrame(look);
            look();
          }),
        before,
      ),
    );
    await v.page.waitForTimeout(300);
  }
  say('next page of 50 rows', all, 300);
  await v.page.goto('/customers?limit=200');
  await v.page.waitForFunction(() => document.querySelectorAll('tbody tr').length > 20);
  await v.page.waitForTimeout(800);
  const frames = await v.page.evaluate(
    () =>
      new Promise((done) => {
        const box =
          document.querySelector('.ant-table-body, .ant-table-tbody-virtual-holder, .table-scroll') ?? document.querySelector('#main');
        const gaps = [];
        let last = performance.now();
        let n = 0;
        const step = () => {
          const now = performance.now();
          gaps.push(now - last);
          last = now;
          box.scrollTop += 60;
          if (++n < 120) requestAnimationFrame(step);
          else done(gaps.slice(2));
        };
        requestAnimationFrame(step);
      }),
  );
  say('a frame while 200 rows are scrolled', frames, 16.7);
  await v.context.close();
}
console.table(told);
await browser.close();
