import { allSides, productSide } from '../support/bench.mjs';
import { interleaved } from '../support/rounds.mjs';
import { ms, perSecond, ratio, times, us } from '../support/table.mjs';

const CALLS = { connections: 64, least: { portkey: 6, bare: 0.5 } };
const STREAMS = { connections: 16, chunks: 50, least: { portkey: 4, bare: 0.75 } };
const MOST_CPU_US = 200;

/** P01, and the half of P04 that is about CPU. */
export async function calls(bench) {
  const order = { connections: CALLS.connections, durationMs: bench.durationMs };
  const jobs = productSide(bench.site, { name: 'jobs', api: 'jobs' });
  const results = await interleaved(bench, [...allSides(bench), jobs], order);
  const { cpuUs, serverCpuUs } = results.get('product');
  const cpu = {
    id: 'P04',
    what: `CPU of the gateway a call (and of PostgreSQL: ${us(serverCpuUs)}; bare proxy: ${us(results.get('bare').cpuUs)})`,
    figure: us(cpuUs),
    target: `<= ${us(MOST_CPU_US)}`,
    isMet: cpuUs === null ? null : cpuUs <= MOST_CPU_US,
  };
  const what = `calls at ${CALLS.connections} connections, held before and settled after, 5 limits on the path`;
  const byJobs = { id: 'P01', what: 'the same by the job API', figure: perSecond(results.get('jobs').rate) };
  return [...rowsOf('P01', what, results, CALLS.least), { ...byJobs, target: '', isMet: null }, cpu];
}

/** P02. */
export async function streams(bench) {
  const { connections, chunks, least } = STREAMS;
  const order = { connections, durationMs: bench.durationMs };
  const results = await interleaved(bench, allSides(bench, chunks), order);
  return rowsOf('P02', `streams of ${chunks} chunks at ${connections} connections`, results, least);
}

function rowsOf(id, what, results, least) {
  const own = results.get('product');
  const speeds = ['bare', 'portkey', 'product'].map((name) => `${name} ${perSecond(results.get(name)?.rate)}`);
  const rates = { id, what, figure: speeds.join(', '), target: '', isMet: null };
  const waits = {
    id,
    what: 'p50 / p99 of the product',
    figure: `${ms(own.p50)} / ${ms(own.p99)}`,
    target: '',
    isMet: null,
  };
  const against = Object.entries(least).map(([name, most]) => {
    const found = ratio(own.rate, results.get(name)?.rate);
    const isMet = found === null ? null : found >= most;
    return { id, what: `product / ${name}`, figure: times(found), target: `>= ${times(most)}`, isMet };
  });
  return [rates, waits, ...against];
}
