import { compare, isSound, tableOf } from '../support/bill.js';
import { streamedCall } from '../support/calls.js';
import { untilAllEnded } from '../support/place.js';
import { Random } from '../support/random.js';
import { atSite } from '../support/site.js';
import { torture, type TortureOptions, type TortureResult } from '../support/torture.js';

const GATEWAYS = 3;
const PACE_MS = 50;
const ENDED_MS = 20_000;
const TRIES = 50;
const NUMBER = /request (\d+)/;

async function run({ long, seed }: TortureOptions): Promise<TortureResult> {
  const [rounds, streams] = long ? [10, 200] : [1, 40];
  return atSite({ vendor: { paceMs: PACE_MS } }, async (site) => {
    for (let index = 0; index < GATEWAYS; index++) await site.start();
    const worlds = [await site.world(), await site.world({ budgetMode: 'CONSUMPTION_USD', creditsPerDollar: '100' })];
    const random = new Random(seed);
    const failures: string[] = [];
    let [isStopping, requests, whole, again] = [false, 0, 0, 0];
    /** As a load balancer does: a gateway that refuses is passed over for the next. */
    const ask = async (content: string, key: string, first: number): Promise<void> => {
      for (let tries = 0; tries < TRIES; tries++) {
        const gateway = site.gateways[(first + tries) % GATEWAYS]!;
        const { status, isWhole, errorCode } = await streamedCall({ url: gateway.url, key, content });
        if (isWhole) whole += 1;
        const mayRetry = status === 0 || (status === 503 && errorCode === 'overloaded');
        if (!isWhole && !mayRetry) failures.push(`${status} ${errorCode}`);
        if (!mayRetry) return;
        again += 1;
      }
      failures.push(`not served by any gateway: ${content}`);
    };
    const client = async (index: number): Promise<void> => {
      const own = random.fork(index);
      const { key } = worlds[index % worlds.length]!;
      while (!isStopping)
        await ask(`[simulate tokens=${own.int(5, 60)}] request ${++requests}`, key, own.int(0, GATEWAYS - 1));
    };
    const work = Array.from({ length: streams }, (_, index) => client(index));
    for (let stop = 0; stop < rounds * GATEWAYS; stop++) {
      const index = stop % GATEWAYS;
      await site.gateways[index]!.stop('SIGTERM');
      await site.start(index);
    }
    isStopping = true;
    await Promise.all(work);
    await untilAllEnded(site.place, ENDED_MS);
    const is = await compare(site.vendor, site.place);
    const sent = site.vendor.requests.map(({ body }) => NUMBER.exec(body)![1]!);
    const twice = sent.length - new Set(sent).size;
    return {
      figure: `${rounds * GATEWAYS} graceful stops, ${requests} calls: ${failures.length} failed or cut, ${requests - whole} lost, ${twice} sent twice`,
      passed: isSound(is) && failures.length === 0 && whole === requests && twice === 0 && is.exact === requests,
      details: [
        `${again} times a gateway that was stopping or away was passed over`,
        ...[...new Set(failures)].map((each) => `failure: ${each}`),
        ...tableOf(is),
      ],
    };
  });
}

torture({
  id: 'R17',
  title: 'rolling restart of 3 gateways under streams',
  target: '0 calls failed, cut, lost or sent twice',
  run,
});
