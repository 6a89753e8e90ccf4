import { brand, creditCode, customer, digits, expect, stateOf, test, toast } from './lib';

test.use({ storageState: stateOf('sales') });

test('from quick add to a customer that has taken effect', async ({ page }) => {
  const name = `绍兴${brand().name}茶业有限公司`;
  await page.goto('/');
  await page.getByRole('button', { name: '新建', exact: true }).click();
  await page.getByRole('menuitem', { name: /新建客户/ }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('客户名称').fill(name);
  await sheet.getByLabel('联系人').fill('张佳怡');
  await sheet.getByLabel('电话或微信').fill(`1990000${digits(4)}`);
  await sheet.getByRole('button', { name: /^保存/ }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.locator('.c-head')).toContainText('草稿');

  const missing = page.locator('.c-head').getByRole('button', { name: /还差 \d+ 项可生效/ });
  await missing.click();
  await page.getByRole('menuitem', { name: '统一社会信用代码' }).click();
  await sheet.getByLabel('统一社会信用代码').fill(creditCode());
  await sheet.getByLabel('所属行业').click();
  await page.keyboard.type('精制茶');
  await page.locator('.ant-cascader-dropdown .ant-cascader-menu-item').filter({ hasText: '精制茶' }).first().click();
  await expect(sheet.locator('[data-field="industry"]')).toContainText('精制茶');
  await sheet.getByRole('button', { name: /^保存/ }).click();
  await expect(sheet).toBeHidden();

  await missing.click();
  await page
    .getByRole('menuitem', { name: /联系人：/ })
    .first()
    .click();
  await page.locator('.c-tab').getByRole('button', { name: '更多' }).click();
  await page.getByRole('menuitem', { name: '编辑' }).click();
  await sheet.getByLabel('职位').fill('采购经理');
  await sheet.locator('[data-field="role"] input').click();
  await page.getByTitle('采购人', { exact: true }).click();
  await sheet.getByRole('button', { name: /^保存/ }).click();
  await expect(sheet).toBeHidden();

  await page.locator('.c-head').getByRole('button', { name: '提交生效' }).click();
  await expect(toast(page, '客户已生效')).toBeVisible();
  await expect(page.locator('.c-head')).not.toContainText('草稿');
});

test('a follow-up in ten seconds: result, next step, promise', async ({ page }) => {
  const c = await customer(page.request);
  await page.goto(`/customers/${c.id}`);
  const composer = page.locator('.composer');
  const begun = Date.now();
  await composer.getByRole('button', { name: '要报价' }).click();
  await composer.getByLabel('跟进内容').press('End');
  await page.keyboard.type('，P300 两台，交期四周');
  await composer.getByRole('button', { name: '下一步' }).click();
  await page.keyboard.type(`发报价单给${c.person}`);
  await composer.getByRole('button', { name: '承诺', exact: true }).click();
  await composer.getByRole('button', { name: /我方承诺/ }).click();
  await composer.getByPlaceholder('答应了什么').fill('周五前寄样品');
  await composer.getByRole('button', { name: /^记录/ }).click();
  await expect(page.locator('.tl')).toContainText('要报价，P300 两台，交期四周');
  expect(Date.now() - begun).toBeLessThan(10_000);
  await expect(page.locator('.tl')).toContainText('我方承诺：周五前寄样品');
  await expect(page.locator('.rail .tip')).toContainText(`发报价单给${c.person}`);
  await page.getByRole('link', { name: '待办' }).click();
  await page
    .getByRole('tab', { name: '本周' })
    .or(page.getByRole('tab', { name: '全部' }))
    .last()
    .click();
  await expect(page.locator('.tasklist')).toContainText(`发报价单给${c.person}`);
});

test('vague wording gets a better one at one tap, and a draft survives a reload', async ({ page }) => {
  const c = await customer(page.request);
  await page.goto(`/customers/${c.id}`);
  const area = page.getByLabel('跟进内容');
  await area.fill('意向较强');
  await page.reload();
  await expect(area).toHaveValue('意向较强');
  await page.getByRole('button', { name: /^记录/ }).click();
  const hint = page.locator('.composer .notice');
  await expect(hint).toContainText('写具体些更有用');
  await hint.getByRole('button', { name: '换成这句' }).click();
  await expect(area).not.toHaveValue('意向较强');
  const better = await area.inputValue();
  await page.getByRole('button', { name: /^记录/ }).click();
  await expect(page.locator('.tl')).toContainText(better.slice(0, 8));
  await expect(area).toHaveValue('');
});

test('what is stored is the stage the chevron says, and undo brings it back', async ({ page }) => {
  const c = await customer(page.request);
  await page.goto(`/customers/${c.id}`);
  const bar = page.getByRole('radiogroup', { name: '阶段' });
  await bar.getByRole('radio', { name: '需求明确' }).click();
  await expect(toast(page, '已移到「需求明确」')).toBeVisible();
  await expect(bar.getByRole('radio', { name: '需求明确' })).toBeChecked();
  await toast(page, '已移到').getByRole('button', { name: '撤销' }).click();
  await expect(toast(page, '已撤销')).toBeVisible();
  await expect(bar.getByRole('radio', { name: '初步接洽' })).toBeChecked();
});

test('a lead may say that a code with wrong check digits is right', async ({ page, as }) => {
  const c = await customer(page.request);
  const code = creditCode();
  const wrong = code.slice(0, 17) + (code.endsWith('1') ? '2' : '1');
  const lead = await as('lead');
  await lead.goto(`/customers/${c.id}`);
  await lead.locator('.c-act').getByRole('button', { name: '更多' }).click();
  await lead.getByRole('menuitem', { name: '编辑资料' }).click();
  const sheet = lead.getByRole('dialog');
  await sheet.getByLabel('统一社会信用代码').fill(wrong);
  await sheet.getByRole('button', { name: /^保存/ }).click();
  const why = sheet.getByLabel('仍要使用的原因');
  await why.fill('营业执照原件如此');
  await sheet.getByRole('button', { name: /^保存/ }).click();
  await expect(sheet).toBeHidden();
  await lead.goto(`/customers/${c.id}?tab=fields`);
  await expect(lead.locator('.c-tab')).toContainText(wrong);
});
