// Writes web/src/api/schema.gen.ts from api/openapi.json; with --check it only says whether the committed one is current.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';

const here = import.meta.dirname;
const out = join(here, '..', '..', 'src', 'api', 'schema.gen.ts');
const document = JSON.parse(readFileSync(join(here, '..', '..', '..', 'api', 'openapi.json'), 'utf8'));
const made = `// Made by web/tools/api from api/openapi.json; do not edit.\n${astToString(await openapiTS(document))}`;
let old = '';
try {
  old = readFileSync(out, 'utf8');
} catch {
  // first run
}
if (old === made) process.exit(0);
if (process.argv.includes('--check')) {
  console.error('src/api/schema.gen.ts is not current: npm run api');
  process.exit(1);
}
writeFileSync(out, made);
