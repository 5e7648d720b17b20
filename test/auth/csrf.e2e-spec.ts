import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, MASTER_KEY, startTestApp, type TestApp } from '../support/app.js';
import { Browser } from '../support/browser.js';
import { PUBLIC_URL } from '../support/sign-in.js';

const QUERY = { query: '{ viewer { kind } }' };
const INTROSPECTION = { query: '{ __schema { queryType { name } } }' };
const JSON_TYPE = 'application/json';

type Headers = Readonly<Record<string, string>>;

/** What a request says of where it comes from, and whether it may count by its cookie. */
const ORIGINS: readonly [about: string, headers: Headers, isOwn: boolean][] = [
  ['a page of ours', { 'sec-fetch-site': 'same-origin' }, true],
  ['the address bar', { 'sec-fetch-site': 'none' }, true],
  ['a page of ours, by both headers', { 'sec-fetch-site': 'same-origin', origin: PUBLIC_URL }, true],
  ['a page of ours, from a browser without Sec-Fetch-Site', { origin: PUBLIC_URL }, true],
  ['another site', { 'sec-fetch-site': 'cross-site' }, false],
  ['another host of our site', { 'sec-fetch-site': 'same-site' }, false],
  ['another site that names our origin', { 'sec-fetch-site': 'cross-site', origin: PUBLIC_URL }, false],
  ['two words at once', { 'sec-fetch-site': 'same-origin, cross-site' }, false],
  ['an unknown word', { 'sec-fetch-site': 'Same-Origin' }, false],
  ['another origin', { origin: 'http://evil.example' }, false],
  ['our host over another scheme', { origin: PUBLIC_URL.replace('http', 'https') }, false],
  ['our host on another port', { origin: `${PUBLIC_URL}:8080` }, false],
  ['a host that begins as ours', { origin: `${PUBLIC_URL}.evil.example` }, false],
  ['a sandboxed page', { origin: 'null' }, false],
  ['an origin that the host header agrees with', { origin: 'http://evil.example', host: 'evil.example' }, false],
  ['nowhere', {}, false],
];

let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent', PUBLIC_URL } });
  browser = new Browser(app);
  expect((await browser.post('/auth/master-key', { master_key: MASTER_KEY })).status).toBe(200);
});
afterAll(() => app.close());

/** The signed-in browser, with nothing but these headers to say where the request comes from. */
const from = (headers: Headers): Browser => browser.copy(headers);

const graphqlCode = ({ body }: Answer): unknown => body.errors?.[0].extensions.code ?? null;

describe.each(ORIGINS)('a request with the session cookie from %s', (_about, headers, isOwn) => {
  it(`may ${isOwn ? '' : 'not '}run a GraphQL query or mutation`, async () => {
    const refusal = isOwn ? null : 'FORBIDDEN';
    expect(graphqlCode(await from(headers).post('/graphql', QUERY))).toBe(refusal);
    expect(graphqlCode(await from(headers).post('/graphql', INTROSPECTION))).toBe(refusal);
    const mutation = 'mutation { revokeKey(id: "key_none") { id } }';
    expect(graphqlCode(await from(headers).gql(mutation))).toBe(isOwn ? 'NOT_FOUND' : 'FORBIDDEN');
  });

  it(`may ${isOwn ? '' : 'not '}change anything over REST, and may read`, async () => {
    const body = { credential_name: 'x' };
    const written = await from(headers).post('/api/teams/none/resume', body);
    expect([written.status, written.body.code]).toEqual(isOwn ? [404, 'not_found'] : [403, 'forbidden']);
    expect((await from(headers).get('/api/teams')).status).toBe(200);
  });

  it(`may ${isOwn ? '' : 'not '}sign out`, async () => {
    const own = new Browser(app);
    app.clock.advance(61_000);
    await own.post('/auth/master-key', { master_key: MASTER_KEY });
    const { status } = await own.copy(headers).post('/auth/sign-out', {});
    expect(status).toBe(isOwn ? 200 : 403);
    expect(graphqlCode(await own.post('/graphql', QUERY))).toBe(isOwn ? 'UNAUTHENTICATED' : null);
  });
});

describe('a request that does not count by a cookie', () => {
  it.each(ORIGINS.filter(([, , isOwn]) => !isOwn))(
    'works with a key, though it comes from %s',
    async (_about, headers) => {
      const keyed = { ...headers, 'x-admin-key': MASTER_KEY };
      expect(graphqlCode(await from(headers).post('/graphql', QUERY, keyed))).toBeNull();
    },
  );

  it('signs nobody in from a page elsewhere', async () => {
    for (const [, headers] of ORIGINS.filter(([about, , isOwn]) => !isOwn && about !== 'nowhere'))
      for (const [path, body] of [
        ['/auth/master-key', { master_key: MASTER_KEY }],
        ['/auth/setup', { token: 'x' }],
        ['/auth/invitation', { token: 'x' }],
      ] as const) {
        const answer = await new Browser(app, undefined, headers).post(path, body);
        expect([path, answer.status, answer.headers['set-cookie']]).toEqual([path, 403, undefined]);
      }
  });
});

describe('forms', () => {
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'send nothing as %p',
    async (type) => {
      for (const path of ['/graphql', '/auth/master-key', '/auth/sign-out']) {
        const { status } = await browser.post(path, JSON.stringify(QUERY), { 'content-type': type });
        expect([path, [400, 415].includes(status)]).toEqual([path, true]);
      }
    },
  );

  it('cannot ask by GET', async () => {
    const answer = await browser.get(`/graphql?query=${encodeURIComponent(QUERY.query)}`, {
      'content-type': JSON_TYPE,
    });
    expect([answer.status, answer.body.data]).toEqual([405, undefined]);
    expect(answer.body.errors).toMatchObject([{ extensions: { code: 'METHOD_NOT_ALLOWED' } }]);
  });
});

describe('without a public address', () => {
  it("takes the request's own host for the own origin", async () => {
    const local = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
    const own = new Browser(local, undefined, { host: 'localhost:8003', origin: 'http://localhost:8003' });
    expect((await own.post('/auth/master-key', { master_key: MASTER_KEY })).status).toBe(200);
    expect(graphqlCode(await own.post('/graphql', QUERY))).toBeNull();
    const foreign = own.copy({ host: 'localhost:8003', origin: 'http://evil.example' });
    expect(graphqlCode(await foreign.post('/graphql', QUERY))).toBe('FORBIDDEN');
    await local.close();
  });
});

describe('introspection', () => {
  const ask = (headers: Record<string, string>, query = INTROSPECTION.query): Promise<Answer> =>
    app.gql(query, {}, { 'x-admin-key': '', ...headers });

  it.each([
    INTROSPECTION.query,
    '{ __type(name: "User") { name } }',
    '{ a: __schema { types { name } } viewer { kind } }',
    'query Q { ...F } fragment F on Query { ... { __schema { types { name } } } }',
  ])('tells nobody %p who is not identified', async (query) => {
    for (const headers of [{}, { 'x-admin-key': 'wrong' }, { authorization: 'Bearer sk-wrong' }] as Headers[]) {
      const answer = await ask(headers, query);
      expect([answer.status, graphqlCode(answer), answer.body.data ?? null]).toEqual([200, 'UNAUTHENTICATED', null]);
    }
  });

  it('tells whoever is', async () => {
    expect((await ask({ 'x-admin-key': MASTER_KEY })).body.data.__schema.queryType.name).toBe('Query');
    expect((await browser.post('/graphql', INTROSPECTION)).body.data.__schema.queryType.name).toBe('Query');
  });
});

describe('the cookie', () => {
  it('is bound to the host over https, and to nothing that http could not keep', async () => {
    const secure = await startTestApp({ env: { LOG_LEVEL: 'silent', PUBLIC_URL: 'https://toll.test' } });
    const own = new Browser(secure);
    await own.post('/auth/master-key', { master_key: MASTER_KEY });
    expect(own.lastSetCookie).toMatch(
      /^__Host-tollkeeper=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(graphqlCode(await own.post('/graphql', QUERY))).toBeNull();
    await secure.close();
  });
});
