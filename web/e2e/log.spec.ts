import { customer, expect, stateOf, test } from './lib';

test.use({ storageState: stateOf('sales') });

test('who looked stands with the customer and in the log, which is searched, verified and given out', async ({ page, as }) => {
  const c = await customer(page.request);
  await page.goto(`/customers/${c.id}?tab=contacts`);
  await page.locator('.c-tab').getByTitle('查看号码').first().click();
  await expect(page.locator('.c-tab')).toContainText(c.mobile);
  await page.goto(`/customers/${c.id}?tab=history`);
  await page.getByRole('radio', { name: '谁看过' }).click();
  await expect(page.locator('.c-tab')).toContainText('手机');

  const auditor = await as('admin');
  await auditor.goto('/admin/audit?action=sensitive.');
  const table = auditor.getByRole('table');
  await expect(table).toContainText('查看号码');
  await expect(table).not.toContainText('新建客户');
  await auditor.goto(`/admin/audit?record=${c.id}`);
  await expect(table).toContainText('新建客户');
  await table.locator('button.link').first().click();
  const entry = auditor.getByRole('dialog', { name: '日志条目' });
  await expect(entry).toContainText('查看号码');
  await expect(entry).not.toContainText(c.mobile);
  await entry.getByRole('button', { name: '此人的其他操作' }).click();
  await expect(entry).toHaveCount(0);
  await expect(auditor).toHaveURL(/actor=/);

  await auditor.getByRole('button', { name: '立即校验' }).click();
  await expect(auditor.locator('.audit-verdict')).toContainText('完整', { timeout: 20_000 });
  await auditor.getByRole('button', { name: '清除筛选' }).click();
  await auditor.goto('/admin/audit?action=sensitive.');
  const file = auditor.waitForEvent('download');
  await auditor.getByRole('button', { name: '导出' }).click();
  await auditor.getByRole('dialog').getByRole('button', { name: '导出' }).click();
  expect((await file).suggestedFilename()).toContain('操作日志');

  // who may not read the log is not led there
  await page.goto('/admin/audit');
  await expect(page.locator('#main')).not.toContainText('立即校验');
});
