/**
 * The ledger by itself: this process stands for an instance of the gateway, of which it has the Batcher and nothing
 * else. Each call is held, runs for a while, and is settled.
 *
 * An order: `tenant` {keyId, actor...}, `paths` {job, call, version}; `durationMs`; then `rate` calls a second at random
 * intervals, or `callers` that each make one call after the other; `runsMs` [least, most]; `instances` that share the
 * database.
 */
import 'reflect-metadata';
import { loadConfig } from '../../../dist/src/config/index.js';
import { SystemClock } from '../../../dist/src/core/clock.js';
import { newUuid } from '../../../dist/src/core/id.js';
import { Database } from '../../../dist/src/infra/database/index.js';
import { Log, Metrics } from '../../../dist/src/infra/telemetry/index.js';
import { Batcher } from '../../../dist/src/modules/ledger/batch/batcher.js';

const COST = 10_000_000n;
const TOKENS = 700;
const JOB_MS = 900_000;

const config = loadConfig({ ...process.env, LOG_LEVEL: 'warn' });
const log = new Log(config);
const clock = new SystemClock();
const database = new Database(null, config, log);
const metrics = new Metrics();
const batcher = new Batcher(database, clock, config, log, metrics);
await batcher.onModuleInit();
const { rows } = await database.pool.query(
  "INSERT INTO instances (instance_id, host, pid) VALUES (gen_random_uuid(), 'bench', $1) RETURNING epoch",
  [process.pid],
);
const epoch = BigInt(rows[0].epoch);

function reservation({ keyId, path }, jobId, callId) {
  const at = clock.now();
  const place = { key_id: keyId, version: path.version, job_path: path.job, path: path.call, epoch };
  const expiresAt = new Date(at.getTime() + JOB_MS);
  const job = { jobType: 'bench', userId: null, metadata: {}, implicit: true, maxCost: null, expiresAt };
  const target = { modelId: 'bench', providerId: 'bench', priceId: 'bench' };
  const call = {
    userId: null,
    alias: 'bench',
    purpose: null,
    streamed: false,
    metadata: {},
    inputBound: 400,
    ...target,
  };
  return { kind: 'reserve', at, job_id: jobId, call_id: callId, ...place, cost: COST, tokens: TOKENS, call, job };
}

function ending({ keyId }, jobId, callId) {
  const amounts = { usage: { input: 120, output: 80, request: 1 }, tokensIn: 120, tokensOut: 80 };
  const costs = { usageSource: 'vendor', providerCost: COST / 2n, chargedCost: COST / 2n };
  const outcome = { state: 'settled', outcome: 'success', ...amounts, ...costs, attempts: [], latencyMs: 100 };
  const close = { status: 'completed', metadata: {}, errorMessage: null };
  const actor = { kind: 'key', id: keyId, name: 'bench', requestId: callId };
  return { kind: 'end', at: clock.now(), job_id: jobId, call_id: callId, outcome, close, actor };
}

/** Reserves and settles one call; how long each took. */
async function call({ tenants, runsMs }, times) {
  const tenant = tenants[Math.floor(Math.random() * tenants.length)];
  const [jobId, callId] = [newUuid(), newUuid()];
  const started = performance.now();
  const refused = await batcher.submit(reservation(tenant, jobId, callId));
  const reserved = performance.now();
  if (refused) throw new Error(`the ledger refused: ${JSON.stringify(refused)}`);
  if (runsMs) await pause(runsMs[0] + Math.random() * (runsMs[1] - runsMs[0]));
  const ended = performance.now();
  await batcher.submit(ending(tenant, jobId, callId));
  times.push({ reserve: reserved - started, settle: performance.now() - ended });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function atRate(order, times) {
  const deadline = performance.now() + order.durationMs;
  const running = [];
  for (let due = performance.now(); performance.now() < deadline; await pause(1))
    for (; due <= performance.now(); due += (-Math.log(1 - Math.random()) * 1_000) / order.rate)
      running.push(call(order, times));
  await Promise.all(running);
}

async function byCallers(order, times) {
  const deadline = performance.now() + order.durationMs;
  const caller = async () => {
    while (performance.now() < deadline) await call(order, times);
  };
  await Promise.all(Array.from({ length: order.callers }, caller));
}

async function run(order) {
  order.tenants = order.tenants.map(({ keyId, path: { version, job, call: slots } }) => ({
    keyId,
    path: { version: BigInt(version), job: job.map(BigInt), call: slots.map(BigInt) },
  }));
  batcher.paceFor(order.instances ?? 1);
  const times = [];
  const started = performance.now();
  await (order.rate ? atRate(order, times) : byCallers(order, times));
  return { ...figuresOf(times), seconds: (performance.now() - started) / 1_000 };
}

function figuresOf(times) {
  const quantiles = (kind) => {
    const sorted = Float64Array.from(times, (each) => each[kind]).sort();
    const at = (share) => sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? null;
    return { p50: at(0.5), p99: at(0.99) };
  };
  return { calls: times.length, reserve: quantiles('reserve'), settle: quantiles('settle') };
}

process.on('message', (order) =>
  run(order).then(
    (figures) => process.send(figures),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  ),
);
process.once('disconnect', () => process.exit(0));
process.send({ port: 0 });
