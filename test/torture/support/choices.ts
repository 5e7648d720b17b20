import type { Asked, ModelCall, ModelJob } from './model.js';
import type { Random } from './random.js';
import type { CallEnd, Rig } from './rig.js';
import { randomAmount } from './tree.js';

const HOUR_MS = 3_600_000;
const JOB_MS = 24 * HOUR_MS;

/** Random things to do with a rig; each number comes from the generator. */

function uuidOf(random: Random): string {
  const hex = (length: number): string => Array.from({ length }, () => random.int(0, 15).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(12)}`;
}

/** A call of an open job now and then, else one that opens its own. */
export function anyCall(rig: Rig, random: Random, taken: ReadonlySet<ModelJob> = new Set()): Asked {
  const key = random.pick(rig.tree.keys);
  const bounds = { cost: random.bigint(0, 3_000_000), tokens: random.bigint(1, 1_500) };
  const open = rig.model.jobs.filter((job) => job.expiresAt > rig.at && isOpen(job) && !taken.has(job));
  if (open.length > 0 && random.percent(40)) {
    const job = random.pick(open);
    return { key: random.percent(90) ? job.key : key, at: rig.at, job, callId: uuidOf(random), ...bounds };
  }
  return { key, at: rig.at, job: anyJob(rig, random), callId: uuidOf(random), ...bounds };
}

export function anyJob(rig: Rig, random: Random): Exclude<Asked['job'], ModelJob> {
  const maxCost = random.percent(25) ? random.bigint(1, 5_000_000) : null;
  return { id: uuidOf(random), maxCost, expiresAt: new Date(rig.at.getTime() + JOB_MS) };
}

/** What came of a call: within its hold mostly, above it now and then. */
export function anyEnd(call: ModelCall, random: Random): CallEnd {
  if (random.percent(15)) return { state: 'voided', outcome: 'error', charged: 0n, tokens: 0n };
  const above = random.percent(15) ? 2 : 1;
  const charged = random.bigint(0, Number(call.cost) * above);
  const tokens = random.bigint(0, Number(call.tokens) * above);
  return { state: 'settled', outcome: random.pick(['success', 'success', 'error', 'aborted']), charged, tokens };
}

/** Changes, ends or adds to a limit. */
export async function changeAnyLimit(rig: Rig, random: Random): Promise<void> {
  const limits = rig.tree.limits.filter((limit) => !limit.isDeleted);
  if (limits.length === 0) return;
  const limit = random.pick(limits);
  const what = random.int(0, 9);
  if (what < 4) await rig.changeLimit(limit, { amount: randomAmount(random, limit.unit) });
  else if (what === 4) await rig.changeLimit(limit, { enforcement: random.pick(['hard', 'soft', 'observe']) });
  else if (what === 5) await rig.changeLimit(limit, { isDeleted: true });
  else if (what < 8) {
    const startsAt = new Date(rig.at.getTime() + random.int(-5, 5) * HOUR_MS);
    const endsAt = new Date(Math.max(startsAt.getTime(), rig.at.getTime()) + random.int(1, 40) * HOUR_MS);
    await rig.grant(limit, randomAmount(random, limit.unit) + 1n, startsAt, endsAt);
  } else await rig.revoke(limit);
  await rig.announce();
}

/** Some hours later, at times over midnight or over the end of a month. */
export async function turnClock(rig: Rig, random: Random): Promise<void> {
  rig.turnTo(new Date(rig.at.getTime() + random.int(1, 30) * HOUR_MS + random.int(0, 3_599_999)));
  await rig.announce();
}

export const isOpen = ({ status }: ModelJob): boolean => status === 'pending' || status === 'in_progress';
