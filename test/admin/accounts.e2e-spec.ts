import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newUuid } from '../../src/core/id.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { auditRows, chargedJob, type Json, look, move } from '../support/movements.js';
import { asUser, letUsersIn, makeUser } from '../support/people.js';
import { creditsOf, ledgerProblems, makeWorld, type World } from '../support/world.js';

const PARALLEL = 50;
const REASON = 'Because of the tests';
const HUGE = '9999999999999';
/** Codes of inputs that get no further than the scalars and classes of their fields. */
const REFUSED_INPUT = /^(INVALID_REQUEST|GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT)$/;

let app: TestApp;
let world: World;
let other: World;

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  letUsersIn(app);
  other = await makeWorld(app);
});
beforeEach(async () => {
  world = await makeWorld(app);
});
afterAll(async () => {
  const problems = await ledgerProblems(app);
  await app.close();
  expect(problems).toEqual([]);
});

const remaining = async (): Promise<string> => (await creditsOf(app, world.teamId)).remaining!;
const balance = async (): Promise<Json> =>
  (
    await look(
      app,
      'query ($id: ID!) { organization(id: $id) { billing balance { remaining held available creditMode } } }',
      {
        id: world.organizationId,
      },
    )
  ).balance;

/** Everybody of the platform and of the organization who may not move money. */
async function bystanders(): Promise<Record<string, string>[]> {
  const users = [await makeUser(app, { role: 'auditor' })];
  for (const role of ['owner', 'admin', 'viewer', 'member'] as const)
    users.push(await makeUser(app, { memberships: { [world.organizationId]: role } }));
  return users.map((id) => asUser(id));
}

interface Case {
  readonly input: () => object | Promise<object>;
  readonly action: string;
  readonly wrong: readonly (readonly [name: string, input: object])[];
  /** The input about a thing that does not exist. */
  readonly unknown: object;
}

const amounts = (field: string, negative: boolean): Case['wrong'] => [
  ['nothing', { [field]: '0' }],
  ['more than any movement', { [field]: HUGE }],
  ['a number', { [field]: 5 }],
  ['a word', { [field]: 'five' }],
  ['too fine', { [field]: '0.0000000001' }],
  ['none', { [field]: null }],
  ...(negative ? [] : [['less than nothing', { [field]: '-5' }] as const]),
];
const words = (field: string): Case['wrong'] => [
  ['no reason', { [field]: '' }],
  ['an endless reason', { [field]: 'x'.repeat(501) }],
  ['a NUL in the reason', { [field]: 'a\0b' }],
  ['an id with a NUL', { teamId: 'a\0b' }],
];

const CASES: Readonly<Record<string, Case>> = {
  giftCredits: {
    action: 'credit.gift',
    input: () => ({ teamId: world.teamId, credits: '5', comment: REASON }),
    wrong: [...amounts('credits', false), ...words('comment')],
    unknown: { teamId: 'nobody' },
  },
  adjustCredits: {
    action: 'credit.adjust',
    input: () => ({ teamId: world.teamId, credits: '-5', reason: REASON }),
    wrong: [...amounts('credits', true), ...words('reason')],
    unknown: { teamId: 'nobody' },
  },
  refundTransaction: {
    action: 'credit.refund',
    input: async () => ({ transactionId: (await chargedJob(app, world)).chargeId, credits: '0.5', reason: REASON }),
    wrong: [...amounts('credits', false).filter(([name]) => name !== 'none'), ...words('reason').slice(0, 3)],
    unknown: { transactionId: newUuid() },
  },
  topUpBalance: {
    action: 'balance.top_up',
    input: () => ({ organizationId: world.organizationId, amount: '25.5', reason: REASON }),
    wrong: [...amounts('amount', false), ...words('reason').slice(0, 3)],
    unknown: { organizationId: 'nobody' },
  },
  adjustBalance: {
    action: 'balance.adjust',
    input: () => ({ organizationId: world.organizationId, amount: '0.000000001', reason: REASON }),
    wrong: [...amounts('amount', true), ...words('reason').slice(0, 3)],
    unknown: { organizationId: 'nobody' },
  },
};

describe.each(Object.entries(CASES))('%s', (mutation, { action, input, wrong, unknown }) => {
  it('moves money, with one transaction and one audit row that tell why', async () => {
    const given = (await input()) as Json;
    const moved = await move(app, mutation, given);
    expect(Number(moved.balanceAfter) - Number(moved.balanceBefore)).toBeCloseTo(Number(moved.amount), 9);
    expect(Number(moved.amount)).toBe(Number(given.credits ?? given.amount));
    const tx = await look(
      app,
      `query ($id: ID!) { ledgerTransaction(id: $id) { kind reason actorName organizationId
        entries { amount direction unit balanceAfter account { kind name } } } }`,
      { id: moved.id },
    );
    expect(tx).toMatchObject({ kind: moved.kind, reason: REASON, actorName: 'master_key' });
    expect(tx.organizationId).toBe(world.organizationId);
    expect(tx.entries).toHaveLength(2);
    const own = tx.entries.find((entry: Json) => entry.account.kind !== 'SYSTEM');
    expect(own).toMatchObject({ balanceAfter: moved.balanceAfter, amount: moved.amount.replace('-', '') });
    const rows = await auditRows(app, action, world.organizationId);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ status: 'success' });
    expect(rows[0].changes).toMatchObject([
      { before: { remaining: moved.balanceBefore }, after: { remaining: moved.balanceAfter } },
    ]);
  });

  it('refuses everybody but the administrators of the platform', async () => {
    const given = await input();
    for (const headers of await bystanders()) expect(await move(app, mutation, given, { headers })).toBe('FORBIDDEN');
    const admin = asUser(await makeUser(app, { role: 'admin' }));
    expect(await move(app, mutation, given, { headers: admin })).toMatchObject({ reason: REASON });
  });

  it('knows no thing that does not exist', async () => {
    expect(await move(app, mutation, { ...(await input()), ...unknown })).toBe('NOT_FOUND');
  });

  it.each(wrong)('refuses %s', async (_name, part) => {
    const before = [await remaining(), await balance()];
    const given = await input();
    const [credits, dollars] = mutation === 'refundTransaction' ? [await remaining(), before[1]] : before;
    const code = await move(app, mutation, { ...given, ...part });
    expect(code).toMatch(REFUSED_INPUT);
    expect([await remaining(), await balance()]).toEqual([credits, dollars]);
  });
});

describe('taking more than there is', () => {
  it('is refused to a hard account, and what is held is never taken', async () => {
    const job = { job_type: 'held' };
    expect((await app.asKey(world.key, 'POST', '/api/jobs/create', job)).status).toBe(200);
    const take = (credits: string): Promise<Json> =>
      move(app, 'adjustCredits', { teamId: world.teamId, credits, reason: REASON });
    expect(await take('-1000')).toBe('INSUFFICIENT_CREDITS');
    expect(await take('-999')).toMatchObject({ balanceAfter: '1' });
    expect(await take('-0.000001')).toBe('INSUFFICIENT_CREDITS');
    const balanceInput = { organizationId: world.organizationId, amount: '-1', reason: REASON };
    expect(await move(app, 'adjustBalance', balanceInput)).toBe('INSUFFICIENT_CREDITS');
  });

  it.each(['SOFT', 'UNLIMITED'])('is possible to a %s account, which says so', async (mode) => {
    const set = (input: object): Promise<Json> =>
      move(app, 'setCreditMode', { mode, ...input }, { selection: 'creditMode kind figures { balance available }' });
    expect(await set({ teamId: world.teamId })).toMatchObject({ creditMode: mode, kind: 'TEAM_CREDITS' });
    expect(await set({ organizationId: world.organizationId })).toMatchObject({ kind: 'ORGANIZATION_BALANCE' });
    const credits = { teamId: world.teamId, credits: '-1001.5', reason: REASON };
    expect(await move(app, 'adjustCredits', credits)).toMatchObject({ balanceAfter: '-1.5' });
    const dollars = { organizationId: world.organizationId, amount: '-3', reason: REASON };
    expect(await move(app, 'adjustBalance', dollars)).toMatchObject({ balanceAfter: '-3' });
    expect(await balance()).toEqual({ remaining: '-3', held: '0', available: '-3', creditMode: mode });
  });

  it('is never possible to many at once, to the last credit', async () => {
    const take = (): Promise<Json> =>
      move(app, 'adjustCredits', { teamId: world.teamId, credits: '-30', reason: REASON });
    const taken = await Promise.all(Array.from({ length: PARALLEL }, take));
    expect(taken.filter((each) => each === 'INSUFFICIENT_CREDITS')).toHaveLength(PARALLEL - 33);
    expect(await remaining()).toBe('10');
  });
});

describe('a refund', () => {
  const refund = (transactionId: string, credits?: string): Promise<Json> =>
    move(
      app,
      'refundTransaction',
      { transactionId, credits, reason: REASON },
      { selection: 'id amount refundsId kind' },
    );

  it('gives back all that is left when no amount is named, as what was used', async () => {
    const { chargeId, jobId } = await chargedJob(app, world);
    expect(await creditsOf(app, world.teamId)).toMatchObject({ used: '1', remaining: '999' });
    expect(await refund(chargeId, '0.25')).toMatchObject({
      amount: '0.25',
      refundsId: chargeId,
      kind: 'CREDIT_REFUND',
    });
    expect(await refund(chargeId)).toMatchObject({ amount: '0.75' });
    expect(await creditsOf(app, world.teamId)).toMatchObject({ allocated: '1000', used: '0', remaining: '1000' });
    expect(await refund(chargeId)).toBe('CONFLICT');
    expect(await refund(chargeId, '0.000001')).toBe('CONFLICT');
    const query = `query ($team: ID!, $job: ID!) { creditTransactions(teamId: $team, filter: { jobId: $job }) {
      items { kind amount refundsId } } }`;
    const { items } = await look(app, query, { team: world.teamId, job: jobId });
    expect(items.map((item: Json) => [item.kind, item.amount, item.refundsId])).toEqual([
      ['CREDIT_REFUND', '0.75', chargeId],
      ['CREDIT_REFUND', '0.25', chargeId],
      ['JOB_CHARGE', '-1', null],
    ]);
  });

  it('is refused for more than the charge, for a gift, for a refund and for what is no id', async () => {
    const { chargeId } = await chargedJob(app, world);
    expect(await refund(chargeId, '1.000001')).toBe('CONFLICT');
    const gift = await move(app, 'giftCredits', { teamId: world.teamId, credits: '5', comment: REASON });
    expect(await refund(gift.id)).toBe('CONFLICT');
    const first = await refund(chargeId, '0.5');
    expect(await refund(first.id)).toBe('CONFLICT');
    for (const id of ['x', '', `${chargeId}0`, 'a\0b'])
      expect(await refund(id)).toMatch(/^(NOT_FOUND|INVALID_REQUEST)$/);
    expect(await remaining()).toBe('1004.5');
  });

  it(`is exact when ${PARALLEL} of one charge are made at once`, async () => {
    const { chargeId } = await chargedJob(app, world);
    const refunds = await Promise.all(Array.from({ length: PARALLEL }, () => refund(chargeId, '0.03')));
    expect(refunds.filter((each) => each === 'CONFLICT')).toHaveLength(PARALLEL - 33);
    expect(refunds.filter((each) => each.amount === '0.03')).toHaveLength(33);
    expect(await refund(chargeId)).toMatchObject({ amount: '0.01' });
    expect(await creditsOf(app, world.teamId)).toMatchObject({ used: '0', remaining: '1000' });
  });
});

describe('setBilling and setCreditMode', () => {
  const selection = 'id billing';

  it('say how an organization pays, and leave what was before in the audit log', async () => {
    const input = { organizationId: world.organizationId, billing: 'PREPAID' };
    expect(await move(app, 'setBilling', input, { selection })).toEqual({
      id: world.organizationId,
      billing: 'PREPAID',
    });
    const [row] = await auditRows(app, 'billing.update', world.organizationId);
    expect(row.changes).toMatchObject([{ before: { billing: 'invoiced' }, after: { billing: 'prepaid' } }]);
    await move(app, 'setCreditMode', { teamId: world.teamId, mode: 'SOFT' }, { selection: 'id' });
    const [mode] = await auditRows(app, 'credit.set_mode', world.organizationId);
    expect(mode.changes).toMatchObject([{ before: { creditMode: 'hard' }, after: { creditMode: 'soft' } }]);
  });

  it('are refused to all but the administrators of the platform', async () => {
    const owned = { organizationId: world.organizationId };
    for (const headers of await bystanders()) {
      expect(await move(app, 'setBilling', { ...owned, billing: 'PREPAID' }, { selection, headers })).toBe('FORBIDDEN');
      expect(await move(app, 'setCreditMode', { ...owned, mode: 'SOFT' }, { selection: 'id', headers })).toBe(
        'FORBIDDEN',
      );
    }
  });

  it('refuse what makes no sense', async () => {
    const mode = (input: object): Promise<Json> => move(app, 'setCreditMode', input, { selection: 'id' });
    const { teamId, organizationId } = world;
    expect(await mode({ mode: 'SOFT' })).toBe('INVALID_REQUEST');
    expect(await mode({ mode: 'SOFT', teamId, organizationId })).toBe('INVALID_REQUEST');
    expect(await mode({ mode: 'ANY', teamId })).toMatch(REFUSED_INPUT);
    expect(await mode({ mode: 'SOFT', teamId: 'nobody' })).toBe('NOT_FOUND');
    expect(await mode({ mode: 'SOFT', organizationId: 'nobody' })).toBe('NOT_FOUND');
    expect(await move(app, 'setBilling', { organizationId, billing: 'NEVER' }, { selection })).toMatch(REFUSED_INPUT);
    expect(await move(app, 'setBilling', { organizationId: 'nobody', billing: 'PREPAID' }, { selection })).toBe(
      'NOT_FOUND',
    );
  });
});

describe('reading the ledger', () => {
  it('lists accounts by kind and organization, page by page', async () => {
    const query = `query ($filter: AccountFilter, $first: Int, $after: String, $order: AccountOrder) {
      accounts(filter: $filter, first: $first, after: $after, orderBy: $order) {
        total nextCursor items { id kind unit name figures { balance } } } }`;
    const system = await look(app, query, { filter: { kind: 'SYSTEM' }, order: 'CREATED_ASC' });
    expect(system.items.map((item: Json) => item.name)).toContain('balance_issued');
    expect(system.items.every((item: Json) => item.figures === null)).toBe(true);
    await move(app, 'topUpBalance', { organizationId: world.organizationId, amount: '7', reason: REASON });
    const filter = { organizationId: world.organizationId };
    const first = await look(app, query, { filter, first: 1, order: 'BALANCE_ASC' });
    expect(first).toMatchObject({ total: 2, items: [{ kind: 'TEAM_CREDITS', figures: { balance: '1000' } }] });
    const next = await look(app, query, { filter, first: 1, after: first.nextCursor, order: 'BALANCE_ASC' });
    expect(next).toMatchObject({ nextCursor: null, items: [{ unit: 'USD', figures: { balance: '7' } }] });
    const one = await look(app, 'query ($id: ID!) { account(id: $id) { id scopeId } }', { id: next.items[0].id });
    expect(one).toEqual({ id: next.items[0].id, scopeId: world.organizationId });
    for (const id of ['0', 'x', '-1', '9'.repeat(30)])
      expect((await app.gql(`{ account(id: "${id}") { id } }`)).body.errors[0].extensions.code).toBe('NOT_FOUND');
  });

  it('lists entries with their transaction and its other sides, by every filter', async () => {
    const { jobId, callId } = await chargedJob(app, world);
    const query = `query ($filter: LedgerEntryFilter) { ledgerEntries(filter: $filter, first: 50) { total
      items { amount direction unit account { id kind } transaction { id kind jobId callId entries { id } } } } }`;
    const list = async (filter: object): Promise<Json> => look(app, query, { filter });
    const own = await list({ organizationId: world.organizationId });
    expect(own.items.map((item: Json) => item.transaction.kind)).toContain('JOB_CHARGE');
    const ofJob = await list({ jobId });
    expect(new Set(ofJob.items.map((item: Json) => item.transaction.kind))).toEqual(
      new Set(['JOB_CHARGE', 'CALL_USAGE']),
    );
    expect((await list({ callId })).items.every((item: Json) => item.transaction.entries.length === 4)).toBe(true);
    const charge = await list({ jobId, kinds: ['JOB_CHARGE'] });
    expect(charge).toMatchObject({ total: 2 });
    const taken = charge.items.find((item: Json) => item.direction === 'DEBIT');
    expect(taken).toMatchObject({ amount: '1', unit: 'CREDIT', account: { kind: 'TEAM_CREDITS' } });
    expect((await list({ accountId: taken.account.id })).total).toBe(2);
    expect((await list({ jobId, from: '2999-01-01T00:00:00Z' })).total).toBe(0);
    expect((await list({ jobId, to: '2000-01-01T00:00:00Z' })).total).toBe(0);
    for (const filter of [{ accountId: 'x' }, { jobId: 'x' }, { callId: 'x' }])
      expect((await app.gql(query, { filter })).body.errors[0].extensions.code).toBe('INVALID_REQUEST');
  });

  it('shows what is held now, and nothing of it afterwards', async () => {
    const open = await app.asKey(world.key, 'POST', '/api/jobs/create', { job_type: 'held' });
    const query = `query ($filter: HoldFilter) { holdsInFlight(filter: $filter) { total
      items { unit amount keyId jobId callId accountId limitId } } }`;
    const held = await look(app, query, { filter: { organizationId: world.organizationId } });
    const place = { keyId: world.keyId, jobId: open.body.job_id, callId: null, limitId: null };
    expect(held).toMatchObject({ total: 1, items: [{ unit: 'CREDIT', amount: '1', ...place }] });
    expect((await app.rest('GET', `/api/ledger/holds?organization_id=${world.organizationId}`)).body).toMatchObject({
      total: 1,
      holds: [{ unit: 'credit', amount: '1', key_id: world.keyId }],
    });
    await app.asKey(world.key, 'POST', `/api/jobs/${open.body.job_id}/cancel`, {});
    expect(await look(app, query, { filter: { keyId: world.keyId } })).toMatchObject({ total: 0 });
  });

  it('is the platform’s alone, over GraphQL and REST', async () => {
    const owner = asUser(await makeUser(app, { memberships: { [world.organizationId]: 'owner' } }));
    const auditor = asUser(await makeUser(app, { role: 'auditor' }));
    for (const field of ['accounts { total }', 'ledgerEntries { total }', 'holdsInFlight { total }']) {
      expect((await app.gql(`{ ${field} }`, {}, owner)).body.errors[0].extensions.code).toBe('FORBIDDEN');
      expect((await app.gql(`{ ${field} }`, {}, auditor)).body.errors).toBeUndefined();
    }
    for (const path of ['accounts', 'entries', 'holds']) {
      expect((await app.rest('GET', `/api/ledger/${path}`, { headers: owner })).status).toBe(403);
      expect((await app.rest('GET', `/api/ledger/${path}`, { headers: auditor })).status).toBe(200);
    }
    const entries = await app.rest(
      'GET',
      `/api/ledger/entries?organization_id=${other.organizationId}&kind=credit_allocation`,
    );
    expect(entries.body).toMatchObject({ total: 2 });
    expect(entries.body.entries[0]).toMatchObject({
      unit: 'credit',
      amount: '1000',
      transaction: { kind: 'credit_allocation' },
    });
    const accounts = await app.rest('GET', `/api/ledger/accounts?organization_id=${other.organizationId}`);
    expect(accounts.body.accounts[0]).toMatchObject({ kind: 'team_credits', unit: 'credit', balance: '1000' });
    const wrong = await app.rest('GET', '/api/ledger/entries?account_id=x');
    expect([wrong.status, wrong.body.field]).toEqual([422, 'account_id']);
  });

  it('shows an organization its own balance, and nobody else’s', async () => {
    await move(app, 'topUpBalance', { organizationId: world.organizationId, amount: '12.5', reason: REASON });
    const query = 'query ($id: ID!) { organization(id: $id) { balance { remaining } } }';
    const ask = async (role: 'owner' | 'member', id: string): Promise<Json> => {
      const headers = asUser(await makeUser(app, { memberships: { [world.organizationId]: role } }));
      return (await app.gql(query, { id }, headers)).body;
    };
    expect((await ask('owner', world.organizationId)).data.organization.balance).toEqual({ remaining: '12.5' });
    expect((await ask('member', world.organizationId)).data.organization.balance).toBeNull();
    expect((await ask('owner', other.organizationId)).errors[0].extensions.code).toBe('NOT_FOUND');
  });
});
