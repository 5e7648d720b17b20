import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { creditsOf, ledgerProblems, makeWorld, must, type World } from '../support/world.js';

const TEST = `mutation ($input: TestAliasInput!) { testAlias(input: $input) {
  text jobId callId cost creditsCharged tokensIn tokensOut latencyMs model { name } provider { id }
  attempts { providerId modelName latencyMs error } errorCode errorMessage } }`;

let app: TestApp;
let world: World;
let aliasId: string;

const ask = (input: object): ReturnType<TestApp['gql']> =>
  app.gql(TEST, { input: { aliasId, teamId: world.teamId, prompt: 'Say hello', ...input } });

const jobs = async (): Promise<Record<string, unknown>[]> =>
  (await app.db.query('SELECT * FROM jobs WHERE team_id = $1 ORDER BY created_at', [world.teamId])).rows as never;

beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  world = await makeWorld(app);
  const { rows } = await app.db.query<{ id: string }>('SELECT id FROM aliases WHERE name = $1', [world.alias]);
  aliasId = rows[0]!.id;
});
afterAll(() => app.close());

describe('a test call', () => {
  it('is a real one: it answers, and the team pays through the ledger', async () => {
    const { body } = await ask({ maxOutputTokens: 40 });
    const test = body.data.testAlias;
    expect(test).toMatchObject({
      text: expect.stringMatching(/\S/),
      creditsCharged: '1',
      model: { name: 'test-model' },
      provider: { id: world.providerId },
      attempts: [{ providerId: world.providerId, modelName: 'test-model', error: null }],
      errorCode: null,
      errorMessage: null,
    });
    expect(Number(test.tokensOut)).toBeLessThanOrEqual(40);
    const [job] = await jobs();
    expect(job).toMatchObject({ id: test.jobId, job_type: 'portal_test', status: 'completed', key_id: world.keyId });
    expect(job).toMatchObject({ metadata: { tested_by: 'master_key' }, credit_applied: true });
    const { rows } = await app.db.query('SELECT * FROM calls WHERE id = $1', [test.callId]);
    const nanos = BigInt((Number(test.cost) * 1e9).toFixed(0));
    expect(rows[0]).toMatchObject({ state: 'settled', outcome: 'success', charged_cost: String(nanos) });
    expect(await creditsOf(app, world.teamId)).toMatchObject({ used: '1', remaining: '999', held: '0' });
    expect(await ledgerProblems(app)).toEqual([]);
  });

  it('tells what a vendor failed at, and costs no credit then', async () => {
    const { body } = await ask({ prompt: 'Fail [simulate status=503]' });
    expect(body.errors).toBeUndefined();
    expect(body.data.testAlias).toMatchObject({
      text: null,
      cost: '0',
      creditsCharged: '0',
      attempts: [{ error: 'unavailable' }],
      errorCode: 'provider_error',
      errorMessage: expect.stringMatching(/\S/),
    });
    expect((await jobs())[0]).toMatchObject({ status: 'failed', credit_applied: false });
    expect(await creditsOf(app, world.teamId)).toMatchObject({ used: '0', held: '0' });
    expect(await ledgerProblems(app)).toEqual([]);
  });

  it('is made with the newest key that works', async () => {
    const make = 'mutation ($input: CreateVirtualKeyInput!) { createVirtualKey(input: $input) { key { id } } }';
    const made = await must<{ createVirtualKey: { key: { id: string } } }>(app, make, {
      input: { teamId: world.teamId, name: 'newer' },
    });
    await app.db.query("UPDATE keys SET created_at = created_at + interval '1 minute' WHERE id = $1", [
      made.createVirtualKey.key.id,
    ]);
    await ask({});
    expect((await jobs())[0]).toMatchObject({ key_id: made.createVirtualKey.key.id });
  });
});

describe('is refused', () => {
  const refusal = async (input: object = {}): Promise<unknown> => (await ask(input)).body.errors?.[0]?.extensions?.code;

  it('without a key that works', async () => {
    await must(app, 'mutation ($id: ID!) { revokeKey(id: $id) { id } }', { id: world.keyId });
    expect(await refusal()).toBe('CONFLICT');
    expect(await jobs()).toEqual([]);
  });

  it('as the gateway refuses: suspended, not granted, without credits', async () => {
    const other = await makeWorld(app);
    const { rows } = await app.db.query<{ id: string }>('SELECT id FROM aliases WHERE name = $1', [other.alias]);
    expect(await refusal({ aliasId: rows[0]!.id })).toBe('MODEL_NOT_ALLOWED');
    await must(app, 'mutation ($id: ID!) { suspendTeam(id: $id) { id } }', { id: world.teamId });
    expect(await refusal()).toBe('SUSPENDED');
    await must(app, 'mutation ($id: ID!) { resumeTeam(id: $id) { id } }', { id: world.teamId });
    await must(app, 'mutation ($id: ID!) { suspendOrganization(id: $id) { id } }', { id: world.organizationId });
    expect(await refusal()).toBe('SUSPENDED');
    await must(app, 'mutation ($id: ID!) { resumeOrganization(id: $id) { id } }', { id: world.organizationId });
    const input = { teamId: world.teamId, credits: '1000', reason: 'Empty' };
    await must(app, 'mutation ($input: CreditsInput!) { removeCredits(input: $input) { id } }', { input });
    expect(await refusal()).toBe('INSUFFICIENT_CREDITS');
    expect(await jobs()).toEqual([]);
    expect(await ledgerProblems(app)).toEqual([]);
  });

  it('for what does not exist', async () => {
    expect(await refusal({ aliasId: 'unknown' })).toBe('NOT_FOUND');
    expect(await refusal({ teamId: 'unknown' })).toBe('NOT_FOUND');
    expect(await jobs()).toEqual([]);
  });

  it.each([
    [{ prompt: '' }, 'prompt'],
    [{ prompt: 'x'.repeat(20_001) }, 'prompt'],
    [{ maxOutputTokens: 0 }, 'maxOutputTokens'],
    [{ maxOutputTokens: 5_000 }, 'maxOutputTokens'],
  ])('for a bad field: %#', async (input, field) => {
    const { extensions } = (await ask(input)).body.errors[0];
    expect(extensions).toMatchObject({ code: 'INVALID_REQUEST', field });
  });
});
