import { readFileSync, readdirSync } from 'node:fs';

/** What Linux tells of processes; elsewhere the figures that need it are left out. */
const IS_KNOWN = process.platform === 'linux';
/** Of USER_HZ, which is 100 on every Linux that Node.js runs on. */
const MS_PER_TICK = 10;
const KB_PER_MB = 1_024;

/** Fields of /proc/<pid>/stat from the third on, past the name, which may hold anything. */
const statOf = (pid) => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ');

/** Milliseconds of CPU that a process has used; null where that is not known. */
export function cpuMs(pid) {
  if (!IS_KNOWN) return null;
  const fields = statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

export function residentMb(pid) {
  if (!IS_KNOWN) return null;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) / KB_PER_MB;
}

/** CPU of a PostgreSQL server and all its sessions, those that have ended included. */
export function serverCpuMs(postmaster) {
  if (!IS_KNOWN || postmaster === null) return null;
  const own = statOf(postmaster);
  const ended = (Number(own[13]) + Number(own[14])) * MS_PER_TICK;
  return othersOf(postmaster).reduce((sum, ms) => sum + ms, cpuMs(postmaster) + ended);
}

/** CPU of each child; what has ended between the two looks counts as ended. */
function othersOf(parent) {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      return Number(statOf(pid)[1]) === parent ? [cpuMs(pid)] : [];
    } catch {
      return [];
    }
  });
}
