import { api, brand, customer, expect, stateOf, test, toast } from './lib';
import { check, settled } from './look';

test.use({ storageState: stateOf('mate') });

test('phrases: what fits stands first, one tap writes it with the names, what was typed is kept @both', async ({ page }, info) => {
  test.setTimeout(120_000);
  const phone = info.project.name.includes('phone');
  const c = await customer(page.request, { contacts: [{ name: '温晓岚' }] });
  await page.goto(`/customers/${c.id}`);
  if (phone) await page.getByRole('button', { name: '写跟进' }).first().click();
  const box = page.getByLabel('跟进内容').first();
  await page.getByRole('button', { name: '话术', exact: true }).click();
  const panel = page.getByRole('dialog', { name: '话术', exact: true });
  await expect(panel.locator('.phrase').first()).toContainText('首次电话'); // by telephone, with a customer who is new
  await settled(page);
  await check(page, 'phrases: the panel');
  await panel.getByRole('searchbox').fill('jwx');
  await expect(panel.locator('.phrase').first()).toContainText('加微信');
  await panel.getByRole('searchbox').fill('');
  await page.keyboard.press('Enter');
  await expect(panel).toHaveCount(0);
  await expect(box).toHaveValue(new RegExp(`^温晓岚您好，我是.+${c.name}`));
  await expect(box).not.toHaveValue(/[{}]/);

  // what was typed becomes a phrase of one's own, with places instead of names
  const title = `问候${brand(3).name}`;
  await box.fill(`温晓岚您好，${c.name}的样品到了`);
  await page.getByRole('button', { name: '话术', exact: true }).click();
  await panel.getByRole('button', { name: '存为话术' }).click();
  const form = page.getByRole('dialog', { name: '新建话术' });
  await expect(form.getByLabel('内容')).toHaveValue('{联系人}您好，{客户}的样品到了');
  await form.getByLabel('标题').fill(title);
  await form.getByRole('button', { name: '保存' }).click();
  await expect(toast(page, '话术已保存')).toBeVisible();
  await box.fill('');
  await page.getByRole('button', { name: '话术', exact: true }).click();
  await panel.getByRole('button', { name: title }).click();
  await expect(box).toHaveValue(`温晓岚您好，${c.name}的样品到了`);

  // it is worded anew and thrown away where they are managed
  await page.getByRole('button', { name: '话术', exact: true }).click();
  await panel.getByRole('button', { name: '管理话术' }).click();
  const sheet = page.getByRole('dialog', { name: '话术', exact: true });
  await settled(page);
  await check(page, 'phrases: the sheet');
  await sheet.getByRole('button', { name: `话术“${title}”的操作` }).click();
  await page.getByRole('menuitem', { name: '编辑' }).click();
  const edit = page.getByRole('dialog', { name: '修改话术' });
  await edit.getByLabel('内容').fill('{联系人}，样品明天到');
  await edit.getByRole('button', { name: '保存' }).click();
  await expect(sheet.getByText('{联系人}，样品明天到')).toBeVisible();
  await sheet.getByRole('button', { name: `话术“${title}”的操作` }).click();
  await page.getByRole('menuitem', { name: '删除' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).last().click();
  await expect(sheet.getByText(title)).toHaveCount(0);
  const { items } = await api<{ items: { title: string }[] }>(page.request, 'GET', '/phrases');
  expect(items.some((p) => p.title === title)).toBe(false);

  // the company's are nobody's to change but the administrator's
  await sheet.getByText('公司', { exact: true }).click();
  await expect(sheet.getByText('发送报价')).toBeVisible();
  await expect(sheet.getByRole('button', { name: /话术“.+”的操作/ })).toHaveCount(0);
});
