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
