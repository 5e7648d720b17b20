import { readFileSync, readlinkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isAlive, pause, startTicks } from './process-info.js';

/** The holder touches its claim this often; one seen from where process ids say nothing is watched for longer. */
const HEARTBEAT_MS = 2_000;
const WATCH_MS = 3 * HEARTBEAT_MS + 1_000;

/** A process that has a data directory or asks for it. */
export interface Claim {
  readonly pid: number;
  readonly ticks: string | null;
  /** Boot of the machine, namespace of process ids and name of the host: whether `pid` means anything to a reader. */
  readonly boot?: string | null;
  readonly namespace?: string | null;
  readonly host?: string;
  readonly address?: string;
}

export function ownClaim(): Claim {
  const [boot, namespace] = [bootId(), pidNamespace()];
  return { pid: process.pid, ticks: startTicks(process.pid), boot, namespace, host: hostname() };
}

/** Written aside and renamed into place, so that it is never seen half written. */
export function writeClaim(path: string, claim: Claim): void {
  const aside = `${path}.${process.pid}.new`;
  try {
    writeFileSync(aside, JSON.stringify(claim), { mode: 0o600 });
    renameSync(aside, path);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}

/** Null when there is none, or when a power cut damaged it; then nobody holds it. */
export function readClaim(path: string): Claim | null {
  try {
    const claim = JSON.parse(readFileSync(path, 'utf8')) as Claim | null;
    return typeof claim?.pid === 'number' ? claim : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Keeps what lies at the path fresh for readers in other containers and on other hosts. */
export function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Taken away by hand, or the disk is: there is nothing left to keep fresh.
  }
}

/** Calls `work` at the pace that readers expect, until the given function is called. */
export function heartbeat(work: () => void): () => void {
  const timer = setInterval(work, HEARTBEAT_MS).unref();
  return () => clearInterval(timer);
}

/** Whether the process that made a claim still runs. Takes up to 7 s when the claim is another container's or host's. */
export async function isLive(path: string, claim: Claim): Promise<boolean> {
  const [boot, namespace] = [bootId(), pidNamespace()];
  const isSameBoot = (claim.boot ?? boot) === boot;
  if (isSameBoot && (claim.namespace ?? namespace) === namespace)
    return isAlive(claim.pid) && (claim.ticks === null || claim.ticks === startTicks(claim.pid));
  if (!isSameBoot && claim.host === hostname()) return false; // This machine has been started anew since.
  const first = touchedMs(path);
  if (first === null || (isSameBoot && Date.now() - first > WATCH_MS)) return false;
  for (const deadline = Date.now() + WATCH_MS; Date.now() < deadline; await pause(100)) {
    const now = touchedMs(path);
    if (now !== first) return now !== null;
  }
  return false;
}

/** Whether a process id in the claim means the process that has it here. */
export const isFromHere = (claim: Claim): boolean => (claim.namespace ?? pidNamespace()) === pidNamespace();

const touchedMs = (path: string): number | null => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;

function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null; // Not Linux.
  }
}

function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null; // Not Linux.
  }
}
