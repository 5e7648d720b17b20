import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { asUser, letUsersIn, makeUser } from '../support/people.js';
import { makeProject, setCache, setRetention } from '../support/projects.js';
import { makeWorld, must, type World } from '../support/world.js';

const CACHE = `mutation ($projectId: ID!, $ttlSeconds: Int, $price: CachePrice) {
  made: setProjectCache(projectId: $projectId, ttlSeconds: $ttlSeconds, price: $price) { id } }`;
const RETENTION = `mutation ($projectId: ID!, $days: Int) {
  made: setProjectRetention(projectId: $projectId, days: $days) { id } }`;
const EMPTY = 'mutation ($projectId: ID!) { made: emptyProjectCache(projectId: $projectId) { id } }';
const DELETE = 'mutation ($projectId: ID!) { made: deleteProjectBodies(projectId: $projectId) { id } }';
const READ = `query ($id: ID!) { project(id: $id) {
  cacheTtlSeconds cachePrice retentionDays bodiesUntil cacheFigures(days: 7) { days hits misses saved providerSaved } } }`;

let app: TestApp;
let ours: World;
let theirs: World;
let projectId: string;
let foreignId: string;

const refusal = async (query: string, variables: object, headers = {}): Promise<[string, string]> => {
  const { extensions, message } = (await app.gql(query, variables, headers)).body.errors[0];
  return [extensions.code, message];
};
const read = async (headers?: Record<string, string>): Promise<Record<string, unknown>> =>
  (await app.gql(READ, { id: projectId }, headers)).body.data.project as Record<string, unknown>;

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  letUsersIn(app);
  [ours, theirs] = [await makeWorld(app), await makeWorld(app)];
  projectId = (await makeProject(app, ours)).id;
  foreignId = (await makeProject(app, theirs)).id;
});
afterAll(() => app.close());

describe('what a project keeps of its calls', () => {
  it('is nothing, unless it is told to; each setting stays when another is changed', async () => {
    const none = { hits: '0', misses: '0', saved: '0', providerSaved: '0' };
    const nothing = { cacheTtlSeconds: null, cachePrice: 'FREE', retentionDays: null, bodiesUntil: null };
    expect(await read()).toEqual({ ...nothing, cacheFigures: { days: 7, ...none } });
    await setCache(app, projectId, 60, 'FULL');
    await setRetention(app, projectId, 365);
    expect(await read()).toMatchObject({ cacheTtlSeconds: 60, cachePrice: 'FULL', retentionDays: 365 });
    await must(app, CACHE, { projectId, ttlSeconds: 2_592_000 });
    expect(await read()).toMatchObject({ cacheTtlSeconds: 2_592_000, cachePrice: 'FULL', retentionDays: 365 });
    await must(app, CACHE, { projectId });
    await must(app, RETENTION, { projectId });
    expect(await read()).toMatchObject({ ...nothing, cachePrice: 'FULL' });
  });

  it('is for administrators to say; members of the organization see no margin', async () => {
    const viewer = asUser(await makeUser(app, { memberships: { [ours.organizationId]: 'viewer' } }));
    for (const query of [CACHE, RETENTION, EMPTY, DELETE])
      expect((await refusal(query, { projectId }, viewer))[0]).toBe('FORBIDDEN');
    expect(await read(viewer)).toMatchObject({ cacheFigures: { saved: '0', providerSaved: null } });
    const admin = asUser(await makeUser(app, { memberships: { [ours.organizationId]: 'admin' } }));
    for (const query of [CACHE, RETENTION, EMPTY, DELETE])
      expect((await app.gql(query, { projectId }, admin)).body.data.made.id).toBe(projectId);
    for (const query of [CACHE, RETENTION, EMPTY, DELETE]) {
      const foreign = await refusal(query, { projectId: foreignId }, admin);
      expect(foreign).toEqual(['NOT_FOUND', `Project '${foreignId}' not found`]);
    }
  });

  it.each<[string, string, object]>([
    ['a time that is too short', CACHE, { ttlSeconds: 59 }],
    ['a time that is too long', CACHE, { ttlSeconds: 2_592_001 }],
    ['a price that there is not', CACHE, { ttlSeconds: 60, price: 'HALF' }],
    ['part of a second', CACHE, { ttlSeconds: 60.5 }],
    ['no day', RETENTION, { days: 0 }],
    ['more than a year', RETENTION, { days: 366 }],
  ])('cannot be %s', async (_what, query, input) => {
    expect((await refusal(query, { projectId, ...input }))[0]).toMatch(/^(INVALID_REQUEST|BAD_USER_INPUT)$/);
  });
});
