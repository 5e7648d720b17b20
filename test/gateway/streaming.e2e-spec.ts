import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { closing, events, settled } from '../support/streams.js';
import { startVendorServer } from '../support/vendor-server.js';
import { costUsd, creditsOf, ledgerProblems, makeWorld, type World } from '../support/world.js';

type Vendor = Awaited<ReturnType<typeof startVendorServer>>;

let app: TestApp;
let vendor: Vendor;
let world: World;

const ask = (content: string): object => ({ messages: [{ role: 'user', content }] });

function stream(path: string, body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${app.url}/api/jobs/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}

async function open(): Promise<string> {
  const answer = await app.asKey(world.key, 'POST', '/api/jobs/create', { job_type: 'chat' });
  return answer.body.job_id as string;
}

beforeAll(async () => {
  vendor = await startVendorServer({ models: ['vendor-model', 'broken-model'] });
  app = await startTestApp({ listen: true });
  world = await makeWorld(app, { baseUrl: vendor.url, model: 'vendor-model' });
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
  await vendor.close();
});

describe('a second process that speaks the OpenAI protocol', () => {
  it('answers a call, is asked with its own model and credential, and its usage is charged exactly', async () => {
    const id = await open();
    const answer = await app.asKey(world.key, 'POST', `/api/jobs/${id}/llm-call`, {
      ...ask('Hello'),
      temperature: 0.2,
    });
    expect(answer.status).toBe(200);
    const sent = vendor.requests.at(-1)!;
    const asked = JSON.parse(String(sent.body)) as Record<string, unknown>;
    expect(asked).toMatchObject({ model: 'vendor-model', temperature: 0.2, max_tokens: 500 });
    expect(asked).not.toHaveProperty('purpose');
    const bill = [...vendor.bill.values()].at(-1)!;
    expect(answer.body.costs.total_cost_usd).toBe(costUsd(bill.promptTokens, bill.completionTokens));
    expect(JSON.stringify(answer.body)).not.toContain('vendor-model');
  });

  it('streams chunks as they are produced, with usage in the last and [DONE] at the end', async () => {
    const id = await open();
    const response = await stream(`${id}/llm-call-stream`, ask('[simulate tokens=40 pace_ms=15]'));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const arrivals: number[] = [];
    const seen = await events(response, () => arrivals.push(performance.now()));
    expect(seen.at(-1)).toBe('[DONE]');
    const chunks = seen.slice(0, -1).map((each) => JSON.parse(each) as Record<string, never>);
    expect(chunks.length).toBeGreaterThan(5);
    expect(arrivals.at(-1)! - arrivals[0]!).toBeGreaterThan(50);
    for (const chunk of chunks) expect(chunk).toMatchObject({ object: 'chat.completion.chunk', model: world.alias });
    const usage = chunks.at(-1)!.usage as unknown as { prompt_tokens: number; completion_tokens: number };
    const call = await settled(app, response.headers.get('x-call-id')!);
    expect(call).toMatchObject({ state: 'settled', outcome: 'success', usage_source: 'vendor' });
    expect(Number(call.tokens_in)).toBe(usage.prompt_tokens);
    expect(Number(call.tokens_out)).toBe(usage.completion_tokens);
  });

  it('closes a single-call job before the end mark', async () => {
    const before = await creditsOf(app, world.teamId);
    const response = await stream('create-and-call-stream', { job_type: 'chat', ...ask('Hello') });
    await events(response);
    const job = await app.asKey(world.key, 'GET', `/api/jobs/${response.headers.get('x-job-id')!}`);
    expect(job.body).toMatchObject({ status: 'completed', credit_applied: true });
    expect(Number(before.remaining) - Number((await creditsOf(app, world.teamId)).remaining)).toBe(1);
  });

  it('reaches the vendor when the client leaves, and charges what was delivered', async () => {
    const id = await open();
    const leaving = new AbortController();
    const response = await stream(`${id}/llm-call-stream`, ask('[simulate tokens=400 pace_ms=10]'), leaving.signal);
    const callId = response.headers.get('x-call-id')!;
    await closing(response, 5);
    leaving.abort();
    const asked = vendor.requests.find((each) => each.headers['x-request-id'] === callId)!;
    expect(await asked.ended).toBe('client');
    const call = await settled(app, callId);
    expect(call).toMatchObject({ state: 'settled', outcome: 'aborted', usage_source: 'estimated' });
    expect(Number(call.tokens_out)).toBeGreaterThan(0);
    expect(Number(call.charged_cost)).toBeGreaterThan(0);
  });

  it('ends a cut stream with an error event and [DONE], and charges what was delivered', async () => {
    const id = await open();
    const response = await stream(`${id}/llm-call-stream`, ask('[simulate tokens=60 cut_after=4]'));
    const seen = await events(response);
    expect(seen.at(-1)).toBe('[DONE]');
    expect(JSON.parse(seen.at(-2)!)).toMatchObject({ error: { code: 'provider_error', message: expect.any(String) } });
    const call = await settled(app, response.headers.get('x-call-id')!);
    expect(call).toMatchObject({ state: 'settled', outcome: 'error', usage_source: 'estimated' });
  });

  it.each([
    ['[simulate status=500]', 502, 'provider_error'],
    ['[simulate status=429]', 502, 'provider_error'],
    ['[simulate status=400]', 422, 'invalid_request'],
    ['[simulate html]', 502, 'provider_error'],
    ['[simulate empty]', 502, 'provider_error'],
  ])('answers %s before the first chunk with a status of its own', async (content, status, code) => {
    const id = await open();
    const response = await stream(`${id}/llm-call-stream`, ask(content));
    expect(response.status).toBe(status);
    const body = (await response.json()) as { code: string; detail: string };
    expect(body.code).toBe(code);
    expect(body.detail).not.toMatch(/127\.0\.0\.1|test-key|vendor-model/);
    const { rows } = await app.db.query(
      "SELECT state, charged_cost FROM calls WHERE job_id = $1 AND state = 'voided'",
      [id],
    );
    expect(rows).toEqual([{ state: 'voided', charged_cost: '0' }]);
  });

  it('charges an explicit usage of zero as zero, and estimates a missing one', async () => {
    const zero = await open();
    const free = await app.asKey(world.key, 'POST', `/api/jobs/${zero}/llm-call`, ask('[simulate zero_usage]'));
    expect(free.body.costs.total_cost_usd).toBe(0);
    const missing = await app.asKey(world.key, 'POST', `/api/jobs/${zero}/llm-call`, ask('[simulate no_usage]'));
    expect(missing.body.costs.total_cost_usd).toBeGreaterThan(0);
  });

  it('falls back to the next target on a retryable failure, and records both attempts', async () => {
    const { body } = await app.gql(
      'query ($s: String) { aliases(search: $s) { items { id targets { model { id } } } } }',
      {
        s: world.alias,
      },
    );
    const alias = body.data.aliases.items[0] as { id: string; targets: { model: { id: string } }[] };
    const created = await app.gql('mutation ($input: CreateModelInput!) { createModel(input: $input) { id } }', {
      input: { providerId: world.providerId, name: 'broken-model', maxOutputTokens: 500 },
    });
    const modelId = created.body.data.createModel.id as string;
    const prices = { input: '3', output: '15' };
    await app.gql('mutation ($id: ID!, $p: AddPriceInput!) { addModelPrice(modelId: $id, input: $p) { id } }', {
      id: modelId,
      p: { prices },
    });
    await app.gql(
      'mutation ($id: ID!, $input: SetAliasTargetsInput!) { setAliasTargets(id: $id, input: $input) { id } }',
      {
        id: alias.id,
        input: { targets: [{ modelId }, { modelId: alias.targets[0]!.model.id }] },
      },
    );
    const id = await open();
    const answer = await app.asKey(
      world.key,
      'POST',
      `/api/jobs/${id}/llm-call`,
      ask('[simulate model=broken-model status=503] Hi'),
    );
    expect(answer.body).toMatchObject({ call_id: expect.any(String) });
    const call = await settled(app, answer.body.call_id);
    expect(call.attempts).toMatchObject([{ error: 'unavailable', status: 503 }, { model: 'vendor-model' }]);
  });
});
