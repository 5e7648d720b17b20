import { describe, expect, it } from '@jest/globals';
import { type Config, loadConfig } from '../../../config/index.js';
import { SystemClock } from '../../../core/clock.js';
import type { Database } from '../../../infra/database/index.js';
import { type Log, Metrics } from '../../../infra/telemetry/index.js';
import { Batcher } from './batcher.js';
import type { Operation } from './operation.js';

type Sent = Operation & { ord: number };
type Respond = (operations: Sent[]) => unknown[] | Error | Promise<unknown[] | Error>;

const gone = (): Error => Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });

/** A ledger that answers as it is told, batch after batch. */
class StandIn {
  isUp = true;
  comesBack = true;
  awayMs = 0;
  readonly batches: Sent[][] = [];

  constructor(private readonly respond: Respond) {}

  start(): Promise<void> {
    return Promise.resolve();
  }

  isUpWithin(): Promise<boolean> {
    this.isUp = this.comesBack;
    return Promise.resolve(this.isUp);
  }

  async query(statement: { values: unknown[] }): Promise<unknown[]> {
    if (!this.isUp) throw gone();
    const operations = JSON.parse(String(statement.values[0])) as Sent[];
    this.batches.push(operations);
    const answers = await this.respond(operations);
    if (answers instanceof Error) throw answers;
    return [{ answers }];
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

const quiet = { warn: () => undefined, error: () => undefined } as unknown as Log;

function batcherOn(
  respond: Respond,
  bounds: Partial<Record<keyof Config['bounds'], number>> = {},
): { batcher: Batcher; ledger: StandIn } {
  const ledger = new StandIn(respond);
  const database = { steady: () => ledger } as unknown as Database;
  const config = { bounds: { ...loadConfig({}).bounds, ...bounds } } as unknown as Config;
  return { batcher: new Batcher(database, new SystemClock(), config, quiet, new Metrics()), ledger };
}

const AT = new Date('2026-11-21T12:00:00Z');
const open = (job: string): Operation => ({ kind: 'open', at: AT, job_id: job });
const reserve = (job: string, call: string): Operation => ({ kind: 'reserve', at: AT, job_id: job, call_id: call });
const end = (job: string, call: string): Operation => ({ kind: 'end', at: AT, job_id: job, call_id: call });
const done: Respond = (operations) => operations.map(() => null);
const jobsOf = (batches: Sent[][]): string[][] => batches.map((batch) => batch.map((each) => each.job_id));

describe('a batch', () => {
  it('holds all that is asked for in one turn, and the next all that came meanwhile', async () => {
    let release = (): void => undefined;
    const first = new Promise<void>((resolve) => (release = resolve));
    const { batcher, ledger } = batcherOn(async (operations) => {
      if (operations.some((each) => each.job_id === 'a')) await first;
      return operations.map(() => null);
    });
    const early = ['a', 'b'].map((job) => batcher.submit(open(job)));
    await new Promise((resolve) => setImmediate(resolve));
    const late = ['c', 'd', 'e'].map((job) => batcher.submit(open(job)));
    release();
    await Promise.all([...early, ...late]);
    expect(jobsOf(ledger.batches)).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
  });

  it('holds one operation a job, in the order in which they were asked for', async () => {
    const { batcher, ledger } = batcherOn(done);
    const asked = [reserve('a', '1'), reserve('a', '2'), reserve('b', '3'), end('a', '1')];
    await Promise.all(asked.map((operation) => batcher.submit(operation)));
    expect(ledger.batches.map((batch) => batch.map((each) => each.call_id))).toEqual([['1', '3'], ['2'], ['1']]);
  });

  it('is bounded', async () => {
    const { batcher, ledger } = batcherOn(done, { ledgerBatch: 2 });
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((job) => batcher.submit(open(job))));
    expect(ledger.batches.map((batch) => batch.length)).toEqual([2, 2, 1]);
  });

  it('gives every operation its own answer', async () => {
    const { batcher } = batcherOn((operations) =>
      operations.map(({ job_id }) => (job_id === 'b' ? { code: 'suspended', reason: 'x' } : null)),
    );
    const answers = await Promise.all(['a', 'b', 'c'].map((job) => batcher.submit(open(job))));
    expect(answers).toEqual([null, { code: 'suspended', reason: 'x' }, null]);
  });
});

describe('an operation that breaks its batch', () => {
  it('is found by halving, and the others are done', async () => {
    const poison = new Error('invalid input syntax');
    const { batcher } = batcherOn((operations) =>
      operations.some((each) => each.job_id === 'bad') ? poison : operations.map(() => null),
    );
    const jobs = ['a', 'b', 'bad', 'c', 'd', 'e', 'f'];
    const outcomes = await Promise.allSettled(jobs.map((job) => batcher.submit(open(job))));
    expect(outcomes.map((each) => each.status === 'fulfilled')).toEqual(jobs.map((job) => job !== 'bad'));
    expect((outcomes[2] as PromiseRejectedResult).reason).toBe(poison);
  });

  it('is tried again when it was only at odds with another process', async () => {
    let tries = 0;
    const { batcher } = batcherOn(() =>
      ++tries < 3 ? Object.assign(new Error('deadlock'), { code: '40P01' }) : [null],
    );
    await expect(batcher.submit(open('a'))).resolves.toBeNull();
    expect(tries).toBe(3);
  });
});

describe('a lost connection', () => {
  it('that comes back in time changes nothing: the same operations are sent again', async () => {
    let tries = 0;
    const { batcher, ledger } = batcherOn((operations) => (++tries === 1 ? gone() : operations.map(() => null)));
    await expect(batcher.submit(reserve('a', '1'))).resolves.toBeNull();
    expect(ledger.batches[1]).toEqual(ledger.batches[0]);
  });

  it('refuses what may not be spent without the ledger, and undoes what was on its way once it is back', async () => {
    let tries = 0;
    const { batcher, ledger } = batcherOn((operations) => (++tries === 1 ? gone() : operations.map(() => null)));
    ledger.comesBack = false;
    const single: Operation = { ...reserve('b', '2'), job: { jobType: 'x' } as never };
    const outcomes = await Promise.allSettled([open('a'), single, end('c', '3')].map((each) => batcher.submit(each)));
    for (const outcome of outcomes)
      expect((outcome as PromiseRejectedResult).reason).toMatchObject({ code: 'ledger_unavailable' });
    ledger.comesBack = true;
    ledger.isUp = true;
    await batcher.submit(open('z'));
    const [, undone, after] = ledger.batches;
    expect(undone).toMatchObject([
      { kind: 'close', job_id: 'a', close: { status: 'failed' } },
      { kind: 'end', job_id: 'b', call_id: '2', outcome: { state: 'voided' }, close: { status: 'failed' } },
    ]);
    expect(jobsOf([after!])).toEqual([['z']]);
  });

  it('undoes nothing that never left this process', async () => {
    const { batcher, ledger } = batcherOn(done);
    ledger.isUp = false;
    ledger.comesBack = false;
    await expect(batcher.submit(open('a'))).rejects.toMatchObject({ code: 'ledger_unavailable' });
    ledger.isUp = true;
    ledger.comesBack = true;
    await batcher.submit(open('b'));
    expect(jobsOf(ledger.batches)).toEqual([['b']]);
  });
});

describe('too much at once', () => {
  it('is refused as overload', async () => {
    const { batcher } = batcherOn(done, { ledgerQueue: 2 });
    const first = [batcher.submit(open('a')), batcher.submit(open('b'))];
    await expect(batcher.submit(open('c'))).rejects.toMatchObject({ code: 'overloaded' });
    await Promise.all(first);
    await expect(batcher.submit(open('d'))).resolves.toBeNull();
  });
});
