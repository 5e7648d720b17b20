import { FaultProxy } from '../../support/fault-proxy.js';
import { compare, isSound, percentCharged, tableOf } from '../support/bill.js';
import { streamedCall } from '../support/calls.js';
import { openPlace, until, untilAllEnded } from '../support/place.js';
import { atSite } from '../support/site.js';
import { torture, type TortureOptions, type TortureResult } from '../support/torture.js';

const PACE_MS = 50;
const BEGUN_MS = 60_000;
const SWEPT_MS = 40_000;
const LEAST_PERCENT = 90;
const BY_STATE = 'SELECT state, count(*)::int AS n, sum(charged_cost)::text AS cost FROM calls GROUP BY 1';
const CORRECTIONS = `
  SELECT count(*)::int AS n, count(DISTINCT call_id)::int AS calls FROM ledger_txs WHERE kind = 'call_correction'`;
/** As if the gateway had been gone for a minute: only who is dead long enough is taken for dead. */
const AGE =
  "UPDATE instances SET heartbeat_at = now() - interval '1 minute' WHERE epoch = (SELECT max(epoch) FROM calls)";

interface State {
  readonly state: string;
  readonly n: number;
  readonly cost: string;
}

async function run({ long }: TortureOptions): Promise<TortureResult> {
  const streams = long ? 200 : 40;
  const place = await openPlace();
  const proxy = await FaultProxy.before(place.url);
  let isCut = false;
  const through = (url: string): string => (isCut ? url : proxy.through(url));
  return atSite({ place, through, vendor: { paceMs: PACE_MS } }, async (site) => {
    const dying = await site.start();
    const world = await site.world();
    isCut = true;
    const other = await site.start();
    let [begun, whole] = [0, 0];
    // Half of them end while the database is out of reach, and are known exactly; half still run when their gateway dies.
    const calls = Array.from({ length: streams }, (_, index) =>
      streamedCall({
        ...{ url: dying.url, key: world.key, content: `[simulate tokens=${index % 2 === 0 ? 120 : 450}] dying` },
        onEvent: (count) => ((begun += count === 1 ? 1 : 0), false),
      }).then(({ isWhole }) => (whole += isWhole ? 1 : 0)),
    );
    await until('all streams have begun', BEGUN_MS, () => begun === streams);
    await proxy.close();
    await until('half of the streams are whole', BEGUN_MS, () => whole === streams / 2);
    await dying.stop('SIGKILL');
    await Promise.all(calls);
    await place.query(AGE);
    await untilAllEnded(place, SWEPT_MS);
    const swept = await place.query<State>(BY_STATE);
    await site.start(0);
    await other.stop('SIGTERM');
    const corrected = await place.query<State>(BY_STATE);
    const [{ n, calls: callsCorrected } = { n: 0, calls: 0 }] = await place.query<{ n: number; calls: number }>(
      CORRECTIONS,
    );
    const is = await compare(site.vendor, place);
    const percent = percentCharged(is) ?? 0;
    const isSwept = swept.length === 1 && swept[0]!.state === 'recovered' && swept[0]!.cost === '0';
    const isCorrected =
      corrected.length === 1 && corrected[0]!.state === 'corrected' && n === streams && callsCorrected === n;
    return {
      figure: `${n} of ${streams} corrected once, ${is.exact - is.wrong.length} of ${streams / 2} exact, ${is.estimated} cut charged ${percent.toFixed(1)} %`,
      passed: isSwept && isCorrected && isSound(is) && is.exact === streams / 2 && percent >= LEAST_PERCENT,
      details: [
        `after the sweep ${JSON.stringify(swept)}, after the return ${JSON.stringify(corrected)}`,
        ...tableOf(is),
      ],
    };
  }).finally(() => proxy.close());
}

torture({
  id: 'R04',
  title: 'the record of a dead gateway comes back after others ended its calls',
  target: 'each call one correction, finished ones exact',
  run,
});
