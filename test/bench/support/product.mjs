import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../dist/src/main.js', import.meta.url));
const MASTER_KEY = 'master-key-of-the-bench-0123456789abcdef';
const ENCRYPTION_KEY = 'encryption-key-of-the-bench-0123456789';
const READY = /ready at (http:\/\/\S+)/;
const START_MS = 60_000;

/**
 * A process of the product as in production, but that it logs no line for each request, as the peers do not.
 * @param flags for Node.js, such as a profiler's
 */
export async function startProduct(database, { flags = [] } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tollkeeper-bench-'));
  chmodSync(dataDir, 0o711);
  const own = {
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    MASTER_KEY,
    ENCRYPTION_KEY,
    PORT: '0',
    HOST: '127.0.0.1',
  };
  const env = {
    ...process.env,
    REDIS_URL: '',
    DEMO: 'off',
    LOG_LEVEL: 'warn',
    PROVIDER_URL_ALLOW: '127.0.0.1',
    ...own,
  };
  const child = spawn(process.execPath, [...flags, MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed); // Should this run break off, nobody else would end it.
  const stop = async () => {
    await stopped(child);
    process.off('exit', killed);
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const url = await addressOf(child);
    return { url, port: Number(new URL(url).port), pid: child.pid, admin: (...asked) => admin(url, ...asked), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The data of an operation of GraphQL that must succeed. */
async function admin(url, query, variables = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-admin-key': MASTER_KEY },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

function addressOf(child) {
  let output = '';
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`the product ${why}:\n${output}`));
    const timer = setTimeout(() => fail('was not ready in time'), START_MS);
    child.once('exit', (code) => fail(`ended with ${code}`));
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        if (output.length < 100_000) output += text;
        const found = READY.exec(output);
        if (!found) return;
        clearTimeout(timer);
        resolve(found[1]);
      });
    child.stderr.pipe(process.stderr);
  });
}

function stopped(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });
}
