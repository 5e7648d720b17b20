import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STAMP = join(ROOT, 'node_modules', '.tollkeeper-lock');
const MUTEX = join(ROOT, '.installing');
const MIN_NODE = [20, 19];

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
const isInstalled = () => existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lockHash();

/** Installs the locked packages when they are missing or are those of another lock file. */
export async function installIfNeeded(progress = (line) => console.log(`  ${line}`)) {
  checkNode();
  if (isInstalled()) return;
  await withMutex(progress, async () => {
    if (isInstalled()) return;
    await runNpm(progress);
    writeFileSync(STAMP, lockHash());
  });
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return;
  console.error(`Tollkeeper needs Node.js ${MIN_NODE.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/** The file is made by one process only; one whose process is gone is taken away. */
async function withMutex(progress, work) {
  for (let told = false; ; told = true) {
    try {
      writeFileSync(MUTEX, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isAlive(Number(readFileSync(MUTEX, 'utf8')))) rmSync(MUTEX, { force: true });
      else if (!told) progress('waiting for another process that installs the packages');
      await pause(500);
    }
  }
  try {
    await work();
  } finally {
    rmSync(MUTEX, { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Development packages too, whatever NODE_ENV says: the build needs the compiler. */
async function runNpm(progress) {
  progress('installing the locked packages (once; about half a minute)');
  const startedMs = Date.now();
  const seconds = () => Math.round((Date.now() - startedMs) / 1000);
  const timer = setInterval(() => progress(`still installing, ${seconds()} s`), 10_000);
  const output = [];
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const child = spawn(npm, ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => output.push(String(text)));
  const code = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', resolve);
  });
  clearInterval(timer);
  if (code === 0) return progress(`packages installed in ${seconds()} s`);
  const lastWords = output.join('').split('\n').slice(-25).join('\n');
  throw new Error(`The packages could not be installed (npm ci: ${code}). Its last words:\n\n${lastWords}`);
}
