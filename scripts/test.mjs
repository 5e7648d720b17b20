import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installIfNeeded, ROOT } from './install.mjs';

try {
  await installIfNeeded();
  const { buildServer } = await import('./build.mjs');
  await buildServer((line) => console.log(`  ${line}`));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
const node = ['--experimental-vm-modules', '--no-warnings'];
const child = spawn(process.execPath, [...node, jest, ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('close', (code) => process.exit(code ?? 1));
