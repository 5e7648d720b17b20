import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid } from '../../src/core/id.js';
import { formatUsd, nanoUsd } from '../../src/core/money.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { auditRows, chargedJob, type Json, look, move } from '../support/movements.js';
import { asUser, letUsersIn, makeUser } from '../support/people.js';
import { creditsOf, ledgerProblems, makeWorld, must, type World } from '../support/world.js';

const PARALLEL = 20;
const REASON = 'The invoice says so';
/** What a token costs at the prices of the world. */
const [IN, OUT] = [3_000n, 15_000n];
const REFUSED_INPUT = /^(INVALID_REQUEST|GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT)$/;
const CORRECTION =
  'transactionId providerDifference chargedDifference call { state usageSource tokensIn tokensOut chargedCost }';
const RECONCILIATION = 'id from to reportedCost recordedCost difference transactionId actorName';

let app: TestApp;
let world: World;

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  letUsersIn(app);
});
beforeEach(async () => {
  world = await makeWorld(app);
});
afterAll(async () => {
  const problems = await ledgerProblems(app);
  await app.close();
  expect(problems).toEqual([]);
});

const usd = (nano: bigint): string => formatUsd(nanoUsd(nano));
const costOf = (tokensIn: number, tokensOut: number): bigint => BigInt(tokensIn) * IN + BigInt(tokensOut) * OUT;

interface Figures {
  readonly tokens: bigint;
  readonly provider: bigint;
  readonly charged: bigint;
}

async function figures(callId: string): Promise<Figures> {
  const { rows } = await app.db.query<Record<string, string>>(
    'SELECT tokens_in + tokens_out AS tokens, provider_cost, charged_cost FROM calls WHERE id = $1',
    [callId],
  );
  const { tokens, provider_cost: provider, charged_cost: charged } = rows[0]!;
  return { tokens: BigInt(tokens!), provider: BigInt(provider!), charged: BigInt(charged!) };
}

/** A call that a crash left: recovered, charged by estimate. */
async function recoveredCall(): Promise<{ callId: string; jobId: string }> {
  const { callId, jobId } = await chargedJob(app, world);
  await app.db.query("UPDATE calls SET state = 'recovered', usage_source = 'estimated' WHERE id = $1", [callId]);
  return { callId, jobId };
}

const correct = (input: object, headers: Record<string, string> = {}): Promise<Json> =>
  move(
    app,
    'correctCall',
    { usage: { input: 100, output: 10 }, reason: REASON, ...input },
    { selection: CORRECTION, headers },
  );

async function sides(transactionId: string): Promise<Record<string, string>> {
  const query = `query ($id: ID!) { ledgerTransaction(id: $id) { kind reason entries {
    amount direction balanceAfter account { kind name } } } }`;
  const { entries } = await look(app, query, { id: transactionId });
  return Object.fromEntries(
    entries.map(({ amount, direction, account }: Json) => [
      account.name ?? account.kind,
      direction === 'DEBIT' ? `-${amount}` : amount,
    ]),
  );
}

describe('correctCall', () => {
  it.each([
    ['more', 1_000, 500],
    ['less', 1, 0],
  ])('posts what a call cost %s than was charged, once, and leaves credits alone', async (_name, input, output) => {
    const { callId, jobId } = await recoveredCall();
    const before = await figures(callId);
    const credits = await creditsOf(app, world.teamId);
    const cost = costOf(input, output);
    const difference = usd(cost - before.charged);
    const made = await correct({ callId, usage: { input, output } });
    expect(made).toMatchObject({ providerDifference: difference, chargedDifference: difference });
    const now = { state: 'CORRECTED', usageSource: 'vendor', tokensIn: `${input}`, tokensOut: `${output}` };
    expect(made.call).toEqual({ ...now, chargedCost: usd(cost) });
    const opposite = usd(before.charged - cost);
    expect(await sides(made.transactionId)).toEqual({
      ORGANIZATION_USAGE: opposite,
      revenue: difference,
      provider_cost: opposite,
      provider_payable: difference,
    });
    expect(await creditsOf(app, world.teamId)).toEqual(credits);
    const job = await look(app, 'query ($id: ID!) { job(id: $id) { costCharged } }', { id: jobId });
    expect(job.costCharged).toBe(usd(cost));
    const [row] = await auditRows(app, 'ledger.correct', world.organizationId);
    expect(row).toMatchObject({ status: 'success', entity_type: 'Call', entity_id: callId });
    expect(row.changes).toMatchObject([
      { before: { state: 'recovered', chargedCost: usd(before.charged) }, after: { state: 'corrected' } },
    ]);
    expect(await correct({ callId })).toBe('CONFLICT');
    expect(await ledgerProblems(app)).toEqual([]);
  });

  it(`happens once when ${PARALLEL} try at once`, async () => {
    const { callId } = await recoveredCall();
    const made = await Promise.all(Array.from({ length: PARALLEL }, () => correct({ callId })));
    expect(made.filter((each) => each === 'CONFLICT')).toHaveLength(PARALLEL - 1);
    const { rows } = await app.db.query('SELECT id FROM ledger_txs WHERE call_id = $1 AND kind = $2', [
      callId,
      'call_correction',
    ]);
    expect(rows).toHaveLength(1);
  });

  it('posts nothing when the estimate was right, and is over with it', async () => {
    const { callId } = await recoveredCall();
    const { rows } = await app.db.query<{ usage: Record<string, number> }>('SELECT usage FROM calls WHERE id = $1', [
      callId,
    ]);
    const { request, ...usage } = rows[0]!.usage;
    expect(request).toBe(1);
    expect(await correct({ callId, usage })).toMatchObject({ transactionId: null, chargedDifference: '0' });
    expect(await correct({ callId, usage })).toBe('CONFLICT');
  });

  it('puts the limits of the call right, and no other', async () => {
    const limits: Record<string, string> = {};
    for (const [unit, amount] of [
      ['USD', '100'],
      ['TOKEN', '100000'],
      ['REQUEST', '100'],
      ['CREDIT', '100'],
    ] as const) {
      const { organizationId } = world;
      const scope = { organizationId, scopeType: 'ORGANIZATION', scopeId: organizationId, period: 'TOTAL' };
      limits[unit] = (await move(app, 'createLimit', { ...scope, unit, amount }, { selection: 'id' })).id;
    }
    const { callId } = await recoveredCall();
    const posted = async (unit: string): Promise<bigint> => {
      const { rows } = await app.db.query<{ posted: string }>('SELECT posted FROM limit_windows WHERE limit_id = $1', [
        limits[unit],
      ]);
      return BigInt(rows[0]!.posted);
    };
    const before = await figures(callId);
    expect([await posted('USD'), await posted('TOKEN')]).toEqual([before.charged, before.tokens]);
    await correct({ callId, usage: { input: 70, cachedRead: 7, output: 3 } });
    expect([await posted('USD'), await posted('TOKEN')]).toEqual([(await figures(callId)).charged, 80n]);
    expect([await posted('REQUEST'), await posted('CREDIT')]).toEqual([1n, 1_000_000n]);
  });

  it('takes the difference from the balance that paid for the call', async () => {
    const { organizationId } = world;
    await move(app, 'setBilling', { organizationId, billing: 'PREPAID' }, { selection: 'id' });
    await move(app, 'topUpBalance', { organizationId, amount: '1', reason: REASON });
    const accessGroupIds = [`group-${world.teamId.slice('team-'.length)}`];
    const project = await move(
      app,
      'createProject',
      { organizationId, code: 'P', name: 'P', accessGroupIds },
      { selection: 'id' },
    );
    const issued = await move(app, 'createApiKey', { projectId: project.id, name: 'K' }, { selection: 'token' });
    const body = { job_type: 'prepaid', messages: [{ role: 'user', content: 'Hello' }] };
    const done = await app.asKey(issued.token, 'POST', '/api/jobs/create-and-call', body);
    expect(done.status).toBe(200);
    const { rows } = await app.db.query<{ id: string }>(
      "UPDATE calls SET state = 'recovered' WHERE job_id = $1 RETURNING id",
      [done.body.job_id],
    );
    const callId = rows[0]!.id;
    const balance = async (): Promise<Json> =>
      (
        await look(app, 'query ($id: ID!) { organization(id: $id) { balance { used remaining held } } }', {
          id: organizationId,
        })
      ).balance;
    const { charged } = await figures(callId);
    expect(await balance()).toEqual({ used: usd(charged), remaining: usd(1_000_000_000n - charged), held: '0' });
    const made = await correct({ callId, usage: { input: 1_000 } });
    const cost = costOf(1_000, 0);
    expect(await balance()).toEqual({ used: usd(cost), remaining: usd(1_000_000_000n - cost), held: '0' });
    expect(await sides(made.transactionId)).toMatchObject({
      ORGANIZATION_BALANCE: usd(charged - cost),
      balance_used: usd(cost - charged),
    });
  });

  it('charges by the alias, and must be told what when its prices have changed since', async () => {
    const { rows } = await app.db.query<{ id: string }>('SELECT id FROM aliases WHERE name = $1', [world.alias]);
    const override = (priceOverride: object): Promise<unknown> =>
      must(app, 'mutation ($id: ID!, $input: UpdateAliasInput!) { updateAlias(id: $id, input: $input) { id } }', {
        id: rows[0]!.id,
        input: { priceOverride },
      });
    await override({ input: '6', output: '30' });
    const first = await recoveredCall();
    const second = await recoveredCall();
    const before = await figures(first.callId);
    expect(before.charged).toBe(before.provider * 2n);
    const usage = { input: 1_000 };
    expect(await correct({ callId: first.callId, usage })).toMatchObject({
      providerDifference: usd(costOf(1_000, 0) - before.provider),
      chargedDifference: usd(2n * costOf(1_000, 0) - before.charged),
    });
    await override({ input: '9', output: '45' });
    expect(await correct({ callId: second.callId, usage })).toBe('INVALID_REQUEST');
    expect(await correct({ callId: second.callId, usage, chargedCost: '-1' })).toBe('INVALID_REQUEST');
    const told = await correct({ callId: second.callId, usage, chargedCost: '0.006' });
    expect(told.call.chargedCost).toBe('0.006');
  });

  it('is refused for a call that is exact, and for one whose job is open', async () => {
    const { callId } = await chargedJob(app, world);
    expect(await correct({ callId })).toBe('CONFLICT');
    const open = await app.asKey(world.key, 'POST', '/api/jobs/create', { job_type: 'open' });
    const messages = [{ role: 'user', content: 'Hello' }];
    const called = await app.asKey(world.key, 'POST', `/api/jobs/${open.body.job_id}/llm-call`, { messages });
    await app.db.query("UPDATE calls SET state = 'recovered' WHERE id = $1", [called.body.call_id]);
    expect(await correct({ callId: called.body.call_id })).toBe('CONFLICT');
    await app.asKey(world.key, 'POST', `/api/jobs/${open.body.job_id}/complete`, { status: 'completed' });
    expect(await correct({ callId: called.body.call_id })).toMatchObject({ call: { state: 'CORRECTED' } });
  });

  it.each([
    ['a class below zero', { usage: { input: -1 } }],
    ['a class too large', { usage: { input: 100_000_001 } }],
    ['a part of a token', { usage: { input: 0.5 } }],
    ['an unknown class', { usage: { words: 1 } }],
    ['no usage', { usage: null }],
    ['no reason', { reason: '' }],
    ['an endless reason', { reason: 'x'.repeat(501) }],
    ['a NUL in the reason', { reason: 'a\0b' }],
    ['a charge of a word', { chargedCost: 'much' }],
  ])('refuses %s', async (_name, input) => {
    const { callId } = await recoveredCall();
    const before = await figures(callId);
    expect(await correct({ callId, ...input })).toMatch(REFUSED_INPUT);
    expect(await figures(callId)).toEqual(before);
  });

  it('is the business of the platform’s administrators, and knows no call that does not exist', async () => {
    const { callId } = await recoveredCall();
    const users = [await makeUser(app, { role: 'auditor' })];
    for (const role of ['owner', 'admin', 'viewer', 'member'] as const)
      users.push(await makeUser(app, { memberships: { [world.organizationId]: role } }));
    for (const user of users) expect(await correct({ callId }, asUser(user))).toBe('FORBIDDEN');
    for (const id of [newUuid(), 'x', '']) expect(await correct({ callId: id })).toBe('NOT_FOUND');
  });
});

describe('reconcileProvider', () => {
  /** An hour of its own for each test, long past, into which calls are moved. */
  let hour = 0;
  const at = (minutes: number): string => new Date(Date.UTC(2020, 0, 1, hour, minutes)).toISOString();
  beforeEach(() => void hour++);

  const reconcile = (input: object = {}, headers: Record<string, string> = {}): Promise<Json> => {
    const whole = { providerId: world.providerId, from: at(0), to: at(60), reportedCost: '1', ...input };
    return move(app, 'reconcileProvider', whole, { selection: RECONCILIATION, headers });
  };
  async function pastCall(minute: number): Promise<string> {
    const { callId } = await recoveredCall();
    await app.db.query('UPDATE calls SET created_at = $2 WHERE id = $1', [callId, at(minute)]);
    return callId;
  }

  it.each([
    ['beyond', 5_000n],
    ['short of', -1n],
  ])('posts what was billed %s what is recorded, and shows both', async (_name, difference) => {
    const recorded = (await figures(await pastCall(0))).provider + (await figures(await pastCall(59))).provider;
    await pastCall(60);
    const made = await reconcile({ reportedCost: usd(recorded + difference) });
    expect(made).toMatchObject({
      from: at(0),
      to: at(60),
      reportedCost: usd(recorded + difference),
      recordedCost: usd(recorded),
      difference: usd(difference),
      actorName: 'master_key',
    });
    expect(await sides(made.transactionId)).toEqual({
      unreconciled_provider_cost: usd(-difference),
      provider_payable: usd(difference),
    });
    const { rows } = await app.db.query('SELECT * FROM audit_entries WHERE action = $1 AND entity_id = $2', [
      'ledger.reconcile',
      world.providerId,
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0].changes).toMatchObject([
      { after: { reportedCost: made.reportedCost, recordedCost: made.recordedCost } },
    ]);
  });

  it('posts nothing when both agree', async () => {
    expect(await reconcile({ reportedCost: '0' })).toMatchObject({
      recordedCost: '0',
      difference: '0',
      transactionId: null,
    });
  });

  it('is listed with the others, the latest range first, to those who see the books of the platform', async () => {
    const list = (headers = {}, rest = ''): Promise<Json> =>
      app
        .gql(
          `query ($id: ID) { providerReconciliations(first: 2, filter: { providerId: $id }${rest}) {
            total items { ${RECONCILIATION} } } }`,
          { id: world.providerId },
          headers,
        )
        .then(({ body }) => body.data?.providerReconciliations ?? body.errors[0].extensions.code);
    const made = [await reconcile(), await reconcile({ from: at(60), to: at(61) })];
    expect((await list()).items).toEqual([made[1], made[0]]);
    expect((await list({}, ', orderBy: CREATED_DESC')).items[0]).toEqual(made[1]);
    expect((await list({}, `, search: "${made[0].id}"`)).items).toEqual([made[0]]);
    expect((await list(asUser(await makeUser(app, { role: 'auditor' })))).items[0]).toEqual(made[1]);
    const owner = await makeUser(app, { memberships: { [world.organizationId]: 'owner' } });
    expect(await list(asUser(owner))).toBe('FORBIDDEN');
  });

  it('is refused for a range that overlaps another, however many try at once', async () => {
    const all = await Promise.all(Array.from({ length: PARALLEL }, () => reconcile()));
    expect(all.filter((each) => each === 'CONFLICT')).toHaveLength(PARALLEL - 1);
    expect(await reconcile({ from: at(59), to: at(61) })).toBe('CONFLICT');
    expect(await reconcile({ from: at(60), to: at(61) })).toMatchObject({ from: at(60) });
    expect(await reconcile({ from: at(-1), to: at(0) })).toMatchObject({ to: at(0) });
  });

  it('is refused while a call of the range still runs', async () => {
    const callId = await pastCall(5);
    await app.db.query("UPDATE calls SET state = 'reserved' WHERE id = $1", [callId]);
    expect(await reconcile()).toBe('CONFLICT');
    await app.db.query("UPDATE calls SET state = 'settled' WHERE id = $1", [callId]);
    expect(await reconcile()).toMatchObject({ reportedCost: '1' });
  });

  it('lets a later correction explain a part of what was not reconciled', async () => {
    const callId = await pastCall(5);
    const before = await figures(callId);
    await reconcile();
    const made = await correct({ callId, usage: { input: 1_000 } });
    const difference = usd(costOf(1_000, 0) - before.provider);
    const entries = await sides(made.transactionId);
    expect(entries).toMatchObject({ unreconciled_provider_cost: difference, provider_cost: `-${difference}` });
    expect(entries.provider_payable).toBeUndefined();
  });

  it.each([
    ['an empty range', () => ({ to: at(0) })],
    ['a range from its end', () => ({ from: at(60), to: at(0) })],
    ['a range that is not over', () => ({ to: '2999-01-01T00:00:00Z' })],
    ['a cost below zero', () => ({ reportedCost: '-1' })],
    ['a cost beyond all bounds', () => ({ reportedCost: '99999999999999' })],
    ['a cost that is a number', () => ({ reportedCost: 1 })],
    ['no cost', () => ({ reportedCost: null })],
    ['no day', () => ({ from: 'yesterday' })],
  ])('refuses %s', async (_name, input) => {
    expect(await reconcile(input())).toMatch(REFUSED_INPUT);
  });

  it('is the business of the platform’s administrators, and knows no provider that does not exist', async () => {
    const users = [await makeUser(app, { role: 'auditor' })];
    users.push(await makeUser(app, { memberships: { [world.organizationId]: 'owner' } }));
    for (const user of users) expect(await reconcile({}, asUser(user))).toBe('FORBIDDEN');
    expect(await reconcile({ providerId: 'nobody' })).toBe('NOT_FOUND');
    expect(await reconcile({ providerId: 'a\0b' })).toMatch(REFUSED_INPUT);
  });
});
