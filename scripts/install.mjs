import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LOCK_FILE = join(ROOT, 'package-lock.json');
const STAMP = join(ROOT, 'node_modules', '.tollkeeper-lock');
const NPM_RECORD = join(ROOT, 'node_modules', '.package-lock.json');
const MUTEX = join(ROOT, '.installing');
const HEARTBEAT_MS = 2_000;
const STALE_MS = 30_000;
const MIN_NODE = [20, 19];
const SHOWN_LINES = 25;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const lockHash = () => createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex');
const isInstalled = () => read(STAMP) === lockHash();

/**
 * Installs the locked packages when they are missing or are those of another lock file.
 * @throws Error with npm's last words
 */
export async function installIfNeeded(progress = (line) => console.log(`  ${line}`)) {
  checkNode();
  if (isInstalled()) return;
  await withMutex(progress, async () => {
    if (isInstalled()) return;
    if (!isRecorded()) await runNpm(progress);
    writeFileSync(STAMP, lockHash());
  });
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return;
  console.error(`Tollkeeper needs Node.js ${MIN_NODE.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

/** Somebody may have run `npm ci` by hand, as the image does: npm's own record then has every package of ours. */
function isRecorded() {
  const record = read(NPM_RECORD);
  if (record === null) return false;
  const installed = JSON.parse(record).packages;
  return Object.entries(JSON.parse(readFileSync(LOCK_FILE, 'utf8')).packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .every(([path, wanted]) => {
      const found = installed[path];
      if (!found) return Boolean(wanted.optional || wanted.devOptional || wanted.peer);
      return found.version === wanted.version && found.integrity === wanted.integrity;
    });
}

/** The file is made by one process only, which touches it while it works; one whose process is gone is taken away. */
async function withMutex(progress, work) {
  const own = `${process.pid} ${randomBytes(6).toString('hex')}`;
  for (let hasTold = false; !tryMutex(own); await pause(500)) {
    const holder = read(MUTEX);
    if (holder === null) continue;
    if (isStale(holder)) takeAway(holder);
    else if (!hasTold) progress('waiting for another process that installs the packages');
    hasTold = true;
  }
  const heartbeat = setInterval(touch, HEARTBEAT_MS);
  try {
    await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(MUTEX, { force: true });
  }
}

function touch() {
  if (existsSync(MUTEX)) utimesSync(MUTEX, new Date(), new Date());
}

function tryMutex(own) {
  try {
    writeFileSync(MUTEX, own, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Without a text it was made just now. An id that lives may be another process's by now, but that one does not touch. */
function isStale(holder) {
  const touchedMs = statSync(MUTEX, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return (holder !== '' && !isAlive(Number.parseInt(holder, 10))) || Date.now() - touchedMs > STALE_MS;
}

/** Moved and looked at again: by now it may be the fresh one of a process that was quicker. */
function takeAway(holder) {
  const away = `${MUTEX}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(MUTEX, away);
    const moved = read(away);
    if (moved !== holder) writeFileSync(MUTEX, moved, { flag: 'wx' });
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(away, { force: true });
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
  rmSync(STAMP, { force: true });
  const startedMs = Date.now();
  const seconds = () => Math.round((Date.now() - startedMs) / 1000);
  const done = showWaiting(progress, () => `installing the locked packages ... ${seconds()} s`);
  const output = [];
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const child = spawn(npm, ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => output.push(String(text)));
  const unhandle = endTogether(child);
  const code = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, signal) => resolve(status ?? signal));
  });
  unhandle();
  done();
  if (code === 0) return progress(`packages installed in ${seconds()} s`);
  const lastWords = output.join('').trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
  throw new Error(`The packages could not be installed (npm ci: ${code}). Its last words:\n\n${lastWords}`);
}

/** An npm that outlives us would write to the same folder as that of the next start. */
function endTogether(child) {
  const stop = (signal) => {
    child.kill(signal);
    child.once('exit', () => {
      rmSync(MUTEX, { force: true });
      process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop);
  return () => ['SIGINT', 'SIGTERM'].forEach((signal) => process.off(signal, stop));
}

/** One line that counts on a terminal; elsewhere a line at first and every ten seconds. */
function showWaiting(progress, text) {
  const isTerminal = process.stdout.isTTY === true;
  const show = () => (isTerminal ? process.stdout.write(`\r  ${text()}`) : progress(text()));
  show();
  const timer = setInterval(show, isTerminal ? 1_000 : 10_000);
  return () => {
    clearInterval(timer);
    if (isTerminal) process.stdout.write('\r\x1b[K');
  };
}

/** Null when there is no such file. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}
