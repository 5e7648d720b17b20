import { compare, isSound, percentCharged, tableOf } from '../support/bill.js';
import { streamedCall } from '../support/calls.js';
import { untilAllEnded } from '../support/place.js';
import { Random } from '../support/random.js';
import { atSite, type Site } from '../support/site.js';
import { torture, type TortureOptions, type TortureResult } from '../support/torture.js';

/**
 * Of each death: a call is written down as sent in the instant before it is. Who dies between the two leaves no sign that
 * nothing went out, and the prompt is charged, for the other mistake would lose the vendor's bill.
 */
const MOST_UNSENT = 0.1;
const PACE_MS = 50;
const PATIENCE_MS = 30_000;
const LEAST_PERCENT = 90;

/** The gateway is killed when so many events more have reached clients; anybody who was cut waits for the next one. */
class Killer {
  kills = 0;
  private left: number;
  private ready: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly site: Site,
    private readonly random: Random,
    private readonly plan: { kills: number; spread: number },
  ) {
    this.left = random.int(1, plan.spread);
  }

  get isDone(): boolean {
    return this.kills >= this.plan.kills;
  }

  /** Resolves once a gateway takes calls. */
  up(): Promise<unknown> {
    return this.ready;
  }

  tick(): void {
    if (this.isDone || --this.left > 0) return;
    this.left = Infinity;
    this.ready = this.restart();
  }

  private async restart(): Promise<void> {
    await this.site.gateways[0]!.stop('SIGKILL');
    await this.site.start(0);
    this.kills += 1;
    this.left = this.random.int(1, this.plan.spread);
  }
}

async function run({ long, seed }: TortureOptions): Promise<TortureResult> {
  const [kills, streams] = long ? [100, 200] : [8, 60];
  return atSite({ vendor: { paceMs: PACE_MS } }, async (site) => {
    await site.start();
    const worlds = [await site.world(), await site.world({ budgetMode: 'CONSUMPTION_USD', creditsPerDollar: '100' })];
    const random = new Random(seed);
    const killer = new Killer(site, random.fork(0), { kills, spread: streams * 40 });
    let whole = 0;
    const client = async (index: number): Promise<void> => {
      const own = random.fork(index + 1);
      while (!killer.isDone) {
        await killer.up();
        const content = `[simulate tokens=${own.int(1, 100)}] ${'word '.repeat(own.int(1, 80))}`;
        const place = { url: site.gateways[0]!.url, key: worlds[index % worlds.length]!.key };
        const result = await streamedCall({ ...place, content, onEvent: () => (killer.tick(), false) });
        if (result.isWhole) whole += 1;
      }
    };
    await Promise.all(Array.from({ length: streams }, (_, index) => client(index)));
    await untilAllEnded(site.place, PATIENCE_MS);
    const is = await compare(site.vendor, site.place);
    const percent = percentCharged(is) ?? 100;
    const mostUnsent = Math.max(1, kills * MOST_UNSENT);
    return {
      figure: `${killer.kills} kills, ${is.calls} calls: ${is.lost.length} lost, ${is.doubled.length} double, ${is.exact - is.wrong.length} of ${is.exact} exact, ${is.estimated} cut charged ${percent.toFixed(1)} %, ${is.neverSentButCharged.length} unsent charged`,
      passed: isSound(is, mostUnsent) && percent >= LEAST_PERCENT && percent <= 100 && whole > 0,
      details: [`${whole} streams were whole at their clients`, ...tableOf(is)],
    };
  });
}

torture({
  id: 'R03',
  title: 'kill -9 at random points under streams',
  target: '0 lost, 0 double, 0 sent but voided; finished exact; cut charged 90-100 % of the bill',
  run,
});
