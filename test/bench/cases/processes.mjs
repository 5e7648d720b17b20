import { productSide, startSite } from '../support/bench.mjs';
import { interleaved } from '../support/rounds.mjs';
import { perSecond } from '../support/table.mjs';

const SIZES = [1, 2, 4];
const TENANTS = { hot: 1, many: 20 };
const CONNECTIONS = 64;
/** Less than this is noise. */
const LEAST = 0.9;

/** P06: several processes on one database, for one organization and for many. */
export async function processes(bench) {
  const rows = [];
  for (const [kind, tenants] of Object.entries(TENANTS)) {
    const site = await startSite(bench, { processes: SIZES.at(-1), tenants });
    try {
      const sides = SIZES.map((size) =>
        productSide({ ...site, products: site.products.slice(0, size) }, { name: String(size) }),
      );
      const order = { connections: CONNECTIONS, durationMs: bench.durationMs };
      rows.push(rowOf(kind, tenants, await interleaved(bench, sides, order)));
    } finally {
      await site.stop();
    }
  }
  return rows;
}

function rowOf(kind, tenants, results) {
  const rates = SIZES.map((size) => results.get(String(size)).rate);
  return {
    id: 'P06',
    what: `${SIZES.join(', ')} processes, ${kind === 'hot' ? 'one hot organization' : `${tenants} organizations`}`,
    figure: rates.map(perSecond).join(', '),
    target: kind === 'hot' ? 'does not fall' : 'grows until the cores are used',
    isMet: rates.every((rate) => rate >= rates[0] * LEAST),
  };
}
