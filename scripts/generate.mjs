import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installIfNeeded, ROOT } from './install.mjs';

await installIfNeeded();
const { buildServer } = await import('./build.mjs');
await buildServer((line) => console.log(`  ${line}`));

const { envExample } = await import('../dist/src/config/index.js');
writeFileSync(join(ROOT, '.env.example'), envExample());
const test = [join(ROOT, 'scripts', 'test.mjs'), 'test/contracts'];
const { status } = spawnSync(process.execPath, test, { stdio: 'inherit', env: { ...process.env, GENERATE: '1' } });
if (status) process.exit(status);
await import('./graphql-types.mjs');
