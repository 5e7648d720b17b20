import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** PostgreSQL refuses to run as root, so root runs it as somebody else. Empty when this process is not root. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

const CANDIDATES = ['postgres', 'nobody'];

/** Programs of PostgreSQL get this and nothing of ours: our environment holds secrets, and PG* variables mislead. */
export const BARE_ENVIRONMENT: Readonly<Record<string, string>> = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };

export const isRoot = (): boolean => process.getuid?.() === 0;

/** @throws Error when this is root and there is nobody to run PostgreSQL as */
export function runAs(passwd = '/etc/passwd'): RunAs {
  if (!isRoot()) return {};
  const lines = readFileSync(passwd, 'utf8').split('\n');
  for (const name of CANDIDATES) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    `PostgreSQL cannot run as root, and there is no user ${CANDIDATES.join(' or ')} to run it as. Add one, start ` +
      'Tollkeeper as another user, or set DATABASE_URL.',
  );
}

/** Whether the user can pass through every folder above the path, and enter it. */
export function canReach(path: string, user: RunAs): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if (!canEnter(folder, user)) return false;
    if (dirname(folder) === folder) return true;
  }
}

function canEnter(folder: string, user: RunAs): boolean {
  try {
    if (user.uid === undefined) accessSync(folder, constants.X_OK);
    const { mode, uid, gid } = statSync(folder);
    if (user.uid === undefined) return true;
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    return (mode & bit) !== 0;
  } catch {
    return false; // Missing or unreadable alike: it cannot be entered.
  }
}
