import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pipeline } from '../../src/modules/gateway/pipeline/pipeline.service.js';
import { plain, type SimulatedAnswer } from '../../src/providers/simulator/answer.js';
import { AWS_CREDENTIAL } from '../support/aws-signature.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { apiOf } from '../support/vendor-apis.js';
import { answerTo, type RecordedRequest, startVendorServer, type VendorServer } from '../support/vendor-server.js';
import { ledgerProblems, makeWorld, type World } from '../support/world.js';

const MODEL = 'secret-model-name';
const FIRST_BYTE_MS = 1_000;
const SILENCE_MS = 250;
/** Several times what the product takes, for machines that are busy; the usual patience is minutes. */
const LATEST_MS = 15_000;
const STATUSES = [301, 400, 401, 402, 403, 404, 408, 409, 413, 418, 422, 429, 500, 502, 503, 504, 529];
/** What the stand-in does by itself when a prompt asks for it. */
const WORDS = [
  ...STATUSES.map((status) => `status=${status}`),
  ...['status=503 html', 'html', 'empty', 'error', 'garbage', 'stall', 'cut_after=1', 'cut_after=3'],
  ...['cut_after=3 no_done', 'no_usage', 'zero_usage', 'wrong_usage', 'delay_ms=100', 'reasoning_tokens=5'],
];

const JSON_TYPE = { 'content-type': 'application/json' };
const EVENTS = { 'content-type': 'text/event-stream' };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const isStream = (request: RecordedRequest): boolean => apiOf(request)?.isStreaming(request) === true;

/** Faults that no prompt can ask for, by name. */
const RAW: Readonly<Record<string, (request: RecordedRequest) => SimulatedAnswer>> = {
  reset: () => ({ ...plain(200, JSON_TYPE, ''), ending: 'cut' }),
  redirect: () => plain(302, { location: 'http://127.0.0.1/elsewhere' }, ''),
  huge: (request) => plain(200, isStream(request) ? EVENTS : JSON_TYPE, `data: ${'x'.repeat(34 * 1024 * 1024)}`),
  nothing: () => plain(204, {}, ''),
  'a list': () => plain(200, JSON_TYPE, '[]'),
  'no fields': () => plain(200, JSON_TYPE, '{}'),
  'deep nesting': () => plain(200, JSON_TYPE, `{"choices":${'['.repeat(50_000)}${']'.repeat(50_000)}}`),
  'numbers for texts': () =>
    plain(200, JSON_TYPE, '{"choices":[{"message":{"content":5},"finish_reason":7}],"usage":3}'),
  'an error that is a number': () => plain(500, JSON_TYPE, '{"error":7}'),
  'another encoding': () => plain(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }, '\u001f\u008b nonsense'),
  'a byte at a time': (request) => {
    const answer = answerTo(request);
    const steps = (): { bytes: Uint8Array; tokens: number }[] =>
      [...answer.steps()].flatMap(({ bytes, tokens }) =>
        [...bytes].map((byte, at) => ({ bytes: Uint8Array.of(byte), tokens: at === 0 ? tokens : 0 })),
      );
    return { ...answer, paceMs: 0, steps };
  },
  'secrets in an error': () =>
    plain(
      400,
      JSON_TYPE,
      JSON.stringify({ error: { message: `key test-key of org-AbCdEf12345 at http://10.1.2.3:8000/${MODEL}` } }),
    ),
  'more after the end': (request) => {
    const answer = answerTo(request);
    return { ...answer, steps: () => [...answer.steps(), { bytes: bytesOf('data: {"more": 1}\n\n'), tokens: 0 }] };
  },
};

const FAULTS = [...WORDS.map((words) => `[simulate ${words}]`), ...Object.keys(RAW).map((name) => `[raw ${name}]`)];

let app: TestApp;
let vendor: VendorServer;
const KINDS = ['openai', 'anthropic', 'google', 'bedrock'] as const;
let worlds: Record<(typeof KINDS)[number], World>;
const unhandled: unknown[] = [];
const notice = (reason: unknown): void => void unhandled.push(reason);

/** How a dialect asks and what its answers must look like. */
interface Dialect {
  readonly path: (stream: boolean) => string;
  readonly body: (content: string, stream: boolean) => object;
  readonly isAnswer: (body: Record<string, unknown>) => boolean;
  readonly isError: (body: Record<string, unknown>) => boolean;
  /** Whether a stream ended as it must, with an error or without. */
  readonly isWholeStream: (text: string) => boolean;
}

const messagesOf = (content: string): object[] => [{ role: 'user', content }];
const isOpenAiError = ({ error }: Record<string, unknown>): boolean =>
  typeof error === 'object' && error !== null && ['message', 'type', 'code'].every((name) => name in error);
const DIALECTS: Readonly<Record<string, Dialect>> = {
  jobs: {
    path: (stream) => `/api/jobs/create-and-call${stream ? '-stream' : ''}`,
    body: (content) => ({ job_type: 'x', messages: messagesOf(content) }),
    isAnswer: ({ response }) => typeof response === 'object',
    isError: ({ detail, code }) => typeof detail === 'string' && typeof code === 'string',
    isWholeStream: (text) => text.endsWith('data: [DONE]\n\n'),
  },
  'chat completions': {
    path: () => '/v1/chat/completions',
    body: (content, stream) => ({ messages: messagesOf(content), stream }),
    isAnswer: ({ choices }) => Array.isArray(choices) && choices.length > 0,
    isError: isOpenAiError,
    isWholeStream: (text) => text.endsWith('data: [DONE]\n\n'),
  },
  responses: {
    path: () => '/v1/responses',
    body: (content, stream) => ({ input: content, stream }),
    isAnswer: ({ object, output }) => object === 'response' && Array.isArray(output),
    isError: isOpenAiError,
    isWholeStream: (text) => /event: (response\.completed|response\.incomplete|error)\n.*\n\n$/.test(text),
  },
  messages: {
    path: () => '/v1/messages',
    body: (content, stream) => ({ messages: messagesOf(content), max_tokens: 100, stream }),
    isAnswer: ({ type, content }) => type === 'message' && Array.isArray(content),
    isError: ({ type, error }) => type === 'error' && typeof (error as { type?: unknown })?.type === 'string',
    isWholeStream: (text) => /event: (message_stop|error)\n.*\n\n$/.test(text),
  },
};

/** What is wrong with the answer to a call that meets a fault; nothing when it is as it must be. */
async function wrongWith(dialect: Dialect, world: World, content: string, stream: boolean): Promise<string[]> {
  const startedMs = performance.now();
  const response = await fetch(app.url + dialect.path(stream), {
    method: 'POST',
    headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(dialect.body(content, stream)),
  });
  const text = await response.text();
  const wrong: string[] = [];
  if (performance.now() - startedMs > LATEST_MS) wrong.push('came late');
  for (const secret of ['test-key', ...AWS_CREDENTIAL.split(':'), MODEL, '127.0.0.1', '10.1.2.3', 'AbCdEf'])
    if (text.includes(secret)) wrong.push(`shows ${secret}`);
  if (response.headers.get('content-type')?.startsWith('text/event-stream'))
    return dialect.isWholeStream(text) ? wrong : [...wrong, `ends with ${text.slice(-200)}`];
  const body = JSON.parse(text) as Record<string, unknown>;
  const isWellFormed = response.status === 200 ? dialect.isAnswer(body) : dialect.isError(body);
  return isWellFormed ? wrong : [...wrong, `${response.status} ${text.slice(0, 200)}`];
}

beforeAll(async () => {
  process.on('unhandledRejection', notice);
  const intercept = (request: RecordedRequest): SimulatedAnswer | null => {
    const name = /\[raw ([^\]]+)\]/.exec(request.body)?.[1];
    return name === undefined ? null : RAW[name]!(request);
  };
  vendor = await startVendorServer({ models: [MODEL], paceMs: 0, intercept });
  app = await startTestApp({ listen: true, env: { LOG_LEVEL: 'silent' } });
  const inside = app.app.get<{ config: object }>(Pipeline);
  const bounds = { ...app.config.bounds, vendorFirstByteMs: FIRST_BYTE_MS, vendorIdleMs: SILENCE_MS };
  inside.config = { ...inside.config, bounds };
  const baseUrl = vendor.url;
  worlds = {
    openai: await makeWorld(app, { baseUrl, model: MODEL }),
    anthropic: await makeWorld(app, { baseUrl, kind: 'anthropic', model: MODEL }),
    google: await makeWorld(app, { baseUrl: `http://${vendor.allow}/v1beta`, kind: 'google', model: MODEL }),
    bedrock: await makeWorld(app, {
      ...{ baseUrl: `http://${vendor.allow}/?region=eu-central-1`, kind: 'bedrock', model: MODEL },
      credential: AWS_CREDENTIAL,
    }),
  };
});

afterAll(async () => {
  process.off('unhandledRejection', notice);
  await app.close();
  await vendor.close();
});

describe.each(KINDS)('R12: faults of a vendor that speaks as %s', (kind) => {
  // The canonical call stands between vendors and dialects: two vendors meet every dialect, the others its own.
  const isEveryDialect = kind === 'openai' || kind === 'anthropic';
  describe.each(isEveryDialect ? Object.keys(DIALECTS) : ['chat completions'])('to a client of %s', (name) => {
    it.each([false, true])('are told well-formed and in time; streamed: %s', async (stream) => {
      const found = await Promise.all(
        FAULTS.map(async (fault) => {
          const wrong = await wrongWith(DIALECTS[name]!, worlds[kind], `${fault} Grüße 👋🏽`, stream);
          return wrong.map((each) => `${fault}: ${each}`);
        }),
      );
      expect(found.flat()).toEqual([]);
    });
  });
});

describe('afterwards', () => {
  it('nothing is held, nothing was left unhandled, and the books balance', async () => {
    const { rows } = await app.db.query("SELECT count(*)::integer AS open FROM calls WHERE state = 'reserved'");
    expect(rows).toEqual([{ open: 0 }]);
    const { rows: held } = await app.db.query('SELECT coalesce(sum(held), 0)::text AS held FROM accounts');
    expect(held).toEqual([{ held: '0' }]);
    expect(await ledgerProblems(app)).toEqual([]);
    expect(unhandled).toEqual([]);
  });
});
