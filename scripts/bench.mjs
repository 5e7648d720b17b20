/**
 * Measures the built product beside what others use today, and prints one table; exits 1 when a case cannot be run.
 *
 *   npm run bench                  all cases, a few minutes
 *   npm run bench -- --long        the full figures: 200,000 streams, a history of 5 million calls
 *   npm run bench -- --quick       whether the bench itself works; its figures say nothing
 *   npm run bench -- calls reserve some of them
 *
 * Everything runs on this machine: vendor, load, peers, PostgreSQL (that of DATABASE_URL, else an embedded one). So the
 * ratios of one run say something, and its absolute figures only beside the load that is printed with them.
 */
import { loadavg, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { buildServer } from './build.mjs';
import { installIfNeeded } from './install.mjs';

const SETTINGS = {
  normal: { rounds: 5, secondsARound: 4, streams: 20_000, history: 1_000_000 },
  long: { rounds: 7, secondsARound: 10, streams: 200_000, history: 5_000_000 },
  quick: { rounds: 1, secondsARound: 0.5, streams: 1_000, history: 10_000 },
};
const options = { long: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } };

async function casesOf() {
  const { calls, streams } = await import('../test/bench/cases/throughput.mjs');
  const { addedLatency: latency } = await import('../test/bench/cases/latency.mjs');
  const { memory } = await import('../test/bench/cases/memory.mjs');
  const { history } = await import('../test/bench/cases/history.mjs');
  const { processes } = await import('../test/bench/cases/processes.mjs');
  const { pace } = await import('../test/bench/cases/pace.mjs');
  const { reserve } = await import('../test/bench/cases/reserve.mjs');
  return { calls, streams, pace, latency, reserve, memory, history, processes };
}

const load = () =>
  loadavg()
    .map((each) => each.toFixed(1))
    .join(' ');

async function run(names, settings) {
  const { startBench } = await import('../test/bench/support/bench.mjs');
  const { table } = await import('../test/bench/support/table.mjs');
  const cases = await casesOf();
  for (const name of names) if (!(name in cases)) throw new Error(`there is no case '${name}'`);
  const bench = await startBench(settings);
  const breakOff = () => void bench.stop().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, breakOff);
  console.log(`${cpus().length} cores, ${cpus()[0].model}, Node.js ${process.versions.node}`);
  if (bench.portkey.why) console.log(`@portkey-ai/gateway is left out: ${bench.portkey.why}`);
  const rows = [];
  try {
    for (const name of names.length > 0 ? names : Object.keys(cases)) {
      const before = load();
      rows.push(...(await cases[name](bench)));
      console.log(`  ${name} measured (load of the machine ${before} before, ${load()} after)`);
    }
  } finally {
    await bench.stop();
    if (rows.length > 0) console.log(`\n${table(rows)}\n\n${NOTES}`);
  }
}

const NOTES = `Calls of the product go to POST /v1/chat/completions, as those of its peers do; a job and a call are held, settled and
charged in the ledger before the answer is given. The peers keep no account. Each figure is the median of interleaved rounds.`;

const { values, positionals } = parseArgs({ options, allowPositionals: true });
await installIfNeeded();
await buildServer((line) => console.log(`  ${line}`));
await run(positionals, SETTINGS[values.long ? 'long' : values.quick ? 'quick' : 'normal']);
