/** `tollkeeper audit verify` of a checkout: builds what is stale first. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildServer } from './build.mjs';
import { installIfNeeded, ROOT } from './install.mjs';

const report = (line) => console.error(`  ${line}`);
try {
  await installIfNeeded(report);
  await buildServer(report);
} catch (error) {
  console.error(error.message);
  process.exit(2);
}

const cli = join(ROOT, 'dist', 'src', 'cli.js');
const child = spawn(process.execPath, [cli, 'audit', 'verify', ...process.argv.slice(2)], { stdio: 'inherit' });
child.once('close', (code) => process.exit(code ?? 2));
