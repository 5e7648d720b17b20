import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeUser } from '../support/people.js';
import { creditsOf, ledgerProblems, makeWorld, must, type World } from '../support/world.js';

const MESSAGES = [{ role: 'user', content: 'Hello' }];

let app: TestApp;
let world: World;
let other: World;
let projectId: string;
let apiKey: string;
let personId: string;
let userToken: string;
let serial = 0;

const post = (key: string, path: string, body: object): ReturnType<TestApp['asKey']> =>
  app.asKey(key, 'POST', `/api/jobs/${path}`, body);
const groupOf = ({ teamId }: World): string => `group-${teamId.slice('team-'.length)}`;

async function project(accessGroupIds: string[], { organizationId } = world): Promise<string> {
  const query = 'mutation ($input: CreateProjectInput!) { made: createProject(input: $input) { id } }';
  const input = { organizationId, code: `P-${++serial}`, name: 'Claims', accessGroupIds };
  return (await must<{ made: { id: string } }>(app, query, { input })).made.id;
}

async function issue(kind: 'ApiKey' | 'UserToken' | 'VirtualKey', input: object): Promise<string> {
  const query = `mutation ($input: Create${kind}Input!) { made: create${kind}(input: $input) { token } }`;
  return (await must<{ made: { token: string } }>(app, query, { input: { name: 'Test', ...input } })).made.token;
}

async function open(key: string): Promise<string> {
  const { status, body } = await post(key, 'create', { job_type: 'review' });
  expect(status).toBe(200);
  return body.job_id as string;
}

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  [world, other] = [await makeWorld(app), await makeWorld(app)];
  projectId = await project([groupOf(world)]);
  apiKey = await issue('ApiKey', { projectId });
  personId = await makeUser(app, { memberships: { [world.organizationId]: 'member' } });
  userToken = await issue('UserToken', { projectId, userId: personId });
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
});

describe('a call of a project', () => {
  it.each([
    ['an API key', () => apiKey, () => null],
    ['a user token', () => userToken, () => personId],
  ])('with %s is on no team and draws no credits', async (_kind, key, person) => {
    const before = await creditsOf(app, world.teamId);
    const id = await open(key());
    const called = await post(key(), `${id}/llm-call`, { messages: MESSAGES });
    expect([called.status, called.body.metadata.model]).toEqual([200, world.alias]);
    const closed = await post(key(), `${id}/complete`, { status: 'completed' });
    const { total_cost_usd: cost } = called.body.costs;
    expect(cost).toBeGreaterThan(0);
    expect(closed.body).toMatchObject({
      status: 'completed',
      costs: { total_calls: 1, successful_calls: 1, total_cost_usd: cost, credits_remaining: null },
    });
    expect(await creditsOf(app, world.teamId)).toEqual(before);
    const query = `query ($id: ID!) { job(id: $id) { teamId team { id } projectId project { id } creditsCharged
      organization { id } calls { personId } } }`;
    expect(await must(app, query, { id })).toEqual({
      job: {
        ...{ teamId: null, team: null, projectId, project: { id: projectId }, creditsCharged: '0' },
        ...{ organization: { id: world.organizationId }, calls: [{ personId: person() }] },
      },
    });
  });

  it('in one go, closed and with its cost', async () => {
    const { status, body } = await post(apiKey, 'create-and-call', { job_type: 'one', messages: MESSAGES });
    expect([status, body.status, body.costs.total_calls]).toEqual([200, 'completed', 1]);
    const job = await app.asKey(apiKey, 'GET', `/api/jobs/${body.job_id}`);
    expect(job.body).toMatchObject({ team_id: null, organization_id: world.organizationId, job_type: 'one' });
  });

  it('by a virtual key that names the project is on its team, and counted for the project', async () => {
    const key = await issue('VirtualKey', { teamId: world.teamId, projectId });
    const { body } = await post(key, 'create-and-call', { job_type: 'named', messages: MESSAGES });
    const query = 'query ($id: ID!) { job(id: $id) { teamId projectId creditsCharged } }';
    expect(await must(app, query, { id: body.job_id })).toEqual({
      job: { teamId: world.teamId, projectId, creditsCharged: '1' },
    });
  });

  it('is found by its project, and sorted among those of teams', async () => {
    const own = await project([groupOf(world)]);
    const id = await open(await issue('ApiKey', { projectId: own }));
    const found = 'query ($projectId: ID) { jobs(filter: { projectId: $projectId }) { items { id } } }';
    expect(await must(app, found, { projectId: own })).toEqual({ jobs: { items: [{ id }] } });
    const sorted = `query ($order: JobOrder, $after: String) {
      jobs(orderBy: $order, first: 2, after: $after) { total nextCursor items { id team { name } } } }`;
    for (const order of ['TEAM_ASC', 'TEAM_DESC']) {
      const seen: (string | null)[] = [];
      let after: string | null = null;
      do {
        const { jobs }: { jobs: { nextCursor: string | null; items: { team: { name: string } | null }[] } } =
          await must(app, sorted, { order, after });
        seen.push(...jobs.items.map(({ team }) => team?.name ?? null));
        after = jobs.nextCursor;
      } while (after !== null);
      expect(seen.indexOf(null)).toBeGreaterThan(0);
      expect(seen.slice(seen.indexOf(null)).every((name) => name === null)).toBe(true);
    }
  });
});

describe('a job of a project', () => {
  /** Everything that can be done with a job, as status and code. */
  async function answers(key: string, id: string): Promise<string[]> {
    const all = [
      await app.asKey(key, 'GET', `/api/jobs/${id}`),
      await app.asKey(key, 'GET', `/api/jobs/${id}/costs`),
      await app.asKey(key, 'PATCH', `/api/jobs/${id}/metadata`, { metadata: { a: 1 } }),
      await post(key, `${id}/llm-call`, { messages: MESSAGES }),
      await post(key, `${id}/complete`, { status: 'completed' }),
      await post(key, `${id}/cancel`, {}),
    ];
    return all.map(({ status, body }) => `${status} ${body.code ?? ''}`.trim());
  }
  const REFUSED = Array.from({ length: 6 }, () => '404 not_found');

  it("is everybody's of the project and nobody else's", async () => {
    const id = await open(apiKey);
    const second = await project([groupOf(world)]);
    const foreign = await project([groupOf(other)], other);
    for (const key of [
      world.key,
      await issue('VirtualKey', { teamId: world.teamId, projectId }),
      await issue('ApiKey', { projectId: second }),
      await issue('ApiKey', { projectId: foreign }),
    ])
      expect(await answers(key, id)).toEqual(REFUSED);
    expect(await answers(userToken, id)).toEqual(Array.from({ length: 6 }, () => '200'));
  });

  it('is none of a team that was given the id of the project for its own', async () => {
    const id = await open(apiKey);
    const team = 'mutation ($input: CreateTeamInput!) { createTeam(input: $input) { issued { token } } }';
    const input = {
      id: projectId,
      organizationId: other.organizationId,
      credits: '5',
      accessGroupIds: [groupOf(other)],
    };
    const { createTeam } = await must<{ createTeam: { issued: { token: string } } }>(app, team, { input });
    expect(await answers(createTeam.issued.token, id)).toEqual(REFUSED);
    expect((await app.asKey(apiKey, 'GET', `/api/jobs/${id}`)).body.status).toBe('pending');
  });

  it('is refused a team in its body', async () => {
    for (const path of ['create', 'create-and-call']) {
      const body = { job_type: 'x', team_id: world.teamId, ...(path !== 'create' && { messages: MESSAGES }) };
      const answer = await post(apiKey, path, body);
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    }
  });

  it('closes by itself when nobody closes it', async () => {
    const id = await open(apiKey);
    app.clock.advance(25 * 60 * 60 * 1000);
    const { JobsService } = await import('../../src/modules/gateway/jobs/jobs.service.js');
    await app.app.get(JobsService).expire();
    expect((await app.asKey(apiKey, 'GET', `/api/jobs/${id}`)).body.status).toBe('expired');
  });
});

describe('what may be called', () => {
  const call = async (key: string, model?: string): Promise<unknown[]> => {
    const body = { job_type: 'x', messages: MESSAGES, ...(model && { model }) };
    const answer = await post(key, 'create-and-call', body);
    return [answer.status, answer.body.code ?? null, answer.body.detail ?? null];
  };

  it('is what is granted to the project, whatever its teams may call', async () => {
    const own = await project([groupOf(other)]);
    const key = await issue('ApiKey', { projectId: own });
    expect(await call(key, other.alias)).toEqual([200, null, null]);
    expect(await call(key)).toEqual([200, null, null]);
    const refusal = `Project '${own}' does not have access to model alias '${world.alias}'`;
    expect(await call(key, world.alias)).toEqual([403, 'model_not_allowed', refusal]);
  });

  it('is what is granted to the team for a virtual key: a project that it names widens nothing', async () => {
    const own = await project([groupOf(other)]);
    const key = await issue('VirtualKey', { teamId: world.teamId, projectId: own });
    expect(await call(key, world.alias)).toEqual([200, null, null]);
    const refusal = `Team '${world.teamId}' does not have access to model alias '${other.alias}'`;
    expect(await call(key, other.alias)).toEqual([403, 'model_not_allowed', refusal]);
  });

  it('must be named when the project has none or several', async () => {
    const [none, several] = [await project([]), await project([groupOf(world), groupOf(other)])];
    const why = async (id: string): Promise<unknown> => (await call(await issue('ApiKey', { projectId: id })))[2];
    expect(await why(none)).toBe('model: must be given: the project has no model alias');
    expect(await why(several)).toBe('model: must be given: the project has several model aliases');
  });

  it('follows a change of the grants', async () => {
    const own = await project([]);
    const key = await issue('ApiKey', { projectId: own });
    const set = `mutation ($id: ID!, $groups: [ID!]!) { setProjectAccess(projectId: $id, accessGroupIds: $groups) { id } }`;
    await must(app, set, { id: own, groups: [groupOf(world)] });
    expect((await call(key, world.alias))[0]).toBe(200);
    await must(app, set, { id: own, groups: [] });
    app.clock.advance(app.config.bounds.keyCacheMs + 1);
    expect((await call(key, world.alias))[1]).toBe('model_not_allowed');
  });
});

describe('a project or person that may do nothing', () => {
  const call = async (key: string): Promise<unknown[]> => {
    const { status, body } = await post(key, 'create-and-call', { job_type: 'x', messages: MESSAGES });
    return [status, body.code ?? null];
  };

  it('calls nothing from the very next call on, whatever is cached', async () => {
    const own = await project([groupOf(world)]);
    const userId = await makeUser(app, { memberships: { [world.organizationId]: 'member' } });
    const [api, token] = [
      await issue('ApiKey', { projectId: own }),
      await issue('UserToken', { projectId: own, userId }),
    ];
    const both = async (): Promise<unknown[][]> => [await call(api), await call(token)];
    const [served, suspended, unknown] = [
      [200, null],
      [403, 'suspended'],
      [401, 'invalid_api_key'],
    ];
    expect(await both()).toEqual([served, served]);
    await must(app, 'mutation ($id: ID!) { suspendProject(id: $id) { id } }', { id: own });
    expect(await both()).toEqual([suspended, suspended]);
    await must(app, 'mutation ($id: ID!) { resumeProject(id: $id) { id } }', { id: own });
    expect(await both()).toEqual([served, served]);
    await must(app, 'mutation ($id: ID!) { suspendUser(id: $id) { id } }', { id: userId });
    expect(await both()).toEqual([served, suspended]);
    await must(app, 'mutation ($id: ID!) { deleteUser(id: $id) { id } }', { id: userId });
    expect(await both()).toEqual([served, unknown]);
    await must(app, 'mutation ($id: ID!) { deleteProject(id: $id) { id } }', { id: own });
    expect(await both()).toEqual([unknown, unknown]);
  });
});
