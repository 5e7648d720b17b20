import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * Copies the npm package's programs (60 MB) to a folder that every user can read, once for each version. Several
 * processes may be copying: each does under a name of its own, and the first rename wins.
 * @throws Error when the copy found there could have been put there by somebody else
 */
export function copyPrograms(folder: string, spare: string, hydrate: (copy: string) => boolean): string {
  const { version } = JSON.parse(readFileSync(join(folder, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = join(spare, `postgresql-${version}`);
  if (existsSync(copy)) return trusted(copy);
  makeOpen(spare);
  // The package's links are written as `native/...` beside its own folder, so the copy keeps that name inside.
  const making = `${copy}.making-${randomBytes(6).toString('hex')}`;
  try {
    const native = join(making, 'native');
    cpSync(folder, native, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
    if (!hydrate(native)) throw new Error(`links cannot be made in ${spare}`);
    openTree(making);
    renameSync(making, copy);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return trusted(copy);
}

function trusted(copy: string): string {
  const { uid, mode } = lstatSync(copy);
  const own = process.getuid?.();
  if (own === undefined || (uid === own && (mode & 0o022) === 0)) return join(copy, 'native');
  throw new Error(`${copy} is not ours alone; remove it`);
}

function makeOpen(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755); // Whatever the umask says.
}

/** A tree that was installed under a strict umask is closed to others, and so is its copy. */
function openTree(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openTree(path);
    else if (entry.isFile()) chmodSync(path, (lstatSync(path).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
