import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { program } from './binaries.js';
import { canReach, type RunAs } from './run-as.js';

export const SUPERUSER = 'tollkeeper';
const SHARED = '/var/lib/tollkeeper';

/** A folder with one PostgreSQL cluster, and the password of its superuser in a file that only we can read. */
export interface Cluster {
  readonly dir: string;
  readonly password: string;
  /** Folder beside the cluster that the user of the cluster can reach, too. */
  readonly spare: string;
}

/**
 * Where the cluster of a data directory lies: inside it, or, when the user that runs PostgreSQL cannot get there, under
 * /var/lib/tollkeeper by a name made of the directory's.
 */
export function clusterPlace(dataDir: string, user: RunAs): { dir: string; spare: string } {
  if (user.uid === undefined) return { dir: join(dataDir, 'postgres'), spare: join(dataDir, 'bin') };
  mkdirSync(SHARED, { recursive: true, mode: 0o755 });
  chmodSync(SHARED, 0o755);
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const inside = canReach(dataDir, user);
  return { dir: inside ? join(dataDir, 'postgres') : join(SHARED, `postgres-${name}`), spare: join(SHARED, 'bin') };
}

/**
 * Makes the cluster when there is none. It is made under another name and renamed, so that one that was broken off in
 * the middle is never taken for whole.
 * @throws Error with initdb's own words
 */
export function ensureCluster(
  bin: string,
  place: { dir: string; spare: string },
  dataDir: string,
  user: RunAs,
): Cluster {
  const passwordFile = join(dataDir, 'postgres-password');
  if (!existsSync(join(place.dir, 'PG_VERSION'))) initialise(bin, place.dir, passwordFile, user);
  if (!existsSync(passwordFile))
    throw new Error(
      `${passwordFile} is missing, so the database in ${place.dir} cannot be opened; restore it from a backup`,
    );
  return { ...place, password: readFileSync(passwordFile, 'utf8').trim() };
}

function initialise(bin: string, dir: string, passwordFile: string, user: RunAs): void {
  const making = `${dir}.making`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true, mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  const forInitdb = `${dir}.password`;
  writeFileSync(forInitdb, `${password}\n`, { mode: 0o600 });
  try {
    if (user.uid !== undefined) for (const each of [making, forInitdb]) chownSync(each, user.uid, user.gid!);
    const args = ['-D', making, '-U', SUPERUSER, '-A', 'scram-sha-256', '--pwfile', forInitdb];
    const locale = ['--encoding=UTF8', '--locale=C', '--no-instructions'];
    const made = spawnSync(program(bin, 'initdb'), [...args, ...locale], { ...user, cwd: '/', encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`The database could not be created in ${dir}: ${made.stderr || made.error}`);
  } finally {
    rmSync(forInitdb, { force: true });
  }
  renameSync(making, dir);
}
