import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemCtx } from '../../src/infra/access/index.js';
import { Database } from '../../src/infra/database/index.js';
import { SignInMethod } from '../../src/modules/auth/sessions/session.entity.js';
import { SessionsService } from '../../src/modules/auth/sessions/sessions.service.js';
import { MASTER_KEY, startTestApp, type TestApp } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { makeUser } from '../support/people.js';
import { must } from '../support/world.js';

const VIEWER =
  '{ viewer { kind name email userId actions platformRole organizationId memberships { role } version session { id method authenticatedAt idleExpiresAt expiresAt } } }';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
});
afterAll(() => app.close());

async function signedIn(): Promise<Browser> {
  const browser = new Browser(app);
  const answer = await browser.post('/auth/master-key', { master_key: MASTER_KEY });
  expect(answer.status).toBe(200);
  return browser;
}

describe('a browser', () => {
  it('is told that it is not signed in, and how it can', async () => {
    const { status, body } = await new Browser(app).get('/auth/session');
    expect([status, body]).toEqual([
      200,
      { signed_in: false, methods: { entra: false, master_key: true }, setup_needed: false },
    ]);
  });

  it('signs in with the master key, and works as it', async () => {
    const browser = await signedIn();
    expect((await browser.get('/auth/session')).body.signed_in).toBe(true);
    const { body } = await browser.gql(VIEWER);
    expect(body.errors).toBeUndefined();
    const { viewer } = body.data;
    expect(viewer).toMatchObject({ kind: 'MASTER_KEY', email: null, userId: null, organizationId: null });
    expect(viewer.session.method).toBe('MASTER_KEY');
    expect(viewer.actions).toContain('organization.create');
    const made = await browser.gql(
      'mutation { createOrganization(input: {id: "by-session", name: "S"}) { organization { id } } }',
    );
    expect(made.body.data.createOrganization.organization.id).toBe('by-session');
    const { rows } = await app.db.query(
      "SELECT actor_kind, status FROM audit_entries WHERE action = 'organization.create'",
    );
    expect(rows).toEqual([{ actor_kind: 'master_key', status: 'success' }]);
  });

  it('keeps an opaque token in a cookie that no script reads; the database keeps its hash', async () => {
    const browser = await signedIn();
    const [name, token] = browser.cookies()[0]!;
    expect(name).toBe('tollkeeper_session');
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(browser.lastSetCookie).toMatch(/; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/);
    const { rows } = await app.db.query<{ text: string }>('SELECT s::text AS text FROM sessions s');
    const all = rows.map((row) => row.text).join('\n');
    expect(all).not.toContain(token);
    expect(all).toContain(createHash('sha256').update(token).digest('hex'));
    const audit = await app.db.query<{ text: string }>('SELECT a::text AS text FROM audit_entries a');
    expect(JSON.stringify(audit.rows)).not.toContain(createHash('sha256').update(token).digest('hex'));
  });

  it('gets a new session at each sign-in, and the one before ends', async () => {
    const browser = await signedIn();
    const before = browser.copy();
    expect((await browser.post('/auth/master-key', { master_key: MASTER_KEY })).status).toBe(200);
    expect(browser.cookies()[0]![1]).not.toBe(before.cookies()[0]![1]);
    expect((await before.gql(VIEWER)).body.errors[0].extensions.code).toBe('UNAUTHENTICATED');
    expect((await browser.gql(VIEWER)).body.errors).toBeUndefined();
  });
});

describe('sessions, as administrators see them', () => {
  const LIST = '{ sessions { total items { id userId method address userAgent endedAt } } }';
  const END = 'mutation ($id: ID!) { endSession(id: $id) { id endedAt } }';
  const END_ALL = 'mutation ($userId: ID!) { endSessions(userId: $userId) { id } }';
  const END_OWN = 'mutation ($id: ID!) { endOwnSession(id: $id) { id } }';
  const OWN = '{ viewer { userId session { id } sessions { total items { id } } } }';

  /** A user's browser, as one that has come back from the directory. */
  async function browserOf(userId: string): Promise<{ browser: Browser; id: string }> {
    const ctx = systemCtx(app.app.get(Database), 'test', 'req_test');
    const { token, session } = await app.app
      .get(SessionsService, { strict: false })
      .create(ctx, { userId, method: SignInMethod.ENTRA });
    const browser = new Browser(app);
    browser.keep(`tollkeeper_session=${token}`);
    return { browser, id: session.id };
  }
  const codeOf = async (browser: Browser, query = OWN, variables = {}): Promise<unknown> =>
    (await browser.gql(query, variables)).body.errors?.[0].extensions.code ?? null;

  it('are listed, and ended one by one or all of a user', async () => {
    const userId = await makeUser(app, { role: 'auditor' });
    const [first, second, third] = [await browserOf(userId), await browserOf(userId), await browserOf(userId)];
    const { body } = await app.gql(
      LIST.replace('sessions', 'sessions(userId: $userId)').replace('{', 'query ($userId: ID) {'),
      { userId },
    );
    expect(body.data.sessions.total).toBe(3);
    expect(body.data.sessions.items[0]).toMatchObject({ id: third.id, userId, method: 'ENTRA', endedAt: null });
    expect((await app.gql(END, { id: first.id })).body.data.endSession.endedAt).not.toBeNull();
    expect([await codeOf(first.browser), await codeOf(second.browser)]).toEqual(['UNAUTHENTICATED', null]);
    expect((await app.gql(END, { id: first.id })).body.errors[0].extensions.code).toBe('CONFLICT');
    expect((await app.gql(END_ALL, { userId })).body.data.endSessions.id).toBe(userId);
    expect([await codeOf(second.browser), await codeOf(third.browser)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
  });

  it('are read by an auditor, and ended by administrators only', async () => {
    const [auditor, admin] = [await makeUser(app, { role: 'auditor' }), await makeUser(app, { role: 'admin' })];
    const [reader, writer] = [await browserOf(auditor), await browserOf(admin)];
    expect(await codeOf(reader.browser, LIST)).toBeNull();
    expect(await codeOf(reader.browser, END, { id: writer.id })).toBe('FORBIDDEN');
    expect(await codeOf(reader.browser, END_ALL, { userId: admin })).toBe('FORBIDDEN');
    expect(await codeOf(writer.browser, END, { id: reader.id })).toBeNull();
  });

  it('of their own people see and end, and nobody else learns whether one exists', async () => {
    await must(app, 'mutation { createOrganization(input: {id: "with-sessions", name: "S"}) { organization { id } } }');
    const userId = await makeUser(app, { memberships: { 'with-sessions': 'member' } });
    const colleague = await browserOf(await makeUser(app, { memberships: { 'with-sessions': 'member' } }));
    const [here, there] = [await browserOf(userId), await browserOf(userId)];
    const { viewer } = (await here.browser.gql(OWN)).body.data;
    expect(viewer.session.id).toBe(here.id);
    expect(viewer.sessions.items.map((item: { id: string }) => item.id).sort()).toEqual([here.id, there.id].sort());
    expect(await codeOf(here.browser, LIST)).toBe('FORBIDDEN');
    const refusals = await Promise.all(
      [colleague.id, 'ses_unknown'].map(async (id) => {
        const { errors } = (await here.browser.gql(END_OWN, { id })).body;
        return errors[0].message.replace(id, '<id>');
      }),
    );
    expect(refusals).toEqual(["Session '<id>' not found", "Session '<id>' not found"]);
    expect(await codeOf(here.browser, END_OWN, { id: there.id })).toBeNull();
    expect([await codeOf(there.browser), await codeOf(colleague.browser)]).toEqual(['UNAUTHENTICATED', null]);
  });

  it('serve no more from the next request on when the user is suspended or loses the last role', async () => {
    const [suspended, demoted] = [await makeUser(app, { role: 'admin' }), await makeUser(app, { role: 'admin' })];
    const [one, other] = [await browserOf(suspended), await browserOf(demoted)];
    expect([await codeOf(one.browser), await codeOf(other.browser)]).toEqual([null, null]);
    await app.db.query("UPDATE users SET status = 'suspended' WHERE id = $1", [suspended]);
    await app.db.query('UPDATE users SET manual_role = NULL WHERE id = $1', [demoted]);
    expect([await codeOf(one.browser), await codeOf(other.browser)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    expect((await one.browser.get('/auth/session')).body.signed_in).toBe(false);
  });

  it('note their use at most once a minute', async () => {
    const { browser, id } = await browserOf(await makeUser(app, { role: 'admin' }));
    const seen = async (): Promise<Date> =>
      (await app.db.query<{ at: Date }>('SELECT last_seen_at AS at FROM sessions WHERE id = $1', [id])).rows[0]!.at;
    const first = await seen();
    app.clock.advance(55_000);
    expect(await codeOf(browser)).toBeNull();
    expect(await seen()).toEqual(first);
    app.clock.advance(10_000);
    expect(await codeOf(browser)).toBeNull();
    expect((await seen()).getTime() - first.getTime()).toBeGreaterThanOrEqual(65_000);
  });

  it('are none when the cookie is nonsense', async () => {
    for (const token of ['', 'x', 'x'.repeat(43), '%00', `${'a'.repeat(5_000)}`, "' OR 1=1 --"]) {
      const browser = new Browser(app);
      browser.keep(`tollkeeper_session=${encodeURIComponent(token)}`);
      expect(await codeOf(browser)).toBe('UNAUTHENTICATED');
      expect((await browser.get('/auth/session')).body.signed_in).toBe(false);
    }
  });
});

describe('the master key', () => {
  it('can be switched off, with the sessions that it opened', async () => {
    const DATABASE_URL = app.config.databaseUrl!.reveal();
    const browser = await signedIn();
    const off = await startTestApp({ env: { LOG_LEVEL: 'silent', DATABASE_URL, MASTER_KEY_ENABLED: 'off' } });
    const token = browser.cookies()[0]!;
    const same = new Browser(off);
    same.keep(token.join('='));
    expect((await same.gql(VIEWER)).body.errors[0].extensions.code).toBe('UNAUTHENTICATED');
    expect((await off.gql(VIEWER)).body.errors[0]).toMatchObject({ message: 'The admin key is switched off' });
    const again = await new Browser(off).post('/auth/master-key', { master_key: MASTER_KEY });
    expect([again.status, again.body.code]).toEqual([403, 'forbidden']);
    expect((await same.get('/auth/session')).body).toMatchObject({ signed_in: false, methods: { master_key: false } });
    await off.close();
  });

  it.each([{}, { master_key: 7 }, { master_key: '' }, { master_key: 'x'.repeat(501) }, { key: 'x' }, [], 'text', null])(
    'is asked for in the right shape, not %j',
    async (body) => {
      const { status } = await new Browser(app).post('/auth/master-key', body === null ? 'null' : body);
      expect([400, 422]).toContain(status);
    },
  );
});
