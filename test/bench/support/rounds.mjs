import { cpuMs, residentMb, serverCpuMs } from './processes.mjs';

const WARM_UP_MS = 1_500;

export const median = (values) => {
  const sorted = values.filter((value) => value !== null).sort((one, other) => one - other);
  return sorted.length === 0 ? null : sorted[sorted.length >> 1];
};

/**
 * Runs each side in turn, and all of them again and again, so that whatever else the machine does falls on all alike.
 * @param sides [{name, pids, targets}]
 * @returns by name: the median of each figure
 */
export async function interleaved(bench, sides, order) {
  const results = new Map(sides.map(({ name }) => [name, []]));
  for (const { targets } of sides) await bench.load.order({ ...order, targets, durationMs: WARM_UP_MS });
  for (let round = 0; round < bench.rounds; round++)
    for (const side of sides) results.get(side.name).push(await measured(bench, side, order));
  return new Map([...results].map(([name, rounds]) => [name, mediansOf(rounds)]));
}

async function measured({ load, server }, { name, pids, targets }, order) {
  const before = { own: sumOf(pids, cpuMs), server: serverCpuMs(server.pid) };
  const figures = await load.order({ ...order, targets });
  const own = difference(sumOf(pids, cpuMs), before.own);
  const postgres = difference(serverCpuMs(server.pid), before.server);
  if (figures.wrong > 0 || figures.unanswered > 0)
    throw new Error(`${name}: ${figures.wrong} wrong, ${figures.unanswered} unanswered: ${figures.words}`);
  const perCall = (ms) => (ms === null ? null : (ms * 1_000) / figures.answers);
  return {
    ...{ rate: figures.answers / figures.seconds, p50: figures.p50, p99: figures.p99 },
    ...{ cpuUs: perCall(own), serverCpuUs: perCall(postgres), residentMb: sumOf(pids, residentMb) },
  };
}

const difference = (after, before) => (after === null ? null : after - before);

const sumOf = (pids, figure) =>
  pids.reduce((sum, pid) => {
    const value = figure(pid);
    return sum === null || value === null ? null : sum + value;
  }, 0);

const mediansOf = (rounds) =>
  Object.fromEntries(Object.keys(rounds[0]).map((figure) => [figure, median(rounds.map((round) => round[figure]))]));
