import { compare, isSound, tableOf } from '../support/bill.js';
import { type CallResult, streamedCall } from '../support/calls.js';
import { until, untilAllEnded } from '../support/place.js';
import { PrivatePostgres } from '../support/private-postgres.js';
import { Random } from '../support/random.js';
import { atSite, type Site } from '../support/site.js';
import { torture, type TortureOptions, type TortureResult } from '../support/torture.js';

const PACE_MS = 50;
const OUTAGE_MS = 60_000;
const SETTLED_MS = 10_000;
/** The short form runs on machines that others use too: there the figure is shown, and only a standstill misses. */
const REFUSED_MS = { long: 100, short: 1_000 };
/** Clients that go on asking while the database is away; the others wait for it, as Retry-After asks of them. */
const IMPATIENT = 4;
const UNSETTLED = `
  SELECT count(*)::int AS n FROM unnest($1::uuid[]) AS ended (id)
  WHERE NOT EXISTS (SELECT FROM calls c WHERE c.id = ended.id AND c.state <> 'reserved')`;

class Load {
  readonly whole: string[] = [];
  readonly begun: string[] = [];
  readonly cut: string[] = [];
  readonly refusedMs: number[] = [];
  readonly unclean: string[] = [];
  /** While the database is away. */
  outage: { whole: number; refused: number; over: Promise<void> } | null = null;
  isStopping = false;
  private events = 0;
  private waiting: { at: number; go: () => void } | null = null;

  constructor(
    private readonly site: Site,
    private readonly keys: readonly string[],
  ) {}

  /** Resolves when so many events more have reached clients. */
  after(events: number): Promise<void> {
    return new Promise((go) => (this.waiting = { at: this.events + events, go }));
  }

  async client(index: number, random: Random): Promise<void> {
    while (!this.isStopping) {
      const content = `[simulate tokens=${random.int(5, 80)}] steady`;
      const place = { url: this.site.gateways[0]!.url, key: this.keys[index % this.keys.length]! };
      const result = await streamedCall({ ...place, content, onEvent: () => this.tick() });
      this.note(result);
      if (result.status === 503 && index >= IMPATIENT) await this.outage?.over;
    }
  }

  private tick(): false {
    this.events += 1;
    if (this.waiting && this.events >= this.waiting.at) this.waiting.go();
    return false;
  }

  private note({ status, callId, isWhole, errorCode, waitedMs }: CallResult): void {
    if (status === 200) this.begun.push(callId!);
    if (isWhole) {
      this.whole.push(callId!);
      if (this.outage) this.outage.whole += 1;
    } else if (status === 200) this.cut.push(`${callId} ${errorCode}`);
    else if (status === 503 && errorCode === 'ledger_unavailable') {
      this.refusedMs.push(waitedMs);
      if (this.outage) this.outage.refused += 1;
    } else this.unclean.push(`${status} ${errorCode}`);
  }
}

/** Kills the database, leaves it away until streams have ended and calls were refused, and gives how long settling took. */
async function outage(database: PrivatePostgres, load: Load, signal: 'SIGQUIT' | 'SIGKILL'): Promise<number> {
  let end!: () => void;
  const state = { whole: 0, refused: 0, over: new Promise<void>((resolve) => (end = resolve)) };
  load.outage = state;
  await database.kill(signal);
  await until('streams ended and calls refused', OUTAGE_MS, () => state.whole >= 10 && state.refused >= 20);
  const ended = [...load.whole];
  await database.restart();
  load.outage = null;
  end();
  return until('what ended meanwhile is settled', OUTAGE_MS, async () => {
    const [row] = await database.query<{ n: number }>(UNSETTLED, [ended]);
    return row!.n === 0;
  });
}

const percentile = (values: readonly number[], part: number): number =>
  [...values].sort((one, other) => one - other)[Math.max(0, Math.ceil(values.length * part) - 1)] ?? 0;

async function run({ long, seed }: TortureOptions): Promise<TortureResult> {
  const [stops, streams] = long ? [20, 200] : [3, 50];
  const place = await PrivatePostgres.start();
  return atSite({ place, vendor: { paceMs: PACE_MS } }, async (site) => {
    await site.start();
    const worlds = [await site.world(), await site.world({ budgetMode: 'CONSUMPTION_USD', creditsPerDollar: '100' })];
    const random = new Random(seed);
    const load = new Load(
      site,
      worlds.map(({ key }) => key),
    );
    const work = Array.from({ length: streams }, (_, index) => load.client(index, random.fork(index)));
    const settledMs: number[] = [];
    for (let stop = 0; stop < stops; stop++) {
      await load.after(random.int(streams, streams * 30));
      settledMs.push(await outage(place, load, stop % 2 === 0 ? 'SIGQUIT' : 'SIGKILL'));
    }
    load.isStopping = true;
    await Promise.all(work);
    await untilAllEnded(place, OUTAGE_MS);
    const is = await compare(site.vendor, place);
    const known = new Set((await place.query<{ id: string }>('SELECT id FROM calls')).map(({ id }) => id));
    const lost = load.begun.filter((id) => !known.has(id));
    const [p99, slowest] = [percentile(load.refusedMs, 0.99), Math.max(...settledMs)];
    const isWell = lost.length + load.cut.length + load.unclean.length + is.estimated === 0;
    return {
      figure: `${stops} stops, ${is.calls} calls: ${lost.length + is.lost.length} lost, ${load.cut.length} streams cut, ${load.refusedMs.length} refused in ${p99.toFixed(0)} ms (p99), settled in ${(slowest / 1_000).toFixed(1)} s`,
      passed: isWell && isSound(is) && p99 <= (long ? REFUSED_MS.long : REFUSED_MS.short) && slowest <= SETTLED_MS,
      details: [
        `refused in ms: p50 ${percentile(load.refusedMs, 0.5).toFixed(0)}, p99 ${p99.toFixed(0)}, most ${Math.max(0, ...load.refusedMs).toFixed(0)}`,
        ...lost.map((id) => `acknowledged and lost: ${id}`),
        ...load.cut.slice(0, 10).map((each) => `cut: ${each}`),
        ...[...new Set(load.unclean)].map((each) => `unclean answer: ${each}`),
        ...tableOf(is),
      ],
    };
  });
}

torture({
  id: 'R07',
  title: 'PostgreSQL stopped at once under streams',
  target: '0 lost, 0 cut, new calls 503 <= 100 ms (p99; short 1 s), all settled <= 10 s after',
  run,
});
