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
