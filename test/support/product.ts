import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MASTER_KEY } from './app.js';
import type { Admin } from './world.js';

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const READY = /ready at (http:\/\/\S+)/;

export interface Product extends Admin {
  readonly url: string;
  readonly output: () => string;
  /** Sends the signal and resolves when the process is gone. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** The product as a process of its own, on its own embedded PostgreSQL. */
export async function startProduct(dataDir: string, env: Record<string, string> = {}): Promise<Product> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATA_DIR: dataDir,
      PORT: '0',
      MASTER_KEY,
      DEMO: 'off',
      LOG_LEVEL: 'warn',
      PROVIDER_URL_ALLOW: '127.0.0.1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const listen = (bytes: Buffer): void => {
      output += bytes.toString('utf8');
      const ready = READY.exec(output);
      if (ready) resolve(ready[1]!);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => reject(new Error(`the product ended with ${code}:\n${output}`)));
  });
  const gql: Admin['gql'] = async (query, variables = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-admin-key': MASTER_KEY },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.json() };
  };
  return { url, gql, output: () => output, stop: (signal) => stop(child, signal) };
}

function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
