import { DomainError } from '../../../src/core/errors.js';
import { newUuid } from '../../../src/core/id.js';
import type { CallRequest } from '../../../src/modules/gateway/pipeline/call.js';
import { Admissions } from '../../../src/modules/gateway/pipeline/admissions.service.js';
import { Spending } from '../../../src/modules/gateway/pipeline/spending/spending.service.js';
import { KeyVerifier } from '../../../src/modules/keys/index.js';
import { LedgerService } from '../../../src/modules/ledger/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { makeWorld, must, type World } from '../../support/world.js';
import { Random } from '../support/random.js';
import { ACTOR, announce, endCallOf } from '../support/rig.js';
import { torture } from '../support/torture.js';
import { auditProblems } from '../support/watch.js';

const MODES = ['JOB_BASED', 'CONSUMPTION_USD', 'CONSUMPTION_TOKENS'];
const MAX_RUNNING = 6;
const JOB_MS = 900_000;

interface Running {
  readonly callId: string;
  readonly jobId: string;
  readonly cost: bigint;
  readonly tokens: number;
}

/** A team in some budget mode, with limits of every unit, and the calls that hold something of it. */
interface Place {
  readonly world: World;
  readonly limits: readonly { readonly id: string; readonly unit: Unit }[];
  readonly running: Running[];
}

const UNITS = ['nano_usd', 'token', 'request', 'micro_credit'] as const;
type Unit = (typeof UNITS)[number];
const NAMES = { nano_usd: 'USD', token: 'TOKEN', request: 'REQUEST', micro_credit: 'CREDIT' } as const;

async function makePlace(app: TestApp, budgetMode: string): Promise<Place> {
  const world = await makeWorld(app, { maxOutputTokens: 4_000, credits: '5', team: { budgetMode } });
  const query = 'mutation ($input: CreateLimitInput!) { made: createLimit(input: $input) { id } }';
  const limits: { id: string; unit: Unit }[] = [];
  for (const unit of UNITS) {
    const scope = { organizationId: world.organizationId, scopeType: 'TEAM', scopeId: world.teamId };
    const input = { ...scope, unit: NAMES[unit], period: 'MONTH', amount: '1' };
    const { made } = await must<{ made: { id: string } }>(app, query, { input });
    limits.push({ id: made.id, unit });
  }
  return { world, limits, running: [] };
}

const MOST = { nano_usd: 200_000_000, token: 15_000, request: 8, micro_credit: 4_000_000 };

/** Room of another size on every limit and account: from none to that of a few calls. */
async function shift(app: TestApp, { world, limits }: Place, random: Random): Promise<void> {
  for (const { id, unit } of limits) {
    const { rows } = await app.db.query<{ used: string }>(
      'SELECT coalesce(sum(posted + held), 0) AS used FROM limit_windows WHERE limit_id = $1',
      [id],
    );
    const room = random.percent(40) ? 1_000_000_000_000n : random.bigint(-1_000, MOST[unit]);
    const amount = BigInt(rows[0]!.used) + room;
    await app.db.query('UPDATE limits SET amount = $2 WHERE id = $1', [id, (amount < 0n ? 0n : amount).toString()]);
  }
  const mode = random.pick(['hard', 'hard', 'soft', 'unlimited']);
  await app.db.query("UPDATE accounts SET credit_mode = $2 WHERE kind = 'team_credits' AND scope_id = $1", [
    world.teamId,
    mode,
  ]);
  if (random.percent(15)) {
    const query = 'mutation ($input: CreditsInput!) { addCredits(input: $input) { id } }';
    const input = { teamId: world.teamId, credits: String(random.int(1, 3)), reason: 'torture' };
    await must(app, query, { input });
  }
  await announce([app], world.organizationId);
}

async function anyRequest(app: TestApp, place: Place, random: Random): Promise<CallRequest> {
  const caller = await app.app.get(KeyVerifier).verifyActive(place.world.key, '127.0.0.1');
  const [id, jobId] = [newUuid(), newUuid()];
  const maxCost = random.percent(25) ? random.bigint(1, 80_000_000) : null;
  const ceiling = maxCost as NonNullable<CallRequest['opens']>['maxCost'];
  const now = app.clock.now().getTime();
  const job = { id: jobId, jobType: 'torture', userId: null, metadata: {}, implicit: true, maxCost: ceiling };
  const messages = [{ role: 'user', content: 'x'.repeat(random.int(1, 400)) }];
  const body = { messages, max_tokens: random.int(1, 4_000), ...(random.percent(10) && { n: 2 }) };
  const rest = {
    purpose: null,
    userId: null,
    metadata: {},
    requestId: 'torture',
    operation: 'chat' as const,
    mayFallBack: true,
    timeoutMs: null,
    stream: false,
    model: place.world.alias,
  };
  return { ...rest, id, jobId, opens: { ...job, expiresAt: new Date(now + JOB_MS) }, caller, body };
}

interface Decision {
  readonly code: string;
  readonly text: string;
}

const refusalOf = (error: unknown): Decision => {
  if (!(error instanceof DomainError)) throw error;
  return { code: error.code, text: `${error.message} ${JSON.stringify(error.details)}` };
};

/** Foretells the decision, then has it made; gives both. */
async function decide(app: TestApp, place: Place, random: Random): Promise<{ foretold: Decision; made: Decision }> {
  const spending = app.app.get(Spending);
  const request = await anyRequest(app, place, random);
  const asked = await app.app.get(Admissions).of(request);
  const told = await spending.wouldReserve(request, asked);
  const bounds = ({ maxOutputTokens, costBound, tokensBound }: typeof asked): Decision => ({
    code: 'admitted',
    text: `${maxOutputTokens} tokens, ${costBound} nano-USD, ${tokensBound} tokens at most`,
  });
  const foretold = told.answer ? refusalOf(spending.refusal(told.answer, request.jobId)) : bounds(told.admission);
  const made = await spending.reserve(request, asked).then((held) => {
    const { costBound: cost, tokensBound: tokens } = held;
    place.running.push({ callId: request.id, jobId: request.jobId, cost, tokens });
    return bounds(held);
  }, refusalOf);
  return { foretold, made };
}

async function endOldest(app: TestApp, place: Place, random: Random): Promise<void> {
  const { callId, jobId, cost, tokens } = place.running.shift()!;
  const [charged, used] = [(cost * random.bigint(0, 100)) / 100n, random.bigint(0, tokens)];
  const end = endCallOf({ state: 'settled', outcome: 'success', charged, tokens: used });
  const close = { status: 'completed', metadata: {}, errorMessage: null } as never;
  await app.app.get(LedgerService).endCall({ callId, jobId, end, close }, ACTOR);
}

torture({
  id: 'E01',
  title: 'what is foretold of a call is what is decided (10,000 states; short 300)',
  target: '0 differences',
  async run({ long, seed }) {
    const app = await startTestApp();
    const random = new Random(seed);
    const wrong: string[] = [];
    const codes = new Map<string, number>();
    const states = long ? 10_000 : 300;
    try {
      const places: Place[] = [];
      for (const mode of MODES) places.push(await makePlace(app, mode));
      for (let state = 0; state < states; state++) {
        const place = random.pick(places);
        await shift(app, place, random);
        while (place.running.length > random.int(0, MAX_RUNNING)) await endOldest(app, place, random);
        const { foretold, made } = await decide(app, place, random);
        codes.set(made.code, (codes.get(made.code) ?? 0) + 1);
        if (foretold.code !== made.code || foretold.text !== made.text)
          wrong.push(
            `state ${state}: foretold ${foretold.code} ${foretold.text}`,
            `  decided ${made.code} ${made.text}`,
          );
      }
      wrong.push(...(await auditProblems(app.db)));
      const counts = [...codes].map(([code, count]) => `${count} ${code}`).join(', ');
      return { figure: `${states} states: ${counts}`, passed: wrong.length === 0, details: wrong };
    } finally {
      await app.close();
    }
  },
});
