import { startSite } from '../support/bench.mjs';
import { withClient } from '../support/database.mjs';
import { apiCall } from '../support/calls.mjs';
import { startProgram } from '../support/programs.mjs';
import { median } from '../support/rounds.mjs';
import { ms } from '../support/table.mjs';
import { knownToLedger } from '../support/tenants.mjs';

const RATES = [300, 500];
const INSTANCES = [1, 3];
const RUNS_MS = [100, 500];

/** How long a hold takes by itself: processes that are a Batcher of the product each, and nothing else of it. */
export async function reserve(bench) {
  const site = await startSite(bench);
  const workers = [];
  try {
    const [tenant] = await ledgerTenants(bench, site);
    for (let index = 0; index < Math.max(...INSTANCES); index++)
      workers.push(await startProgram('reserver', { DATABASE_URL: site.database.url }));
    const rows = [];
    for (const instances of INSTANCES)
      for (const rate of RATES) rows.push(await rowOf(bench, workers.slice(0, instances), { tenant, rate }));
    return rows;
  } finally {
    for (const worker of workers) await worker.stop();
    await site.stop();
  }
}

/** The tenants of a site, once each has called, which opens the windows of its limits. */
export function ledgerTenants({ load }, { database, products, tenants }) {
  return withClient(database.url, async (client) => {
    const known = [];
    for (const tenant of tenants) {
      await load.order({ targets: [apiCall('jobs', products[0], tenant)], connections: 1, count: 1 });
      known.push(await knownToLedger(client, tenant));
    }
    return known;
  });
}

async function rowOf(bench, workers, { tenant, rate }) {
  const order = { tenants: [tenant], durationMs: bench.durationMs, rate: rate / workers.length, runsMs: RUNS_MS };
  const rounds = [];
  for (let round = 0; round < bench.rounds; round++)
    rounds.push(await Promise.all(workers.map((worker) => worker.order({ ...order, instances: workers.length }))));
  const [p50, p99] = ['p50', 'p99'].map((quantile) =>
    median(rounds.map((round) => Math.max(...round.map(({ reserve: waits }) => waits[quantile])))),
  );
  return {
    id: 'P03',
    what: `hold of the ledger by itself at ${rate} calls/s, ${workers.length === 1 ? 'one instance' : `${workers.length} instances`}: p50 / p99`,
    figure: `${ms(p50)} / ${ms(p99)}`,
    target: '',
    isMet: null,
  };
}
