/** Runs the examples of README.md against the built product: `npm run examples`. Exits 1 when one of them fails. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildServer } from './build.mjs';
import { installIfNeeded, ROOT } from './install.mjs';

const START_MS = 90_000;
const STOP_MS = 40_000;
const EXAMPLE_MS = 30_000;
const ADDRESS = 'http://localhost:8003';
const PYTHON = '/usr/bin/python3';

/** What the blocks under a heading must print to have passed. */
const SECTIONS = [
  { heading: 'First job', expected: 'a total cost above zero', isPassed: (text) => costIn(text) > 0 },
  { heading: 'Make an organization and a team', expected: 'a key', isPassed: (text) => /"sk-\w{40,}"/.test(text) },
];
const RUNNERS = {
  bash: { program: 'bash', args: (code) => ['-euo', 'pipefail', '-c', code], lacks: () => missing('jq', 'jq') },
  ts: { program: process.execPath, args: (code) => ['--input-type=module', '-e', code], lacks: () => null },
  python: { program: PYTHON, args: (code) => ['-c', code], lacks: lacksRequests },
};

const costIn = (text) => Number(/Total cost: \$(\S+)/.exec(text)?.[1] ?? 0);
const works = (program, args) => spawnSync(program, args, { stdio: 'ignore', timeout: EXAMPLE_MS }).status === 0;
const missing = (program, name) => (works(program, ['--version']) ? null : `${name} is not installed`);

function lacksRequests() {
  return works(PYTHON, ['-c', 'import requests']) ? null : 'python3-requests is not installed';
}

/** The fenced blocks of the languages above, under one heading of the page. */
function blocksUnder(page, heading) {
  const [, section] = page.split(`\n## ${heading}\n`);
  if (section === undefined) throw new Error(`README.md has no heading '${heading}'`);
  const fences = section.split('\n## ')[0].matchAll(/^```(bash|ts|python)\n([^]*?)^```$/gm);
  return [...fences].map(([, language, code]) => ({ language, code }));
}

/** The product on a data directory of its own, which the user that runs PostgreSQL can pass through. */
async function startProduct() {
  const dataDir = mkdtempSync(join(tmpdir(), 'tollkeeper-examples-'));
  chmodSync(dataDir, 0o711);
  const unset = { DATABASE_URL: '', REDIS_URL: '', MASTER_KEY: '', ENCRYPTION_KEY: '', HOST: '', PUBLIC_URL: '' };
  const own = { DATA_DIR: dataDir, PORT: '0', DEMO: 'on', WORKER: 'on', LOG_LEVEL: 'warn' };
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'src', 'main.js')], {
    env: { ...process.env, ...unset, ...own },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    const isClean = await stopped(child);
    rmSync(dataDir, { recursive: true, force: true });
    return isClean;
  };
  try {
    const url = await addressOf(child);
    const secret = (name) => readFileSync(join(dataDir, name), 'utf8').trim();
    return { url, env: { TOLLKEEPER_KEY: secret('demo-key'), TOLLKEEPER_ADMIN_KEY: secret('master-key') }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The last line that the product prints says that the demo is there, too. */
function addressOf(child) {
  let output = '';
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`the product ${why}:\n${output}`));
    const timer = setTimeout(() => fail('was not ready in time'), START_MS);
    child.once('exit', (code) => fail(`ended with ${code}`));
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        output += text;
        if (!output.includes('Ctrl-C stops everything')) return;
        clearTimeout(timer);
        resolve(/ready at (http:\S+)/.exec(output)[1]);
      });
  });
}

function stopped(child) {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode === 0);
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
    child.kill('SIGTERM');
  });
}

function run({ language, code }, section, product) {
  const name = `${section.heading}, ${language}`;
  const { program, args, lacks } = RUNNERS[language];
  const lack = lacks();
  if (lack) return report(name, 'skipped', lack);
  const { status, stdout, stderr, error } = spawnSync(program, args(code.replaceAll(ADDRESS, product.url)), {
    env: { ...process.env, ...product.env },
    encoding: 'utf8',
    timeout: EXAMPLE_MS,
  });
  if (status === 0 && section.isPassed(stdout)) return report(name, 'passed', stdout.trim().split('\n').at(-1));
  return report(
    name,
    'failed',
    `expected ${section.expected}, got ${error ?? `status ${status}`}:\n${stdout}${stderr}`,
  );
}

function report(name, result, words) {
  console.log(
    `${result.padEnd(7)}  ${name}: ${words.length > 100 && result === 'passed' ? `${words.slice(0, 100)}...` : words}`,
  );
  return result;
}

await installIfNeeded();
await buildServer((line) => console.log(`  ${line}`));
const page = readFileSync(join(ROOT, 'README.md'), 'utf8');
const product = await startProduct();
const results = [];
try {
  for (const section of SECTIONS) {
    const blocks = blocksUnder(page, section.heading);
    if (blocks.length === 0) results.push(report(section.heading, 'failed', 'it has no examples'));
    for (const block of blocks) results.push(run(block, section, product));
  }
} finally {
  if (!(await product.stop())) results.push(report('stopping the product', 'failed', 'it did not end by itself'));
}
const count = (result) => results.filter((each) => each === result).length;
console.log(`\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
process.exitCode = count('failed') === 0 ? 0 : 1;
