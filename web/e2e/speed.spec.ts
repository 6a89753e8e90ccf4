import { customer, expect, stateOf, test } from './lib';

test.use({ storageState: stateOf('sales') });

/** Nothing jumps while a page fills, and rows are there soon; the numbers stand in the report. */
test('no layout shift on list and customer, rows at once @both', async ({ page, isMobile }, info) => {
  const c = await customer(page.request, { tags: ['urgent_delivery'], grade: 'A' });
  await page.addInitScript(() => {
    const seen = { shift: 0, what: [] as string[] };
    (window as unknown as { seen: typeof seen }).seen = seen;
    new PerformanceObserver((list) => {
      for (const e of list.getEntries() as unknown as { value: number; hadRecentInput: boolean; sources?: { node?: Element }[] }[])
        if (!e.hadRecentInput) {
          seen.shift += e.value;
          seen.what.push(`${e.value.toFixed(4)} ${(e.sources ?? []).map((s) => s.node?.className ?? s.node?.nodeName).join(',')}`);
        }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const rows = isMobile ? '.mlist li a' : '.tbl tbody tr:not(.late-show)';
  for (const [name, path, there] of [
    ['list', '/customers', rows],
    ['customer', `/customers/${c.id}`, '.tl li'],
  ] as const) {
    await page.goto(path);
    await page.locator(there).first().waitFor();
    const at = await page.evaluate(() => performance.now());
    await page.waitForLoadState('networkidle');
    const { shift, what } = await page.evaluate(() => (window as unknown as { seen: { shift: number; what: string[] } }).seen);
    const text = `${info.project.name} ${name}: rows after ${Math.round(at)} ms, CLS ${shift.toFixed(4)}`;
    info.annotations.push({ type: 'speed', description: text });
    console.log(text);
    expect(shift, what.join('\n')).toBeLessThan(0.01);
    expect(at).toBeLessThan(3000);
  }
});
