import { customer, expect, stateOf, test } from './lib';
import { check, settled } from './look';

test.use({ storageState: stateOf('sales') });

test('the palette acts on the customer whose page is open, and knows acts by their initials', async ({ page }) => {
  const c = await customer(page.request);
  await page.goto(`/customers/${c.id}`);
  await expect(page.getByRole('heading', { level: 1, name: c.name })).toBeVisible();
  const box = page.getByPlaceholder(/搜索名称、拼音、电话/);
  const here = page.locator('[cmdk-group]').filter({ has: page.locator('[cmdk-group-heading]', { hasText: c.name }) });
  const open = async () => {
    await page.keyboard.press('Control+k');
    await expect(box).toBeFocused();
  };
  await open();
  await here.getByRole('option', { name: '移到需求明确' }).click();
  await expect(page.locator('.stagebar [aria-checked="true"]')).toContainText('需求明确');

  await open();
  await box.fill('xjdb');
  await here.getByRole('option', { name: '新建待办' }).click();
  await expect(page.getByRole('dialog')).toContainText(c.name);
  await page.keyboard.press('Escape');

  await open();
  await box.fill('czrz'); // 操作日志: not for sales
  await expect(page.getByRole('option', { name: '操作日志' })).toHaveCount(0);
  await box.fill('khfq');
  await page.getByRole('option', { name: '客户分群' }).click();
  await expect(page).toHaveURL(/\/segments$/);
});

test('? shows the keys that work, and no key while somebody types @both', async ({ page }) => {
  await page.goto('/');
  await settled(page);
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: '键盘快捷键' });
  await expect(sheet).toContainText('Ctrl');
  await settled(page);
  await check(page, 'keys');
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await page.keyboard.press('/');
  await expect(page.getByPlaceholder(/搜索名称、拼音、电话/)).toBeFocused();
  await page.keyboard.type('?');
  await expect(sheet).toBeHidden();
  await page.getByPlaceholder(/搜索名称、拼音、电话/).fill('jpkj');
  await page.getByRole('option', { name: '键盘快捷键' }).click();
  await expect(sheet).toBeVisible();
});
