import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { MASTER_KEY } from './app.js';
import type { Admin } from './world.js';

const fileOf = (name: string): string => fileURLToPath(new URL(`../../dist/src/${name}.js`, import.meta.url));
const READY = /ready at (http:\/\/\S+)/;
const WORKER_READY = /(worker is ready)/;

export interface Product extends Admin {
  readonly url: string;
  readonly output: () => string;
  /** Sends the signal and resolves when the process is gone. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

interface Process {
  /** What the pattern found in the output. */
  readonly found: string;
  readonly output: () => string;
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a program of the product, and resolves when its output matches the pattern. */
async function startProcess(program: string, pattern: RegExp, env: Record<string, string>): Promise<Process> {
  const child = spawn(process.execPath, [fileOf(program)], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, MASTER_KEY, DEMO: 'off', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const found = await new Promise<string>((resolve, reject) => {
    const listen = (bytes: Buffer): void => {
      output += bytes.toString('utf8');
      const match = pattern.exec(output);
      if (match) resolve(match[1]!);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}:\n${output}`)));
  });
  return { found, output: () => output, stop: (signal) => stop(child, signal) };
}

/** A port that nobody listens on, for a product that has to know its own address before it starts. */
export function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Queue and schedules alone, on a database that somebody else made. */
export const startWorker = (env: Record<string, string>): Promise<Process> => startProcess('worker', WORKER_READY, env);

/** The product as a process of its own, on its own embedded PostgreSQL. */
export async function startProduct(dataDir: string, env: Record<string, string> = {}): Promise<Product> {
  const own = { DATA_DIR: dataDir, PORT: '0', PROVIDER_URL_ALLOW: '127.0.0.1' };
  const { found: url, ...running } = await startProcess('main', READY, { ...own, ...env });
  const gql: Admin['gql'] = async (query, variables = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-admin-key': MASTER_KEY },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.json() };
  };
  return { url, gql, ...running };
}

function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
