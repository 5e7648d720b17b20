import { startSite } from '../support/bench.mjs';
import { writeHistory } from '../support/history.mjs';
import { startProgram } from '../support/programs.mjs';
import { median } from '../support/rounds.mjs';
import { perSecond, ratio, times } from '../support/table.mjs';
import { ledgerTenants } from './reserve.mjs';

const CALLERS = 64;
const LEAST = 0.9;

/** P05: the ledger by itself on an empty database and on one with a year behind it, in turn. */
export async function history(bench) {
  const stops = [];
  try {
    const sides = [];
    for (const count of [0, bench.history]) sides.push(await sideWith(bench, count, stops));
    const rates = await inTurn(bench, sides);
    return [rowOf(bench.history, rates.map(median))];
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** Calls a second of each side, a list each. */
async function inTurn({ rounds, durationMs }, sides) {
  const rates = sides.map(() => []);
  for (let round = 0; round <= rounds; round++)
    for (const [index, order] of sides.entries()) {
      const { calls, seconds } = await order({ callers: CALLERS, durationMs });
      if (round > 0) rates[index].push(calls / seconds); // The first round warms up.
    }
  return rates;
}

/** A database with so many calls behind it, and a process that holds and settles further ones. */
async function sideWith(bench, count, stops) {
  const site = await startSite(bench);
  stops.push(site.stop);
  const tenants = await ledgerTenants(bench, site);
  if (count > 0) await writeHistory(site.database.url, site.tenants[0], count);
  const worker = await startProgram('reserver', { DATABASE_URL: site.database.url });
  stops.push(worker.stop);
  return (order) => worker.order({ tenants, ...order });
}

function rowOf(count, [empty, full]) {
  const found = ratio(full, empty);
  return {
    id: 'P05',
    what: `calls held and settled by the ledger with ${count.toLocaleString('en')} calls behind it, to none (${perSecond(empty)})`,
    figure: times(found),
    target: `>= ${times(LEAST)}`,
    isMet: found >= LEAST,
  };
}
