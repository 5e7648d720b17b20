import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { createServer } from 'node:net';
import { type Binaries, program } from './binaries.js';
import type { ClusterPlace } from './cluster.js';
import { disownGone, type Postmaster, untilReady } from './postmaster.js';
import { serverProblem } from './problem.js';
import { pause, startTicks } from './process-info.js';
import { BARE_ENVIRONMENT } from './run-as.js';
import type { ServerLog } from './server-log.js';

type Settings = Readonly<Record<string, string>>;

export interface Launch {
  readonly binaries: Binaries;
  readonly place: ClusterPlace;
  readonly log: ServerLog;
  readonly settings: Settings;
  readonly progress: (line: string) => void;
}

/** Small, because it shares a machine with everything else; durable, because it holds money. */
const SETTINGS: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '80',
  shared_buffers: '32MB',
  wal_buffers: '1MB',
  max_wal_size: '256MB',
  autovacuum_max_workers: '2',
  max_parallel_workers: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
};

/** Settings that an older server would refuse to start with. */
const SINCE_18: Settings = { io_method: 'sync' };

/** A port can be taken between our look and the server's, and sessions of a killed server take a moment to end. */
const PASSING = /Address already in use|could not create any TCP\/IP sockets|pre-existing shared memory block/;
const MAX_TRIES = 8;
const BETWEEN_TRIES_MS = 500;

/**
 * Starts a server on the cluster and waits until it is ready.
 * @throws Error that says what to do, with the server's own words
 */
export async function launchServer(how: Launch): Promise<Postmaster> {
  for (let tries = 1; ; tries++) {
    disownGone(how.place.dir);
    const offset = how.log.size;
    const server = await spawnServer(how);
    if (server) return server;
    const words = how.log.since(offset);
    if (tries === MAX_TRIES || !PASSING.test(words))
      throw serverProblem(`The database in ${how.place.dir} does not start; its log is ${how.log.path}.`, words);
    await pause(BETWEEN_TRIES_MS);
  }
}

/** Null when the server ended before it was ready. */
async function spawnServer({ binaries, place, log, settings, progress }: Launch): Promise<Postmaster | null> {
  const port = await freePort();
  const all = { ...SETTINGS, ...(binaries.major >= 18 ? SINCE_18 : {}), ...settings };
  const given = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const output = log.open();
  const child = spawn(program(binaries.bin, 'postgres'), ['-D', place.dir, '-p', String(port), ...given], {
    ...place.user,
    cwd: '/',
    env: BARE_ENVIRONMENT,
    stdio: ['ignore', output, output],
    detached: true, // Ctrl-C must reach us alone: we stop it after the last call has been settled.
  });
  closeSync(output);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`PostgreSQL cannot be run: ${error.message}`)));
  });
  child.unref();
  const pid = child.pid!;
  const mark = startTicks(pid);
  const ready = await untilReady(place.dir, pid, () => child.exitCode !== null || child.signalCode !== null, progress);
  return ready === null ? null : { pid, port, mark };
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
