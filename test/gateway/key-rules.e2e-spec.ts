import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, startTestApp, type TestApp } from '../support/app.js';
import { ledgerProblems, makeWorld, must, type World } from '../support/world.js';

const MESSAGES = [{ role: 'user', content: 'Hello' }];
const HOME = '10.1.2.3';
const ABROAD = '198.51.100.7';
const RULES = 'rules { allowModels denyModels allowProviders denyProviders allowAddresses denyAddresses }';
const EMPTY = { allow_models: [], deny_models: [], allow_providers: [], deny_providers: [] };

let app: TestApp;
let world: World;
let second: string;

const from = (address: string, method: string, url: string, body?: unknown): Promise<Answer> =>
  app.rest(method, url, { body, address, headers: { 'x-admin-key': '', authorization: `Bearer ${world.key}` } });
const chat = (model: string, address = HOME): Promise<Answer> =>
  from(address, 'POST', '/v1/chat/completions', { model, messages: MESSAGES });
const job = (path: string, body: object, address = HOME): Promise<Answer> =>
  from(address, 'POST', `/api/jobs/${path}`, body);
const said = ({ status, body }: Answer): unknown[] => [status, body.error?.code ?? body.code ?? null];

async function setRules(input: object, keyId = world.keyId): Promise<unknown> {
  const query = `mutation ($id: ID!, $input: KeyRulesInput!) { key: updateKeyRules(id: $id, input: $input) { ${RULES} } }`;
  const { key } = await must<{ key: { rules: unknown } }>(app, query, { id: keyId, input });
  return key.rules;
}

/** Another alias of the world, on a provider of another kind first and on the simulator as its fallback. */
async function secondAlias(): Promise<string> {
  const name = `other-${world.alias}`;
  const make = async (mutation: string, type: string, input: object): Promise<string> => {
    const query = `mutation ($input: ${type}!) { made: ${mutation}(input: $input) { id } }`;
    return (await must<{ made: { id: string } }>(app, query, { input })).made.id;
  };
  const vendor = { kind: 'anthropic', name: `a-${name}`, credential: 'key', baseUrl: 'http://127.0.0.1:9' };
  const providerIds = [await make('createProvider', 'CreateProviderInput', vendor), world.providerId];
  const targets: { modelId: string }[] = [];
  for (const providerId of providerIds) {
    const modelId = await make('createModel', 'CreateModelInput', { providerId, name: 'second', maxOutputTokens: 500 });
    const price = 'mutation ($id: ID!, $input: AddPriceInput!) { addModelPrice(modelId: $id, input: $input) { id } }';
    await must(app, price, { id: modelId, input: { prices: { input: '3', output: '15' } } });
    targets.push({ modelId });
  }
  const aliasId = await make('createAlias', 'CreateAliasInput', { name, targets });
  const add = 'mutation ($id: ID!, $aliasId: ID!) { addAliasToAccessGroup(id: $id, aliasId: $aliasId) { id } }';
  await must(app, add, { id: `group-${world.teamId.slice('team-'.length)}`, aliasId });
  return name;
}

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent', TRUSTED_PROXIES: '192.0.2.0/24' } });
  world = await makeWorld(app);
  second = await secondAlias();
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
});

describe('rules about models', () => {
  it('hold for every way to call, with the next call, and tell no list', async () => {
    expect((await chat(second)).status).toBe(200);
    await setRules({ denyModels: ['other-*'] });
    const refused = await chat(second);
    expect(said(refused)).toEqual([403, 'model_not_allowed']);
    expect(refused.body.error.message).toContain('model rules');
    expect(refused.body.error.message).not.toContain('other-*');
    expect((await chat(world.alias)).status).toBe(200);
    const single = { job_type: 'x', model: second, messages: MESSAGES };
    const { body } = await job('create', { job_type: 'x' });
    for (const answer of [
      await job('create-and-call', single),
      await job('create-and-call-stream', single),
      await job(`${body.job_id}/llm-call`, { model: second, messages: MESSAGES }),
      await job(`${body.job_id}/llm-call-stream`, { model: second, messages: MESSAGES }),
      await from(HOME, 'POST', '/v1/responses', { model: second, input: 'Hello' }),
      await from(HOME, 'POST', '/v1/messages', { model: second, messages: MESSAGES, max_tokens: 5 }),
      await from(HOME, 'POST', '/v1/embeddings', { model: second, input: 'Hello' }),
    ])
      expect(answer.status).toBe(403);
    expect((await from(HOME, 'POST', '/v1/explain', { model: second, messages: MESSAGES })).body).toMatchObject({
      ...{ allowed: false, status: 403, code: 'model_not_allowed' },
    });
    await job(`${body.job_id}/cancel`, {});
    await setRules({});
    expect((await chat(second)).status).toBe(200);
  });

  it('narrow the list of models', async () => {
    const listed = async (): Promise<string[]> =>
      (await from(HOME, 'GET', '/v1/models')).body.data.map(({ id }: { id: string }) => id);
    expect(await listed()).toEqual([world.alias, second].sort());
    await setRules({ allowModels: [world.alias] });
    expect(await listed()).toEqual([world.alias]);
    expect((await from(HOME, 'GET', `/v1/models/${second}`)).status).toBe(404);
    await setRules({ allowModels: ['*'], denyModels: ['*'] });
    expect(await listed()).toEqual([]);
    await setRules({ allowProviders: ['anthropic'] });
    expect(await listed()).toEqual([second]);
    await setRules({});
  });
});

describe('rules about providers', () => {
  it('leave the other targets, and refuse when none is left', async () => {
    await setRules({ denyProviders: ['anthropic'] });
    const explained = await from(HOME, 'POST', '/v1/explain', { model: second, messages: MESSAGES });
    expect(explained.body).toMatchObject({ allowed: true, targets: 1, shares: [100] });
    const answer = await chat(second);
    expect([answer.status, answer.headers['x-tollkeeper-attempts']]).toEqual([200, '1']);
    await setRules({ allowProviders: ['openai'] });
    const refused = await chat(second);
    expect(said(refused)).toEqual([403, 'model_not_allowed']);
    expect(refused.body.error.message).toContain('provider rules');
    await setRules({});
  });
});

describe('rules about addresses', () => {
  it('hold for calls and reads alike, from whichever address the client has', async () => {
    await setRules({ allowAddresses: ['10.1.0.0/16', '2001:db8::/32'], denyAddresses: ['10.1.9.0/24'] });
    for (const address of [HOME, '::ffff:10.1.2.3', '2001:db8::7'])
      expect((await chat(world.alias, address)).status).toBe(200);
    for (const address of [ABROAD, '10.1.9.1', '2001:db9::7', '::1'])
      expect(said(await chat(world.alias, address))).toEqual([403, 'forbidden']);
    for (const path of ['/v1/models', '/v1/limits', `/api/credits/teams/${world.teamId}/balance`])
      expect([(await from(HOME, 'GET', path)).status, (await from(ABROAD, 'GET', path)).status]).toEqual([200, 403]);
    const refused = await job('create', { job_type: 'x' }, ABROAD);
    expect(said(refused)).toEqual([403, 'forbidden']);
    expect(refused.body.detail).toContain('address rules');
    expect(refused.body.detail).not.toContain('10.1.0.0');
  });

  it('believe forwarded addresses of trusted proxies alone', async () => {
    await setRules({ allowAddresses: [HOME] });
    const through = async (proxy: string, client: string): Promise<number> =>
      (
        await app.rest('GET', '/v1/models', {
          address: proxy,
          headers: { 'x-admin-key': '', authorization: `Bearer ${world.key}`, 'x-forwarded-for': client },
        })
      ).status;
    expect(await through('192.0.2.10', HOME)).toBe(200);
    expect(await through('192.0.2.10', `${HOME}, ${ABROAD}`)).toBe(403);
    expect(await through(ABROAD, HOME)).toBe(403);
    await setRules({});
  });
});

describe('the rules of a key', () => {
  it('are given at its creation, each once, and kept by its rotation', async () => {
    const rules = { allowModels: ['a', 'a'], denyAddresses: ['::1'] };
    const create = `mutation ($input: CreateVirtualKeyInput!) { made: createVirtualKey(input: $input) { key { id ${RULES} } } }`;
    const input = { teamId: world.teamId, name: 'Narrow', rules };
    const { made } = await must<{ made: { key: { id: string; rules: object } } }>(app, create, { input });
    const kept = { allowModels: ['a'], denyModels: [], allowProviders: [], denyProviders: [] };
    expect(made.key.rules).toEqual({ ...kept, allowAddresses: [], denyAddresses: ['::1'] });
    const rotate = `mutation ($id: ID!) { made: rotateKey(id: $id) { key { ${RULES} } } }`;
    const rotated = await must<{ made: { key: { rules: object } } }>(app, rotate, {
      id: made.key.id,
    });
    expect(rotated.made.key.rules).toEqual(made.key.rules);
    const { body } = await app.gql(`mutation ($id: ID!) { updateKeyRules(id: $id, input: {}) { id } }`, {
      id: made.key.id,
    });
    expect(body.errors[0].extensions.code).toBe('CONFLICT');
  });

  it('are none when every list is empty', async () => {
    expect(await setRules({ denyModels: ['x'] })).toMatchObject({ denyModels: ['x'] });
    expect(await setRules({})).toBeNull();
  });

  it.each([
    ['allowModels', ['with space']],
    ['denyModels', ['']],
    ['allowModels', Array.from({ length: 101 }, (_, at) => `m-${at}`)],
    ['allowProviders', ['nobody']],
    ['denyAddresses', ['10.0.0.0/33']],
    ['allowAddresses', ['localhost']],
    ['allowAddresses', ['::ffff:10.0.0.1']],
  ])('are refused when %s is %j', async (field, list) => {
    const query = 'mutation ($id: ID!, $input: KeyRulesInput!) { updateKeyRules(id: $id, input: $input) { id } }';
    const { body } = await app.gql(query, { id: world.keyId, input: { [field]: list } });
    expect(body.errors[0].extensions).toMatchObject({ code: 'INVALID_REQUEST', field });
  });

  it('are read and set by REST, too', async () => {
    const path = `/api/keys/${world.keyId}/rules`;
    const none = { ...EMPTY, allow_addresses: [], deny_addresses: [] };
    expect((await app.rest('GET', path)).body).toEqual({ key_id: world.keyId, ...none });
    const set = await app.rest('PUT', path, { body: { deny_models: ['other-*'], deny_providers: null } });
    expect(set.body).toEqual({ key_id: world.keyId, ...none, deny_models: ['other-*'] });
    expect(said(await chat(second))).toEqual([403, 'model_not_allowed']);
    const wrong = await app.rest('PUT', path, { body: { allow_addresses: ['10.0.0.0/64'] } });
    expect([wrong.status, wrong.body.field]).toEqual([422, 'allow_addresses']);
    expect((await app.rest('GET', '/api/keys/unknown/rules')).status).toBe(404);
    expect((await app.rest('PUT', path, { body: {} })).body).toEqual({ key_id: world.keyId, ...none });
  });
});
