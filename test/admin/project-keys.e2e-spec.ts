import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '../../src/core/id.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { asUser, letUsersIn, makeUser } from '../support/people.js';
import { makeWorld, must, type World } from '../support/world.js';

const DAY_MS = 24 * 60 * 60_000;

let app: TestApp;
let ours: World;
let theirs: World;
let projectId: string;
let serial = 0;

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  letUsersIn(app);
  [ours, theirs] = [await makeWorld(app), await makeWorld(app)];
  projectId = await project(ours);
});
afterAll(() => app.close());

interface Issued {
  readonly token: string;
  readonly key: {
    readonly id: string;
    readonly kind: string;
    readonly teamId: string | null;
    readonly projectId: string | null;
    readonly userId: string | null;
    readonly expiresAt: string | null;
    readonly project: { id: string } | null;
    readonly user: { id: string } | null;
    readonly team: { id: string } | null;
  };
}

const KEY = 'token key { id kind teamId projectId userId expiresAt project { id } user { id } team { id } }';
const API = `mutation ($input: CreateApiKeyInput!) { made: createApiKey(input: $input) { ${KEY} } }`;
const TOKEN = `mutation ($input: CreateUserTokenInput!) { made: createUserToken(input: $input) { ${KEY} } }`;
const VIRTUAL = `mutation ($input: CreateVirtualKeyInput!) { made: createVirtualKey(input: $input) { ${KEY} } }`;
const ROTATE = `mutation ($id: ID!, $input: RotateKeyInput) { made: rotateKey(id: $id, input: $input) { ${KEY} } }`;

async function project({ organizationId }: World): Promise<string> {
  const query = 'mutation ($input: CreateProjectInput!) { made: createProject(input: $input) { id } }';
  const input = { organizationId, code: `P-${++serial}`, name: 'Project' };
  return (await must<{ made: { id: string } }>(app, query, { input })).made.id;
}
const memberOf = (world: World, role: 'admin' | 'viewer' | 'member' = 'member'): Promise<string> =>
  makeUser(app, { memberships: { [world.organizationId]: role } });
const issue = async (query: string, input: object): Promise<Issued> =>
  (await must<{ made: Issued }>(app, query, { input })).made;

async function refusal(query: string, variables: object, headers = {}, id = ''): Promise<[string, string]> {
  const { body } = await app.gql(query, variables, headers);
  const [error] = body.errors;
  return [error.extensions.code, id ? error.message.replaceAll(id, '<id>') : error.message];
}

/** What a key is told that asks for a job which nobody has: 404 when it is served. */
async function served(token: string): Promise<[number, string]> {
  const { status, body } = await app.asKey(token, 'GET', `/api/jobs/${newUuid()}`);
  return [status, body.code];
}
const SERVED = [404, 'not_found'];
const SUSPENDED = [403, 'suspended'];
const INVALID = [401, 'invalid_api_key'];

describe('an API key', () => {
  it('belongs to a project and to no team, and is served', async () => {
    const { key, token } = await issue(API, { projectId, name: 'CI' });
    expect(key).toEqual({
      ...{ id: expect.stringMatching(/^key_/), kind: 'API', teamId: null, team: null, userId: null, user: null },
      ...{ projectId, project: { id: projectId }, expiresAt: null },
    });
    expect(await served(token)).toEqual(SERVED);
  });

  it('is valid for days from now, or until an instant', async () => {
    const { key, token } = await issue(API, { projectId, name: 'CI', validityDays: 30 });
    const left = Date.parse(key.expiresAt!) - app.clock.now().getTime();
    expect(Math.abs(left - 30 * DAY_MS)).toBeLessThan(60_000);
    expect(await served(token)).toEqual(SERVED);
    const expiresAt = new Date(app.clock.now().getTime() + DAY_MS).toISOString();
    expect((await issue(API, { projectId, name: 'CI', expiresAt })).key.expiresAt).toBe(expiresAt);
    app.clock.advance(30 * DAY_MS + 1_000);
    expect(await served(token)).toEqual(INVALID);
  });

  it('stays what it is when it is rotated', async () => {
    const { key } = await issue(API, { projectId, name: 'CI' });
    const { made } = await must<{ made: Issued }>(app, ROTATE, { id: key.id });
    expect(made.key).toEqual({ ...key, id: made.key.id });
    expect(await served(made.token)).toEqual(SERVED);
  });
});

describe('a user token', () => {
  it('belongs to one person in one project, also when rotated', async () => {
    const userId = await memberOf(ours);
    const { key, token } = await issue(TOKEN, { projectId, userId, name: 'Laptop' });
    expect(key).toMatchObject({ kind: 'USER_TOKEN', teamId: null, projectId, userId, user: { id: userId } });
    expect(await served(token)).toEqual(SERVED);
    const { made } = await must<{ made: Issued }>(app, ROTATE, { id: key.id, input: { overlapMinutes: 5 } });
    expect(made.key).toEqual({ ...key, id: made.key.id });
    for (const each of [token, made.token]) expect(await served(each)).toEqual(SERVED);
  });

  it('is refused from the next request on while its person is suspended, and for good once the person is gone', async () => {
    const userId = await memberOf(ours);
    const { token } = await issue(TOKEN, { projectId, userId, name: 'Laptop' });
    expect(await served(token)).toEqual(SERVED);
    await must(app, 'mutation ($id: ID!) { suspendUser(id: $id) { id } }', { id: userId });
    expect(await served(token)).toEqual(SUSPENDED);
    await must(app, 'mutation ($id: ID!) { resumeUser(id: $id) { id } }', { id: userId });
    expect(await served(token)).toEqual(SERVED);
    await must(app, 'mutation ($id: ID!) { deleteUser(id: $id) { id } }', { id: userId });
    expect(await served(token)).toEqual(INVALID);
  });

  it('is refused to somebody who is no member any more', async () => {
    const userId = await memberOf(ours);
    const { token } = await issue(TOKEN, { projectId, userId, name: 'Laptop' });
    expect(await served(token)).toEqual(SERVED);
    const { rows } = await app.db.query('SELECT id FROM members WHERE user_id = $1', [userId]);
    await must(app, 'mutation ($id: ID!) { removeMember(id: $id) { id } }', { id: rows[0].id });
    expect(await served(token)).toEqual(INVALID);
  });

  it('is made for members of the organization who are not suspended', async () => {
    const [foreign, own] = [await memberOf(theirs), await memberOf(ours)];
    for (const userId of [foreign, 'usr_unknown'])
      expect(await refusal(TOKEN, { input: { projectId, userId, name: 'No' } }, {}, userId)).toEqual([
        'NOT_FOUND',
        "Member '<id>' not found",
      ]);
    await must(app, 'mutation ($id: ID!) { suspendUser(id: $id) { id } }', { id: own });
    expect((await refusal(TOKEN, { input: { projectId, userId: own, name: 'No' } }))[0]).toBe('CONFLICT');
  });
});

describe('every key that names a project', () => {
  it('is refused while the project is suspended and once it is deleted', async () => {
    const id = await project(ours);
    const userId = await memberOf(ours);
    const tokens = [
      (await issue(API, { projectId: id, name: 'A' })).token,
      (await issue(TOKEN, { projectId: id, userId, name: 'T' })).token,
      (await issue(VIRTUAL, { teamId: ours.teamId, projectId: id, name: 'V' })).token,
    ];
    const all = async (): Promise<unknown[]> => {
      const answers = [];
      for (const token of tokens) answers.push(await served(token));
      return answers;
    };
    expect(await all()).toEqual([SERVED, SERVED, SERVED]);
    await must(app, 'mutation ($id: ID!) { suspendProject(id: $id) { id } }', { id });
    await forgotten(tokens, SUSPENDED);
    await must(app, 'mutation ($id: ID!) { resumeProject(id: $id) { id } }', { id });
    expect(await all()).toEqual([SERVED, SERVED, SERVED]);
    await must(app, 'mutation ($id: ID!) { deleteProject(id: $id) { id } }', { id });
    await forgotten(tokens, INVALID);
  });

  /** The event that empties the cache of verified keys comes round after the commit. */
  async function forgotten(tokens: readonly string[], answer: unknown[]): Promise<void> {
    app.clock.advance(app.config.bounds.keyCacheMs + 1);
    for (const token of tokens) expect(await served(token)).toEqual(answer);
  }

  it('may be a virtual key, which stays on its team, and only names a project of its organization', async () => {
    const { key } = await issue(VIRTUAL, { teamId: ours.teamId, projectId, name: 'V' });
    expect(key).toMatchObject({ kind: 'VIRTUAL', teamId: ours.teamId, projectId, userId: null });
    const { made } = await must<{ made: Issued }>(app, ROTATE, { id: key.id });
    expect(made.key).toEqual({ ...key, id: made.key.id });
    const foreign = await project(theirs);
    for (const id of [foreign, 'prj_unknown'])
      expect(await refusal(VIRTUAL, { input: { teamId: ours.teamId, projectId: id, name: 'V' } }, {}, id)).toEqual([
        'NOT_FOUND',
        "Project '<id>' not found",
      ]);
  });

  it('is found by project, person and kind, and counted', async () => {
    const world = await makeWorld(app);
    const id = await project(world);
    const userId = await memberOf(world);
    const api = await issue(API, { projectId: id, name: 'A' });
    const token = await issue(TOKEN, { projectId: id, userId, name: 'T' });
    const named = await issue(VIRTUAL, { teamId: world.teamId, projectId: id, name: 'V' });
    const query = 'query ($filter: KeyFilter) { keys(filter: $filter, orderBy: CREATED_ASC) { items { id } } }';
    const found = async (filter: object): Promise<string[]> => {
      const { keys } = await must<{ keys: { items: { id: string }[] } }>(app, query, { filter });
      return keys.items.map((item) => item.id);
    };
    expect(await found({ projectId: id })).toEqual([api.key.id, token.key.id, named.key.id]);
    expect(await found({ userId })).toEqual([token.key.id]);
    expect(await found({ projectId: id, kind: 'API' })).toEqual([api.key.id]);
    expect(await found({ organizationId: world.organizationId, kind: 'VIRTUAL' })).toEqual([world.keyId, named.key.id]);
    const inside = `query ($id: ID!) { project(id: $id) { activeKeyCount keys(first: 1) { total } } }`;
    expect(await must(app, inside, { id })).toEqual({ project: { activeKeyCount: 3, keys: { total: 3 } } });
    await must(app, 'mutation ($id: ID!) { revokeKey(id: $id) { id } }', { id: api.key.id });
    expect(await must(app, inside, { id })).toEqual({ project: { activeKeyCount: 2, keys: { total: 3 } } });
  });
});

describe('what is refused', () => {
  const wrong: [string, object][] = [
    ['no name', { name: '' }],
    ['a huge name', { name: 'x'.repeat(201) }],
    ['a NUL in the name', { name: 'a\u0000b' }],
    ['no day of validity', { validityDays: 0 }],
    ['negative days', { validityDays: -1 }],
    ['days beyond the bound', { validityDays: 3_651 }],
    ['days that are text', { validityDays: 'many' }],
    ['half a day', { validityDays: 0.5 }],
    ['an end in the past', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['both an end and days', { expiresAt: '2999-01-01T00:00:00Z', validityDays: 1 }],
    ['an end that is no instant', { expiresAt: 'tomorrow' }],
  ];
  it.each(wrong)('%s, for an API key and for a user token', async (_what, fields) => {
    const userId = await memberOf(ours);
    const input = { projectId, name: 'Fine', ...fields };
    for (const [query, own] of [
      [API, input],
      [TOKEN, { ...input, userId }],
    ] as const)
      expect((await refusal(query, { input: own }))[0]).toMatch(/^(INVALID_REQUEST|BAD_USER_INPUT)$/);
  });

  it('a project of somebody else, exactly as an unknown one, and a viewer', async () => {
    const foreign = await project(theirs);
    const [admin, viewer] = [asUser(await memberOf(ours, 'admin')), asUser(await memberOf(ours, 'viewer'))];
    const userId = await memberOf(ours);
    for (const query of [API, TOKEN]) {
      const ask = (id: string, headers: object): Promise<[string, string]> => {
        const input = { projectId: id, name: 'No', ...(query === TOKEN && { userId }) };
        return refusal(query, { input }, headers, id);
      };
      expect(await ask(foreign, admin)).toEqual(['NOT_FOUND', "Project '<id>' not found"]);
      expect(await ask('prj_unknown', admin)).toEqual(['NOT_FOUND', "Project '<id>' not found"]);
      expect((await ask(projectId, viewer))[0]).toBe('FORBIDDEN');
    }
  });

  it('an API key and a user token on the admin side, as every key', async () => {
    const userId = await memberOf(ours, 'admin');
    for (const { token } of [
      await issue(API, { projectId, name: 'A' }),
      await issue(TOKEN, { projectId, userId, name: 'T' }),
    ]) {
      const headers = { 'x-admin-key': '', authorization: `Bearer ${token}` };
      expect((await refusal('{ projects { total } }', {}, headers))[0]).toBe('FORBIDDEN');
      const team = await app.asKey(token, 'GET', `/api/teams/${ours.teamId}/usage`);
      expect([team.status, team.body.code]).toEqual([403, 'forbidden']);
    }
  });
});
