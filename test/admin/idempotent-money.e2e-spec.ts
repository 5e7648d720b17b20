import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { type GraphQLField, isInputObjectType, isNonNullType, isObjectType } from 'graphql';
import { type Answer, MASTER_KEY, startTestApp, type TestApp } from '../support/app.js';
import { asUser, letUsersIn, makeUser } from '../support/people.js';
import { ledgerProblems, makeWorld, type World } from '../support/world.js';

const RESULT = 'id kind amount balanceBefore balanceAfter reason actorName createdAt';
const REASON = 'Idempotency';

/** A mutation that moves money: an input that is good, and the same with another meaning. */
interface Movement {
  readonly input: (scene: Scene) => object;
  readonly other: object;
}

interface Scene extends World {
  /** The ledger's transaction of a job that was charged two credits. */
  readonly chargeId: string;
}

const ofTeam = ({ teamId }: Scene): object => ({ teamId, credits: '2.5', reason: REASON });
const ofBalance = ({ organizationId }: Scene): object => ({ organizationId, amount: '3.5', reason: REASON });

/** Every mutation that takes an idempotency key. */
const MOVEMENTS: Readonly<Record<string, Movement>> = {
  addCredits: { input: ofTeam, other: { credits: '2.500001' } },
  removeCredits: { input: ofTeam, other: { reason: 'Another' } },
  giftCredits: {
    input: ({ teamId }) => ({ teamId, credits: '2.5', comment: REASON }),
    other: { comment: 'Another' },
  },
  adjustCredits: { input: ofTeam, other: { credits: '-2.5' } },
  refundTransaction: {
    input: ({ chargeId }) => ({ transactionId: chargeId, credits: '0.25', reason: REASON }),
    other: { credits: null },
  },
  topUpBalance: { input: ofBalance, other: { amount: '35' } },
  adjustBalance: { input: ofBalance, other: { amount: '-3.5' } },
};

let app: TestApp;
let fields: Record<string, GraphQLField<unknown, unknown>>;
let scene: Scene;
let serial = 0;

const newKey = (): string => randomUUID();

const inputOf = (name: string): ReturnType<typeof inputType> => inputType(fields[name]!);
function inputType({ args }: GraphQLField<unknown, unknown>) {
  const type = args.find((each) => each.name === 'input')?.type;
  const named = isNonNullType(type) ? type.ofType : type;
  return isInputObjectType(named) ? named : null;
}

interface Moved {
  readonly requestId: string;
  readonly result: unknown;
  readonly code: string | null;
  readonly field: unknown;
}

/** Runs a movement under a request id of its own. */
async function move(name: string, input: object, headers: Record<string, string> = {}): Promise<Moved> {
  const requestId = `${headers['x-request-id'] ?? 'money'}-${name}-${++serial}`;
  const query = `mutation ($input: ${inputOf(name)!.name}!) { ${name}(input: $input) { ${RESULT} } }`;
  const { body } = await app.gql(query, { input }, { ...headers, 'x-request-id': requestId });
  const extensions = body.errors?.[0]?.extensions;
  return { requestId, result: body.data?.[name], code: extensions?.code ?? null, field: extensions?.field ?? null };
}

async function rows(table: string): Promise<number> {
  const { rows: found } = await app.db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
  return found[0]!.n;
}

async function auditOf(requestId: string): Promise<string[]> {
  const { rows: found } = await app.db.query<{ status: string }>(
    'SELECT status FROM audit_entries WHERE request_id = $1',
    [requestId],
  );
  return found.map(({ status }) => status);
}

const give = (input: object, headers: Record<string, string> = {}): Promise<Moved> =>
  move('addCredits', { ...ofTeam(scene), ...input }, headers);

async function makeScene(): Promise<Scene> {
  const world = await makeWorld(app);
  const messages = [{ role: 'user', content: 'Hello' }];
  const { body } = await app.asKey(world.key, 'POST', '/api/jobs/create-and-call', { job_type: 'money', messages });
  const { rows: found } = await app.db.query<{ id: string }>(
    "SELECT id FROM ledger_txs WHERE job_id = $1 AND kind = 'job_charge'",
    [body.job_id],
  );
  await app.db.query("UPDATE organizations SET billing = 'prepaid' WHERE id = $1", [world.organizationId]);
  return { ...world, chargeId: found[0]!.id };
}

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  letUsersIn(app);
  const type = app.app.get(GraphQLSchemaHost).schema.getMutationType();
  fields = isObjectType(type) ? type.getFields() : {};
  scene = await makeScene();
  await app.db.query(`
    CREATE FUNCTION audit_is_down() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'the audit log is down'; END $$;
    CREATE TRIGGER audit_is_down BEFORE INSERT ON audit_entries FOR EACH ROW
      WHEN (NEW.request_id LIKE 'down-%') EXECUTE FUNCTION audit_is_down()`);
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
});

it('knows every mutation that takes an idempotency key', () => {
  const taking = Object.keys(fields).filter((name) => 'idempotencyKey' in (inputOf(name)?.getFields() ?? {}));
  expect(taking.sort()).toEqual(Object.keys(MOVEMENTS).sort());
});

describe.each(Object.entries(MOVEMENTS))('%s', (name, movement) => {
  it('moves once for a key: every repeat gets the first result and leaves no row', async () => {
    const input = { ...movement.input(scene), idempotencyKey: newKey() };
    const before = await rows('ledger_txs');
    const first = await move(name, input);
    expect(first.code).toBeNull();
    expect(await auditOf(first.requestId)).toEqual(['success']);
    for (const again of [await move(name, input), await move(name, input)]) {
      expect(again.result).toEqual(first.result);
      expect(await auditOf(again.requestId)).toEqual([]);
    }
    expect((await rows('ledger_txs')) - before).toBe(1);
  });

  it('moves once when ten come at the same time', async () => {
    const input = { ...movement.input(scene), idempotencyKey: newKey() };
    const before = [await rows('ledger_txs'), await rows('audit_entries')];
    const answers = await Promise.all(Array.from({ length: 10 }, () => move(name, input)));
    for (const { code, result } of answers) expect([code, result]).toEqual([null, answers[0]!.result]);
    expect([await rows('ledger_txs'), await rows('audit_entries')]).toEqual(before.map((each) => each + 1));
  });

  it('is refused when the key comes with another input, and moves nothing', async () => {
    const input = { ...movement.input(scene), idempotencyKey: newKey() };
    const first = await move(name, input);
    const before = await rows('ledger_txs');
    const refused = await move(name, { ...input, ...movement.other });
    expect([refused.code, refused.field]).toEqual(['INVALID_REQUEST', 'idempotencyKey']);
    expect(await auditOf(refused.requestId)).toEqual(['failed']);
    expect(await rows('ledger_txs')).toBe(before);
    expect((await move(name, input)).result).toEqual(first.result);
  });

  it.each([[''], ['x'.repeat(256)], ['two words'], ['caf\u00e9'], ['a\u0000b']])(
    'is refused with the key %j, and leaves a row',
    async (idempotencyKey) => {
      const before = await rows('ledger_txs');
      const refused = await move(name, { ...movement.input(scene), idempotencyKey });
      expect([refused.code, refused.field]).toEqual(['INVALID_REQUEST', 'idempotencyKey']);
      expect(await auditOf(refused.requestId)).toEqual(['failed']);
      expect(await rows('ledger_txs')).toBe(before);
    },
  );
});

describe('a key', () => {
  it('that is left out, or null, keeps nothing from moving twice', async () => {
    for (const input of [{}, { idempotencyKey: null }]) {
      const [first, second] = [await give(input), await give(input)];
      expect([first.code, second.code]).toEqual([null, null]);
      expect((first.result as { id: string }).id).not.toBe((second.result as { id: string }).id);
    }
  });

  it('must be a text', async () => {
    for (const idempotencyKey of [5, {}, ['x']]) expect((await give({ idempotencyKey })).code).toBe('INVALID_REQUEST');
  });

  it('is its sender\u2019s own: nobody gets what somebody else was answered', async () => {
    const input = { idempotencyKey: newKey() };
    const admin = asUser(await makeUser(app, { role: 'admin' }));
    const [mine, theirs] = [await give(input), await give(input, admin)];
    expect([mine.code, theirs.code]).toEqual([null, null]);
    expect(theirs.result).not.toEqual(mine.result);
    expect((await give(input, admin)).result).toEqual(theirs.result);
  });

  it('is free again when the mutation failed', async () => {
    const world = await makeWorld(app, { credits: '1' });
    const input = { teamId: world.teamId, credits: '2.5', reason: REASON, idempotencyKey: newKey() };
    expect((await move('removeCredits', input)).code).toBe('INSUFFICIENT_CREDITS');
    expect((await give({ teamId: world.teamId })).code).toBeNull();
    const removed = await move('removeCredits', input);
    expect(removed.code).toBeNull();
    expect((await move('removeCredits', input)).result).toEqual(removed.result);
  });

  it('is free again when the audit row could not be written, and nothing has moved', async () => {
    const input = { idempotencyKey: newKey() };
    const before = [await rows('ledger_txs'), await rows('idempotency_records')];
    expect((await give(input, { 'x-request-id': 'down' })).code).toBe('INTERNAL');
    expect([await rows('ledger_txs'), await rows('idempotency_records')]).toEqual(before);
    expect((await give(input)).code).toBeNull();
  });

  it('of an unknown team, of a refused actor or of nobody is not taken', async () => {
    const before = await rows('idempotency_records');
    const idempotencyKey = newKey();
    const member = asUser(await makeUser(app, { memberships: { [scene.organizationId]: 'member' } }));
    expect((await give({ teamId: 'unknown', idempotencyKey })).code).toBe('NOT_FOUND');
    expect((await give({ idempotencyKey }, member)).code).toBe('FORBIDDEN');
    expect((await give({ idempotencyKey }, { 'x-admin-key': '' })).code).toBe('UNAUTHENTICATED');
    expect(await rows('idempotency_records')).toBe(before);
  });

  it('keeps a result that nobody can read in the database', async () => {
    const input = { idempotencyKey: newKey(), reason: 'canary-4711' };
    await give(input);
    const { rows: kept } = await app.db.query('SELECT * FROM idempotency_records WHERE key = $1', [
      input.idempotencyKey,
    ]);
    expect(kept).toHaveLength(1);
    expect(JSON.stringify(kept)).not.toContain('canary');
  });
});

describe('the header Idempotency-Key of REST', () => {
  const path = (verb: string, teamId = scene.teamId): string => `/api/credits/teams/${teamId}/${verb}`;
  const rest = (verb: string, key: string, body: object = {}, teamId?: string): Promise<Answer> =>
    app.rest('POST', path(verb, teamId), {
      body: { credits: 2.5, ...(verb === 'replenish' && { payment_type: 'one_time' }), ...body },
      headers: { 'idempotency-key': key },
    });

  it.each(['add', 'remove', 'replenish'])('makes %s move once', async (verb) => {
    const key = newKey();
    const before = [await rows('ledger_txs'), await rows('audit_entries')];
    const first = await rest(verb, key);
    const answers = await Promise.all([rest(verb, key), rest(verb, key)]);
    expect(first.status).toBe(200);
    for (const { status, body } of answers)
      expect([status, JSON.stringify(body)]).toEqual([200, JSON.stringify(first.body)]);
    expect([await rows('ledger_txs'), await rows('audit_entries')]).toEqual(before.map((each) => each + 1));
  });

  it('is refused with another body, another path, or after GraphQL has used it', async () => {
    const [key, ofGraphql] = [newKey(), newKey()];
    const other = await makeWorld(app);
    await rest('add', key);
    await give({ idempotencyKey: ofGraphql });
    const before = await rows('ledger_txs');
    for (const refused of [
      await rest('add', key, { credits: 3 }),
      await rest('remove', key),
      await rest('add', key, {}, other.teamId),
      await rest('add', ofGraphql),
      await rest('add', 'two words'),
      await rest('add', ''),
    ])
      expect([refused.status, refused.body.code, refused.body.field]).toEqual([
        422,
        'invalid_request',
        'Idempotency-Key',
      ]);
    expect(await rows('ledger_txs')).toBe(before);
  });

  it('does not save a body that is nested without end', async () => {
    const deep = `{"credits": 1, "reason": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const headers = { 'idempotency-key': newKey(), 'x-admin-key': MASTER_KEY };
    const { status } = await app.rest('POST', path('add'), { body: deep, headers });
    expect(status).toBe(422);
  });
});
