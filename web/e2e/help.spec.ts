import { expect, stateOf, test } from './lib';
import { both } from './look';

test.use({ storageState: stateOf('sales') });

test('help opens where the manual tells of the page, with its pictures, and finds a word @both', async ({ page, isMobile }) => {
  test.slow();
  if (isMobile) {
    await page.goto('/me');
    await page.getByRole('link', { name: '帮助' }).click();
    await page.getByRole('button', { name: '导入', exact: true }).click();
  } else {
    await page.goto('/imports');
    await page.getByRole('button', { name: '帮助' }).click();
  }
  await expect(page.getByRole('heading', { level: 2, name: '导入' })).toBeVisible();
  const picture = page.locator('.help article img').first();
  await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(100);
  await page.getByPlaceholder('在手册里找').fill('恢复码');
  await expect(page.locator('.help nav li').filter({ hasText: '登录' })).toBeVisible();
  await expect(page.locator('.help nav li').filter({ hasText: '公海' })).toHaveCount(0);
  await both(page, '/help');
});

test('the product can be put on the home screen of a phone @phone', async ({ page }) => {
  await page.goto('/');
  const address = await page.locator('link[rel=manifest]').getAttribute('href');
  const answer = await page.request.get(address ?? '');
  expect(answer.headers()['content-type']).toBe('application/manifest+json');
  const told = (await answer.json()) as { display: string; start_url: string; icons: { src: string; sizes: string; purpose: string }[] };
  expect([told.display, told.start_url]).toEqual(['standalone', '/']);
  expect(told.icons.map((i) => `${i.sizes} ${i.purpose}`)).toEqual(
    expect.arrayContaining(['192x192 any', '512x512 any', '512x512 maskable']),
  );
  for (const icon of told.icons) {
    const size = await page.evaluate(
      (src) =>
        new Promise<string>((done) => {
          const img = new Image();
          img.onload = () => done(`${img.naturalWidth}x${img.naturalHeight}`);
          img.onerror = () => done('broken');
          img.src = src;
        }),
      icon.src,
    );
    if (icon.sizes !== 'any') expect(size).toBe(icon.sizes);
    else expect(size).not.toBe('broken');
  }
});
