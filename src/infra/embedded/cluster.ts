import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileProblem } from './problem.js';
import { canReach, isRoot, runAs, type RunAs } from './run-as.js';

const SHARED = '/var/lib/tollkeeper';
const OTHERS_MAY_WRITE = 0o002;

/** Where the cluster of a data directory is, or is to be made. */
export interface ClusterPlace {
  readonly dir: string;
  /** Whom PostgreSQL runs as there. */
  readonly user: RunAs;
  readonly passwordFile: string;
  /** Folder that the user of the cluster can reach, for a copy of the programs. */
  readonly spare: string;
  /** Major version that made the cluster; null when there is none yet. */
  readonly major: number | null;
}

/**
 * Finds the cluster inside the data directory, or, when the user that runs PostgreSQL cannot get there, under
 * /var/lib/tollkeeper by a name made of the directory's.
 * @param dataDir an existing folder
 * @throws Error when a database was there and cannot be found or reached: an empty one must never take its place
 */
export function findCluster(dataDir: string): ClusterPlace {
  const folder = realpathSync(dataDir);
  const passwordFile = join(folder, 'postgres-password');
  const places = placesOf(folder);
  const dir = places.find((each) => existsSync(join(each, 'PG_VERSION')));
  if (dir === undefined) return newPlace(folder, passwordFile);
  // Killed between the renames of the cluster and of its password.
  if (!existsSync(passwordFile) && existsSync(unfinished(passwordFile)))
    renameSync(unfinished(passwordFile), passwordFile);
  if (!existsSync(passwordFile)) throw new Error(passwordMissing(dir, passwordFile));
  const user = ownerOf(dir, folder);
  // What a place of its own was made for does not hold it back: only a folder above can have been closed since.
  if (dir === places[0] && isRoot() && !canReach(folder, user)) throw new Error(unreachable(folder));
  const major = Number(readFileSync(join(dir, 'PG_VERSION'), 'utf8'));
  return { dir: realpathSync(dir), user, passwordFile, spare: spareFolder(folder), major };
}

function newPlace(folder: string, passwordFile: string): ClusterPlace {
  const places = placesOf(folder);
  for (const each of places) checkFree(each);
  if (existsSync(passwordFile))
    throw new Error(
      `The database of ${folder} is missing: it was in ${places.join(' or ')}. Bring it back (from a backup, or by ` +
        `giving the folder its old name), or remove ${passwordFile} to begin with an empty database.`,
    );
  const user = runAs();
  const [inside, shared] = places;
  const isReached = !isRoot() || canReach(folder, user);
  if (!isReached) openShared();
  return { dir: isReached ? inside : shared, user, passwordFile, spare: spareFolder(folder), major: null };
}

/** Files without a database would be lost in the making of one. */
function checkFree(dir: string): void {
  try {
    if (!existsSync(dir) || readdirSync(dir).length === 0) return;
  } catch (error) {
    throw fileProblem(dir, error);
  }
  throw new Error(`${dir} holds files, but no database. Move them away, or bring the rest back from a backup.`);
}

/** The cluster's owner runs it. As root we trust one made by ourselves, or in a folder that only we could write. */
function ownerOf(dir: string, folder: string): RunAs {
  const { uid, gid } = statSync(dir);
  if (!isRoot()) {
    if (process.getuid && uid !== process.getuid())
      throw new Error(`${dir} belongs to another user (${uid}): start Tollkeeper as that user, or chown the folder.`);
    return {};
  }
  const usual = runAs();
  if (uid === usual.uid || uid === 0) return usual; // Restored by root's `cp`; it is given back before the start.
  if ((statSync(folder).mode & OTHERS_MAY_WRITE) === 0) return { uid, gid };
  throw new Error(`${dir} belongs to user ${uid}, who could have put it there. Make ${folder} writable by root only.`);
}

/** Inside the data directory, and outside of it. */
const placesOf = (folder: string): [string, string] => [
  join(folder, 'postgres'),
  join(SHARED, `postgres-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`),
];

const spareFolder = (folder: string): string => (isRoot() ? join(SHARED, 'bin') : join(folder, 'bin'));

/** Root's own folder with root's own parents, so nobody else can have put anything there. */
function openShared(): void {
  mkdirSync(SHARED, { recursive: true });
  const { uid, mode } = statSync(SHARED);
  if (uid !== 0 || (mode & 0o022) !== 0)
    throw new Error(`${SHARED} must belong to root and be writable by root only, because PostgreSQL's files go there.`);
  chmodSync(SHARED, 0o755);
}

const passwordMissing = (dir: string, passwordFile: string): string =>
  `${passwordFile} is missing, so the database in ${dir} cannot be opened. Restore it from a backup, or remove ${dir} ` +
  'to begin with an empty database.';

const unreachable = (folder: string): string =>
  `PostgreSQL, which does not run as root, can no longer get into ${folder}. Let it through: chmod o+x on that folder ` +
  'and those above it.';

/** Name of the password file while its cluster is being made. */
export const unfinished = (passwordFile: string): string => `${passwordFile}.new`;

/** Name for a cluster while it is being made, never the same twice: an orphaned initdb may still write to the last. */
export const makingName = (dir: string): string => `${dir}.making-${randomBytes(6).toString('hex')}`;
