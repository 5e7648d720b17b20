import type { Answer } from '../../../src/modules/ledger/index.js';
import type { TestApp } from '../../support/app.js';
import { anyCall, anyEnd, changeAnyLimit, isOpen, turnClock } from './choices.js';
import type { Asked, ModelJob } from './model.js';
import type { Random } from './random.js';
import { Rig } from './rig.js';
import { addLimit, plantTree, randomAmount } from './tree.js';

/** The last week of a month, so that days, weeks and months all end during a case. */
const START = new Date('2026-01-27T20:00:00.000Z');

/** A random tree with limits and money, and nothing spent. */
export async function plantRig(apps: readonly TestApp[], random: Random, tag: string): Promise<Rig> {
  const tree = await plantTree(apps[0]!.db, random, tag);
  const rig = new Rig(apps, tree, START);
  const count = random.int(3, 9);
  for (let index = 0; index < count; index++) await addLimit(rig.db, tree, random);
  for (const team of tree.teams) {
    await rig.fund('team', team.id, randomAmount(random, 'micro_credit') + 2_000_000n);
    if (random.percent(30)) await rig.setMode('team', team.id, random.pick(['soft', 'unlimited']));
  }
  if (tree.isPrepaid)
    await rig.fund('organization', tree.organizationId, randomAmount(random, 'nano_usd') + 2_000_000n);
  await rig.announce();
  return rig;
}

/** What an answer of the ledger has against the model; null when they agree. */
async function disagreement(rig: Rig, asked: Asked, answer: Answer): Promise<string | null> {
  const expected = rig.model.decide(asked);
  if (answer === null) return expected && `call ${asked.callId} was admitted, the model says ${expected.code}`;
  if (expected === null) return `call ${asked.callId} was refused (${JSON.stringify(answer)}), the model says it fits`;
  if (answer.code !== 'exhausted' && answer.code === expected.code) return null;
  // A place that was found empty a moment ago is told first, whatever else there is.
  if (answer.code === 'exhausted' && expected.places.includes(await rig.nameOf(answer.slot))) return null;
  return `call ${asked.callId} was refused by ${JSON.stringify(answer)}, the model says ${JSON.stringify(expected)}`;
}

/**
 * Several calls at once over both processes. Whatever their order was: those that were admitted must fit together, and
 * those that were not must find no room after them, since nothing is given back meanwhile.
 */
async function wave(rig: Rig, random: Random): Promise<string[]> {
  const taken = new Set<ModelJob>();
  const all = Array.from({ length: random.pick([1, 1, 2, 4, 6]) }, () => {
    const asked = anyCall(rig, random, taken);
    if ('calls' in asked.job) taken.add(asked.job);
    return asked;
  });
  const first = random.int(0, 1);
  const answers = await Promise.all(all.map((asked, index) => rig.reserve(asked, (first + index) % 2)));
  for (const answer of answers) rig.note(answer);
  const wrong: (string | null)[] = [];
  for (const [index, asked] of all.entries())
    if (answers[index] === null) {
      wrong.push(await disagreement(rig, asked, null));
      rig.model.admit(asked);
    }
  for (const [index, asked] of all.entries())
    if (answers[index] !== null) wrong.push(await disagreement(rig, asked, answers[index]!));
  return wrong.filter((each) => each !== null);
}

async function endSome(rig: Rig, random: Random): Promise<void> {
  const running = rig.model.calls.filter((call) => call.isRunning);
  const some = random.shuffled(running).slice(0, random.int(1, 4));
  const ends = some.map((call) => ({ call, end: anyEnd(call, random), on: random.int(0, 1) }));
  await Promise.all(ends.map(({ call, end, on }) => rig.end(call, end, on)));
  for (const { call, end } of ends) rig.model.end(call, end);
}

async function closeOne(rig: Rig, random: Random): Promise<void> {
  // What several late calls of one job come to depends on no order; what a job closes with while they end does.
  const open = rig.model.jobs.filter(isOpen);
  if (open.length === 0) return;
  const job = random.pick(open);
  const status = random.pick(['completed', 'completed', 'failed', 'cancelled', 'expired'] as const);
  await rig.close(job, status as never, random.int(0, 1));
  rig.model.close(job, status);
}

/** Something that happens to a tree; gives where the ledger and the model disagree about it. */
export async function walk(rig: Rig, random: Random): Promise<string[]> {
  const chance = random.int(1, 100);
  if (chance <= 50) return wave(rig, random);
  if (chance <= 75) await endSome(rig, random);
  else if (chance <= 85) await closeOne(rig, random);
  else if (chance <= 93) await changeAnyLimit(rig, random);
  else if (chance <= 96) await addLimit(rig.db, rig.tree, random).then(() => rig.announce());
  else await turnClock(rig, random);
  return [];
}
