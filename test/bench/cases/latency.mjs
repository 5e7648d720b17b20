import { allSides } from '../support/bench.mjs';
import { interleaved } from '../support/rounds.mjs';
import { ms } from '../support/table.mjs';

const RATE = 300;
const CONNECTIONS = 64;
const MOST_MS = { p50: 1, p99: 5 };

/** P03: what the product adds to the bare proxy while it has little to do. */
export async function addedLatency(bench) {
  const order = { connections: CONNECTIONS, rate: RATE, durationMs: bench.durationMs * 2 };
  const results = await interleaved(bench, allSides(bench), order);
  const bare = results.get('bare');
  const own = results.get('product');
  const portkey = results.get('portkey');
  return Object.entries(MOST_MS).map(([quantile, most]) => {
    const added = own[quantile] - bare[quantile];
    const peer = portkey ? `; portkey adds ${ms(portkey[quantile] - bare[quantile])}` : '';
    const what = `${quantile} at ${RATE} calls/s: what the product adds to ${ms(bare[quantile])} of the bare proxy${peer}`;
    return { id: 'P03', what, figure: ms(added), target: `<= ${ms(most)}`, isMet: added <= most };
  });
}
