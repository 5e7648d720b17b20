import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** The fields of /proc/<pid>/stat after the program's name, which stands in parentheses and may hold anything. */
function statFields(pid: number | 'self'): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null; // No such process, or no /proc on this system.
  }
}

/** Output of `ps` for systems without /proc; null on Windows and when there is no such process. */
function ps(pid: number, column: string): string | null {
  if (process.platform === 'win32' || process.platform === 'linux') return null;
  const { stdout, status } = spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : null;
}

/** When a process started, in the words of the system; tells a process from a later one with the same id. */
export const startTicks = (pid: number): string | null => statFields(pid)?.[19] ?? ps(pid, 'lstart');

/** A dead process that its parent has not waited for yet counts as gone. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false; // kill(0) and kill(-1) would mean whole groups of processes.
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false; // EPERM: it lives, but is somebody else's.
  }
  const state = statFields(pid)?.[0];
  return state !== 'Z' && state !== 'X';
}

/** Whether a process is the server (not a session of it) of the cluster. Null when the system does not tell. */
export function isServerOf(pid: number, clusterDir: string): boolean | null {
  const command = commandLine(pid);
  if (command === null) return isAlive(pid) ? null : false;
  if (!/^(postgres|postmaster)(\.exe)?$/.test(basename(command[0] ?? ''))) return false;
  const folder = workingFolder(pid);
  return folder === null ? command.includes(clusterDir) : folder === clusterDir;
}

function commandLine(pid: number): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    const words = ps(pid, 'command')?.split(' -D ');
    return words ? [words[0]!, ...(words[1] ?? '').split(' -p ')] : null;
  }
}

/** The server stands in its cluster; null for a process of another user and without /proc. */
function workingFolder(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/** Resolves with whether the process was gone within the time. */
export async function waitForExit(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() >= deadline) return false;
    await pause(20);
  }
  return true;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
