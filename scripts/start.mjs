import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installIfNeeded, ROOT } from './install.mjs';

console.log('Tollkeeper');
// An image holds the built files alone.
if (existsSync(join(ROOT, 'src'))) {
  try {
    await installIfNeeded();
    const { buildIfStale } = await import('./build.mjs');
    await buildIfStale();
  } catch (error) {
    console.error(`\nTollkeeper cannot start.\n${error.message}`);
    process.exit(1);
  }
}
await import('../dist/src/main.js');
