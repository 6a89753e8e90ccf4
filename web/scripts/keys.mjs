// Writes the type of all word keys from the zh-CN files, so that a misspelt key does not compile.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', 'locale', 'zh-CN');
const keys = readdirSync(root)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => Object.keys(JSON.parse(readFileSync(join(root, name), 'utf8'))))
  .sort();
const out = join(import.meta.dirname, '..', 'src', 'app', 'keys.gen.ts');
const text = `// Made by scripts/keys.mjs from locale/zh-CN; do not edit.\nexport type Key =\n${keys.map((key) => `  | '${key}'`).join('\n')};\n`;
let old = '';
try {
  old = readFileSync(out, 'utf8');
} catch {
  // first run
}
if (old !== text) writeFileSync(out, text);
