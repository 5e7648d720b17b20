import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { findBinaries, program } from './binaries.js';
import { type Cluster, clusterPlace, ensureCluster, SUPERUSER } from './cluster.js';
import { isAlive, startTicks, waitForExit } from './process-info.js';
import { runAs, type RunAs } from './run-as.js';

export interface EmbeddedPostgres {
  /** URL of the database `tollkeeper` as its owner. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly progress: (line: string) => void;
  /** Settings of PostgreSQL beyond ours, for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

const DATABASE = 'tollkeeper';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;
const LOG_BYTES = 5 * 1024 * 1024;

/** Small, because it shares a machine with everything else; durable, because it holds money. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '80',
  shared_buffers: '32MB',
  wal_buffers: '1MB',
  max_wal_size: '256MB',
  autovacuum_max_workers: '2',
  max_parallel_workers: '0',
  io_method: 'sync',
  jit: 'off',
  log_min_messages: 'warning',
};

interface Running {
  readonly pid: number;
  readonly port: number;
  readonly child: ChildProcess | null;
}

/**
 * Starts a real PostgreSQL whose data lies in the data directory, or attaches to the one that a killed process left
 * running there.
 * @throws Error that says what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const user = runAs();
  const place = clusterPlace(options.dataDir, user);
  const bin = findBinaries(user, place.spare);
  if (!existsSync(join(place.dir, 'PG_VERSION'))) options.progress(`creating a database in ${place.dir}`);
  const cluster = ensureCluster(bin, place, options.dataDir, user);
  const log = join(options.dataDir, 'postgres.log');
  const running = attach(cluster) ?? (await launch(bin, cluster, user, { log, settings: options.settings ?? {} }));
  const url = (database: string): string =>
    `postgres://${SUPERUSER}:${encodeURIComponent(cluster.password)}@127.0.0.1:${running.port}/${database}`;
  try {
    await createDatabase(url('postgres'), running);
  } catch (error) {
    await stop(running);
    const why = `The embedded PostgreSQL did not come up: ${(error as Error).message}.`;
    throw new Error(`${why} Its log is ${log}.`, { cause: error });
  }
  return { url: url(DATABASE), stop: () => stop(running) };
}

/** The server that still runs on the cluster, if one does: the id in its file must be that of a postgres. */
function attach(cluster: Cluster): Running | null {
  const file = join(cluster.dir, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const [pidText, , startedAt, portText] = readFileSync(file, 'utf8').split('\n');
  const [pid, port] = [Number(pidText), Number(portText)];
  if (isAlive(pid) && port > 0 && isServer(pid, Number(startedAt))) return { pid, port, child: null };
  return null;
}

/** Without /proc an id that lives is taken at its word; PostgreSQL itself then refuses a second server. */
function isServer(pid: number, startedAt: number): boolean {
  if (startTicks(pid) === null) return true;
  const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  return commandLine.includes('postgres') && startedAt > 0;
}

async function launch(
  bin: string,
  cluster: Cluster,
  user: RunAs,
  how: { log: string; settings: Readonly<Record<string, string>> },
): Promise<Running> {
  const port = await freePort();
  const settings = Object.entries({ ...SETTINGS, ...how.settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  if (existsSync(how.log) && statSync(how.log).size > LOG_BYTES) renameSync(how.log, `${how.log}.1`);
  const log = openSync(how.log, 'a', 0o600);
  const child = spawn(program(bin, 'postgres'), ['-D', cluster.dir, '-p', String(port), ...settings], {
    ...user,
    cwd: '/',
    stdio: ['ignore', log, log],
    detached: true, // Ctrl-C must reach us alone: we stop it after the last call has been settled.
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
  return { pid: child.pid!, port, child };
}

/** Waits until the server answers, then makes our database if it is missing. */
async function createDatabase(url: string, running: Running): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    try {
      await client.connect();
      const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      const isStarting = code === 'ECONNREFUSED' || code === '57P03';
      if (!isStarting || !isAlive(running.pid) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    } finally {
      await client.end().catch(() => undefined); // A connection that never came up cannot be ended.
    }
  }
}

/** SIGINT ends sessions and shuts down cleanly; SIGQUIT stops at once, and the next start recovers. */
async function stop(running: Running): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!isAlive(running.pid)) return;
    process.kill(running.pid, signal);
    if (await waitForExit(running.pid, STOP_TIMEOUT_MS)) return;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
