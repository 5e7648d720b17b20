import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DomainError } from '../../src/core/errors.js';
import { IdempotencyRecords } from '../../src/infra/idempotency/index.js';
import { Fates } from '../../src/modules/gateway/idempotency/fates.service.js';
import { Pipeline } from '../../src/modules/gateway/pipeline/pipeline.service.js';
import { plain } from '../../src/providers/simulator/answer.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type KeyedPost, open, post, type RawAnswer } from '../support/keyed.js';
import { closing } from '../support/streams.js';
import { startVendorServer } from '../support/vendor-server.js';
import { creditsOf, ledgerProblems, makeWorld, type World } from '../support/world.js';

const SINGLE = 'create-and-call';
const STREAM = 'create-and-call-stream';
const HUGE = 'a huge answer';
const RULE = /^Idempotency-Key: /;

let app: TestApp;
let vendor: Awaited<ReturnType<typeof startVendorServer>>;
let world: World;

const ask = (content: string): { job_type: string; messages: object[] } => ({
  job_type: 'keyed',
  messages: [{ role: 'user', content }],
});
const messages = (content: string): object => ({ messages: ask(content).messages });
const send = (request: KeyedPost, token = world.key): Promise<RawAnswer> => post(app.url, token, request);
const newKey = (): string => randomUUID();

async function newJob(): Promise<string> {
  return (await send({ path: 'create', body: { job_type: 'keyed' } })).json.job_id as string;
}

async function count(table: 'jobs' | 'calls'): Promise<number> {
  const { rows } = await app.db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
  return rows[0]!.n;
}

const asked = (): number => vendor.requests.length;

const huge = (): string => {
  const content = 'x'.repeat(5 * 1024 * 1024);
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
  return JSON.stringify({ choices, usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } });
};

beforeAll(async () => {
  vendor = await startVendorServer({
    models: ['vendor-model'],
    intercept: ({ body }) => (body.includes(HUGE) ? plain(200, { 'content-type': 'application/json' }, huge()) : null),
  });
  app = await startTestApp({ listen: true, env: { LOG_LEVEL: 'silent' } });
  world = await makeWorld(app, { baseUrl: vendor.url, model: 'vendor-model' });
});

afterEach(() => void jest.restoreAllMocks());

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
  await vendor.close();
});

describe('a request that comes again with its key', () => {
  it('gets the same answer byte for byte, while one job is charged and the vendor is asked once', async () => {
    const request = { path: SINGLE, body: ask('Hello'), key: newKey() };
    const before = { asked: asked(), used: Number((await creditsOf(app, world.teamId)).used) };
    const first = await send(request);
    const second = await send(request);
    expect([first.status, first.json.status]).toEqual([200, 'completed']);
    expect([second.status, second.text]).toEqual([200, first.text]);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    for (const name of ['content-type', 'content-length', 'x-content-type-options'])
      expect([name, second.headers.get(name)]).toEqual([name, first.headers.get(name)]);
    expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    expect(asked() - before.asked).toBe(1);
    expect(Number((await creditsOf(app, world.teamId)).used) - before.used).toBe(1);
  });

  it('runs again without one', async () => {
    const before = asked();
    const [first, second] = [
      await send({ path: SINGLE, body: ask('Hi') }),
      await send({ path: SINGLE, body: ask('Hi') }),
    ];
    expect(first.json.job_id).not.toBe(second.json.job_id);
    expect(asked() - before).toBe(2);
  });

  it.each<[string, () => Promise<Omit<KeyedPost, 'key'>>]>([
    ['create', () => Promise.resolve({ path: 'create', body: { job_type: 'keyed', metadata: { a: 'ä' } } })],
    ['llm-call', async () => ({ path: `${await newJob()}/llm-call`, body: messages('Hello') })],
    ['llm-call-stream', async () => ({ path: `${await newJob()}/llm-call-stream`, body: messages('Hello') })],
    ['complete', async () => ({ path: `${await newJob()}/complete`, body: { status: 'completed' } })],
    ['cancel', async () => ({ path: `${await newJob()}/cancel`, body: { reason: 'Enough' } })],
    ['create-and-call', () => Promise.resolve({ path: SINGLE, body: ask('Hello') })],
    ['create-and-call-stream', () => Promise.resolve({ path: STREAM, body: ask('Hello') })],
  ])('is known on %s', async (_name, make) => {
    const request = { ...(await make()), key: newKey() };
    const first = await send(request);
    const before = { jobs: await count('jobs'), calls: await count('calls'), asked: asked() };
    const again = await Promise.all([send(request), send(request)]);
    expect(first.status).toBe(200);
    expect(first.text.length).toBeGreaterThan(10);
    for (const each of again) {
      expect([each.status, each.text]).toEqual([200, first.text]);
      for (const name of ['content-type', 'cache-control', 'x-job-id', 'x-call-id'])
        expect([name, each.headers.get(name)]).toEqual([name, first.headers.get(name)]);
    }
    expect({ jobs: await count('jobs'), calls: await count('calls'), asked: asked() }).toEqual(before);
  });

  it('is refused with another body, or on another path, and nothing is done', async () => {
    const key = newKey();
    const first = await send({ path: SINGLE, body: ask('One'), key });
    const before = asked();
    const others = [
      { path: SINGLE, body: ask('Two'), key },
      { path: STREAM, body: ask('One'), key },
      { path: `${await newJob()}/llm-call`, body: messages('One'), key },
    ];
    for (const other of others) {
      const { status, json } = await send(other);
      expect([status, json.code, json.field]).toEqual([422, 'invalid_request', 'Idempotency-Key']);
      expect(json.detail).toMatch(RULE);
    }
    expect(asked()).toBe(before);
    expect((await send({ path: SINGLE, body: ask('One'), key })).text).toBe(first.text);
  });

  it('of another virtual key is a request of its own', async () => {
    const other = await makeWorld(app, { baseUrl: vendor.url, model: 'vendor-model' });
    const request = { path: SINGLE, body: ask('Mine'), key: newKey() };
    const [mine, theirs] = [await send(request), await send(request, other.key)];
    expect([mine.status, theirs.status]).toEqual([200, 200]);
    expect(theirs.json.job_id).not.toBe(mine.json.job_id);
    const unknown = await send(request, world.key.slice(0, -1) + (world.key.endsWith('x') ? 'y' : 'x'));
    expect([unknown.status, unknown.json.code]).toEqual([401, 'invalid_api_key']);
  });

  it.each([[''], ['x'.repeat(256)], ['two words'], ['caf\u00e9'], ['tab\tbed']])(
    'is refused with the key %j',
    async (key) => {
      const before = [await count('jobs'), asked()];
      const { status, json } = await send({ path: SINGLE, body: ask('Hello'), key });
      expect([status, json.code, json.field]).toEqual([422, 'invalid_request', 'Idempotency-Key']);
      expect([await count('jobs'), asked()]).toEqual(before);
    },
  );

  it('runs after 24 hours as if it were new, and what ran out is removed', async () => {
    const request = { path: 'create', body: { job_type: 'keyed' }, key: newKey() };
    const first = await send(request);
    app.clock.advance(24 * 60 * 60 * 1000 - 60_000);
    expect((await send(request)).text).toBe(first.text);
    app.clock.advance(60_001);
    const late = await send(request);
    expect([late.status, late.json.job_id === first.json.job_id]).toEqual([200, false]);
    expect((await send(request)).text).toBe(late.text);
    await app.app.get(IdempotencyRecords).purge();
    const { rows } = await app.db.query('SELECT key FROM idempotency_records');
    expect(rows).toEqual([{ key: request.key }]);
  });
});

describe('an answer that is an error', () => {
  it.each<[string, () => Promise<Omit<KeyedPost, 'key'>>, number]>([
    ['of the vendor', () => Promise.resolve({ path: SINGLE, body: ask('[simulate status=500]') }), 502],
    ['before a stream', () => Promise.resolve({ path: STREAM, body: ask('[simulate status=400]') }), 422],
    ['of an unknown job', () => Promise.resolve({ path: `${randomUUID()}/llm-call`, body: messages('Hello') }), 404],
    ['of an unknown model', () => Promise.resolve({ path: SINGLE, body: { ...ask('Hello'), model: 'nope' } }), 404],
  ])('%s is given again, byte for byte', async (_name, make, status) => {
    const request = { ...(await make()), key: newKey() };
    const first = await send(request);
    expect(first.status).toBe(status);
    const before = asked();
    const again = await send(request);
    expect([again.status, again.text]).toEqual([status, first.text]);
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(again.json.request_id).toBe(first.headers.get('x-request-id'));
    expect(asked()).toBe(before);
  });

  it('about the body itself leaves the key free: nothing had begun', async () => {
    const key = newKey();
    for (const body of ['{"job_type"', '{}', JSON.stringify({ job_type: 5, messages: [] })])
      expect([400, 422]).toContain((await send({ path: SINGLE, body, key })).status);
    expect((await send({ path: SINGLE, body: ask('Right'), key })).status).toBe(200);
  });

  it.each(['ledger_unavailable', 'overloaded', 'rate_limit_exceeded'] as const)(
    '%s leaves the key free, for a repeat that is served',
    async (code) => {
      const request = { path: `${await newJob()}/llm-call`, body: messages('Hello'), key: newKey() };
      const error = new DomainError(code, 'Not now', { retryAfterSeconds: 2 });
      jest.spyOn(app.app.get(Pipeline, { strict: false }), 'run').mockRejectedValueOnce(error);
      const turnedAway = await send(request);
      expect([turnedAway.json.code, turnedAway.headers.get('retry-after')]).toEqual([code, '2']);
      const served = await send(request);
      expect([served.status, served.headers.get('idempotent-replayed')]).toEqual([200, null]);
      expect((await send(request)).text).toBe(served.text);
    },
  );

  it('leaves the key taken until it is known whether a vendor was asked', async () => {
    const request = { path: `${await newJob()}/llm-call`, body: messages('Hello'), key: newKey() };
    const error = new DomainError('ledger_unavailable', 'Not now', { retryAfterSeconds: 2 });
    jest.spyOn(app.app.get(Pipeline, { strict: false }), 'run').mockRejectedValueOnce(error);
    const undecided = { isOwnerAlive: false, call: 'undecided', hasCall: true, job: 'open' } as const;
    const look = jest.spyOn(app.app.get(Fates, { strict: false }), 'of').mockResolvedValueOnce(undecided);
    expect((await send(request)).status).toBe(503);
    expect(look).toHaveBeenCalledTimes(1);
    const served = await send(request);
    expect(look.mock.calls.length).toBeGreaterThan(1);
    expect([served.status, served.headers.get('idempotent-replayed')]).toEqual([200, null]);
  });

  it('overloaded is kept when a vendor was asked before', async () => {
    const request = { path: `${await newJob()}/llm-call`, body: messages('Hello'), key: newKey() };
    const pipeline = app.app.get(Pipeline, { strict: false });
    const run = pipeline.run.bind(pipeline);
    jest.spyOn(pipeline, 'run').mockImplementationOnce(async (...args) => {
      await run(...args);
      throw new DomainError('overloaded', 'The gateway is restarting; retry', { retryAfterSeconds: 2 });
    });
    const before = asked();
    const first = await send(request);
    const again = await send(request);
    expect([first.status, again.status, again.text]).toEqual([503, 503, first.text]);
    expect(again.headers.get('retry-after')).toBe('2');
    expect(asked() - before).toBe(1);
  });
});

describe('a stream that comes again with its key', () => {
  it('is given again as it was sent, chunks, usage, end mark and all', async () => {
    const request = { path: STREAM, body: ask('[simulate tokens=30 pace_ms=5]'), key: newKey() };
    const first = await send(request);
    expect(first.text.split('\n\n').length).toBeGreaterThan(5);
    expect(first.text.endsWith('data: [DONE]\n\n')).toBe(true);
    const again = await send(request);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get('content-type')).toMatch(/^text\/event-stream/);
  });

  it('is written down before its client can see the end', async () => {
    const request = { path: STREAM, body: ask('Hello'), key: newKey() };
    const records = app.app.get(IdempotencyRecords);
    const keep = records.keep.bind(records);
    let seen = '';
    let seenWhenKept = '';
    jest.spyOn(records, 'keep').mockImplementationOnce(async (...args) => {
      await sleep(200); // Time enough for an end mark that went out too early.
      seenWhenKept = seen;
      return keep(...args);
    });
    const response = await open(app.url, world.key, request);
    for await (const bytes of response.body! as unknown as AsyncIterable<Uint8Array>)
      seen += Buffer.from(bytes).toString('utf8');
    expect(seenWhenKept).toContain('chat.completion.chunk');
    expect(seenWhenKept).not.toContain('[DONE]');
    expect(seen).toContain('[DONE]');
  });

  it('that broke off ends with the same error event', async () => {
    const request = { path: STREAM, body: ask('[simulate tokens=60 cut_after=4]'), key: newKey() };
    const first = await send(request);
    const before = asked();
    const again = await send(request);
    expect(again.text).toBe(first.text);
    expect(again.text).toMatch(/"code":"provider_error".*\n\ndata: \[DONE\]\n\n$/);
    expect(asked()).toBe(before);
  });

  it('that its client left is given as far as it came, and says that it was left', async () => {
    const request = { path: STREAM, body: ask('[simulate tokens=400 pace_ms=10]'), key: newKey() };
    const leaving = new AbortController();
    const response = await open(app.url, world.key, { ...request, signal: leaving.signal });
    await closing(response, 5);
    leaving.abort();
    const before = asked();
    const again = await send(request);
    expect(again.status).toBe(200);
    expect(again.text.match(/"object":"chat.completion.chunk"/g)!.length).toBeGreaterThanOrEqual(5);
    expect(again.text).toMatch(/"code":"client_closed".*\n\ndata: \[DONE\]\n\n$/);
    expect((await send(request)).text).toBe(again.text);
    expect(asked()).toBe(before);
  });
});

describe('many at once with one key', () => {
  it('get one answer, over two processes on one database', async () => {
    const second = await startTestApp({
      listen: true,
      env: { DATABASE_URL: app.config.databaseUrl!.reveal(), ENCRYPTION_KEY: app.config.encryptionKey!.reveal() },
    });
    const request = { path: SINGLE, body: ask('[simulate delay_ms=200] All at once'), key: newKey() };
    const before = asked();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post((index % 2 === 0 ? app : second).url, world.key, request)),
    );
    await second.close();
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]!.status).toBe(200);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    expect(asked() - before).toBe(1);
  });

  it('are told 409 to come back, when the first takes long', async () => {
    const request = { path: SINGLE, body: ask('[simulate delay_ms=3000] Slow'), key: newKey() };
    const first = send(request);
    while (!vendor.requests.at(-1)!.body.includes('Slow')) await new Promise((resolve) => setImmediate(resolve));
    const early = await send(request);
    expect([early.status, early.json.code, early.headers.get('retry-after')]).toEqual([409, 'conflict', '1']);
    const { text } = await first;
    expect((await send(request)).text).toBe(text);
  });
});

describe('what is kept', () => {
  it('shows neither prompt nor answer in the database', async () => {
    const request = { path: SINGLE, body: ask('canary-4711 sings'), key: newKey() };
    const first = await send(request);
    const { rows } = await app.db.query<{ body: string }>('SELECT * FROM idempotency_records WHERE key = $1', [
      request.key,
    ]);
    expect(rows).toHaveLength(1);
    const kept = JSON.stringify(rows);
    expect(rows[0]!.body.length).toBeGreaterThan(first.text.length);
    for (const secret of ['canary', String(first.json.response.content).slice(0, 12)])
      expect(kept).not.toContain(secret);
  });

  it('is not an answer that is too large: it is given once, and the vendor is not asked again for it', async () => {
    const request = { path: SINGLE, body: ask(HUGE), key: newKey() };
    const before = asked();
    const first = await send(request);
    expect([first.status, first.text.length > 5_000_000]).toEqual([200, true]);
    const again = await send(request);
    expect([again.status, again.json.code]).toEqual([409, 'conflict']);
    expect(again.json.detail).toMatch(/too large to keep/);
    expect(asked() - before).toBe(1);
  });

  it('is written later when the database is away just then; the client has its answer all the same', async () => {
    const request = { path: SINGLE, body: ask('Just then'), key: newKey() };
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    jest.spyOn(app.app.get(IdempotencyRecords), 'keep').mockRejectedValueOnce(away);
    const before = asked();
    const first = await send(request);
    expect(first.status).toBe(200);
    const again = await send(request);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(asked() - before).toBe(1);
  });
});
