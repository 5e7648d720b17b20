import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failure, plain, type SimulatedAnswer } from '../src/providers/simulator/answer.js';
import { MASTER_KEY } from './support/app.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { type LyingEntra, startLyingEntra } from './support/entra/lying-entra.js';
import { freePort, type Product, startProduct } from './support/product.js';
import { makeProject, setCache, setRetention } from './support/projects.js';
import { type RecordedRequest, startVendorServer, type VendorServer } from './support/vendor-server.js';
import { makeWorld, must, type World } from './support/world.js';

const ENCRYPTION_KEY = `encryption-${randomBytes(24).toString('base64url')}`;

/** Credentials of every make: of a vendor's known form, of plain words, and of characters that patterns stop at. */
const CREDENTIALS = {
  'vendor key': `sk-proj-${randomBytes(24).toString('base64url')}`,
  'vendor pass phrase': 'correct-horse-battery-staple-of-the-vendor',
  'vendor key of odd characters': 'horse/sk-9f8e7d6c+battery&staple=tail;of(the)vendor',
  'vendor key put in later': `replaced-${randomBytes(24).toString('hex')}`,
} as const;

/** Any piece this long of a secret is a find; a hint of four characters is shown on purpose. */
const PIECE = 12;

let vendor: VendorServer;
let database: TestDatabase;
let dataDir: string;
let product: Product;
let entra: LyingEntra;
const worlds: World[] = [];
const secrets = new Map<string, string>(Object.entries(CREDENTIALS));
const answers: { what: string; text: string }[] = [];

/** A vendor that quotes the credential it was sent, in every way an error can travel. */
function echo(request: RecordedRequest): SimulatedAnswer | null {
  const said = request.headers['authorization'] ?? '';
  const key = said.replace('Bearer ', '');
  const way = /\[echo (\w+)\]/.exec(request.body)?.[1];
  const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
  switch (way) {
    case 'json':
      return failure(401, `Incorrect API key provided: ${key}. You can find your key in your account.`);
    case 'refused':
      return failure(400, `Unknown account. Header was "${said}"`);
    case 'broken':
      return failure(500, `${'Something went wrong while we looked. '.repeat(12)}The key: ${key}`);
    case 'html':
      return plain(502, { 'content-type': 'text/html' }, `<html><b>${key}</b></html>`);
    case 'inside':
      return plain(200, { 'content-type': 'application/json' }, JSON.stringify({ error: { message: `Bad ${key}` } }));
    case 'garbage':
      return plain(200, { 'content-type': 'application/json' }, `{"choices": "${key}`);
    case 'headers':
      return plain(429, { 'retry-after': key, 'x-request-id': key, 'www-authenticate': said }, key);
    case 'redirect':
      return plain(302, { location: `http://127.0.0.1/${key}` }, '');
    case 'stream':
      return plain(200, { 'content-type': 'text/event-stream' }, event({ error: { message: `Bad key ${key}` } }));
    case 'late': {
      const chunk = { id: '1', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'Well, ' } }] };
      const text = event(chunk) + event({ error: { message: `Bad key ${key}` } });
      return plain(200, { 'content-type': 'text/event-stream' }, text);
    }
    default:
      return null;
  }
}
const WAYS = ['json', 'refused', 'broken', 'html', 'inside', 'garbage', 'headers', 'redirect', 'stream', 'late'];

interface Got {
  readonly status: number;
  readonly text: string;
  readonly location: string | null;
  readonly cookies: string[];
}

/** One request; its answer, headers included, is kept for the hunt unless it is the one that shows a new key. */
async function ask(
  method: string,
  path: string,
  options: { body?: unknown; headers?: Record<string, string>; shows?: boolean } = {},
): Promise<Got> {
  const { body, shows = false } = options;
  const headers = { 'x-admin-key': MASTER_KEY, 'content-type': 'application/json', ...options.headers };
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const sent = { method, headers, redirect: 'manual', ...(body !== undefined && { body: payload }) } as const;
  const response = await fetch(product.url + path, sent);
  const text = await response.text();
  const kept = `${JSON.stringify(Object.fromEntries(response.headers))}\n${text}`;
  if (!shows) answers.push({ what: `answer to ${method} ${path} (${response.status})`, text: kept });
  const location = response.headers.get('location');
  return { status: response.status, text, location, cookies: response.headers.getSetCookie() };
}

const graphql = (query: string, variables: object = {}, shows = false): Promise<Got> =>
  ask('POST', '/graphql', { body: { query, variables }, shows });

/** Every piece of a secret, plain and in the encodings in which it may travel. */
function pieces(secret: string): string[] {
  const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('hex')];
  for (const shift of [0, 1, 2])
    forms.push(
      Buffer.from(' '.repeat(shift) + secret)
        .toString('base64')
        .slice(4, -4),
    );
  return forms.flatMap((form) =>
    Array.from({ length: Math.max(1, form.length - PIECE + 1) }, (_, at) => form.slice(at, at + PIECE)),
  );
}

/** Where which secret is found; the text itself is not repeated. */
function hunt(
  places: readonly { what: string; text: string }[],
  more: Readonly<Record<string, string>> = {},
): string[] {
  const wanted = [...secrets, ...Object.entries(more)].map(([name, secret]) => [name, pieces(secret)] as const);
  return places.flatMap(({ what, text }) =>
    wanted.flatMap(([name, parts]) => (parts.some((part) => text.includes(part)) ? [`${name} in ${what}`] : [])),
  );
}

beforeAll(async () => {
  const intercept = echo;
  vendor = await startVendorServer({ models: ['test-model'], apiKey: CREDENTIALS['vendor key'], intercept });
  database = await createTestDatabase();
  dataDir = mkdtempSync(join(tmpdir(), 'tollkeeper-secrets-'));
  entra = await startLyingEntra();
  const port = String(await freePort());
  const signIn = { ...entra.env, PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}`, MASTER_KEY_SIGN_IN: 'on' };
  const env = { DATABASE_URL: database.url, ENCRYPTION_KEY, LOG_LEVEL: 'trace', PROVIDER_URL_ALLOW: vendor.allow };
  product = await startProduct(dataDir, { ...env, ...signIn });
  secrets.set('client secret', entra.env['ENTRA_CLIENT_SECRET']!);
  secrets.set('master key', MASTER_KEY).set('encryption key', ENCRYPTION_KEY);
  const password = new URL(database.url).password;
  if (password.length >= PIECE) secrets.set('database password', decodeURIComponent(password));
}, 60_000);

afterAll(async () => {
  await product.stop('SIGTERM');
  await vendor.close();
  await entra.close();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

describe('secrets are used', () => {
  it('to call vendors that quote them', async () => {
    for (const [name, credential] of Object.entries(CREDENTIALS).slice(0, 3)) {
      const world = await makeWorld(product, { baseUrl: vendor.url, credential });
      worlds.push(world);
      secrets.set(`virtual key for the ${name}`, world.key);
      const headers = { authorization: `Bearer ${world.key}`, 'x-admin-key': '' };
      for (const way of [...WAYS, 'not'])
        for (const path of ['create-and-call', 'create-and-call-stream']) {
          const body = { job_type: 'hunt', messages: [{ role: 'user', content: `[echo ${way}]` }] };
          const { status } = await ask('POST', `/api/jobs/${path}`, { body, headers });
          const isGood = way === 'not' && credential === CREDENTIALS['vendor key'];
          expect([way, status === 200]).toEqual([way, isGood || (way === 'late' && path.endsWith('stream'))]);
        }
      expect(vendor.requests.at(-1)!.headers['authorization']).toBe(`Bearer ${credential}`);
    }
  });

  it('to call vendors by every API, with prompts that nobody asked to keep', async () => {
    const prompt = `canary-${randomBytes(24).toString('hex')}`;
    secrets.set('prompt', prompt);
    const headers = { authorization: `Bearer ${worlds[0]!.key}`, 'x-admin-key': '' };
    const messagesOf = (content: string): object[] => [{ role: 'user', content }];
    const bodies: Record<string, (content: string) => object> = {
      '/v1/chat/completions': (content) => ({ messages: messagesOf(content) }),
      '/v1/responses': (content) => ({ input: content }),
      '/v1/messages': (content) => ({ messages: messagesOf(content), max_tokens: 200 }),
      '/v1/embeddings': (content) => ({ input: content }),
      '/v1/messages/count_tokens': (content) => ({ messages: messagesOf(content) }),
      '/v1/explain': (content) => ({ messages: messagesOf(content) }),
      '/api/jobs/create-and-call': (content) => ({ messages: messagesOf(content), job_type: 'hunt' }),
      '/api/jobs/create-and-call-stream': (content) => ({ messages: messagesOf(content), job_type: 'hunt' }),
    };
    const streams = (path: string): boolean[] => (/v1.(chat|responses|messages$)/.test(path) ? [false, true] : [false]);
    const all = Object.keys(bodies).flatMap((path) =>
      [...WAYS, 'not'].flatMap((way) => streams(path).map((stream) => ({ path, way, stream }))),
    );
    for (const [at, { path, way, stream }] of all.entries()) {
      const body = { ...bodies[path]!(`[echo ${way}] ${prompt}`), ...(stream && { stream }) };
      // The simulated answer repeats the prompt to whoever sent it; errors must not.
      const kept = { ...headers, 'idempotency-key': `hunt-${at}` };
      const { status } = await ask('POST', path, { body, headers: kept, shows: way === 'not' || way === 'late' });
      if (way === 'not') expect([path, stream, status]).toEqual([path, stream, 200]);
    }
    const wrong = { messages: messagesOf(prompt), [prompt]: prompt, model: prompt, n: prompt };
    for (const path of Object.keys(bodies))
      expect((await ask('POST', path, { body: wrong, headers, shows: true })).status).toBeGreaterThanOrEqual(400);
  });

  it('to call vendors with prompts that their project wants kept, and to look at one', async () => {
    const prompt = `canary-${randomBytes(24).toString('hex')}`;
    secrets.set('kept prompt', prompt);
    const project = await makeProject(product, worlds[0]!);
    secrets.set('API key', project.key);
    await setRetention(product, project.id, 7);
    await setCache(product, project.id, 3_600);
    const headers = { authorization: `Bearer ${project.key}`, 'x-admin-key': '' };
    const messages = (way: string): object[] => [{ role: 'user', content: `[echo ${way}] ${prompt}` }];
    for (const way of [...WAYS, 'not', 'not'])
      for (const stream of [false, true]) {
        const body = { messages: messages(way), stream };
        await ask('POST', '/v1/chat/completions', { body, headers, shows: way === 'not' || way === 'late' });
        await ask('POST', '/v1/messages', { body: { ...body, max_tokens: 50 }, headers, shows: true });
      }
    const kept = 'SELECT call_id AS id FROM call_bodies ORDER BY created_at DESC LIMIT 1';
    const { rows } = await database.owner.query<{ id: string }>(kept);
    const look = 'query ($id: ID!) { callBody(id: $id) { request } }';
    expect((await graphql(look, rows[0], true)).text).toContain(prompt);
    const { rows: counts } = await database.owner.query<{ bodies: number; answers: number }>(
      'SELECT (SELECT count(*)::int FROM call_bodies) AS bodies, (SELECT count(*)::int FROM response_cache) AS answers',
    );
    expect([counts[0]!.bodies > 20, counts[0]!.answers > 0]).toEqual([true, true]);
  });

  it('to administrate over GraphQL, with every kind of mistake', async () => {
    const create = 'mutation ($input: CreateProviderInput!) { createProvider(input: $input) { id credentialHint } }';
    const credential = CREDENTIALS['vendor key put in later'];
    const good = { kind: 'openai', name: 'hunted', credential };
    const update =
      'mutation ($id: ID!, $input: UpdateProviderInput!) { updateProvider(id: $id, input: $input) { hasCredential } }';
    const made = JSON.parse((await graphql(create, { input: good })).text) as {
      data: { createProvider: { id: string } };
    };
    await graphql(update, { id: made.data.createProvider.id, input: { credential: CREDENTIALS['vendor key'] } });
    for (const input of [
      good,
      { ...good, name: undefined },
      { ...good, kind: credential },
      { ...good, surprise: true },
      { ...good, credential: [credential] },
      { ...good, credential: { value: credential } },
      { ...good, credential: `${credential} with spaces` },
      { ...good, name: 'url', baseUrl: `https://user:${credential}@example.com/` },
      { ...good, name: 'url', baseUrl: `http://10.0.0.1/?key=${credential}` },
      { ...good, organizationId: 'no-such-organization' },
      credential,
    ])
      expect((await graphql(create, { input })).text).toMatch(/"errors"/);
    const literal = JSON.stringify(credential);
    for (const text of [
      `mutation { createProvider(input: {kind: "openai", credential: ${literal}}) { id } }`,
      `mutation { createProvider(input: {kind: "openai", name: "x", credential: [${literal}]}) { id } }`,
      `mutation { createProvider(input: ${literal}) { id } }`,
      `mutation { createProvider(input: {credential: """${credential}""", extra: 1}) { id } }`,
      `mutation { createProvider ${literal} }`,
      `mutation { createProvider(input: {credential: ${literal}`,
    ])
      expect((await graphql(text)).text).toMatch(/"errors"/);
    await ask('POST', '/graphql', { body: `{"query": "{ teams", "variables": {"credential": ${literal}` });
    for (const query of [
      '{ providers { items { id name kind baseUrl credentialHint hasCredential } } }',
      '{ keys { items { id name lastFour status rotatedFrom } } }',
      '{ auditEntries(first: 200) { items { action status message changes actorName userAgent } } }',
      '{ jobs(first: 50) { items { errorMessage metadata calls { errorMessage attempts { error message modelName providerName } metadata } } } }',
    ])
      expect((await graphql(query)).text).not.toMatch(/"errors"/);
  });

  it('to administrate over REST, with every kind of mistake', async () => {
    const api_key = CREDENTIALS['vendor key put in later'];
    const good = { provider: 'openai', credential_name: 'hunted by rest', api_key };
    const { text } = await ask('POST', '/api/provider-credentials/create', { body: good });
    const { credential_id: id } = JSON.parse(text) as { credential_id: string };
    await ask('PUT', `/api/provider-credentials/${id}`, { body: { api_key: CREDENTIALS['vendor key'] } });
    for (const body of [
      good,
      { ...good, provider: api_key },
      { ...good, credential_name: undefined },
      { ...good, api_key: [api_key] },
      { ...good, api_key: `${api_key} and more` },
      { ...good, [api_key.slice(0, 4)]: 1 },
      [good],
      `{"api_key": "${api_key}"`,
    ])
      expect((await ask('POST', '/api/provider-credentials/create', { body })).status).toBeGreaterThanOrEqual(400);
    const form = { headers: { 'content-type': 'text/plain' }, body: `api_key=${api_key}` };
    expect((await ask('POST', '/api/provider-credentials/create', form)).status).toBe(415);
    for (const path of ['/api/provider-credentials', `/api/provider-credentials/${id}`, '/api/teams', '/nothing'])
      await ask('GET', `${path}?api_key=${encodeURIComponent(api_key)}&authorization=${MASTER_KEY}`);
  });

  it('to sign in, wrongly too', async () => {
    const { key } = worlds[0]!;
    for (const headers of [
      { 'x-admin-key': `${MASTER_KEY}x` },
      { 'x-admin-key': key },
      { 'x-admin-key': '', authorization: `Basic ${MASTER_KEY}` },
      { 'x-admin-key': '', authorization: `Bearer ${key}x` },
      { 'x-admin-key': '', authorization: `Bearer  ${key} ${key}` },
      { 'x-admin-key': '', 'x-api-key': `${key}!` },
    ] as Record<string, string>[])
      for (const path of ['/api/teams', '/api/jobs/create'])
        expect((await ask('POST', path, { headers, body: { job_type: 'x' } })).status).toBeGreaterThanOrEqual(400);
    const query = 'mutation { createOrganization(input: {id: "never", name: "Never"}) { __typename } }';
    await ask('POST', '/graphql', { body: { query }, headers: { 'x-admin-key': `${MASTER_KEY}x` } });
    for (const path of ['/metrics', '/health', '/health/ready', '/openapi.json']) await ask('GET', path);
  });

  it('to sign in by a browser, with the master key and with the directory', async () => {
    const origin = { 'sec-fetch-site': 'same-origin', 'x-admin-key': '' };
    const use = async (name: string, response: { cookies: string[] }): Promise<void> => {
      const cookie = response.cookies.find((each) => each.startsWith('tollkeeper_session='))!.split(';')[0]!;
      secrets.set(name, cookie.split('=')[1]!);
      const query = '{ viewer { name session { id } sessions { items { id address userAgent } } } sessions { total } }';
      const asked = await ask('POST', '/graphql', { body: { query }, headers: { ...origin, cookie } });
      expect(asked.text).not.toMatch(/"errors"/);
      expect((await ask('POST', '/auth/sign-out', { body: {}, headers: { ...origin, cookie } })).status).toBe(200);
      expect((await ask('POST', '/graphql', { body: { query }, headers: { ...origin, cookie } })).text).toMatch(
        /ended/,
      );
    };
    const body = { master_key: MASTER_KEY };
    await use('session', await ask('POST', '/auth/master-key', { body, headers: origin, shows: true }));
    for (const wrong of [{ master_key: `${MASTER_KEY}x` }, { master_key: [MASTER_KEY] }, { key: MASTER_KEY }, [body]])
      expect((await ask('POST', '/auth/master-key', { body: wrong, headers: origin })).status).toBeGreaterThan(400);
    for (const lie of [{}, { foreignKey: true }]) {
      entra.idToken = async (nonce) => {
        const token = await entra.token({ ...lie, claims: { nonce } });
        secrets.set(`id token ${secrets.size}`, token.split('.')[2]!);
        return token;
      };
      const login = await ask('GET', '/auth/entra/login', { headers: origin, shows: true });
      const flow = login.cookies[0]!.split(';')[0]!;
      secrets.set(`flow ${secrets.size}`, flow.split('=')[1]!);
      const query = new URL(login.location!).searchParams;
      const callback = new URLSearchParams({ code: query.get('nonce')!, state: query.get('state')! }).toString();
      const headers = { ...origin, cookie: flow };
      const back = await ask('GET', `/auth/entra/callback?${callback}`, { headers, shows: true });
      secrets.set(`code verifier ${secrets.size}`, entra.exchanges.at(-1)!.get('code_verifier')!);
      if (back.location === '/') await use('session of a person', back);
      else expect(back.location).toMatch(/^\/sign-in\?error=failed&request_id=\w+$/);
    }
    const bearer = await entra.token({ claims: { scp: 'access_as_user' } });
    secrets.set('access token', bearer.split('.')[2]!);
    for (const token of [bearer, `${bearer}x`])
      await ask('GET', '/api/teams', { headers: { 'x-admin-key': '', authorization: `Bearer ${token}` } });
    expect(secrets.has('session of a person')).toBe(true);
  });

  it('to make, rotate and revoke keys; each is shown once', async () => {
    const { teamId, organizationId } = worlds[0]!;
    const issue =
      'mutation ($input: CreateVirtualKeyInput!) { made: createVirtualKey(input: $input) { token key { id } } }';
    const rotate = 'mutation ($id: ID!) { made: rotateKey(id: $id) { token key { id } } }';
    const tokenIn = (text: string): string => /sk-[0-9A-Za-z]{49}/.exec(text)![0];
    const first = await graphql(issue, { input: { teamId, name: 'hunted' } }, true);
    secrets.set('issued key', tokenIn(first.text));
    const { data } = JSON.parse(first.text) as { data: { made: { key: { id: string } } } };
    secrets.set('rotated key', tokenIn((await graphql(rotate, data.made.key, true)).text));
    const team = { body: { organization_id: organizationId, team_id: 'hunted', credits_allocated: 5 }, shows: true };
    const created = await ask('POST', '/api/teams/create', team);
    secrets.set('key of a team made by REST', tokenIn(created.text));
    const headers = { 'x-admin-key': '', authorization: `Bearer ${secrets.get('issued key')!}` };
    expect((await ask('POST', '/api/jobs/create', { body: { job_type: 'x' }, headers })).status).toBe(401);
    await must(product, 'mutation ($id: ID!) { revokeKey(id: $id) { id } }', { id: worlds[1]!.keyId });
  });

  it('while the database breaks under them', async () => {
    await database.owner.query(`
      CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$;
      CREATE TRIGGER broken BEFORE INSERT ON providers FOR EACH ROW EXECUTE FUNCTION broken();
      CREATE TRIGGER broken BEFORE INSERT ON keys FOR EACH ROW EXECUTE FUNCTION broken()`);
    const credential = CREDENTIALS['vendor key'];
    const provider = `mutation { createProvider(input: {kind: "openai", name: "b", credential: "${credential}"}) { id } }`;
    const key = `mutation { createVirtualKey(input: {teamId: "${worlds[0]!.teamId}", name: "b"}) { token } }`;
    for (const query of [provider, key]) expect((await graphql(query)).text).toMatch(/"INTERNAL"/);
    const body = { provider: 'openai', credential_name: 'b', api_key: credential };
    expect((await ask('POST', '/api/provider-credentials/create', { body })).status).toBe(500);
    await database.owner.query('DROP FUNCTION broken CASCADE');
  });
});

describe('and are found', () => {
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const hashes = (): Record<string, string> =>
    Object.fromEntries(worlds.map((world, at) => [`hash of virtual key ${at}`, hash(world.key)]));

  async function tables(): Promise<{ what: string; text: string }[]> {
    const { rows } = await database.owner.query<{ what: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS what FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const dumps = rows.map(async ({ what }) => {
      const dump = await database.owner.query<{ text: string }>(`SELECT t::text AS text FROM ${what} t`);
      return { what, text: dump.rows.map((row) => row.text).join('\n') };
    });
    return Promise.all(dumps);
  }

  /** All that was printed up to now: a pipe keeps the order, so that what came before a known line has come too. */
  async function printed(): Promise<{ what: string; text: string }> {
    const marker = `marker-${randomBytes(8).toString('hex')}`;
    await ask('GET', '/health', { headers: { 'x-request-id': marker } });
    const deadline = Date.now() + 10_000;
    while (!product.output().includes(marker)) {
      if (Date.now() > deadline) throw new Error('the product does not log its requests');
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { what: 'output of the process', text: product.output() };
  }

  it('in no answer, but that which shows a new key', () => {
    expect(answers.length).toBeGreaterThan(100);
    expect(hunt(answers, hashes())).toEqual([]);
  });

  it('in no line that the process printed', async () => {
    const output = await printed();
    expect(output.text.split('\n').length).toBeGreaterThan(answers.length);
    for (const level of ['debug', 'info', 'error']) expect(output.text).toContain(`"level":"${level}"`);
    expect(output.text).toContain('broken');
    expect(hunt([output], hashes())).toEqual([]);
  });

  it('in no table', async () => {
    const all = await tables();
    expect(all.length).toBeGreaterThan(20);
    expect(hunt(all)).toEqual([]);
    // The hunt finds what is there: hashes stand in one table and no other, ids in many.
    const finds = hunt(all, { 'hash of a key': hash(worlds[0]!.key), 'id of a team': worlds[0]!.teamId });
    expect(finds.filter((find) => find.startsWith('hash'))).toEqual(['hash of a key in public.keys']);
    expect(finds.length).toBeGreaterThan(5);
  });

  it('in no file of the data directory', () => {
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { what: path, text: readFileSync(path, 'latin1') };
    });
    expect(texts.length).toBeGreaterThan(0);
    expect(hunt(texts, hashes())).toEqual([]);
  });
});
