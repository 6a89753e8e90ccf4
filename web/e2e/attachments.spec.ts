import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { base64, drop, paper, pdf, picture, png } from './files';
import { api, customer, expect, type Made, stateOf, test, toast } from './lib';
import { check, settled, still } from './look';

test.use({ storageState: stateOf('sales') });

type Kept = { id: string; name: string; original: string; media: string };
const filesOf = async (page: Page, c: Made) => (await api<{ items: Kept[] }>(page.request, 'GET', `/customers/${c.id}/attachments`)).items;
const today = () => new Date().toLocaleDateString('en-CA', { timeZone: 'Asia/Shanghai' }).replaceAll('-', '');
async function enter(page: Page, c: Made) {
  await page.goto(`/customers/${c.id}?tab=files`);
  await expect(page.getByRole('tab', { name: '附件' })).toHaveAttribute('aria-selected', 'true');
}
const choose = (page: Page) => page.locator('.files input[type=file][multiple]').first();
const send = (page: Page) => page.getByRole('button', { name: /^上传 \d+ 个$/ });
/** Sends a file past the interface, as who means harm does. */
async function put(page: Page, c: Made, name: string, buffer: Buffer | string, mimeType = 'application/octet-stream') {
  const answer = await page.request.post(`/api/v1/customers/${c.id}/attachments`, {
    multipart: { kind: 'other', file: { name, mimeType, buffer: Buffer.from(buffer) } },
  });
  return { status: answer.status(), body: (await answer.json()) as Kept & { code?: string } };
}

test('papers come in, are named by the rule, looked at, corrected and taken away', async ({ page }) => {
  const c = await customer(page.request);
  await enter(page, c);
  await expect(page.getByText('还没有附件')).toBeVisible();
  await choose(page).setInputFiles([picture('营业执照扫描.png'), paper('采购合同终稿.pdf'), paper('第二份合同.pdf')]);
  const staged = page.locator('.files-new .staged li');
  await expect(staged).toHaveCount(3);
  const names = [`营业执照-${today()}.png`, `合同-${today()}.pdf`, `合同-${today()}-2.pdf`].map((x) => `${c.name}-${x}`);
  for (const [i, name] of names.entries()) await expect(staged.nth(i)).toContainText(name);
  await send(page).click();
  for (const name of names) await expect(page.locator('.filelist').getByRole('button', { name, exact: true })).toBeVisible();
  expect((await filesOf(page, c)).map((f) => f.name).sort()).toEqual([...names].sort());

  // the picture is drawn, larger and smaller, and the paper beside it page by page, in its Chinese font
  const asked: string[] = [];
  page.on('response', (r) => r.url().includes('/cmaps/') && asked.push(`${r.status()} ${r.url().split('/').at(-1)}`));
  await page
    .locator('.filelist')
    .getByRole('button', { name: names[0] as string, exact: true })
    .click();
  const viewer = page.locator('.viewer');
  const drawn = viewer.locator('img');
  await expect(drawn).toBeVisible();
  expect(await drawn.evaluate((i: HTMLImageElement) => [i.naturalWidth, i.naturalHeight])).toEqual([900, 640]);
  expect(await drawn.getAttribute('src')).toMatch(/^blob:/);
  const small = (await drawn.boundingBox())?.width ?? 0;
  await viewer.getByRole('button', { name: '放大' }).click();
  expect((await drawn.boundingBox())?.width ?? 0).toBeGreaterThan(small * 1.4);
  await page.keyboard.press('-');
  await page.keyboard.press('ArrowLeft');
  await expect(viewer.getByRole('heading')).toHaveText(/合同/);
  await expect(viewer.locator('canvas').first()).toBeVisible();
  await expect(viewer.getByRole('status')).toHaveText('第 1 / 3 页');
  await expect
    .poll(() =>
      viewer
        .locator('canvas')
        .first()
        .evaluate((x: HTMLCanvasElement) => {
          const d = x.getContext('2d')?.getImageData(0, 0, x.width, x.height).data ?? [];
          let [blue, black] = [0, 0];
          for (let i = 0; i < d.length; i += 4) {
            if ((d[i + 2] ?? 0) > 180 && (d[i] ?? 0) < 90) blue++;
            if ((d[i] ?? 255) < 80 && (d[i + 2] ?? 255) < 80) black++;
          }
          return blue > 1000 && black > 200;
        }),
    )
    .toBe(true);
  expect(asked.some((x) => x.startsWith('200 ') && x.includes('GB'))).toBe(true);
  await viewer.locator('.viewer-b').evaluate((x) => x.scrollTo(0, x.scrollHeight));
  await expect(viewer.getByRole('status')).toHaveText('第 3 / 3 页');
  await page.keyboard.press('Escape');
  await expect(viewer).toBeHidden();
  await expect(page.locator('.filelist').getByRole('button', { name: names[0] as string, exact: true })).toBeFocused();

  // kept under its name, found by its kind
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: `下载 ${names[0]}` }).click()]);
  expect(saved.suggestedFilename()).toBe(names[0]);
  expect(readFileSync(await saved.path())).toEqual(png());
  await page.getByRole('button', { name: /^合同 2/ }).click();
  await expect(page.locator('.filelist li')).toHaveCount(2);
  await page.getByRole('button', { name: /^全部 3/ }).click();

  const second = page.locator('.filelist li').filter({ hasText: names[2] });
  await second.getByRole('button', { name: /更多操作/ }).click();
  await page.getByRole('menuitem', { name: '改类型' }).click();
  await page.getByRole('menuitem', { name: '补充协议' }).click();
  await expect(page.locator('.filelist')).toContainText(`${c.name}-补充协议-${today()}.pdf`);
  await toast(page, '类型已改为').getByRole('button', { name: '撤销' }).click();
  await expect(page.locator('.filelist')).toContainText(names[2] as string);
  await second.getByRole('button', { name: /更多操作/ }).click();
  await page.getByRole('menuitem', { name: '删除' }).click();
  await expect(page.getByRole('dialog')).toContainText('任何人都无法找回');
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).click();
  await expect(page.locator('.filelist li')).toHaveCount(2);
  expect(await filesOf(page, c)).toHaveLength(2);
});

test('strange names stay names: endless, in folders, turned round', async ({ page }) => {
  const c = await customer(page.request);
  await enter(page, c);
  const text = base64(pdf(1));
  await drop(page, [
    { name: `${'长'.repeat(400)}.pdf`, text },
    { name: '..\\..\\windows\\system32\\合同.pdf', text },
    { name: '发票\u202efdp.exe.pdf', text },
    { name: '<img src=x onerror=ran=1>&"\'.pdf', text },
    { name: '付款\u202efdp.exe', text },
  ]);
  await expect(page.locator('.staged li')).toHaveCount(5);
  await send(page).click();
  await expect(page.locator('.filelist li')).toHaveCount(4);
  await expect(page.locator('.files-new li')).toContainText('支持');
  const kept = await filesOf(page, c);
  for (const f of kept) {
    expect(f.name).toMatch(new RegExp(`^${c.name}-[^/\\\\<>:"|?*\\u202e]+-${today()}(-\\d+)?\\.pdf$`));
    expect(f.original).not.toMatch(/[/\\<>:"|?*\u202e]/);
    expect([...f.original].length).toBeLessThanOrEqual(120);
    expect(f.original.endsWith('.pdf')).toBe(true);
  }
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing hangs over the edge').toBe(true);
});

test('files that pretend are refused or lie still', async ({ page, context }) => {
  const c = await customer(page.request);
  const ran = `<script>try{(top||window).ran=1}catch(e){}window.ran=1;document.title='ran'</script>`;
  const html = `<!DOCTYPE html><html><body>${ran}<img src=x onerror="window.ran=1"></body></html>`;
  for (const [name, content, type] of [
    ['图.svg', `<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran=1">${ran}</svg>`, 'image/svg+xml'],
    ['图.png', `<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran=1"/>`, 'image/png'],
    ['页.html', html, 'text/html'],
    ['合同.pdf', html, 'application/pdf'],
    ['说明.txt', html, 'text/plain'],
    ['合同.docx', html, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['装.exe', 'MZ\x90\x00', 'application/octet-stream'],
  ] as const) {
    const { status, body } = await put(page, c, name, content, type);
    expect([status, body.code], name).toEqual([415, 'attachment_type']);
  }
  // what is a true beginning of another kind is kept, and stays a file
  const action = `/OpenAction << /S /JavaScript /JS (app.alert\\(1\\); this.ran = 1; eval\\('window.ran=1'\\)) >>`;
  const kept: Kept[] = [];
  for (const [name, content] of [
    ['多义.pdf', pdf(1, { open: action, tail: html })],
    ['坏.pdf', `%PDF-1.4\n${html}`],
    ['动.gif', `GIF89a/*${html}*/=0;window.ran=1`],
    ['图.jpg', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(html)])],
    ['表.docx', Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.from(html)])],
    ['表.csv', `=cmd|' /C calc'!A0,"${ran}"`],
    ['字.txt', `普通文字 ${ran}`],
  ] as const) {
    const { status, body } = await put(page, c, name, content);
    expect(status, name).toBe(201);
    kept.push(body);
  }
  const dialogs: string[] = [];
  const refused: string[] = [];
  page.on('dialog', (d) => {
    dialogs.push(d.message());
    void d.dismiss();
  });
  // Playwright's own recorder of traces asks for the picture's blob once more
  page.on('console', (m) => /Content Security Policy/i.test(m.text()) && !/Connecting to 'blob:/.test(m.text()) && refused.push(m.text()));
  await enter(page, c);
  const viewer = page.locator('.viewer');
  for (const f of kept) {
    await page.locator('.filelist').getByRole('button', { name: f.name, exact: true }).click();
    await expect(viewer.getByRole('heading').first()).toHaveText(f.name);
    await expect(viewer.locator('canvas, pre, .empty, img').first(), f.original).toBeVisible();
    await expect(viewer.locator('iframe, object, embed, script, .annotationLayer, form')).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(viewer).toBeHidden();
  }
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  expect(dialogs).toEqual([]);
  expect(refused, 'nothing even asked for what the policy refuses').toEqual([]);
  expect(await page.title()).not.toBe('ran');

  // and its address opened as a page is a download, whatever it holds
  for (const f of kept) {
    const answer = await page.request.get(`/api/v1/attachments/${f.id}/content`);
    const h = answer.headers();
    expect(h['content-disposition'], f.original).toMatch(/^attachment; /);
    expect(h['x-content-type-options']).toBe('nosniff');
    expect(h['content-security-policy']).toBe("sandbox; default-src 'none'");
    expect(h['content-type']).not.toMatch(/html|svg|javascript/);
    const tab = await context.newPage();
    const saved = tab.waitForEvent('download');
    await tab.goto(`/api/v1/attachments/${f.id}/content`).catch((e) => expect(String(e)).toMatch(/Download is starting|ERR_ABORTED/));
    expect((await saved).suggestedFilename()).toBe(f.name);
    expect(tab.url()).toBe('about:blank');
    await tab.close();
  }
  // not even where another page of ours would have it as a frame
  const framed = await page.evaluate(async (id) => {
    const frame = document.createElement('iframe');
    frame.src = `/api/v1/attachments/${id}/content`;
    document.body.append(frame);
    await new Promise((done) => setTimeout(done, 800));
    const inside = frame.contentDocument?.body?.innerHTML ?? '';
    frame.remove();
    return inside;
  }, kept[0]?.id);
  expect(framed).not.toContain('script');
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
});

test('what is too large is not sent, what fails is sent again, what is unwanted is stopped', async ({ page }) => {
  const c = await customer(page.request);
  await enter(page, c);
  let sent = 0;
  let away = true;
  await page.route('**/attachments', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    sent++;
    return away ? route.abort() : route.fallback();
  });
  await page.locator('.files').evaluate((box) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array((20 << 20) + 1)], '太大.pdf'));
    box.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  await choose(page).setInputFiles(paper('合同.pdf', 1));
  await expect(page.locator('.staged li.wrong')).toContainText('超过 20 MB');
  await send(page).click();
  await expect(page.locator('.staged li.wrong')).toHaveCount(2);
  expect(sent).toBe(1);
  await expect(page.getByRole('button', { name: /重新上传/ })).toHaveCount(1);
  away = false;
  await page.getByRole('button', { name: '重新上传 合同.pdf' }).click();
  await expect(page.locator('.filelist li')).toHaveCount(1);
  await page.getByRole('button', { name: '不再显示 太大.pdf' }).click();
  await expect(page.locator('.staged li')).toHaveCount(0);
  await page.unroute('**/attachments');
  await page.route('**/attachments', (route) => (route.request().method() === 'POST' ? undefined : route.fallback()));
  await choose(page).setInputFiles(paper('不要了.pdf', 1));
  await send(page).click();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await page.getByRole('button', { name: '取消上传 不要了.pdf' }).click();
  await expect(page.locator('.staged li')).toHaveCount(0);
  expect(await filesOf(page, c)).toHaveLength(1);
});

test('a follow-up keeps its files, and outlives one that fails', async ({ page }) => {
  const c = await customer(page.request);
  await page.goto(`/customers/${c.id}`);
  const composer = page.locator('.composer');
  await composer.locator('input[type=file][multiple]').setInputFiles([picture('现场照片1.png'), paper('报价单.pdf', 2)]);
  await expect(composer.locator('.staged li')).toHaveCount(2);
  await composer.getByLabel('跟进内容').or(composer.getByRole('textbox').first()).first().fill('到现场看了二号车间，发了报价单');
  let away = true;
  await page.route('**/attachments', (route) =>
    away && route.request().method() === 'POST' && (route.request().postDataBuffer()?.includes(Buffer.from('%PDF')) ?? false)
      ? route.abort()
      : route.fallback(),
  );
  await composer.getByRole('button', { name: /^记录/ }).click();
  const entry = page.locator('.tl > li').filter({ hasText: '二号车间' });
  await expect(entry.getByRole('button', { name: /^打开 / })).toHaveCount(1);
  const dock = page.getByRole('region', { name: '上传' });
  await expect(dock).toContainText('报价单.pdf');
  await expect(dock).toContainText('1 个文件没有上传');
  await expect(composer.locator('.staged li')).toHaveCount(0);
  away = false;
  await dock.getByRole('button', { name: '重新上传 报价单.pdf' }).click();
  await expect(entry.getByRole('button', { name: /^打开 / })).toHaveCount(2);
  await expect(dock).toBeHidden();
  await entry.getByRole('button', { name: /^打开 .*报价单/ }).click();
  await expect(page.locator('.viewer canvas').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: /附件/ }).click();
  await expect(page.locator('.filelist li').filter({ hasText: '跟进' })).toHaveCount(2);
});

test('on a phone: a follow-up with a picture from its sheet, and a finger turns the page @phone', async ({ page }) => {
  const c = await customer(page.request);
  await put(page, c, '合同.pdf', pdf(2));
  await page.goto(`/customers/${c.id}`);
  await page.locator('.actbar').getByRole('button', { name: '写跟进' }).tap();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('textbox').first().fill('门店走了一圈，拍了货架');
  await sheet.getByRole('button', { name: '附件' }).tap();
  await expect(page.getByRole('menuitem', { name: '拍照' })).toBeVisible();
  await page.keyboard.press('Escape');
  await sheet.locator('input[capture=environment]').setInputFiles(picture('IMG_2031.png'));
  await expect(sheet.locator('.staged li')).toHaveCount(1);
  await sheet.getByRole('button', { name: /^记录/ }).tap();
  await expect(sheet).toBeHidden();
  await expect(page.locator('.tl').getByRole('button', { name: /^打开 / })).toHaveCount(1);
  await page.goto(`/customers/${c.id}?tab=files`);
  await expect(page.getByRole('tab', { name: /附件/ })).toBeInViewport({ ratio: 1 });
  await page.locator('.fopen').first().tap();
  const heading = page.locator('.viewer h2');
  await expect(heading).toHaveText(/png$/);
  const hand = await page.context().newCDPSession(page);
  const drag = async (from: number, to: number) => {
    const at = (x: number) => [{ x, y: 420 }];
    await hand.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(from) });
    for (const x of [(from * 2 + to) / 3, (from + to * 2) / 3, to])
      await hand.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(x) });
    await hand.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  };
  await drag(320, 80);
  await expect(heading).toHaveText(/pdf$/);
  await expect(page.locator('.viewer canvas').first()).toBeVisible();
  await drag(80, 320);
  await expect(heading).toHaveText(/png$/);
  for (const box of await page.locator('.viewer').getByRole('button').all())
    expect((await box.boundingBox())?.height ?? 0).toBeGreaterThanOrEqual(40);
});

test('who only looks sees that there is one, and why it stays shut', async ({ page, as }) => {
  const c = await customer(page.request);
  await put(page, c, '合同.pdf', pdf(1));
  const other = await as('marketing');
  await enter(other, c);
  const row = other.locator('.filelist li');
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('只有能跟进这个客户的人可以打开');
  await expect(row.getByRole('button')).toHaveCount(0);
  await expect(row.getByRole('link')).toHaveCount(0);
  await expect(other.getByRole('button', { name: '选择文件' })).toHaveCount(0);
  await expect(row).not.toContainText('合同.pdf', { useInnerText: true });
});

test('axe: papers, what is on its way and what is looked at @both', async ({ page, isMobile }) => {
  test.slow();
  const c = await customer(page.request);
  await put(page, c, '营业执照.png', png());
  await put(page, c, '合同.pdf', pdf(3));
  await put(page, c, '说明.txt', '交期四周\n'.repeat(80));
  await put(page, c, '方案.zip', Buffer.from('PK\x03\x04rest', 'latin1'));
  await enter(page, c);
  if (isMobile) {
    await expect(page.getByRole('button', { name: '拍照' })).toBeVisible();
    expect(await page.locator('input[capture=environment]').first().getAttribute('accept')).toBe('image/*');
  }
  await choose(page).setInputFiles([paper('新合同.pdf', 1), { name: '空.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) }]);
  const wear = (theme: string) =>
    page.evaluate((x) => {
      document.documentElement.dataset.theme = x;
    }, theme);
  const twice = async (where: string) => {
    await settled(page);
    await wear('light');
    await check(page, where);
    await wear('dark');
    await still(page);
    await check(page, `${where}, dark`, ['color-contrast']);
    await wear('light');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), where).toBe(true);
  };
  await twice('the tab');
  await page.route('**/attachments', (route) => (route.request().method() === 'POST' ? undefined : route.fallback()));
  await send(page).click();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await twice('on their way');
  for (const [what, seen] of [
    ['.png', 'img'],
    ['.pdf', 'canvas'],
    ['.txt', 'pre'],
    ['.zip', '.empty'],
  ]) {
    await page
      .locator('.fopen')
      .filter({ hasText: what as string })
      .click();
    await expect(
      page
        .locator('.viewer')
        .locator(seen as string)
        .first(),
    ).toBeVisible();
    await twice(`a ${what}`);
    await page.keyboard.press('Escape');
    await expect(page.locator('.viewer')).toBeHidden();
  }
});
