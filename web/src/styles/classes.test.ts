import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Sheets of styles are loaded as pages are opened, and stay: a class that two of them make would look one way or the other by the road that was taken. */
it('no class is made in two sheets', () => {
  const made = new Map<string, Set<string>>();
  for (const file of readdirSync(import.meta.dirname).filter((f) => f.endsWith('.css'))) {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    let depth = 0;
    for (const [, before = '', brace] of text.matchAll(/([^{}]*)([{}])/g)) {
      if (brace === '{' && depth++ === 0)
        for (const selector of before.split(',').map((s) => s.trim()))
          if (/^\.[a-z0-9-]+$/.test(selector)) made.set(selector, (made.get(selector) ?? new Set()).add(file));
      if (brace === '}') depth--;
    }
  }
  expect(made.size).toBeGreaterThan(300);
  expect([...made].filter(([, files]) => files.size > 1).map(([c, files]) => `${c}: ${[...files].join(', ')}`)).toEqual([]);
});

it('every style and component names only tokens that there are', () => {
  const files = readdirSync(join(import.meta.dirname, '..'), { recursive: true, encoding: 'utf8' }).filter((f) => /\.(css|tsx?)$/.test(f));
  const texts = files.map((f) => readFileSync(join(import.meta.dirname, '..', f), 'utf8'));
  const made = new Set(texts.flatMap((text) => [...text.matchAll(/['"\s{;](--[a-z][a-z0-9-]*)['"]?\s*\]?\s*:/g)].map((m) => m[1])));
  const named = new Set(texts.flatMap((text) => [...text.matchAll(/var\((--[a-z][a-z0-9-]*)/g)].map((m) => m[1])));
  expect([...named].filter((name) => !made.has(name))).toEqual([]);
});

const light = (hex: string) => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);

/** WCAG 2.2 §1.4.3. Axe sees only what a journey opens; a chosen row or a hovered line with a quiet word in it is found here. */
it('every tone of text is readable on every ground, light and dark', () => {
  const text = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
  const poor: string[] = [];
  for (const theme of ['light', 'dark']) {
    const block = text.split(`[data-theme="${theme}"] {`)[1]?.split('}')[0] ?? '';
    const of = Object.fromEntries([...block.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1], m[2] as string]));
    const grounds = ['bg', 'bg-side', 'bg-sub', 'bg-hover', 'bg-active', 'bg-raise', 'brand-soft', 'gray-s'];
    const pairs = ['tx', 'tx-2', 'tx-3', 'brand-tx'].flatMap((tx) => grounds.map((bg) => [tx, bg]));
    for (const hue of ['gray', 'blue', 'violet', 'amber', 'orange', 'green', 'red', 'teal'])
      pairs.push([`${hue}-t`, `${hue}-s`], [`${hue}-t`, 'bg']);
    for (const [tx = '', bg = ''] of pairs) {
      const got = contrast(of[tx] ?? '#ffffff', of[bg] ?? '#ffffff');
      if (got < 4.5) poor.push(`${theme}: ${tx} on ${bg} ${got.toFixed(2)}`);
    }
  }
  expect(poor).toEqual([]);
});
