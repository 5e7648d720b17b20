import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { asUser, letUsersIn, makeUser } from '../support/people.js';
import { addTarget, ledgerProblems, makeWorld, must, type World } from '../support/world.js';

let app: TestApp;
let world: World;
/** The models of the alias, in the order of its targets. */
let models: readonly string[];

const SET_PLAN = `mutation ($id: ID!, $input: UpdateOrganizationInput!) {
  updateOrganization(id: $id, input: $input) { plan name } }`;
const SET_PLANS = 'mutation ($id: ID!, $input: UpdateModelInput!) { updateModel(id: $id, input: $input) { plans } }';

const setPlan = (plan: string): Promise<unknown> => must(app, SET_PLAN, { id: world.organizationId, input: { plan } });
const setPlans = (id: string, plans: string[]): Promise<unknown> => must(app, SET_PLANS, { id, input: { plans } });

const call = async (): Promise<[number, string | undefined]> => {
  const body = { model: world.alias, messages: [{ role: 'user', content: 'Hello' }] };
  const answer = await app.asKey(world.key, 'POST', '/v1/chat/completions', body);
  return [answer.status, answer.body.error?.code];
};

const callable = async (): Promise<string[]> =>
  (await app.asKey(world.key, 'GET', '/v1/models')).body.data.map((each: { id: string }) => each.id);

const servedBy = async (): Promise<string> =>
  (await app.db.query('SELECT model_id AS id FROM calls ORDER BY created_at DESC, id DESC LIMIT 1')).rows[0].id;

beforeAll(async () => {
  app = await startTestApp();
  letUsersIn(app);
  world = await makeWorld(app);
  await addTarget(app, world, 'second-model');
  const { rows } = await app.db.query<{ id: string }>(
    'SELECT model_id AS id FROM alias_targets t JOIN aliases a ON a.id = t.alias_id WHERE a.name = $1 ORDER BY position',
    [world.alias],
  );
  models = rows.map(({ id }) => id);
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
});

it('lets every organization begin on the free plan, and serve models of no plan in particular', async () => {
  const query = 'query ($id: ID!) { organization(id: $id) { plan } }';
  expect(await must(app, query, { id: world.organizationId })).toEqual({ organization: { plan: 'FREE' } });
  expect(await call()).toEqual([200, undefined]);
});

it('passes over a target of other plans, and refuses the call when none is left', async () => {
  await setPlans(models[0]!, ['PRO', 'ENTERPRISE']);
  for (let attempt = 0; attempt < 100 && (await servedBy()) === models[0]; attempt++) await call();
  expect([await servedBy(), await callable()]).toEqual([models[1], [world.alias]]);
  await setPlans(models[1]!, ['ENTERPRISE']);
  expect(await call()).toEqual([403, 'model_not_allowed']);
  const { body } = await app.asKey(world.key, 'POST', '/v1/explain', {
    model: world.alias,
    messages: [{ role: 'user', content: 'Hello' }],
  });
  expect(JSON.stringify(body)).toContain('model_not_allowed');
  expect(await callable()).toEqual([]);
});

it('serves from the change of the plan on, and no longer after the next', async () => {
  await setPlan('PRO');
  expect(await call()).toEqual([200, undefined]);
  expect([await servedBy(), await callable()]).toEqual([models[0], [world.alias]]);
  await setPlan('FREE');
  expect(await call()).toEqual([403, 'model_not_allowed']);
  await setPlans(models[0]!, []);
  expect(await call()).toEqual([200, undefined]);
});

it('is set by the platform alone, and found in lists', async () => {
  const owner = await makeUser(app, { memberships: { [world.organizationId]: 'owner' } });
  const change = (input: object) =>
    app.gql(SET_PLAN, { id: world.organizationId, input }, asUser(owner, world.organizationId));
  expect((await change({ plan: 'PRO' })).body.errors[0].extensions.code).toBe('FORBIDDEN');
  expect((await change({ name: 'Own' })).body.data.updateOrganization).toEqual({ plan: 'FREE', name: 'Own' });
  expect((await app.gql(SET_PLAN, { id: world.organizationId, input: { plan: 'GOLD' } })).status).toBe(400);
  const list =
    'query ($plan: PlanTier) { organizations(filter: { plan: $plan }, orderBy: PLAN_DESC) { items { id } } }';
  expect(await must(app, list, { plan: 'PRO' })).toEqual({ organizations: { items: [] } });
  const path = `/api/organizations/${world.organizationId}`;
  expect((await app.rest('PUT', path, { body: { plan: 'pro' } })).status).toBe(200);
  expect((await app.rest('GET', path)).body).toMatchObject({ plan: 'pro', name: 'Own' });
  expect(await must(app, list, { plan: 'PRO' })).toEqual({ organizations: { items: [{ id: world.organizationId }] } });
});
