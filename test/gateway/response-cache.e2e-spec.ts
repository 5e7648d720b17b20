import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { Metrics } from '../../src/infra/telemetry/index.js';
import { ContentPurge } from '../../src/modules/gateway/content/content-purge.service.js';
import { type Answer, startTestApp, type TestApp } from '../support/app.js';
import { makeLimit } from '../support/limits.js';
import { contentStored, issueKey, makeProject, setCache, type TestProject } from '../support/projects.js';
import { limitRate } from '../support/rates.js';
import { events, settled } from '../support/streams.js';
import { startVendorServer, type VendorServer } from '../support/vendor-server.js';
import { addTarget, costUsd, ledgerProblems, makeWorld, must, type World } from '../support/world.js';

const HOUR_SECONDS = 3_600;
const MODELS = ['test-model', 'second-model'];
const CHAT = '/v1/chat/completions';

let app: TestApp;
let vendor: VendorServer;
let world: World;
let project: TestProject;
let serial = 0;

const bodyOf = (content: string, more: object = {}): object => ({ messages: [{ role: 'user', content }], ...more });
/** A prompt that nobody has sent before. */
const prompt = (directive = ''): string => `Prompt ${++serial} ${directive}`;

/** One call; what it leaves behind is stored when it resolves. */
async function ask(body: object, headers: Record<string, string> = {}, { key } = project): Promise<Answer> {
  const given = { 'x-admin-key': '', authorization: `Bearer ${key}`, ...headers };
  const answer = await app.rest('POST', CHAT, { body: { model: world.alias, ...body }, headers: given });
  await contentStored(app);
  return answer;
}
const mark = ({ headers }: Answer): unknown => headers['x-tollkeeper-cache'];
const rowOf = ({ headers }: Answer): ReturnType<typeof settled> => settled(app, String(headers['x-call-id']));
const asked = (): number => vendor.requests.length;

/** Sets the cache of the project, and takes a key that nobody knows by the setting before. */
async function anew(ttlSeconds: number | null, price?: string): Promise<void> {
  await setCache(app, project.id, ttlSeconds, price);
  project = { ...project, key: await issueKey(app, project.id) };
}

interface Figures {
  readonly hits: string;
  readonly misses: string;
  readonly saved: string;
  readonly providerSaved: string;
}
async function figuresOf({ id }: TestProject): Promise<Figures> {
  const query = 'query ($id: ID!) { project(id: $id) { cacheFigures { hits misses saved providerSaved } } }';
  return (await must<{ project: { cacheFigures: Figures } }>(app, query, { id })).project.cacheFigures;
}

beforeAll(async () => {
  vendor = await startVendorServer({ models: MODELS });
  app = await startTestApp({ listen: true, env: { LOG_LEVEL: 'silent' } });
  world = await makeWorld(app, { baseUrl: vendor.url });
});
beforeEach(async () => {
  project = await makeProject(app, world);
  await setCache(app, project.id, HOUR_SECONDS);
});
afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  expect((await app.app.get(Metrics, { strict: false }).contentDropped.get()).values).toEqual([]);
  await app.close();
  await vendor.close();
});

describe('a call that was answered before', () => {
  it('is answered without a vendor, for nothing, and is on record', async () => {
    const body = bodyOf(prompt());
    const [first, before] = [await ask(body), asked()];
    const again = await ask({ ...body, user: 'somebody else', metadata: { a: '1' } });
    expect([mark(first), mark(again), asked()]).toEqual(['miss', 'hit', before]);
    const { id: firstId, ...said } = first.body;
    const { id, ...repeated } = again.body;
    expect(repeated).toEqual(said);
    expect([firstId, id]).toEqual([first, again].map(({ headers }) => `chatcmpl-${String(headers['x-call-id'])}`));
    expect(again.headers).toMatchObject({ 'x-tollkeeper-attempts': '0', 'x-tollkeeper-cost-usd': '0' });
    expect(await rowOf(again)).toMatchObject({
      ...{ state: 'settled', outcome: 'success', usage_source: 'cache', usage: {}, attempts: [], cost_held: '0' },
      ...{ tokens_in: '0', tokens_out: '0', provider_cost: '0', charged_cost: '0', finish_reason: 'stop' },
    });
    const query = 'query ($id: ID!) { job(id: $id) { status calls { cached usageSource attempts { id } } } }';
    expect(await must(app, query, { id: again.headers['x-job-id'] })).toEqual({
      job: { status: 'COMPLETED', calls: [{ cached: true, usageSource: 'cache', attempts: [] }] },
    });
  });

  it('costs its full price where the project wants that, and no vendor is paid', async () => {
    await setCache(app, project.id, HOUR_SECONDS, 'FULL');
    const body = bodyOf(prompt());
    const [first, again] = [await ask(body), await ask(body)];
    expect(mark(again)).toBe('hit');
    const [paid, row] = [await rowOf(first), await rowOf(again)];
    const { prompt_tokens: tokensIn, completion_tokens: tokensOut } = again.body.usage;
    expect(Number(again.headers['x-tollkeeper-cost-usd'])).toBeCloseTo(costUsd(tokensIn, tokensOut), 9);
    for (const figure of ['usage', 'tokens_in', 'tokens_out', 'charged_cost'])
      expect(row[figure]).toEqual(paid[figure]);
    expect(row).toMatchObject({ usage_source: 'cache', provider_cost: '0', overrun: '0' });
    expect(paid.provider_cost).not.toBe('0');
    const { saved, providerSaved } = await figuresOf(project);
    expect([Number(saved), Number(providerSaved) * 1e9]).toEqual([0, Number(paid.provider_cost)]);
  });

  it('is counted with what it saved', async () => {
    const body = bodyOf(prompt());
    const cost = Number((await ask(body)).headers['x-tollkeeper-cost-usd']);
    await ask(body);
    await ask(body);
    const { hits, misses, saved, providerSaved } = await figuresOf(project);
    expect([hits, misses]).toEqual(['2', '1']);
    expect([Number(saved), Number(providerSaved)]).toEqual([2 * cost, 2 * cost]);
  });

  it('is streamed to who wants a stream, and the reverse, in any dialect', async () => {
    const content = prompt();
    const openAi = new OpenAI({ apiKey: project.key, baseURL: `${app.url}/v1`, maxRetries: 0 });
    const anthropic = new Anthropic({ apiKey: project.key, baseURL: app.url, maxRetries: 0 });
    const wanted = { model: world.alias, messages: [{ role: 'user' as const, content }], max_tokens: 300 };
    const streamed = openAi.chat.completions.stream({ ...wanted, stream_options: { include_usage: true } });
    const { choices, usage } = await streamed.finalChatCompletion();
    await contentStored(app);
    const before = asked();
    const { text } = choices.map(({ message }) => ({ text: message.content }))[0]!;
    const { data, response } = await openAi.chat.completions.create(wanted).withResponse();
    expect([data.choices[0]!.message.content, data.usage]).toEqual([text, usage]);
    expect(response.headers.get('x-tollkeeper-cache')).toBe('hit');
    const again = openAi.chat.completions.stream({ ...wanted, stream_options: { include_usage: true } });
    const repeated = await again.finalChatCompletion();
    expect([repeated.choices[0]!.message.content, repeated.choices[0]!.finish_reason]).toEqual([text, 'stop']);
    expect(repeated.usage).toEqual(usage);
    const message = await anthropic.messages.stream(wanted).finalMessage();
    expect(message.content).toEqual([expect.objectContaining({ type: 'text', text })]);
    expect(message).toMatchObject({ stop_reason: 'end_turn', usage: { output_tokens: usage!.completion_tokens } });
    const job = { job_type: 'review', ...bodyOf(content, { model: world.alias, max_tokens: 300 }) };
    const headers = { authorization: `Bearer ${project.key}`, 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: JSON.stringify(job) };
    const stream = await fetch(`${app.url}/api/jobs/create-and-call-stream`, sent);
    const seen = await events(stream);
    expect([stream.headers.get('x-tollkeeper-cache'), seen.at(-1)]).toEqual(['hit', '[DONE]']);
    expect(JSON.parse(seen[0]!)).toMatchObject({ model: world.alias, choices: [{ delta: { content: text } }] });
    const whole = await app.asKey(project.key, 'POST', '/api/jobs/create-and-call', job);
    expect(whole.body).toMatchObject({ response: { content: text }, costs: { total_cost_usd: 0, total_calls: 1 } });
    const responses = { model: world.alias, input: content, max_output_tokens: 300 };
    await openAi.responses.create(responses);
    expect(asked()).toBeLessThanOrEqual(before + 1);
  });

  it('keeps calls of tools, streamed or not', async () => {
    const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
    const body = bodyOf(prompt(), { tools, tool_choice: 'required' });
    const [first, again] = [await ask(body), await ask(body)];
    expect(mark(again)).toBe('hit');
    expect(again.body.choices).toEqual(first.body.choices);
    expect(again.body.choices[0].finish_reason).toBe('tool_calls');
  });
});

describe('a kept answer', () => {
  it('is sealed, and its row tells nothing of the call', async () => {
    const content = prompt('the quick brown canary');
    await ask(bodyOf(content));
    const { rows } = await app.db.query('SELECT c::text AS text, answer FROM response_cache c WHERE project_id = $1', [
      project.id,
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0].answer).toMatch(/^v1\./);
    expect(rows[0].text).not.toContain('canary');
  });

  it('serves no longer than the project lets it, also when that was changed', async () => {
    const body = bodyOf(prompt());
    await ask(body);
    await setCache(app, project.id, 60);
    app.clock.advance(61_000);
    expect([mark(await ask(body)), mark(await ask(body))]).toEqual(['miss', 'hit']);
    app.clock.advance(61_000);
    expect(mark(await ask(body))).toBe('miss');
  });

  it('serves its own project alone', async () => {
    const other = await makeProject(app, world);
    await setCache(app, other.id, HOUR_SECONDS);
    const body = bodyOf(prompt());
    await ask(body);
    expect([mark(await ask(body, {}, other)), mark(await ask(body))]).toEqual(['miss', 'hit']);
  });

  it('is forgotten when the cache is emptied, and when it is turned off', async () => {
    const body = bodyOf(prompt());
    await ask(body);
    await must(app, 'mutation ($id: ID!) { emptyProjectCache(projectId: $id) { id } }', { id: project.id });
    expect([mark(await ask(body)), mark(await ask(body))]).toEqual(['miss', 'hit']);
    await setCache(app, project.id, null);
    // A process may not have heard of it yet; it keeps nothing all the same.
    await ask(body);
    const { rows } = await app.db.query('SELECT FROM response_cache WHERE project_id = $1', [project.id]);
    expect(rows).toEqual([]);
    await anew(null);
    expect(mark(await ask(body))).toBeUndefined();
    await anew(HOUR_SECONDS);
    expect(mark(await ask(body))).toBe('miss');
  });

  it('is passed over by who wants a new one, which takes its place, and by who wants none', async () => {
    const body = bodyOf(prompt());
    await ask(body);
    const before = asked();
    expect(mark(await ask(body, { 'cache-control': 'no-cache' }))).toBe('miss');
    expect([mark(await ask(body)), asked()]).toEqual(['hit', before + 1]);
    expect(mark(await ask(body, { 'cache-control': 'max-age=0, No-Store' }))).toBeUndefined();
    const secret = bodyOf(prompt());
    await ask(secret, { 'cache-control': 'no-store' });
    expect(mark(await ask(secret))).toBe('miss');
  });

  it('that cannot be opened is as good as none', async () => {
    const body = bodyOf(prompt());
    await ask(body);
    await app.db.query("UPDATE response_cache SET answer = 'v1.broken' WHERE project_id = $1", [project.id]);
    expect([mark(await ask(body)), mark(await ask(body))]).toEqual(['miss', 'hit']);
  });

  it('makes room for a newer one at the bound', async () => {
    const { cacheEntriesPerProject: most } = app.config.bounds;
    await app.db.query(
      `INSERT INTO response_cache SELECT $1, decode(lpad(to_hex(n), 64, '0'), 'hex'), $2, 'v1.x', $3,
         $3::timestamptz + n * interval '1 millisecond' FROM generate_series(1, $4::integer) n`,
      [project.id, world.organizationId, app.clock.now(), most],
    );
    const body = bodyOf(prompt());
    expect([mark(await ask(body)), mark(await ask(body))]).toEqual(['miss', 'hit']);
    const count = 'SELECT count(*)::integer AS count FROM response_cache WHERE project_id = $1';
    expect((await app.db.query(count, [project.id])).rows).toEqual([{ count: most }]);
    app.clock.advance(2 * HOUR_SECONDS * 1_000);
    await app.app.get(ContentPurge, { strict: false }).purge();
    expect((await app.db.query(count, [project.id])).rows).toEqual([{ count: 0 }]);
  });
});

describe('an answer is not kept', () => {
  it.each([
    ['that was cut', '', { max_tokens: 3 }],
    ['that was larger than the bound', '[simulate tokens=80000]', { max_tokens: 80_000 }],
    ['that nobody counted', '[simulate no_usage]', {}],
    ['of an error', '[simulate status=500]', {}],
  ])('%s, streamed or not', async (_what, directive, more) => {
    for (const stream of [false, true]) {
      const body = bodyOf(prompt(directive), { ...more, stream });
      expect([mark(await ask(body)), mark(await ask(body))]).toEqual(['miss', 'miss']);
    }
  });

  it('that a fallback gave', async () => {
    const other = await makeWorld(app, { baseUrl: vendor.url });
    await addTarget(app, other, 'second-model');
    const theirs = await makeProject(app, other);
    await setCache(app, theirs.id, HOUR_SECONDS);
    const body = bodyOf(prompt('[simulate model=test-model status=500]'), { model: other.alias });
    const [first, again] = [await ask(body, {}, theirs), await ask(body, {}, theirs)];
    expect([first.status, mark(first), mark(again)]).toEqual([200, 'miss', 'miss']);
  });

  it('for a project without a cache, whose calls say nothing of one', async () => {
    const plain = await makeProject(app, world);
    const body = bodyOf(prompt());
    expect([mark(await ask(body, {}, plain)), mark(await ask(body, {}, plain))]).toEqual([undefined, undefined]);
  });

  it('for embeddings', async () => {
    const headers = { 'x-admin-key': '', authorization: `Bearer ${project.key}` };
    const answer = await app.rest('POST', '/v1/embeddings', { body: { model: world.alias, input: 'x' }, headers });
    expect([answer.status, mark(answer)]).toEqual([200, undefined]);
  });
});

describe('limits and a kept answer', () => {
  const place = (): object => ({ scopeType: 'PROJECT', scopeId: project.id });

  it('an exhausted limit of dollars lets a free one through, and refuses one at full price', async () => {
    const body = bodyOf(prompt());
    await ask(body);
    await makeLimit(app, world, { ...place(), amount: '0.000001' });
    expect((await ask(bodyOf(prompt()))).status).toBe(402);
    expect([(await ask(body)).status, mark(await ask(body))]).toEqual([200, 'hit']);
    await anew(HOUR_SECONDS, 'FULL');
    const refused = await ask(body);
    expect([refused.status, refused.body.error.code]).toEqual([402, 'spend_limit_exceeded']);
  });

  it('one at full price fits where exactly its cost is left', async () => {
    await setCache(app, project.id, HOUR_SECONDS, 'FULL');
    const body = bodyOf(prompt());
    const cost = (await rowOf(await ask(body))).charged_cost as string;
    await makeLimit(app, world, { ...place(), period: 'TOTAL', amount: (Number(cost) / 1e9).toFixed(9) });
    expect([mark(await ask(body)), (await ask(body)).status]).toEqual(['hit', 402]);
  });

  it('it counts as a request', async () => {
    const body = bodyOf(prompt());
    await ask(body);
    await limitRate(app, world, { ...place(), amount: '2' });
    expect([await ask(body), await ask(body), await ask(body)].map(({ status }) => status)).toEqual([200, 200, 429]);
  });
});

describe('calls at once', () => {
  it('may all miss, and leave one answer', async () => {
    const body = bodyOf(prompt());
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(body)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    const { rows } = await app.db.query('SELECT FROM response_cache WHERE project_id = $1', [project.id]);
    expect([rows.length, mark(await ask(body))]).toEqual([1, 'hit']);
  });
});
