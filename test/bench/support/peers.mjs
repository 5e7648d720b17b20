import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Never a dependency of the product: it is installed into a folder of its own, and found there by the next run. */
const PORTKEY = { name: '@portkey-ai/gateway', version: '1.15.2' };
const INSTALL_MS = 180_000;
const START_MS = 30_000;
const OPENED = new URL('../programs/open-answers.mjs', import.meta.url).href;

/** Portkey's gateway; or, when it cannot be installed or started, why. */
export async function startPortkey() {
  const prefix = join(tmpdir(), `tollkeeper-bench-portkey-${PORTKEY.version}`);
  const folder = join(prefix, 'node_modules', ...PORTKEY.name.split('/'));
  try {
    if (!existsSync(folder)) {
      const args = ['install', '--prefix', prefix, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
      await promisify(execFile)('npm', [...args, `${PORTKEY.name}@${PORTKEY.version}`], { timeout: INSTALL_MS });
    }
    return await start(join(folder, 'build', 'start-server.js'));
  } catch (error) {
    return { why: error.message.split('\n')[0] };
  }
}

async function start(program) {
  const port = await freePort();
  // Behind its switch it serves no pages; a vendor on this machine has to be named.
  const env = { ...process.env, NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1' };
  const child = spawn(process.execPath, ['--import', OPENED, program, '--headless', `--port=${port}`], {
    env,
    stdio: 'ignore',
  });
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed); // Should this run break off, nobody else would end it.
  const stop = () =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', resolve);
      process.off('exit', killed);
      return child.kill();
    });
  for (const deadline = Date.now() + START_MS; !(await answers(port));) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error('it does not start');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { port, pid: child.pid, stop };
}

const answers = (port) =>
  fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );

function freePort() {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
