import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MASTER_KEY, startTestApp, type TestApp } from '../support/app.js';
import { Browser } from '../support/browser.js';

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
