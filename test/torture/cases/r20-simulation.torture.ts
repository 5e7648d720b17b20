import { DomainError } from '../../../src/core/errors.js';
import type { FlightRecord } from '../../../src/modules/ledger/recovery/flight-recorder.js';
import { closeOrphans, finish, unfinishedCalls } from '../../../src/modules/ledger/recovery/recovery.js';
import { Database } from '../../../src/infra/database/index.js';
import { Log } from '../../../src/infra/telemetry/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { anyCall, anyEnd, anyJob, changeAnyLimit, isOpen, turnClock } from '../support/choices.js';
import { Faults } from '../support/faults.js';
import { hardUse, overspent, unheld, unlikeEnds } from '../support/invariants.js';
import type { Asked, ModelCall, ModelJob } from '../support/model.js';
import { Random } from '../support/random.js';
import { type CallEnd, endCallOf, Rig } from '../support/rig.js';
import { torture } from '../support/torture.js';
import { addLimit, plantTree, randomAmount } from '../support/tree.js';
import { auditProblems, heldAnywhere } from '../support/watch.js';

const STEPS = 20;
/** Histories that lie in the tables together, since what they leave makes the auditor slow. */
const TOGETHER = 20;
const MAX_WRONG = 20;
const START = new Date('2026-02-26T20:00:00.000Z');
const INSTANCE = 'torture';
const FAULTS_PERCENT = 30;

/** A history on its way: what happened, and what the process that it happens to has written in its flight recorder. */
class History {
  readonly wrong: string[] = [];
  private readonly flights = new Map<string, FlightRecord>();

  constructor(
    private readonly app: TestApp,
    readonly rig: Rig,
    private readonly faults: Faults,
    private readonly random: Random,
  ) {}

  async run(): Promise<void> {
    await this.start();
    for (let done = 0; done < STEPS && this.wrong.length === 0; done++) {
      this.faults.chance = FAULTS_PERCENT;
      const name = await this.step();
      await this.faults.settle();
      this.wrong.push(...(await this.rig.differences()).map((each) => `step ${done} (${name}): ${each}`));
    }
    if (this.wrong.length === 0) await this.close();
  }

  private async step(): Promise<string> {
    const chance = this.random.int(1, 100);
    if (chance <= 40) return this.wave();
    if (chance <= 48) return this.openOne();
    if (chance <= 68) return this.endSome();
    if (chance <= 78) return this.closeOne();
    if (chance <= 86) return changeAnyLimit(this.rig, this.random).then(() => 'limit');
    if (chance <= 90) return turnClock(this.rig, this.random).then(() => 'clock');
    return this.crash();
  }

  /** The epoch of a process that starts now; nobody takes it for dead, however long a history takes. */
  private async start(): Promise<void> {
    const { rows } = await this.rig.db.query<{ epoch: string }>(
      "INSERT INTO instances (instance_id, host, pid, heartbeat_at) VALUES ($1, 'torture', 1, 'infinity') RETURNING epoch",
      [INSTANCE],
    );
    this.rig.epoch = BigInt(rows[0]!.epoch);
  }

  private anyCalls(): Asked[] {
    const taken = new Set<ModelJob>();
    return Array.from({ length: this.random.int(1, 5) }, () => {
      const asked = anyCall(this.rig, this.random, taken);
      if ('calls' in asked.job) taken.add(asked.job);
      return asked;
    });
  }

  private async wave(): Promise<string> {
    const { rig, random } = this;
    const before = await hardUse(rig.db, rig.tree.organizationId, rig.at);
    const all = this.anyCalls();
    const answers = await Promise.all(all.map((asked) => rig.reserve(asked).catch(unavailable)));
    await this.faults.settle();
    for (const answer of answers) if (answer !== 'unavailable') rig.note(answer);
    const admitted = all.filter((_, index) => answers[index] === null);
    for (const asked of admitted) {
      if (rig.model.decide(asked)) this.wrong.push(`call ${asked.callId} was admitted and does not fit`);
      this.fly(rig.model.admit(asked));
    }
    // A call that was undone may have stood in the way of another: then nobody can say what should have been refused.
    if (!answers.includes('unavailable'))
      for (const [index, asked] of all.entries())
        if (answers[index] !== null && !rig.model.decide(asked))
          this.wrong.push(`call ${asked.callId} was refused by ${JSON.stringify(answers[index])} and fits`);
    const after = await hardUse(rig.db, rig.tree.organizationId, rig.at);
    this.wrong.push(...overspent(before, after));
    this.wrong.push(
      ...(await unheld(
        rig.db,
        admitted.map((asked) => asked.callId),
      )),
    );
    if (admitted.length > 0 && random.percent(30)) await this.repeat(random.pick(admitted));
    return 'wave';
  }

  /** The same operation again, because its sender had no answer: it is done already. */
  private async repeat(asked: Asked): Promise<void> {
    const answer = await this.rig.reserve(asked).catch(unavailable);
    // Nobody repeats a call under its id after it was refused for good; what was undone is a call that has ended.
    if (answer !== null && answer !== 'unavailable')
      this.wrong.push(`call ${asked.callId} again: ${JSON.stringify(answer)}`);
    if (answer === 'unavailable') await this.undone(asked.callId);
  }

  private async undone(callId: string): Promise<void> {
    await this.faults.settle();
    const { rows } = await this.rig.db.query<{ state: string; job: string }>(
      'SELECT c.state, j.status AS job FROM calls c JOIN jobs j ON j.id = c.job_id WHERE c.id = $1',
      [callId],
    );
    const call = this.rig.model.calls.find((each) => each.id === callId)!;
    if (rows[0]!.state !== 'voided') return;
    this.rig.model.end(call, { state: 'voided', outcome: 'error', charged: 0n, tokens: 0n });
    if (rows[0]!.job === 'failed' && isOpen(call.job)) this.rig.model.close(call.job, 'failed');
  }

  private async openOne(): Promise<string> {
    const { rig, random } = this;
    const asked = { ...anyCall(rig, random), key: random.pick(rig.tree.keys), job: anyJob(rig, random) };
    const answer = await rig.open(asked).catch(unavailable);
    if (answer === 'unavailable') return 'open';
    const expected = rig.model.decideOpen(asked);
    if ((answer === null) !== (expected === null))
      this.wrong.push(`job ${asked.job.id}: ${JSON.stringify(answer)}, the model says ${JSON.stringify(expected)}`);
    if (answer === null) rig.model.open(asked);
    return 'open';
  }

  private async endSome(): Promise<string> {
    const running = this.rig.model.calls.filter((call) => call.isRunning);
    const some = this.random.shuffled(running).slice(0, this.random.int(1, 3));
    const ends = some.map((call) => ({ call, end: anyEnd(call, this.random) }));
    await Promise.all(ends.map(({ call, end }) => this.end(call, end)));
    for (const { call, end } of ends) this.rig.model.end(call, end);
    return 'end';
  }

  /** Tries until it is done, as the product does, and then once more with other figures, which must change nothing. */
  private async end(call: ModelCall, end: CallEnd): Promise<void> {
    await insist(() => this.rig.end(call, end));
    if (this.random.percent(20) && (await insist(() => this.rig.end(call, { ...end, charged: end.charged + 1n }))))
      this.wrong.push(`call ${call.id} ended twice`);
  }

  private async closeOne(): Promise<string> {
    const open = this.rig.model.jobs.filter(isOpen);
    if (open.length === 0) return 'close';
    const job = this.random.pick(open);
    const status = this.random.pick(['completed', 'completed', 'failed', 'cancelled', 'expired'] as const);
    await insist(() => this.rig.close(job, status as never));
    this.rig.model.close(job, status);
    const again = this.random.pick(['completed', 'failed'] as const);
    if (this.random.percent(30) && (await insist(() => this.rig.close(job, again as never))))
      this.wrong.push(`job ${job.id} was closed twice`);
    return 'close';
  }

  /** What the process would find in its recorder: sent and ended, sent, or nothing for a call that was never sent. */
  private fly(call: ModelCall): void {
    const chance = this.random.int(1, 100);
    const end = anyEnd(call, this.random);
    if (chance <= 40) this.flights.set(call.id, { ...NO_FLIGHT, end: endCallOf(end) });
    else if (chance <= 70) this.flights.set(call.id, { ...NO_FLIGHT, departure: DEPARTURE, outputEstimate: 40 });
  }

  /** The process dies with calls on their way that it never had an answer for; another one ends what it left. */
  private async crash(): Promise<string> {
    const { rig } = this;
    const lost = this.anyCalls();
    await Promise.all(lost.map((asked) => rig.reserve(asked).catch(unavailable)));
    await this.faults.settle();
    for (const asked of lost) await this.learn(asked);
    await this.start();
    this.faults.chance = FAULTS_PERCENT / 3;
    await this.recover();
    if (this.random.percent(30)) await this.recover();
    await this.faults.settle();
    await this.recover();
    for (const call of rig.model.calls.filter((each) => each.isRunning)) rig.model.end(call, this.recovered(call));
    return 'crash';
  }

  /** What became of a call whose sender is dead is what the tables say. */
  private async learn(asked: Asked): Promise<void> {
    const { rows } = await this.rig.db.query<{ state: string }>('SELECT state FROM calls WHERE id = $1', [
      asked.callId,
    ]);
    if (rows[0]?.state !== 'reserved') return;
    if (this.rig.model.decide(asked)) this.wrong.push(`call ${asked.callId} was admitted and does not fit`);
    this.rig.model.admit(asked);
  }

  private async recover(): Promise<void> {
    const { app } = this.app;
    const ledger = this.rig.ledger();
    const { pool } = app.get(Database);
    const calls = await unfinishedCalls(pool, { instanceId: INSTANCE, before: this.rig.epoch! });
    await finish(ledger, app.get(Log), calls, { flightOf: (id) => this.flights.get(id), files: [] });
    await insist(() => closeOrphans(pool, ledger, calls));
  }

  private recovered(call: ModelCall): CallEnd {
    const flight = this.flights.get(call.id);
    const nothing = { state: 'voided', outcome: 'error', charged: 0n, tokens: 0n } as const;
    if (flight?.end) {
      const { state, outcome, chargedCost, tokensIn } = flight.end;
      return { state, outcome, charged: chargedCost, tokens: BigInt(tokensIn) };
    }
    if (!flight?.departure) return nothing;
    return { state: 'recovered', outcome: 'aborted', charged: ESTIMATED, tokens: 140n };
  }

  private async close(): Promise<void> {
    const { rig } = this;
    for (const call of rig.model.calls.filter((each) => each.isRunning)) {
      const end = anyEnd(call, this.random);
      await rig.end(call, end);
      rig.model.end(call, end);
    }
    for (const job of rig.model.jobs.filter(isOpen)) {
      await rig.close(job, 'completed' as never);
      rig.model.close(job, 'completed');
    }
    this.wrong.push(...(await rig.differences()), ...(await unlikeEnds(rig)));
    this.wrong.push(...(await auditProblems(rig.db)), ...(await heldAnywhere(rig.db)));
  }
}

const NO_FLIGHT: FlightRecord = { departure: null, outputEstimate: 0, end: null, close: null };
const PRICES = { input: 1_000_000_000n, output: 2_000_000_000n };
const DEPARTURE = {
  ...{ modelId: 'm', providerId: 'p', priceId: 'x' },
  inputEstimate: 100,
  prices: PRICES,
  charged: PRICES,
};
/** 100 tokens in and 40 out at these prices. */
const ESTIMATED = 180_000n;
const MAX_TRIES = 50;

/** Nobody knows what came of it, so it is undone. */
function unavailable(error: unknown): 'unavailable' {
  if (error instanceof DomainError && error.code === 'ledger_unavailable') return 'unavailable';
  const { code = '' } = error as { code?: string };
  if (['XX000', '40001'].includes(code)) return 'unavailable';
  throw error;
}

/** As the product does with what must be done: again, until it is. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++)
    try {
      return await work();
    } catch (error) {
      if (tries >= MAX_TRIES) throw error;
      unavailable(error);
    }
}

const LEFTOVERS = `TRUNCATE ledger_entries, ledger_txs, calls, jobs, limit_alerts, limit_windows, limit_grants, limits,
  instances CASCADE; DELETE FROM accounts WHERE id >= 1000`;

async function plant(app: TestApp, random: Random, tag: string): Promise<Rig> {
  const rig = new Rig([app], await plantTree(app.db, random, tag), START);
  const count = random.int(2, 6);
  for (let index = 0; index < count; index++) await addLimit(rig.db, rig.tree, random);
  for (const team of rig.tree.teams) await rig.fund('team', team.id, randomAmount(random, 'micro_credit') + 1_000_000n);
  if (rig.tree.isPrepaid) await rig.fund('organization', rig.tree.organizationId, randomAmount(random, 'nano_usd'));
  await rig.announce();
  return rig;
}

torture({
  id: 'R20',
  title: 'simulated histories with lost answers, repeats, cut batches and deaths (10,000; short 100)',
  target: '0 violations of I1 to I5',
  async run({ long, seed }) {
    // Nobody but the history closes jobs; what goes wrong is meant to, and told by the result.
    const app = await startTestApp({ env: { WORKER: 'off', LOG_LEVEL: 'silent' } });
    const random = new Random(seed);
    const faults = new Faults(app);
    const histories = long ? 10_000 : 100;
    const wrong: string[] = [];
    const answers = new Map<string, number>();
    try {
      for (let index = 0; index < histories && wrong.length < MAX_WRONG; index++) {
        const [own, tag] = [random.fork(index + 1), `s${seed}h${index}`];
        faults.begin(own.fork(0));
        const history = new History(app, await plant(app, own, tag), faults, own);
        await history.run();
        wrong.push(...history.wrong.map((each) => `${tag}: ${each}`));
        for (const [name, count] of history.rig.answers) answers.set(name, (answers.get(name) ?? 0) + count);
        if (index % TOGETHER === TOGETHER - 1 || history.wrong.length > 0) await app.db.query(LEFTOVERS);
      }
      const figure = `${histories} histories, ${faults.count} faults, ${wrong.length} violations`;
      const counts = [...answers].map(([name, count]) => `${count} ${name}`).join(', ');
      return { figure, passed: wrong.length === 0, details: [...wrong, `answers: ${counts}`] };
    } finally {
      await app.close();
    }
  },
});
