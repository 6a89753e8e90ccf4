import { expect, stateOf, test, toast } from './lib';

test.use({ storageState: stateOf('sales') });

const stamp = () =>
  String(Date.now())
    .slice(-6)
    .replace(/\d/g, (d) => '甲乙丙丁戊己庚辛壬癸'[Number(d)] as string);

test('a messy sheet comes in, is mended on the screen, and is undone', async ({ page }) => {
  const mark = stamp();
  const text = `客户明细表,,,\n填表说明:带*的必填,,,\n*公司名称,来源,对接人,联系电话\n杭州${mark}精密机械有限公司,展会,张三（采购经理）,13800138000/0571-88886666\n苏州${mark}包装制品有限公司,老客户转介绍,王总,13700137000\n温州${mark}阀门有限公司,招投标,赵六,1380013800\n合计,3,,\n`;
  await page.goto('/imports/new');
  await page.setInputFiles('input[type="file"]', { name: `明细${mark}.csv`, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await expect(page.getByRole('heading', { name: `明细${mark}.csv` })).toBeVisible();
  await expect(page.getByText('138****8000').first()).toBeVisible();
  await expect(page.getByText('13800138000')).toHaveCount(0);
  await page.getByRole('button', { name: '检查', exact: true }).click();
  await expect(page.getByText('可以导入 2 行。 1 行有误')).toBeVisible();
  await page.getByRole('button', { name: /导入 2 行/ }).click();
  await expect(page.getByText('已导入 2 行')).toBeVisible();
  await page.reload();
  await page.locator('td.bad button').first().click();
  await page.keyboard.type('13600136000');
  await page.keyboard.press('Enter');
  await expect(toast(page, '第 6 行改好了')).toBeVisible();
  await page.getByRole('button', { name: '导入改好的行' }).click();
  await expect(page.getByText('0 行有误')).toBeVisible();
  await expect(page.getByRole('button', { name: '导入改好的行' })).toHaveCount(0);
  await page.goto(`/customers?q=${encodeURIComponent(mark)}`);
  await expect(page.getByRole('row').filter({ hasText: mark })).toHaveCount(3);
  await page.goto('/imports');
  await page.getByRole('button', { name: new RegExp(`明细${mark}`) }).click();
  await page.getByRole('button', { name: '撤销整次导入' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '撤销整次导入' }).click();
  await expect(page.getByText('已撤销，系统恢复到导入之前。')).toBeVisible();
  await page.goto(`/customers?q=${encodeURIComponent(mark)}`);
  await expect(page.getByText('没有符合条件的客户')).toBeVisible();
});

test('rows copied from a spreadsheet and pasted on the list come in', async ({ page }) => {
  const mark = stamp();
  await page.goto('/customers');
  await expect(page.getByRole('heading', { name: '客户', exact: true })).toBeVisible();
  await page.evaluate((rows) => {
    const data = new DataTransfer();
    data.setData('text/plain', rows);
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
  }, `客户名称\t联系人\t手机\n宁波${mark}家纺有限公司\t周七\t13500135000\n宁波${mark}电器有限公司\t吴八\t13500135001\n`);
  await expect(page.getByRole('button', { name: '检查', exact: true })).toBeVisible();
  await expect(page.getByText(`宁波${mark}家纺有限公司`).first()).toBeVisible();
});

test('what is no table is refused with the way to mend it', async ({ page }) => {
  await page.goto('/imports/new');
  await page.setInputFiles('input[type="file"]', {
    name: '旧表.xls',
    mimeType: 'application/vnd.ms-excel',
    buffer: Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Buffer.alloc(600)]),
  });
  await expect(page.getByRole('alert')).toContainText('xlsx');
});
