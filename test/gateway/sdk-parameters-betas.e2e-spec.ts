import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plain, type SimulatedAnswer } from '../../src/providers/simulator/answer.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { AWS_CREDENTIAL } from '../support/aws-signature.js';
import { type RecordedRequest, startVendorServer, type VendorServer } from '../support/vendor-server.js';
import { addTarget, ledgerProblems, makeWorld, type World } from '../support/world.js';

const CLAUDE = 'claude-sonnet-4-5';
const SPARE = 'claude-opus-4-5';
const ON_BEDROCK = 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0';
const GEMINI = 'gemini-2.5-flash';
const BETAS = ['interleaved-thinking-2025-05-14', 'context-1m-2025-08-07'];

let app: TestApp;
let vendor: VendorServer;
let intercept: ((request: RecordedRequest) => SimulatedAnswer | null) | null = null;
const worlds = new Map<string, World>();
const clientOf = ({ key }: World): Anthropic => new Anthropic({ apiKey: key, baseURL: app.url, maxRetries: 0 });
const asked = (kind: string): { model: string; max_tokens: number; messages: Anthropic.MessageParam[] } => ({
  ...{ model: worlds.get(kind)!.alias, max_tokens: 400, messages: [{ role: 'user', content: 'Hello' }] },
});
const beta = (kind: string): Anthropic['beta']['messages'] => clientOf(worlds.get(kind)!).beta.messages;
const last = (): RecordedRequest => vendor.requests.at(-1)!;
const said = ({ headers, body, path }: RecordedRequest): string => `${path} ${JSON.stringify(headers)} ${body}`;

beforeAll(async () => {
  const models = [CLAUDE, SPARE, ON_BEDROCK, GEMINI, 'gpt-test'];
  vendor = await startVendorServer({ models, paceMs: 0, intercept: (request) => intercept?.(request) ?? null });
  app = await startTestApp({ listen: true });
  const aws = { baseUrl: `http://${vendor.allow}/?region=eu-central-1`, credential: AWS_CREDENTIAL };
  const add = async (kind: string, place: object): Promise<unknown> =>
    worlds.set(kind, await makeWorld(app, { kind, ...place }));
  await add('openai', { baseUrl: vendor.url, model: 'gpt-test' });
  await add('anthropic', { baseUrl: vendor.url, model: CLAUDE });
  await add('google', { baseUrl: `http://${vendor.allow}/v1beta`, model: GEMINI });
  await add('bedrock', { ...aws, model: ON_BEDROCK });
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
  await vendor.close();
});

describe("client.beta of Anthropic's SDK", () => {
  it('sends features that go on to Anthropic, whole and streamed', async () => {
    const answer = await beta('anthropic').create({ ...asked('anthropic'), betas: BETAS });
    expect(answer.content[0]).toMatchObject({ type: 'text' });
    expect(last().headers['anthropic-beta']).toBe(BETAS.join(','));
    const stream = beta('anthropic').stream({ ...asked('anthropic'), betas: BETAS.slice(0, 1) });
    expect((await stream.finalMessage()).stop_reason).toBe('end_turn');
    expect(last().headers['anthropic-beta']).toBe(BETAS[0]);
  });

  it('sends none when it names none', async () => {
    for (const betas of [undefined, []]) {
      await beta('anthropic').create({ ...asked('anthropic'), ...(betas && { betas }) });
      expect(last().headers).not.toHaveProperty('anthropic-beta');
    }
    await clientOf(worlds.get('anthropic')!).messages.create(asked('anthropic'));
    expect(last().headers).not.toHaveProperty('anthropic-beta');
  });

  it('says the same to Claude on Bedrock in its own words', async () => {
    await beta('bedrock').create({ ...asked('bedrock'), betas: BETAS });
    expect(last().json).toMatchObject({ additionalModelRequestFields: { anthropic_beta: BETAS } });
    expect(last().headers).not.toHaveProperty('anthropic-beta');
  });

  it.each(['openai', 'google'])('changes nothing for %s, and is not told to it', async (kind) => {
    expect((await beta(kind).create({ ...asked(kind), betas: BETAS })).stop_reason).toBe('end_turn');
    expect(said(last())).not.toMatch(/anthropic|interleaved|context-1m/);
  });

  it('opens no field that is refused without it', async () => {
    const fields = { context_management: { edits: [{ type: 'clear_tool_uses_20250919' as const }] } };
    for (const kind of ['anthropic', 'openai']) {
      const call = beta(kind).create({ ...asked(kind), betas: ['context-management-2025-06-27'], ...fields });
      await expect(call).rejects.toMatchObject({ status: 422, error: { error: { field: 'context_management' } } });
    }
  });

  it('counts tokens', async () => {
    const { max_tokens: _most, ...prompt } = asked('anthropic');
    const { input_tokens: tokens } = await beta('anthropic').countTokens({ ...prompt, betas: BETAS });
    expect(tokens).toBeGreaterThan(0);
    expect(await clientOf(worlds.get('anthropic')!).messages.countTokens(prompt)).toEqual({ input_tokens: tokens });
  });

  it.each(['a b', 'a;b', 'x'.repeat(200), Array.from({ length: 40 }, (_, at) => `f-${at}`).join(',')])(
    'is refused by name when it is none: %s',
    async (header) => {
      const sent = vendor.requests.length;
      for (const kind of ['anthropic', 'openai']) {
        const call = beta(kind).create(asked(kind), { headers: { 'anthropic-beta': header } });
        await expect(call).rejects.toMatchObject({ status: 422, error: { error: { field: 'anthropic-beta' } } });
      }
      expect(vendor.requests).toHaveLength(sent);
    },
  );

  it('is refused by name when the vendor does not know it, after every target was asked', async () => {
    const two = await makeWorld(app, { kind: 'anthropic', baseUrl: vendor.url, model: CLAUDE });
    await addTarget(app, two, SPARE);
    const message = 'Unexpected value(s) `x-1` for the `anthropic-beta` header.';
    const error = { type: 'error', error: { type: 'invalid_request_error', message } };
    const refusal = plain(400, { 'content-type': 'application/json' }, JSON.stringify(error));
    const call = (): Promise<unknown> =>
      clientOf(two).beta.messages.create({ ...asked('anthropic'), model: two.alias, betas: ['x-1'] });
    intercept = ({ json }) => (json?.model === CLAUDE ? refusal : null);
    await call().finally(() => (intercept = null));
    expect(last().json).toMatchObject({ model: SPARE });
    intercept = () => refusal;
    const refused = { status: 422, error: { error: { field: 'anthropic-beta' } } };
    await expect(call().finally(() => (intercept = null))).rejects.toMatchObject(refused);
  });
});
