import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeAlert, use } from '../support/limits.js';
import { makeWorld, type World } from '../support/world.js';

const DAY_MS = 24 * 60 * 60 * 1000;

let app: TestApp;
let world: World;

const call = (method: string, path: string, body?: unknown): ReturnType<TestApp['rest']> =>
  app.rest(method, `/api/limits${path}`, { body });
const terms = (more: object = {}): object => ({
  ...{ organization_id: world.organizationId, scope_type: 'team', scope_id: world.teamId },
  ...{ unit: 'usd', period: 'month', amount: '250.50' },
  ...more,
});
const make = async (more: object = {}): Promise<string> => (await call('POST', '', terms(more))).body.limit_id;

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  world = await makeWorld(app);
});
afterAll(() => app.close());

describe('the REST of limits', () => {
  it('makes, shows, changes, lists and deletes one', async () => {
    const made = await call(
      'POST',
      '',
      terms({ zone: 'Europe/Berlin', alerts: [90], note: 'REST', enforcement: 'soft' }),
    );
    expect(made.status).toBe(200);
    const id = made.body.limit_id;
    expect(made.body).toMatchObject({
      ...{ organization_id: world.organizationId, scope_type: 'team', scope_id: world.teamId, member_id: null },
      ...{ scope_name: world.teamId, unit: 'usd', period: 'month', zone: 'Europe/Berlin', amount: '250.5' },
      ...{ effective_amount: '250.5', enforcement: 'soft', alerts: [90], note: 'REST', status: 'active', grants: [] },
      current_windows: [{ subject: null, amount: '250.5', posted: '0', remaining: '250.5', percent: 0 }],
    });
    expect((await call('GET', `/${id}`)).body).toEqual(made.body);
    const changed = await call('PUT', `/${id}`, { amount: '0', note: null });
    expect(changed.body).toMatchObject({ amount: '0', note: null, alerts: [90], zone: 'Europe/Berlin' });
    const listed = await call('GET', `?organization_id=${world.organizationId}&unit=usd&enforcement=soft&limit=1`);
    const { grants: _, ...view } = changed.body;
    expect(listed.body).toEqual({ limits: [view], total: 1, next_cursor: null });
    expect((await call('DELETE', `/${id}`)).body).toMatchObject({
      limit_id: id,
      status: 'deleted',
      current_windows: [],
    });
    expect((await call('PUT', `/${id}`, { amount: '1' })).status).toBe(404);
    expect((await call('GET', `?status=deleted&search=${id}`)).body.total).toBe(1);
  });

  it('grants more of one for some time, and takes that back', async () => {
    const id = await make();
    const ends_at = new Date(app.clock.nowMs() + DAY_MS).toISOString();
    const given = await call('POST', `/${id}/grants`, { amount: '10', ends_at, reason: 'Launch' });
    expect(given.body).toMatchObject({ limit_id: id, amount: '10', ends_at, reason: 'Launch', revoked_at: null });
    const shown = await call('GET', `/${id}`);
    expect(shown.body).toMatchObject({ effective_amount: '260.5', grants: [given.body] });
    const path = `/grants/${given.body.grant_id}`;
    expect((await call('DELETE', `/${await make()}${path}`)).status).toBe(404);
    const revoked = await call('DELETE', `/${id}${path}`);
    expect(revoked.body.revoked_at).not.toBeNull();
    expect((await call('GET', `/${id}`)).body).toMatchObject({ effective_amount: '250.5', grants: [revoked.body] });
  });

  it('lists alerts, the newest first', async () => {
    const id = await make({ unit: 'token', amount: '100' });
    const alert_id = await makeAlert(app, id);
    await use(app, id, 50n);
    const { body } = await call('GET', `/alerts?limit_id=${id}`);
    const facts = { organization_id: world.organizationId, scope_name: world.teamId, unit: 'token', subject: null };
    expect(body).toMatchObject({
      alerts: [{ alert_id, limit_id: id, percent: 50, posted: '50', amount: '100', ...facts }],
      total: 1,
    });
    const window = { posted: '50', percent: 50, remaining: '50' };
    expect((await call('GET', `/${id}`)).body.current_windows).toMatchObject([window]);
  });

  it.each<[object, string]>([
    [{ amount: '-1' }, 'amount'],
    [{ amount: 5 }, 'amount'],
    [{ scope_type: 'planet' }, 'scope_type'],
    [{ unit: 'nano_usd' }, 'unit'],
    [{ alerts: [101] }, 'alerts'],
    [{ alerts: '50' }, 'alerts'],
    [{ alerts: [80, 50] }, 'alerts'],
    [{ alerts: Array.from({ length: 11 }, (_, index) => index + 1) }, 'alerts'],
    [{ zone: 'Mars' }, 'zone'],
    [{ member_id: 'usr_1' }, 'member_id'],
    [{ note: 'a\0' }, 'note'],
    [{ surprise: 1 }, 'surprise'],
    [{ organization_id: null }, 'organization_id'],
  ])('refuses %j, naming the field', async (more, field) => {
    const { status, body } = await call('POST', '', terms(more));
    expect([status, body.field]).toEqual([422, field]);
  });

  it('finds nothing of what does not exist', async () => {
    for (const [method, path, body] of [
      ['GET', '/lim_unknown'],
      ['PUT', '/lim_unknown', { amount: '1' }],
      ['DELETE', '/lim_unknown'],
      ['POST', '/lim_unknown/grants', { amount: '1', ends_at: '2999-01-01', reason: 'x' }],
      ['DELETE', '/lim_unknown/grants/lgr_unknown'],
    ] as const)
      expect([method, (await call(method, path, body)).status]).toEqual([method, 404]);
    expect((await call('POST', '', terms({ scope_id: 'unknown' }))).status).toBe(404);
  });

  it('is closed to virtual keys', async () => {
    expect((await app.asKey(world.key, 'GET', '/api/limits')).status).toBe(403);
  });
});
