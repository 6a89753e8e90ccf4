import { describe, expect, it } from 'vitest';
import document from '../../../api/openapi.json';

/** Every path that the sources ask for stands in the API document, with its method. The records themselves are checked by the compiler. */
const sources = import.meta.glob<string>(['../**/*.ts', '../**/*.tsx', '!../**/*.test.*'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
const METHOD = { get: 'get', call: 'get', post: 'post', patch: 'patch', remove: 'delete' } as const;
const CALL =
  /\b(get|call|post|patch|remove)(?:<(?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*>)?\(\s*(?:'(\/[^']*)'|`(\/(?:[^`$]|\$\{[^}]*\})*)`)(?:,\s*\{\s*method:\s*'([A-Z]+)')?/g;

const known = Object.entries(document.paths).map(([path, methods]) => ({
  parts: path.replace('/api/v1', '').split('/'),
  methods: Object.keys(methods),
}));
const asked = Object.entries(sources).flatMap(([file, text]) =>
  [...text.matchAll(CALL)].map((m) => ({
    file,
    method: m[4]?.toLowerCase() ?? METHOD[m[1] as keyof typeof METHOD],
    path: (m[2] ?? m[3] ?? '').replace(/\$\{[^}]*\}/g, '*'),
  })),
);
const fits = (part: string | undefined, other: string) => part === other || part === '*' || other.startsWith('{');

describe('what the interface asks for', () => {
  it('is found at all', () => expect(asked.length).toBeGreaterThan(50));
  it.each(asked.map((a) => [`${a.method} ${a.path}`, a] as const))('%s', (_name, a) => {
    const parts = a.path.split('/');
    const there = known.some(
      (k) => k.methods.includes(a.method) && k.parts.length === parts.length && k.parts.every((other, i) => fits(parts[i], other)),
    );
    expect(there, `${a.file}: ${a.method} ${a.path}`).toBe(true);
  });
});
