import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileProblem } from './problem.js';
import { isAlive, isServerOf, pause, startTicks, waitForExit } from './process-info.js';

const FAST_STOP_MS = 15_000;
const IMMEDIATE_STOP_MS = 10_000;
const READY_MS = 300_000;
const TELL_EVERY_MS = 10_000;

/** More than the largest process id of any system, so never that of a living process. */
const NOBODY = 4_194_305;

/** A server process; the start mark tells it from a later process with the same id. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly mark: string | null;
}

interface PidFile {
  readonly pid: number;
  readonly port: number;
  readonly status: string;
}

/** What a server says of itself in its cluster; null when none runs, or its file is not complete yet. */
function readPidFile(dir: string): PidFile | null {
  try {
    const [pid, , , port, , , , status] = readFileSync(join(dir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(pid), port: Number(port), status: status?.trim() ?? '' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw fileProblem(dir, error);
  }
}

/**
 * The server that still runs on the cluster because its parent was killed, once it is ready; null when there is none.
 * One that is shutting down is waited for.
 */
export async function findRunning(dir: string, progress: (line: string) => void): Promise<Postmaster | null> {
  const file = readPidFile(dir);
  if (!file || isGone(file, dir)) return null;
  const found = { pid: file.pid, port: file.port, mark: startTicks(file.pid) };
  if (file.status === 'stopping') {
    progress(`waiting for the database's last shutdown (process ${file.pid})`);
    await stopServer(found);
    return null;
  }
  const port = await untilReady(dir, file.pid, () => !isAlive(file.pid), progress);
  return port === null ? null : { ...found, port };
}

/** Dead, or the id belongs to another program by now. */
const isGone = ({ pid }: PidFile, dir: string): boolean => !isAlive(pid) || isServerOf(pid, dir) === false;

/**
 * PostgreSQL refuses to start while a process with the id in the file can be signalled. That may be another program, or
 * a killed server that its parent has not waited for yet. Only the id is made void: the rest of the file lets PostgreSQL
 * see whether sessions of the last server still use its memory.
 */
export function disownGone(dir: string): void {
  const file = readPidFile(dir);
  if (!file || !isGone(file, dir)) return;
  const path = join(dir, 'postmaster.pid');
  const rest = readFileSync(path, 'utf8').split('\n').slice(1);
  writeFileSync(path, [NOBODY, ...rest].join('\n')); // In place, so that the file stays its owner's.
}

/**
 * Resolves with the port once the server takes connections, with null when it is gone. Recovery after a crash may take
 * long, so the limit is five minutes.
 */
export async function untilReady(
  dir: string,
  pid: number,
  isGone: () => boolean,
  progress: (line: string) => void,
): Promise<number | null> {
  const started = Date.now();
  for (let told = started; !isGone(); await pause(10)) {
    const file = readPidFile(dir);
    if (file?.pid === pid && file.status === 'ready') return file.port;
    if (Date.now() - started > READY_MS)
      throw new Error(`The database in ${dir} is not ready after ${READY_MS / 1000} s; its log is postgres.log.`);
    if (Date.now() - told < TELL_EVERY_MS) continue;
    told = Date.now();
    progress(`the database is still starting (recovering after a crash?), ${Math.round((told - started) / 1000)} s`);
  }
  return null;
}

/**
 * SIGINT ends sessions and shuts down cleanly; after 15 s SIGQUIT stops at once, and the next start recovers.
 * @throws Error when the process is still there another 10 s later
 */
export async function stopServer(server: Postmaster): Promise<void> {
  for (const [signal, timeoutMs] of [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', IMMEDIATE_STOP_MS],
  ] as const) {
    if (!signalServer(server, signal) || (await waitForExit(server.pid, timeoutMs))) return;
  }
  throw new Error(`The database (process ${server.pid}) does not stop. End it with: kill -9 ${server.pid}`);
}

/** A later process with the same id is not the server. */
export const isRunning = ({ pid, mark }: Postmaster): boolean => isAlive(pid) && startTicks(pid) === mark;

/** False when the process is gone. */
export function signalServer(server: Postmaster, signal: NodeJS.Signals): boolean {
  if (!isRunning(server)) return false;
  try {
    return process.kill(server.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
