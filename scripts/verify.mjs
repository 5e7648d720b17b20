/** Everything that holds the shape of the tree and needs no service: `npm run verify`. Exits 1 when a check fails. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const AT_ONCE = Math.min(2, availableParallelism());

const TSC = 'node_modules/typescript/bin/tsc';

/** Longest first, so that the last one to finish is short. */
const CHECKS = [
  { name: 'lint', run: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'] },
  { name: 'types', run: [TSC, '-p', 'tsconfig.json', '--noEmit'] },
  { name: 'types of specs', run: [TSC, '-p', 'tsconfig.spec.json', '--noEmit'] },
  { name: 'format', run: ['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn'] },
  {
    name: 'shape',
    run: ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '-c', 'jest.shape.config.mjs', '--silent'],
  },
  { name: 'unused', run: ['node_modules/knip/bin/knip.js', '--no-progress'] },
  { name: 'types of admin-ui', run: [TSC, '-p', 'admin-ui/tsconfig.json'] },
  { name: 'documents', run: ['scripts/graphql-types.mjs', '--check'] },
  { name: 'types of e2e', run: [TSC, '-p', 'tsconfig.e2e.json'] },
];

/** Runs one check in a process of its own and keeps what it prints. */
function run({ name, run: args }) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(process.execPath, ['--no-warnings', ...args], { cwd: ROOT });
    const end = (ok) => resolve({ name, ok, output, seconds: (performance.now() - startedAt) / 1000 });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => {
      output += error.message;
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}

async function runAll(checks) {
  const waiting = [...checks];
  const results = [];
  const worker = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) results.push(await run(check));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

function print(results, seconds) {
  for (const { name, output } of results.filter((each) => !each.ok)) console.log(`\n--- ${name} ---\n${output.trim()}`);
  const width = Math.max(...CHECKS.map((check) => check.name.length));
  const line = (name, time, result) =>
    console.log(`${name.padEnd(width)}  ${time.toFixed(1).padStart(5)} s  ${result}`);
  console.log('');
  for (const { name, ok, seconds: time } of results) line(name, time, ok ? 'ok' : 'FAILED');
  line('all', seconds, results.every((each) => each.ok) ? 'ok' : 'FAILED');
}

const startedAt = performance.now();
if (existsSync(join(ROOT, 'scripts/install.mjs'))) {
  const { installIfNeeded } = await import('./install.mjs');
  await installIfNeeded();
}
const results = await runAll(CHECKS);
print(results, (performance.now() - startedAt) / 1000);
process.exitCode = results.every((each) => each.ok) ? 0 : 1;
