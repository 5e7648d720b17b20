import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Claim, heartbeat, isFromHere, isLive, ownClaim, readClaim, touch, writeClaim } from './claim.js';
import { fileProblem } from './problem.js';
import { pause } from './process-info.js';
import { isRoot } from './run-as.js';

const LOCK = 'tollkeeper.lock';
const ASKING = /^tollkeeper\.lock\.[0-9a-f]{16}$/;
const MAX_ROUNDS = 50;
const MAX_PAUSE_MS = 100;

export interface DataDirLock {
  /** Notes the address of this process, for the message to whoever comes second. */
  describe(address: string): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes the data directory for this process alone, making it when it is missing.
 *
 * Each process first puts down that it asks, under a name of its own, and then looks for others: of two at least one
 * sees the other and steps back. Who sees no living one, asking or holding, may replace the lock of a dead one.
 * @throws Error that says what to do: in use, not a folder, not writable, disk full
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  makeDataDir(dataDir);
  const path = join(dataDir, LOCK);
  const dead = new Set<string>();
  try {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const holder = await liveAt(path, dead);
      if (holder) throw new Error(inUse(dataDir, holder));
      const lock = await ask(dataDir, dead);
      if (lock) return lock;
      await pause(Math.random() * MAX_PAUSE_MS);
    }
  } catch (error) {
    throw fileProblem(`DATA_DIR ${dataDir}`, error);
  }
  throw new Error(`Too many processes ask for ${dataDir} at once. Start one; remove ${path}.* if none runs.`);
}

/** Null when another living process asks, too, or holds the lock by now. */
async function ask(dataDir: string, dead: Set<string>): Promise<DataDirLock | null> {
  const path = join(dataDir, LOCK);
  const asking = `${path}.${randomBytes(8).toString('hex')}`;
  let own = asking;
  const rest = heartbeat(() => touch(own));
  const claim = ownClaim();
  try {
    writeClaim(asking, claim);
    // In this order: one who asked and now holds is missed by the first look, and then found by the second.
    if ((await isOtherAsking(dataDir, asking, dead)) || (await liveAt(path, dead))) return give(own, rest);
    renameSync(asking, path);
    own = path;
  } catch (error) {
    give(own, rest);
    throw error;
  }
  return {
    describe: async (address) => writeClaim(path, { ...claim, address }),
    release: async () => void give(path, rest),
  };
}

function give(path: string, rest: () => void): null {
  rest();
  rmSync(path, { force: true });
  return null;
}

/** Clears away what the dead asked with: its name is never used again. */
async function isOtherAsking(dataDir: string, own: string, dead: Set<string>): Promise<boolean> {
  for (const name of readdirSync(dataDir)) {
    const path = join(dataDir, name);
    if (!ASKING.test(name) || path === own) continue;
    if (await liveAt(path, dead)) return true;
    rmSync(path, { force: true });
  }
  return false;
}

/** A process that was dead once stays dead, so that the long watch for one elsewhere is kept only once. */
async function liveAt(path: string, dead: Set<string>): Promise<Claim | null> {
  const claim = readClaim(path);
  if (!claim || dead.has(JSON.stringify(claim))) return null;
  if (await isLive(path, claim)) return claim;
  dead.add(JSON.stringify(claim));
  return null;
}

function inUse(dataDir: string, claim: Claim): string {
  const where = isFromHere(claim) ? '' : ` on ${claim.host}`;
  const holder = [`process ${claim.pid}${where}`, claim.address].filter(Boolean).join(', ');
  return `Tollkeeper is already running on ${dataDir} (${holder}). Stop it, or choose another DATA_DIR.`;
}

/**
 * Root's folder can be passed through but not listed, because PostgreSQL runs as another user; what is in it is closed.
 * An empty one that was there before, such as a fresh volume, is opened in the same way.
 * @throws Error that says what to do
 */
export function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: isRoot() ? 0o711 : 0o700 });
    const { mode, uid } = statSync(dataDir);
    accessSync(dataDir, constants.W_OK | constants.X_OK);
    if (isRoot() && uid === 0 && (mode & 0o001) === 0 && readdirSync(dataDir).length === 0) chmodSync(dataDir, 0o711);
  } catch (error) {
    throw fileProblem(`DATA_DIR ${dataDir}`, error);
  }
}
