import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SetupLinks } from '../../src/modules/auth/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { type Entra, startEntra } from '../support/entra/entra.mjs';
import { type Arrived, comeBack, PUBLIC_URL, signIn } from '../support/sign-in.js';
import { must } from '../support/world.js';

const VIEWER = '{ viewer { name platformRole memberships { organizationId role } } }';
const UNKNOWN = 'u'.repeat(43);

let entra: Entra;

beforeAll(async () => {
  entra = await startEntra({
    people: ['Ann', 'Bea', 'Cem'].map((name) => ({ name, email: `${name.toLowerCase()}@example.com` })),
  });
});
afterAll(() => entra.close());

const started = (env = {}): Promise<TestApp> =>
  startTestApp({ env: { ...entra.env, PUBLIC_URL, LOG_LEVEL: 'silent', ...env } });

async function setupToken(app: TestApp): Promise<string | null> {
  return (await app.app.get(SetupLinks, { strict: false }).issue())?.replace('/setup#token=', '') ?? null;
}

/** The whole way of somebody who opens a one-time link. */
async function open(app: TestApp, kind: 'setup' | 'invitation', token: string, email: string): Promise<Arrived> {
  const browser = new Browser(app);
  const { status, body } = await browser.post(`/auth/${kind}`, { token });
  expect(status).toBe(200);
  return comeBack(browser, await entra.signIn(body.redirect_to, email));
}

describe('a set-up link', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await started();
  });
  afterAll(() => app.close());

  it('is asked for by the sign-in page while there is no owner', async () => {
    const { body } = await new Browser(app).get('/auth/session');
    expect(body).toMatchObject({ methods: { entra: true, master_key: false }, setup_needed: true });
  });

  it.each([UNKNOWN, 'short', `${UNKNOWN}.${UNKNOWN}`])('is refused as %p', async (token) => {
    const { status, body } = await new Browser(app).post('/auth/setup', { token });
    expect([status, body.code]).toEqual([404, 'not_found']);
  });

  it.each([{}, { token: 7 }, { token: '' }, { token: UNKNOWN, more: 1 }, [], { token: 'x'.repeat(101) }])(
    'is refused in the shape %j',
    async (body) => {
      const answer = await new Browser(app).post('/auth/setup', body);
      expect([answer.status, answer.body.code]).toEqual([422, 'invalid_request']);
    },
  );

  it('runs out after 30 minutes, also under way', async () => {
    const token = (await setupToken(app))!;
    const browser = new Browser(app);
    app.clock.advance(25 * 60_000);
    const { body } = await browser.post('/auth/setup', { token });
    app.clock.advance(6 * 60_000);
    const late = await comeBack(browser, await entra.signIn(body.redirect_to, 'ann@example.com'));
    expect(late.location).toMatch(/error=expired/);
    expect((await new Browser(app).post('/auth/setup', { token })).status).toBe(404);
  });

  it('makes one owner of two who come back at once, by one link or by two', async () => {
    const [first, second] = [(await setupToken(app))!, (await setupToken(app))!];
    const browsers = await Promise.all(
      (
        [
          [first, 'ann@example.com'],
          [first, 'bea@example.com'],
          [second, 'cem@example.com'],
        ] as const
      ).map(async ([token, email]) => {
        const browser = new Browser(app);
        const { body } = await browser.post('/auth/setup', { token });
        return { browser, callback: await entra.signIn(body.redirect_to, email) };
      }),
    );
    const arrived = await Promise.all(browsers.map(({ browser, callback }) => comeBack(browser, callback)));
    expect(arrived.map(({ location }) => location.replace(/&.*/, '')).sort()).toEqual([
      '/',
      '/sign-in?error=expired',
      '/sign-in?error=expired',
    ]);
    const { rows } = await app.db.query("SELECT id FROM users WHERE 'owner' IN (manual_role, directory_role)");
    expect(rows).toHaveLength(1);
    const owner = arrived.find(({ location }) => location === '/')!;
    expect((await owner.browser.gql(VIEWER)).body.data.viewer.platformRole).toBe('OWNER');
  });

  it('is neither made nor taken once there is an owner', async () => {
    expect(await setupToken(app)).toBeNull();
    const { rows } = await app.db.query<{ token_hash: string }>('SELECT token_hash FROM setup_links');
    expect(rows.every(({ token_hash }) => /^[0-9a-f]{64}$/.test(token_hash))).toBe(true);
    expect((await new Browser(app).get('/auth/session')).body.setup_needed).toBe(false);
  });
});

describe('an invitation link', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await started();
    await must(app, 'mutation { createOrganization(input: {id: "inviting", name: "I"}) { organization { id } } }');
  });
  afterAll(() => app.close());

  async function invite(role: object): Promise<string> {
    const token = randomUUID().replace(/-/g, '').padEnd(43, '0');
    const row = { platform_role: null, organization_id: null, organization_role: null, ...role };
    await app.db.query(
      `INSERT INTO invitations (id, email, name, token_hash, invited_by, expires_at, platform_role, organization_id,
         organization_role)
       VALUES ($1, 'x@example.com', 'X', encode(sha256($2), 'hex'), 'test', now() + interval '7 days', $3, $4, $5)`,
      [`inv_${randomUUID()}`, token, row.platform_role, row.organization_id, row.organization_role],
    );
    return token;
  }

  it('gives its role to whoever signs in with it, once', async () => {
    expect((await signIn(app, entra, 'bea@example.com')).location).toMatch(/error=not_invited/);
    const token = await invite({ organization_id: 'inviting', organization_role: 'viewer' });
    const { browser, location } = await open(app, 'invitation', token, 'bea@example.com');
    expect(location).toBe('/');
    const { body } = await browser.gql(VIEWER);
    expect(body.data.viewer.memberships).toEqual([{ organizationId: 'inviting', role: 'VIEWER' }]);
    expect((await open(app, 'invitation', token, 'cem@example.com')).location).toMatch(/error=expired/);
    expect((await signIn(app, entra, 'bea@example.com')).location).toBe('/');
  });

  it('is not taken from another browser than the one that opened it', async () => {
    const token = await invite({ platform_role: 'admin' });
    const { body } = await new Browser(app).post('/auth/invitation', { token });
    const callback = await entra.signIn(body.redirect_to, 'cem@example.com');
    expect((await comeBack(new Browser(app), callback)).location).toMatch(/error=expired/);
    expect((await open(app, 'invitation', token, 'ann@example.com')).location).toBe('/');
  });

  it('is refused when it cannot be one, or leads nowhere', async () => {
    expect((await new Browser(app).post('/auth/invitation', { token: 'nonsense' })).status).toBe(404);
    expect((await open(app, 'invitation', UNKNOWN, 'cem@example.com')).location).toMatch(/error=expired/);
  });
});

describe('without a directory', () => {
  it('there is no link and no sign-in with Microsoft', async () => {
    const app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
    expect(await setupToken(app)).toBeNull();
    const browser = new Browser(app);
    for (const [method, url] of [
      ['GET', '/auth/entra/login'],
      ['GET', '/auth/entra/callback?code=a&state=b'],
      ['POST', '/auth/setup'],
      ['POST', '/auth/invitation'],
    ] as const) {
      const answer = method === 'GET' ? await browser.get(url) : await browser.post(url, { token: UNKNOWN });
      expect([url, [302, 404].includes(answer.status)]).toEqual([url, true]);
      expect(answer.headers['location'] ?? '/sign-in?').toMatch(/^\/sign-in\?/);
    }
    await app.close();
  });
});
