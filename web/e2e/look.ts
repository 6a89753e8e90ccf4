import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { expect } from './lib';

type Axe = {
  run: (
    on: Document,
    options: object,
  ) => Promise<{ violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[] }>;
};
const require = createRequire(createRequire(import.meta.url).resolve('@axe-core/playwright'));
const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const still = (page: Page) => page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => {}))));
export const settled = async (page: Page) => {
  await page.waitForLoadState('networkidle');
  await still(page);
};
/** What axe finds on the page as it stands. */
export async function check(page: Page, where: string, rules?: string[]) {
  // in the page itself: faster than a window of its own, and the policy of scripts stays as it is
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const found = await page.evaluate(async (only) => {
    const { violations } = await (window as unknown as { axe: Axe }).axe.run(document, {
      resultTypes: ['violations'],
      ...(only ? { runOnly: only } : {}),
    });
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary ?? ''}`).join(' | ')}`);
  }, rules);
  expect(found, where).toEqual([]);
}
/** Every rule in the light, and the contrast once more in the dark: nothing else knows of the theme. */
export async function both(page: Page, path: string) {
  await page.goto(path);
  await settled(page);
  const wear = (theme: string) =>
    page.evaluate((t) => {
      document.documentElement.dataset.theme = t;
    }, theme);
  const over = await page.evaluate(() => {
    const main = document.querySelector('#main');
    return main ? main.scrollWidth - main.clientWidth : 0;
  });
  expect(over, `${path}: nothing hangs over the edge`).toBeLessThanOrEqual(1);
  await wear('light');
  await check(page, path);
  await wear('dark');
  await still(page);
  await check(page, `${path}, dark`, ['color-contrast']);
}
