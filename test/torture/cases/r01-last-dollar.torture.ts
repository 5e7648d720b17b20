import { formatDecimal } from '../../../src/core/money.js';
import type { Product } from '../../support/product.js';
import type { VendorServer } from '../../support/vendor-server.js';
import { makeWorld, must, type World } from '../../support/world.js';
import { billFor, startExactVendor } from '../support/exact-vendor.js';
import { type Fleet, startFleet } from '../support/fleet.js';
import { torture } from '../support/torture.js';
import { auditProblems, heldAnywhere, seen, watch } from '../support/watch.js';

const CALLS = { long: 1_000, short: 400 };
const ROOM = 137;
/** What is added afterwards; the second wave has as many calls. */
const MORE = 30;
/** Shorter than the shortest answer that a call is cut to, so that it is answered as asked for or not at all. */
const OUTPUT_TOKENS = 200;
const LEAST_OUTPUT_TOKENS = 256;
const IN_NANOS = 3_000n;
const OUT_NANOS = 15_000n;
/** Processes hear of more room by an event, or think again after a second; on a busy machine this is plenty. */
const NEWS_MS = 5_000;
const MOST_AGAIN = 3;

type Kind = 'usd' | 'credits' | 'tokens' | 'requests' | 'clamped';

interface Race {
  readonly kind: Kind;
  readonly world: World;
  readonly products: readonly Product[];
  readonly inputBound: number;
  readonly outputTokens: number;
  /** Null where credits are the limit. */
  readonly limitId: string | null;
  /** Calls that a process had no time for, answered 503 and asked again, as clients do. */
  readonly again: { count: number };
}

interface Reply {
  readonly status: number;
  readonly code: string;
  readonly limitId: string | null;
}

async function call(race: Race, product: Product, index: number): Promise<Reply> {
  let reply = await ask(race, product, index);
  for (let more = 0; more < MOST_AGAIN && reply.status === 503; more++) {
    race.again.count += 1;
    reply = await ask(race, product, index);
  }
  return reply;
}

async function ask(race: Race, product: Product, index: number): Promise<Reply> {
  const content = billFor(race.inputBound, index);
  const body = { job_type: 'race', messages: [{ role: 'user', content }], max_tokens: race.outputTokens };
  const response = await fetch(`${product.url}/api/jobs/create-and-call`, {
    method: 'POST',
    headers: { authorization: `Bearer ${race.world.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { code?: string; limit_id?: string };
  return { status: response.status, code: answer.code ?? 'ok', limitId: answer.limit_id ?? null };
}

const wave = (race: Race, from: number, count: number): Promise<Reply[]> =>
  Promise.all(
    Array.from({ length: count }, (_, index) => call(race, race.products[index % race.products.length]!, from + index)),
  );

const costOf = (inputBound: number, outputTokens: number): bigint =>
  BigInt(inputBound) * IN_NANOS + BigInt(outputTokens) * OUT_NANOS;

/** What a number of calls uses, as the API takes it. */
function amountFor({ kind, inputBound, outputTokens }: Race, calls: number): string {
  if (kind === 'requests') return String(calls);
  if (kind === 'tokens') return String((inputBound + outputTokens) * calls);
  const nanos = costOf(inputBound, outputTokens) * BigInt(calls);
  // Room for a last call that is cut short, and then for none.
  return formatDecimal(kind === 'clamped' ? nanos + costOf(inputBound, 700) : nanos, 9);
}

const UNITS = { usd: 'USD', clamped: 'USD', tokens: 'TOKEN', requests: 'REQUEST' } as const;

async function prepare(fleet: Fleet, vendor: VendorServer, kind: Kind, processes: number): Promise<Race> {
  const products = fleet.products.slice(0, processes);
  const outputTokens = kind === 'clamped' ? 2_000 : OUTPUT_TOKENS;
  // One more for the call that shows how many tokens of input the gateway counts.
  const credits = kind === 'credits' ? String(ROOM + 1) : '10000';
  const options = { baseUrl: vendor.url, model: 'vendor-model', maxOutputTokens: 4_000, credits };
  const world = await makeWorld(products[0]!, options);
  const draft: Race = { kind, world, products, inputBound: 0, outputTokens, limitId: null, again: { count: 0 } };
  await call(draft, products[0]!, 0);
  const { rows } = await fleet.database.owner.query<{ input_bound: number }>(
    'SELECT input_bound FROM calls WHERE organization_id = $1',
    [world.organizationId],
  );
  const race = { ...draft, inputBound: rows[0]!.input_bound };
  if (kind === 'credits') return race;
  const query = 'mutation ($input: CreateLimitInput!) { made: createLimit(input: $input) { id } }';
  const place = { organizationId: world.organizationId, scopeType: 'TEAM', scopeId: world.teamId, period: 'TOTAL' };
  const input = { ...place, unit: UNITS[kind], amount: amountFor(race, ROOM) };
  const { made } = await must<{ made: { id: string } }>(products[0]!, query, { input });
  return { ...race, limitId: made.id };
}

async function raise(race: Race): Promise<void> {
  const admin = race.products[0]!;
  if (race.kind === 'credits') {
    const query = 'mutation ($input: CreditsInput!) { addCredits(input: $input) { id } }';
    const input = { teamId: race.world.teamId, credits: String(MORE), reason: 'second wave' };
    await must(admin, query, { input });
    return;
  }
  const query = 'mutation ($id: ID!, $input: UpdateLimitInput!) { updateLimit(id: $id, input: $input) { id } }';
  await must(admin, query, { id: race.limitId, input: { amount: amountFor(race, ROOM + MORE) } });
}

/** Sends the second wave; a process that has not heard of the change yet may refuse for a moment. */
async function secondWave(race: Race): Promise<{ answered: number; early: number }> {
  const startedMs = performance.now();
  let [answered, early] = [0, 0];
  for (let from = 10_000; answered < MORE && performance.now() - startedMs < NEWS_MS; from += 1_000) {
    const asked = MORE - answered;
    const replies = await wave(race, from, asked);
    answered += replies.filter((each) => each.status === 200).length;
    if (from === 10_000) early = asked - answered;
  }
  return { answered, early };
}

function countReplies({ kind, limitId }: Race, replies: readonly Reply[]): { answered: number; odd: string[] } {
  const expected = kind === 'credits' ? 'insufficient_credits' : 'spend_limit_exceeded';
  const refused = replies.filter((each) => each.status !== 200);
  const odd = refused
    .filter((each) => each.status !== 402 || each.code !== expected || each.limitId !== limitId)
    .map((each) => `${kind}: an answer ${each.status} ${each.code} naming ${each.limitId}`);
  return { answered: replies.length - refused.length, odd: [...new Set(odd)] };
}

async function unusedNanos(fleet: Fleet, race: Race): Promise<bigint> {
  const { rows } = await fleet.database.owner.query<{ unused: string }>(
    `SELECT l.amount - w.posted AS unused FROM limit_windows w JOIN limits l ON l.id = w.limit_id WHERE l.id = $1`,
    [race.limitId],
  );
  return BigInt(rows[0]!.unused);
}

interface Outcome {
  readonly wrong: readonly string[];
  /** Calls of the second wave that came before the news of more room. */
  readonly early: number;
}

/** Races once; gives what was not as promised. */
async function runRace(fleet: Fleet, race: Race, calls: number): Promise<Outcome> {
  const name = `${race.kind} over ${race.products.length}`;
  const { answered, odd } = countReplies(race, await wave(race, 1_000, calls));
  if (race.kind === 'clamped') {
    const unused = await unusedNanos(fleet, race);
    const least = costOf(race.inputBound, LEAST_OUTPUT_TOKENS);
    const isTight = unused >= 0n && unused < least;
    const loose = `${name}: ${unused} nano-USD unused, the smallest call costs ${least}`;
    return { wrong: isTight ? odd : [...odd, loose], early: 0 };
  }
  const wrong = [...odd];
  if (answered !== ROOM) wrong.push(`${name}: ${answered} of ${calls} answered, there was room for ${ROOM}`);
  await raise(race);
  const second = await secondWave(race);
  if (second.answered !== MORE) wrong.push(`${name}: ${second.answered} of ${MORE} answered after there was more room`);
  const third = await wave(race, 90_000, 3);
  if (third.some((each) => each.status !== 402)) wrong.push(`${name}: a call was answered that there was no room for`);
  return { wrong, early: second.early };
}

/** In the short form the races of one process are two. */
function racesOf(long: boolean): [Kind, number][] {
  const all: Kind[] = ['usd', 'credits', 'tokens', 'requests', 'clamped'];
  const alone: Kind[] = long ? all : ['usd', 'credits'];
  return [...alone.map((kind): [Kind, number] => [kind, 1]), ...all.map((kind): [Kind, number] => [kind, 3])];
}

torture({
  id: 'R01',
  title: 'last-dollar race: 1,000 calls at once (short 400), room for 137; 1 and 3 processes; 4 units',
  target: '137 answered each time, the limit kept at every commit',
  async run({ long }) {
    const [vendor, fleet] = await Promise.all([startExactVendor(), startFleet(3)]);
    const { owner } = fleet.database;
    try {
      await watch(owner);
      const wrong: string[] = [];
      let [early, again] = [0, 0];
      for (const [kind, processes] of racesOf(long)) {
        const race = await prepare(fleet, vendor, kind, processes);
        const outcome = await runRace(fleet, race, long ? CALLS.long : CALLS.short);
        wrong.push(...outcome.wrong);
        early += outcome.early;
        again += race.again.count;
      }
      wrong.push(...(await seen(owner)), ...(await heldAnywhere(owner)), ...(await auditProblems(owner)));
      const races = `137 in each of ${racesOf(long).length} races; ${early} calls came before the news of more room; ${again} were asked again after 503`;
      const passed = wrong.length === 0;
      return { figure: passed ? races : `${wrong.length} differences`, passed, details: wrong };
    } finally {
      await fleet.stop();
      await vendor.close();
    }
  },
});
