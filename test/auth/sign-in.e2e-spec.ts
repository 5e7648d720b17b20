import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { type Entra, startEntra } from '../support/entra/entra.mjs';
import { comeBack, PUBLIC_URL, signIn } from '../support/sign-in.js';
import { must } from '../support/world.js';

const VIEWER = `{ viewer { kind name email userId platformRole organizationId actions
  memberships { organizationId name role } session { id method authenticatedAt idleExpiresAt expiresAt } } }`;
const MINUTE = 60_000;
const MAPPED_GROUP = randomUUID();
const groupsOf = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

let entra: Entra;
let app: TestApp;

beforeAll(async () => {
  entra = await startEntra({
    people: [
      { name: 'Olivia Owner', email: 'olivia@example.com', roles: ['Tollkeeper.Owner'] },
      { name: 'Audrey Auditor', email: 'audrey@example.com', roles: ['Tollkeeper.Auditor'] },
      { name: 'Manfred Many', email: 'manfred@example.com', groups: [...groupsOf(249), MAPPED_GROUP] },
      { name: 'Greta Group', email: 'greta@example.com', groups: [MAPPED_GROUP] },
      { name: 'Nora Nobody', email: 'nora@example.com', groups: groupsOf(3) },
      { name: 'Ina Invited', email: 'ina@example.com' },
      { name: 'Tom Too Many', email: 'tom@example.com', groups: groupsOf(2_001) },
    ],
  });
  app = await startTestApp({ env: { ...entra.env, PUBLIC_URL, LOG_LEVEL: 'silent' } });
  await must(app, `mutation { createOrganization(input: {id: "mapped", name: "Mapped"}) { organization { id } } }`);
  await app.db.query(
    `INSERT INTO role_mappings (id, source, value, display_name, organization_id, organization_role)
     VALUES ('map_1', 'group', $1, 'The mapped', 'mapped', 'admin')`,
    [MAPPED_GROUP],
  );
});
afterAll(async () => {
  await app.close();
  await entra.close();
});

const viewerOf = async (browser: Browser, headers = {}): Promise<Record<string, unknown>> => {
  const { body } = await browser.gql(VIEWER, {}, headers);
  expect(body.errors).toBeUndefined();
  return body.data.viewer;
};
const codeOf = async (browser: Browser): Promise<unknown> =>
  (await browser.gql(VIEWER)).body.errors?.[0].extensions.code ?? null;

const errorIn = (location: string): string | null => new URL(location, PUBLIC_URL).searchParams.get('error');

async function auditRows(requestId: unknown): Promise<Record<string, unknown>[]> {
  const { rows } = await app.db.query<Record<string, unknown>>(
    'SELECT action, status, actor_kind, actor_id, actor_name FROM audit_entries WHERE request_id = $1 ORDER BY seq',
    [requestId],
  );
  return rows;
}

describe('signing in with Entra ID', () => {
  it('sends the browser off with PKCE, state and nonce, and keeps the secrets of it', async () => {
    const browser = new Browser(app);
    const { status, headers } = await browser.get('/auth/entra/login');
    const url = new URL(String(headers['location']));
    expect([status, url.origin]).toEqual([302, entra.authority]);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: entra.clientId,
      response_type: 'code',
      redirect_uri: `${PUBLIC_URL}/auth/entra/callback`,
      scope: 'openid profile email User.Read',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(browser.lastSetCookie).toMatch(
      /^tollkeeper_sign_in=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  });

  it('lets the person choose another account when asked to', async () => {
    const { headers } = await new Browser(app).get('/auth/entra/login?choose_account=true');
    expect(new URL(String(headers['location'])).searchParams.get('prompt')).toBe('select_account');
  });

  it('makes roles of app roles, and leaves its audit rows', async () => {
    const { browser, answer, location } = await signIn(app, entra, 'olivia@example.com', { returnTo: '/teams?a=b' });
    expect([answer.status, location]).toEqual([302, '/teams?a=b']);
    const viewer = await viewerOf(browser);
    expect(viewer).toMatchObject({ kind: 'USER', name: 'Olivia Owner', email: 'olivia@example.com' });
    expect(viewer).toMatchObject({ platformRole: 'OWNER', organizationId: null, memberships: [] });
    expect(viewer['session']).toMatchObject({ method: 'ENTRA' });
    const rows = await auditRows(answer.headers['x-request-id']);
    expect(rows.at(-1)).toEqual({
      action: 'session.create',
      status: 'success',
      actor_kind: 'user',
      actor_id: viewer['userId'],
      actor_name: 'Olivia Owner',
    });
  });

  it('makes roles of groups, within the organization only', async () => {
    const { browser } = await signIn(app, entra, 'greta@example.com');
    expect(entra.graphRequests).toEqual([]);
    const viewer = await viewerOf(browser);
    expect(viewer).toMatchObject({ platformRole: null, organizationId: 'mapped' });
    expect(viewer['memberships']).toEqual([{ organizationId: 'mapped', name: 'Mapped', role: 'ADMIN' }]);
    expect(viewer['actions']).not.toContain('organization.create');
  });

  it('asks Graph for 250 groups, page after page', async () => {
    const { browser, location } = await signIn(app, entra, 'manfred@example.com');
    expect(location).toBe('/');
    expect(await viewerOf(browser)).toMatchObject({ organizationId: 'mapped' });
    expect(entra.graphRequests).toHaveLength(3);
  });

  it('lets nobody in whose groups cannot be asked for, and says so', async () => {
    entra.graphIsDown = true;
    const { browser, location } = await signIn(app, entra, 'manfred@example.com');
    entra.graphIsDown = false;
    expect(errorIn(location)).toBe('entra_unreachable');
    expect(browser.cookies()).toEqual([]);
  });

  it('gives up on more groups than it is ready to ask for', async () => {
    const { location } = await signIn(app, entra, 'tom@example.com');
    expect(errorIn(location)).toBe('failed');
  });

  it('tells somebody without a role so, with the request id, and leaves a denied row', async () => {
    const { browser, answer, location } = await signIn(app, entra, 'nora@example.com');
    const requestId = answer.headers['x-request-id'];
    expect(location).toBe(`/sign-in?error=not_invited&request_id=${String(requestId)}`);
    expect(browser.cookies()).toEqual([]);
    const rows = await auditRows(requestId);
    expect(rows.at(-1)).toMatchObject({ action: 'session.create', status: 'denied', actor_kind: 'anonymous' });
  });

  it('tells somebody who lost the last role', async () => {
    const { rows } = await app.db.query<{ id: string }>("SELECT id FROM users WHERE email = 'greta@example.com'");
    expect(rows).toHaveLength(1);
    await app.db.query("UPDATE role_mappings SET value = 'nothing' WHERE id = 'map_1'");
    const { location } = await signIn(app, entra, 'greta@example.com');
    await app.db.query("UPDATE role_mappings SET value = $1 WHERE id = 'map_1'", [MAPPED_GROUP]);
    expect(errorIn(location)).toBe('no_role');
  });

  it('takes no for an answer', async () => {
    const browser = new Browser(app);
    const login = await browser.get('/auth/entra/login');
    const { location } = await comeBack(browser, await entra.cancel(String(login.headers['location'])));
    expect(errorIn(location)).toBe('denied');
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '/a\nb',
    '',
    '/..//evil',
  ])('ends at the start page rather than at %j', async (returnTo) => {
    const { location } = await signIn(app, entra, 'audrey@example.com', { returnTo });
    expect(location).toBe('/');
  });

  it('says that Microsoft cannot be reached, and works when it can again', async () => {
    const away = await startTestApp({
      env: { ...entra.env, PUBLIC_URL, ENTRA_AUTHORITY: 'http://127.0.0.1:9', LOG_LEVEL: 'silent' },
    });
    const { status, headers } = await new Browser(away).get('/auth/entra/login');
    expect([status, errorIn(String(headers['location']))]).toEqual([302, 'entra_unreachable']);
    const bearer = { 'x-admin-key': '', authorization: `Bearer ${await entra.token({})}` };
    const answer = await away.gql(VIEWER, {}, bearer);
    expect(answer.body.errors[0].extensions.code).toBe('OVERLOADED');
    await away.close();
  });
});

describe('a session', () => {
  it('ends by signing out, which leaves a row, and again does no harm', async () => {
    const { browser } = await signIn(app, entra, 'audrey@example.com');
    const stolen = browser.copy();
    const { status, body, headers } = await browser.post('/auth/sign-out', {});
    expect(status).toBe(200);
    const url = new URL(body.redirect_to);
    expect([url.origin, url.searchParams.get('post_logout_redirect_uri')]).toEqual([
      entra.authority,
      `${PUBLIC_URL}/sign-in`,
    ]);
    expect(browser.cookies()).toEqual([]);
    expect(await codeOf(stolen)).toBe('UNAUTHENTICATED');
    expect(await auditRows(headers['x-request-id'])).toMatchObject([
      { action: 'session.end', status: 'success', actor_kind: 'user', actor_name: 'Audrey Auditor' },
    ]);
    expect((await browser.post('/auth/sign-out', {})).body).toEqual({ redirect_to: null });
  });

  it('ends after 30 minutes without use, and after 12 hours with', async () => {
    const idle = (await signIn(app, entra, 'audrey@example.com')).browser;
    const used = (await signIn(app, entra, 'audrey@example.com')).browser;
    app.clock.advance(29 * MINUTE);
    expect(await codeOf(used)).toBeNull();
    app.clock.advance(2 * MINUTE);
    expect([await codeOf(idle), await codeOf(used)]).toEqual(['UNAUTHENTICATED', null]);
    expect((await idle.get('/auth/session')).body.signed_in).toBe(false);
    for (let minutes = 31; minutes < 12 * 60 - 20; minutes += 20) {
      app.clock.advance(20 * MINUTE);
      expect(await codeOf(used)).toBeNull();
    }
    app.clock.advance(21 * MINUTE);
    expect(await codeOf(used)).toBe('UNAUTHENTICATED');
  });
});
