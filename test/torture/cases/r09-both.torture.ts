import { compare, isSound, tableOf } from '../support/bill.js';
import { streamedCall } from '../support/calls.js';
import { until, untilAllEnded } from '../support/place.js';
import { PrivatePostgres } from '../support/private-postgres.js';
import { Random } from '../support/random.js';
import { atSite } from '../support/site.js';
import { torture, type TortureOptions, type TortureResult } from '../support/torture.js';

const PACE_MS = 50;
const BEGUN_MS = 60_000;
const ENDED_MS = 30_000;
const CHARGED = 'SELECT sum(credits_charged)::text AS credits FROM jobs';
const CREDIT = 1_000_000;

async function run({ long, seed }: TortureOptions): Promise<TortureResult> {
  const streams = long ? 200 : 60;
  const place = await PrivatePostgres.start();
  return atSite({ place, vendor: { paceMs: PACE_MS } }, async (site) => {
    const gateway = await site.start();
    const world = await site.world();
    const random = new Random(seed);
    let begun = 0;
    // Streams are held open until the database is away: none may end before.
    const content = `[simulate tokens=${random.int(200, 250)}] until the database is gone`;
    const calls = Array.from({ length: streams }, () =>
      streamedCall({
        ...{ url: gateway.url, key: world.key, content },
        onEvent: (count) => {
          if (count === 1) begun += 1;
          return false;
        },
      }),
    );
    await until('all streams have begun', BEGUN_MS, () => begun === streams);
    await place.kill('SIGQUIT');
    const results = await Promise.all(calls);
    await gateway.stop('SIGKILL');
    await place.restart();
    await site.start(0);
    await untilAllEnded(place, ENDED_MS);
    const is = await compare(site.vendor, place);
    const whole = results.filter(({ isWhole }) => isWhole).length;
    const posted = is.exact - is.wrong.length;
    const [charged] = await place.query<{ credits: string }>(CHARGED);
    return {
      figure: `${whole} of ${streams} streams whole, ${posted} of ${streams} usages posted exactly`,
      passed: isSound(is) && whole === streams && posted === streams && charged!.credits === String(streams * CREDIT),
      details: [`${charged!.credits} micro-credits charged`, ...tableOf(is)],
    };
  });
}

torture({
  id: 'R09',
  title: 'PostgreSQL away while streams finish, then the gateway killed too',
  target: '100 % of usages posted exactly after the restart',
  run,
});
