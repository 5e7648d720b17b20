import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { BOUNDS } from '../../src/config/config.js';
import { type Answer, startTestApp, type TestApp } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { LIAR, type Lie, type LyingEntra, startLyingEntra } from '../support/entra/lying-entra.js';
import { type Arrived, comeBack, PUBLIC_URL } from '../support/sign-in.js';

const OTHER_TENANT = '07e47000-1111-4222-8333-00000000c0de';
const SCOPE = { scp: 'access_as_user' };
const now = Math.floor(Date.now() / 1000);
const HOUR = 3_600;
const TIMERS = [
  ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const),
  ...(['nextTick', 'queueMicrotask', 'hrtime', 'performance'] as const),
];

let liar: LyingEntra;
let app: TestApp;

beforeAll(async () => {
  liar = await startLyingEntra();
  app = await startTestApp({ env: { ...liar.env, PUBLIC_URL, LOG_LEVEL: 'silent' } });
});
afterAll(async () => {
  await app.close();
  await liar.close();
});

interface Login {
  readonly browser: Browser;
  readonly state: string;
  readonly nonce: string;
}

async function setOut(to = app): Promise<Login> {
  const browser = new Browser(to);
  const { headers } = await browser.get('/auth/entra/login');
  const query = new URL(String(headers['location'])).searchParams;
  return { browser, state: query.get('state')!, nonce: query.get('nonce')! };
}

const callback = (query: Record<string, string>): string =>
  `/auth/entra/callback?${new URLSearchParams(query).toString()}`;

/** A sign-in whose id token is a lie. */
async function withIdToken(lie: Lie, to = app): Promise<Arrived> {
  liar.idToken = (nonce) => liar.token({ ...lie, claims: { nonce, ...lie.claims } });
  const { browser, state, nonce } = await setOut(to);
  return comeBack(browser, callback({ code: nonce, state }));
}

const asks = (token: string, to = app): Promise<Answer> =>
  to.gql('{ viewer { kind name platformRole } }', {}, { 'x-admin-key': '', authorization: `Bearer ${token}` });

/** Nobody is signed in, and the sign-in page is told why. */
function expectRefused({ browser, answer, location }: Arrived, error = 'failed'): void {
  expect([answer.status, location]).toEqual([
    302,
    expect.stringMatching(`^/sign-in\\?error=${error}&request_id=\\S+$`),
  ]);
  expect(browser.cookies()).toEqual([]);
}

describe('what is in order', () => {
  it('signs in', async () => {
    const { location, browser } = await withIdToken({});
    expect(location).toBe('/');
    const { body } = await browser.gql('{ viewer { name platformRole } }');
    expect(body.data.viewer).toEqual({ name: LIAR.name, platformRole: 'OWNER' });
    const exchange = liar.exchanges.at(-1)!;
    expect(exchange.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    expect(exchange.get('client_secret')).toBe(liar.env['ENTRA_CLIENT_SECRET']);
  });

  it('signs in when the clocks differ by less than two minutes', async () => {
    expect((await withIdToken({ claims: { nbf: now + 100, iat: now + 100 } })).location).toBe('/');
    expect((await withIdToken({ claims: { exp: now - 100 } })).location).toBe('/');
  });

  it('acts as the person of a delegated token', async () => {
    for (const aud of [liar.env['ENTRA_CLIENT_ID'], 'api://tollkeeper']) {
      const { body } = await asks(await liar.token({ claims: { ...SCOPE, aud } }));
      expect(body.data.viewer).toEqual({ kind: 'USER', name: LIAR.name, platformRole: 'OWNER' });
    }
    const rest = { 'x-admin-key': '', authorization: `Bearer ${await liar.token({ claims: SCOPE })}` };
    expect((await app.rest('GET', '/api/teams', { headers: rest })).status).toBe(200);
  });

  it('acts as the program of a token without a person, with the role of its app role', async () => {
    const oid = randomUUID();
    const program = { oid, sub: oid, azp: randomUUID(), roles: ['Tollkeeper.Auditor'] };
    const token = await liar.token({ claims: program });
    expect((await asks(token)).body.data.viewer).toMatchObject({ kind: 'APPLICATION' });
    const headers = { 'x-admin-key': '', authorization: `Bearer ${token}`, 'x-request-id': 'program-0001' };
    const query = 'mutation { createOrganization(input: {id: "by-program", name: "P"}) { organization { id } } }';
    expect((await app.gql(query, {}, headers)).body.errors[0].extensions.code).toBe('FORBIDDEN');
    const { rows } = await app.db.query(
      "SELECT actor_kind, actor_id, status FROM audit_entries WHERE request_id = 'program-0001'",
    );
    expect(rows).toEqual([{ actor_kind: 'application', actor_id: oid, status: 'denied' }]);
  });
});

/** Lies that neither a sign-in nor a request with a bearer token may believe. */
const LIES: Readonly<Record<string, Lie>> = {
  'alg none': { unsigned: true },
  'alg None, spelt to slip by': { unsigned: true, header: { alg: 'NoNe' } },
  'alg RS256 without a signature': { unsigned: true, header: { alg: 'RS256' } },
  'HS256 with the public key as secret': { hmac: true },
  'a key that is not published, under a published id': { foreignKey: true },
  'an unknown key id': { header: { kid: 'nobody' }, foreignKey: true },
  'a key that it brings along': { foreignKey: true, header: { jku: 'http://127.0.0.1:9/keys' } },
  'another tenant': { claims: { tid: OTHER_TENANT } },
  'another tenant, as issuer too': { claims: { tid: OTHER_TENANT, iss: `http://127.0.0.1/${OTHER_TENANT}/v2.0` } },
  'the issuer of version 1': { claims: { iss: 'https://sts.windows.net/badbad00-1111-4222-8333-00000000c0de/' } },
  'an issuer with a slash more': { claims: { iss: 'SLASH' } },
  'another audience': { claims: { aud: randomUUID() } },
  'no audience': { without: ['aud'] },
  'version 1.0': { claims: { ver: '1.0' } },
  'no version': { without: ['ver'] },
  'no tenant': { without: ['tid'] },
  'no object id': { without: ['oid'] },
  'an object id that is none': { claims: { oid: 'lya@example.com' } },
  'a tenant that is a list': { claims: { tid: ['badbad00-1111-4222-8333-00000000c0de'] } },
  'no expiry': { without: ['exp'] },
  expired: { claims: { exp: now - HOUR, iat: now - 2 * HOUR, nbf: now - 2 * HOUR } },
  'not yet valid': { claims: { nbf: now + HOUR } },
  'no beginning': { without: ['nbf'] },
  'no issuer': { without: ['iss'] },
  'no subject': { without: ['sub'] },
  garbage: { raw: 'not.a.token' },
};

/** Lies of sign-ins alone. */
const ID_TOKEN_LIES: Readonly<Record<string, Lie>> = {
  'another nonce': { claims: { nonce: 'another' } },
  'no nonce': { claims: { nonce: undefined } },
  'roles that are no list': { claims: { roles: 'Tollkeeper.Owner' } },
  'more groups than it holds, and no Graph': {
    claims: { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'http://127.0.0.1:9/' } } },
  },
  'more groups than it holds, by the old flag': { claims: { hasgroups: true } },
};

/** Lies of access tokens alone. */
const ACCESS_TOKEN_LIES: Readonly<Record<string, Lie>> = {
  'no scope of ours': { claims: { scp: 'User.Read profile' } },
  'a scope that only contains ours': { claims: { scp: 'access_as_user_not' } },
  'an id token': { without: ['scp'], claims: { nonce: 'n' } },
  'a person nobody knows': { claims: { ...SCOPE, oid: randomUUID() } },
  'a program without a role of ours': { without: ['scp'], claims: { sub: LIAR.oid, azp: randomUUID(), roles: ['X'] } },
  'a token for another API': { claims: { ...SCOPE, aud: 'https://graph.microsoft.com' } },
};

const fitted = (lie: Lie): Lie =>
  lie.claims?.['iss'] === 'SLASH' ? { ...lie, claims: { ...lie.claims, iss: `${liar.issuer}/` } } : lie;

describe('an id token is not believed', () => {
  it.each(Object.entries({ ...LIES, ...ID_TOKEN_LIES }))('with %s', async (name, lie) => {
    const exchanges = liar.exchanges.length;
    expectRefused(await withIdToken(fitted(lie)), name.startsWith('more groups') ? 'entra_unreachable' : 'failed');
    expect(liar.exchanges).toHaveLength(exchanges + 1);
  });
});

describe('an access token is not believed', () => {
  it.each(Object.entries({ ...LIES, ...ACCESS_TOKEN_LIES }))('with %s', async (_name, lie) => {
    const token = await liar.token({ ...fitted(lie), claims: { ...SCOPE, ...fitted(lie).claims } });
    const { body } = await asks(token);
    expect(body.data?.viewer ?? null).toBeNull();
    expect(body.errors[0].extensions.code).toBe('UNAUTHENTICATED');
    expect(JSON.stringify(body)).not.toContain(token);
  });
});

describe('a call-back is not believed', () => {
  const honest = (): void => {
    liar.idToken = (nonce) => liar.token({ claims: { nonce } });
  };

  it('twice', async () => {
    honest();
    const { browser, state, nonce } = await setOut();
    const thief = browser.copy();
    expect((await comeBack(browser, callback({ code: nonce, state }))).location).toBe('/');
    const again = await comeBack(thief, callback({ code: nonce, state }));
    expect(again.location).toMatch(/error=expired/);
    expect((await comeBack(browser, callback({ code: nonce, state }))).location).toMatch(/error=expired/);
  });

  it.each([
    ['with another state', ({ nonce }: Login) => ({ code: nonce, state: 'another' })],
    ['without a state', ({ nonce }: Login) => ({ code: nonce })],
    ['without a code', ({ state }: Login) => ({ state })],
    ['with an error', ({ state }: Login) => ({ error: 'server_error', state })],
    ['with nothing', () => ({})],
    ['from another issuer', ({ nonce, state }: Login) => ({ code: nonce, state, iss: 'https://evil.example' })],
    ['with a state that goes on', ({ nonce, state }: Login) => ({ code: nonce, state: `${state}x` })],
  ] as [string, (login: Login) => Record<string, string>][])('%s', async (_name, query) => {
    honest();
    const login = await setOut();
    expectRefused(await comeBack(login.browser, callback(query(login))));
  });

  it('in another browser', async () => {
    honest();
    const { state, nonce } = await setOut();
    const victim = await comeBack(new Browser(app), callback({ code: nonce, state }));
    expect(victim.location).toMatch(/error=expired/);
    const other = await setOut();
    expectRefused(await comeBack(other.browser, callback({ code: nonce, state })));
  });

  it('after ten minutes', async () => {
    honest();
    const { browser, state, nonce } = await setOut();
    app.clock.advance(10 * 60_000 + 1);
    const late = await comeBack(browser, callback({ code: nonce, state }));
    app.clock.advance(-(10 * 60_000 + 1));
    expect(late.location).toMatch(/error=expired/);
    expect(late.browser.cookies()).toEqual([]);
  });

  it('when the directory answers with a failure instead of tokens', async () => {
    liar.idToken = () => Promise.resolve('');
    const { browser, state, nonce } = await setOut();
    expectRefused(await comeBack(browser, callback({ code: nonce, state })));
  });
});

describe('the keys of the directory', () => {
  afterEach(() => void jest.useRealTimers());

  it('are read again when a token names a new one, and the old one is not believed any more', async () => {
    const old = await liar.token({ claims: SCOPE });
    await liar.rotate();
    const rotated = await liar.token({ claims: SCOPE });
    // Time goes on for jose alone: it asks for unknown keys again only after a pause.
    jest.useFakeTimers({ now: Date.now() + BOUNDS.entraKeysPauseMs + 1, doNotFake: TIMERS });
    expect((await asks(rotated)).body.data.viewer.name).toBe(LIAR.name);
    expect((await asks(old)).body.errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('several tenants', () => {
  let common: LyingEntra;
  let shared: TestApp;

  beforeAll(async () => {
    common = await startLyingEntra('organizations');
    shared = await startTestApp({
      env: { ...common.env, PUBLIC_URL, ENTRA_TENANTS: OTHER_TENANT, LOG_LEVEL: 'silent' },
    });
  });
  afterAll(async () => {
    await shared.close();
    await common.close();
  });

  const from = async (tid: string, iss = common.issuer.replace(common.tenantId, tid)): Promise<Arrived> => {
    common.idToken = (nonce) => common.token({ claims: { nonce, tid, iss } });
    const { browser, state, nonce } = await setOut(shared);
    return comeBack(browser, callback({ code: nonce, state }));
  };

  it('are let in when they are on the list, each by its own issuer', async () => {
    expect((await from(common.tenantId)).location).toBe('/');
    expect((await from(OTHER_TENANT)).location).toBe('/');
    const { rows } = await shared.db.query('SELECT directory_tenant_id FROM users');
    expect(rows).toHaveLength(2); // The same object id in two tenants is two people.
  });

  it('are refused when they are not, or name the issuer of another one', async () => {
    expectRefused(await from(randomUUID()));
    expectRefused(await from(OTHER_TENANT, common.issuer));
    expectRefused(await from(common.tenantId, common.issuer.replace(common.tenantId, OTHER_TENANT)));
  });
});
