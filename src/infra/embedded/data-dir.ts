import {
  accessSync,
  constants,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isAlive, startTicks } from './process-info.js';

interface Holder {
  readonly pid: number;
  readonly ticks: string | null;
  readonly address?: string;
}

export interface DataDirLock {
  /** Notes the address of this process, for the message to whoever comes second. */
  describe(address: string): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes the data directory for this process alone, making it when it is missing.
 * @throws Error that says what to do: in use, not a folder, not writable
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  makeFolder(dataDir);
  const path = join(dataDir, 'tollkeeper.lock');
  const own: Holder = { pid: process.pid, ticks: startTicks(process.pid) };
  // A stale lock is removed and the race for a new one is run again; somebody wins each round.
  for (let round = 0; !tryLock(path, own); round++) {
    const holder = readHolder(path);
    if (holder && holds(holder)) throw new Error(inUse(dataDir, holder));
    if (round > 100)
      throw new Error(`The lock ${path} cannot be taken; remove it if no Tollkeeper runs on this folder`);
    removeStale(path, holder);
  }
  const write = (holder: Holder): void => {
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(holder), { mode: 0o600 });
    renameSync(`${path}.${process.pid}`, path);
  };
  return {
    describe: async (address) => write({ ...own, address }),
    release: async () => rmSync(path, { force: true }),
  };
}

/** Written aside and linked into place, so that the lock is never seen half written and only one link succeeds. */
function tryLock(path: string, own: Holder): boolean {
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, JSON.stringify(own), { mode: 0o600 });
  try {
    linkSync(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Moved away first and looked at again: between reading and removing, another process may have taken it anew. */
function removeStale(path: string, seen: Holder | null): void {
  const away = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, away);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readHolder(away);
  if (moved && JSON.stringify(moved) !== JSON.stringify(seen) && holds(moved)) linkSync(away, path);
  rmSync(away, { force: true });
}

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return null; // Gone in the meantime, or damaged: either way nobody holds it.
  }
}

const holds = (holder: Holder): boolean =>
  isAlive(holder.pid) && (holder.ticks === null || holder.ticks === startTicks(holder.pid));

const inUse = (dataDir: string, holder: Holder): string =>
  `Tollkeeper is already running on ${dataDir} (process ${[holder.pid, holder.address].filter(Boolean).join(', ')}). ` +
  'Stop it, or choose another DATA_DIR.';

/** Root's folder can be passed through, because PostgreSQL runs as another user; nothing in it can be read by others. */
function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    if (!statSync(dataDir).isDirectory()) throw new Error('it is not a folder');
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = `DATA_DIR ${dataDir} cannot be used: ${(error as Error).message}.`;
    throw new Error(`${why} Choose a folder that can be written.`, { cause: error });
  }
}
