import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  lchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { program } from './binaries.js';
import { type ClusterPlace, makingName, unfinished } from './cluster.js';
import { fileProblem, serverProblem } from './problem.js';
import { BARE_ENVIRONMENT, type RunAs } from './run-as.js';

export const SUPERUSER = 'tollkeeper';

/**
 * Makes a cluster under a passing name and then renames it, so that one broken off in the middle is never taken for
 * whole. A password file in its place means that a cluster was finished; findCluster relies on it.
 * @throws Error that says what to do, with initdb's own words
 */
export function initialise(bin: string, place: ClusterPlace): void {
  sweep(place.dir);
  const making = makingName(place.dir);
  const forInitdb = `${making}.password`;
  const kept = unfinished(place.passwordFile);
  const password = `${randomBytes(24).toString('base64url')}\n`;
  try {
    mkdirSync(making, { mode: 0o700 });
    for (const file of [forInitdb, kept]) {
      rmSync(file, { force: true });
      writeFileSync(file, password, { mode: 0o600, flag: 'wx', flush: true });
    }
    if (place.user.uid !== undefined) for (const each of [making, forInitdb]) give(each, place.user);
    runInitdb(bin, making, forInitdb, place);
    renameSync(making, place.dir);
    renameSync(kept, place.passwordFile);
    for (const folder of new Set([dirname(place.dir), dirname(place.passwordFile)])) syncFolder(folder);
  } catch (error) {
    for (const each of [making, kept]) rmSync(each, { recursive: true, force: true });
    throw fileProblem(place.dir, error);
  } finally {
    rmSync(forInitdb, { force: true });
  }
}

function runInitdb(bin: string, making: string, passwordFile: string, { dir, user }: ClusterPlace): void {
  const access = ['-U', SUPERUSER, '-A', 'scram-sha-256', '--pwfile', passwordFile];
  const shape = ['--encoding=UTF8', '--locale=C', '--data-checksums', '--no-instructions'];
  const options = { ...user, cwd: '/', env: BARE_ENVIRONMENT, encoding: 'utf8' } as const;
  const made = spawnSync(program(bin, 'initdb'), ['-D', making, ...access, ...shape], options);
  if (made.error) throw made.error;
  if (made.status !== 0) throw serverProblem(`A database cannot be made in ${dir}.`, made.stdout + made.stderr);
}

/** What a killed process left; an initdb that outlived it may still be writing there, so this is no more than a try. */
function sweep(dir: string): void {
  for (const name of readdirSync(dirname(dir))) {
    if (!name.startsWith(`${basename(dir)}.making`)) continue;
    try {
      rmSync(join(dirname(dir), name), { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    }
  }
}

/** A folder's new names last through a power cut only when the folder itself is flushed. Windows cannot and need not. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/**
 * Sets right what a restore or a volume driver changed: PostgreSQL refuses a cluster that is not its user's or that
 * others can read.
 */
export function repairAccess({ dir, user }: ClusterPlace): void {
  if (!existsSync(dir) || process.platform === 'win32') return;
  const { uid, mode } = statSync(dir);
  if (user.uid !== undefined && uid !== user.uid) give(dir, user);
  if ((mode & 0o077) !== 0) chmodSync(dir, 0o700);
}

function give(path: string, user: RunAs): void {
  if (!statSync(path).isDirectory()) return chownSync(path, user.uid!, user.gid!);
  lchownSync(path, user.uid!, user.gid!);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const each = join(path, entry.name);
    if (entry.isDirectory()) give(each, user);
    else lchownSync(each, user.uid!, user.gid!);
  }
}
