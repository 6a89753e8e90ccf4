import { api, customer, expect, person, stateOf, test } from './lib';

test.use({ storageState: stateOf('sales') });

test('what a colleague changes shows on an open page and list without reloading @both', async ({ page, as }) => {
  const c = await customer(page.request);
  const theirs = await as('lead'); // reaches what his department holds
  await theirs.goto(`/customers/${c.id}`);
  await expect(theirs.getByRole('heading', { name: c.name })).toBeVisible();
  await theirs.evaluate(() => {
    (window as unknown as { here: boolean }).here = true;
  });
  await page.goto(`/customers?q=${encodeURIComponent(c.name)}`);
  await expect(page.getByText(c.name).first()).toBeVisible();
  const streaming = theirs.waitForResponse((r) => r.url().endsWith('/events')).catch(() => null);
  await Promise.race([streaming, theirs.waitForTimeout(500)]);

  await api(page.request, 'POST', `/customers/${c.id}/follow-ups`, { method: 'call', content: '客户说下周二来看样品，带上红茶和白茶' });
  await expect(theirs.getByText('客户说下周二来看样品，带上红茶和白茶')).toBeVisible({ timeout: 10_000 });

  const now = await api<{ version: number; may: { transfer: boolean } }>(theirs.request, 'GET', `/customers/${c.id}`);
  await api(
    theirs.request,
    'POST',
    `/customers/${c.id}/transfer`,
    { to: person('mate').id, reason: 'other', note: '换人跟进' },
    now.version,
  );
  const row = page.locator('tr, .mlist li').filter({ hasText: c.name }).first();
  await expect(row).toHaveCount(0, { timeout: 12_000 }); // given away: told by a notice, and gone from the list
  expect(await theirs.evaluate(() => (window as unknown as { here?: boolean }).here)).toBe(true);
});
