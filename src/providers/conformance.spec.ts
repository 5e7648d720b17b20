import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AWS_CREDENTIAL } from '../../test/support/aws-signature.js';
import { startVendorServer, type VendorServer } from '../../test/support/vendor-server.js';
import { Secret } from '../core/secret.js';
import {
  adapterFor,
  type ChatResult,
  countPromptTokens,
  HttpTransport,
  type JsonObject,
  type ProviderKind,
  readAll,
  scriptFor,
  SimulatorTransport,
  type StreamEvent,
  type Target,
  type Timeouts,
  type Transport,
  UrlGuard,
  VendorError,
} from './index.js';
import { objectOf, objectsOf, stringOf } from './json.js';

/** What a kind is tested with: a transport to something that speaks its protocol, and an address. */
interface Subject {
  readonly transport: Transport;
  readonly target: Target;
  /** Whether it gives several answers at once. */
  readonly hasChoices?: false;
  /** Whether it tells reasoning from other output. */
  readonly countsReasoning?: false;
}

const TIMEOUTS: Timeouts = { connectMs: 20_000, firstByteMs: 20_000, idleMs: 20_000 };
const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    parameters: { type: 'object', properties: { city: { type: 'string' }, days: { type: 'integer' } } },
  },
};

const ask = (content: string, extra: JsonObject = {}): JsonObject => ({
  messages: [{ role: 'user', content }],
  ...extra,
});

class Caller {
  constructor(
    private readonly kind: ProviderKind,
    private readonly subject: Subject,
  ) {}

  private async send(body: JsonObject, stream: boolean, timeouts: Timeouts): ReturnType<Transport['send']> {
    const call = { body, stream, maxOutputTokens: 1_000, requestId: 'req_1' };
    const request = await adapterFor(this.kind).buildRequest(call, this.subject.target);
    return this.subject.transport.send(request, { signal: new AbortController().signal, timeouts });
  }

  async whole(body: JsonObject, timeouts = TIMEOUTS): Promise<ChatResult | VendorError> {
    const { status, headers, body: bytes } = await this.send(body, false, timeouts);
    return adapterFor(this.kind).parseResponse(status, headers, await readAll(bytes, 1_000_000));
  }

  /** Feeds the stream in pieces of `pieceBytes`; a failure of the transport shows as an error event, as in the gateway. */
  async stream(body: JsonObject, pieceBytes = Infinity, timeouts = TIMEOUTS): Promise<StreamEvent[]> {
    const { status, body: bytes } = await this.send(body, true, timeouts);
    expect(status).toBe(200);
    const parser = adapterFor(this.kind).streamParser();
    const events: StreamEvent[] = [];
    try {
      for await (const chunk of bytes)
        for (let at = 0; at < chunk.length; at += pieceBytes)
          events.push(...parser.push(chunk.subarray(at, at + pieceBytes)));
      return [...events, ...parser.end()];
    } catch (error) {
      if (error instanceof VendorError) return [...events, { type: 'error', error }];
      throw error;
    }
  }
}

const textOf = (events: readonly StreamEvent[]): string =>
  events.map((each) => (each.type === 'chunk' ? each.text : '')).join('');
const last = (events: readonly StreamEvent[]): StreamEvent => events.at(-1)!;
const usagesOf = (events: readonly StreamEvent[]): unknown[] =>
  events.flatMap((each) => (each.type === 'usage' ? [each.usage] : []));
const firstMessage = (result: ChatResult | VendorError): JsonObject =>
  objectOf(objectsOf((result as ChatResult).completion['choices'])[0]?.['message']);

function conformance(kind: ProviderKind, subject: () => Subject): void {
  const caller = (): Caller => new Caller(kind, subject());
  const script = (body: JsonObject): ReturnType<typeof scriptFor> =>
    scriptFor({ ...body, model: subject().target.model, max_tokens: 1_000 });

  describe(`${kind}: whole answers`, () => {
    it('text, with usage in disjoint classes', async () => {
      const body = ask('Hello there [simulate cached_tokens=3 reasoning_tokens=7]');
      const result = (await caller().whole(body)) as ChatResult;
      const { completionTokens } = script(body);
      const thought = subject().countsReasoning === false ? {} : { reasoning: 7 };
      expect(firstMessage(result)['content']).toContain('simulated answer');
      expect(result.finishReason).toBe('stop');
      expect(result.usage).toEqual({
        input: countPromptTokens(body) - 3,
        cached_read: 3,
        output: completionTokens - (thought.reasoning ?? 0),
        ...thought,
      });
    });

    it('a tool call', async () => {
      const result = (await caller().whole(ask('x', { tools: [WEATHER], tool_choice: 'required' }))) as ChatResult;
      expect(result.finishReason).toBe('tool_calls');
      const called = objectOf(objectsOf(firstMessage(result)['tool_calls'])[0]?.['function']);
      expect(called['name']).toBe('weather');
      expect(JSON.parse(stringOf(called['arguments']) ?? '')).toEqual({ city: 'simulated', days: 1 });
    });

    it.each([
      ['no_usage', null],
      ['wrong_usage', null],
      ['zero_usage', { input: 0, output: 0 }],
    ])('%s', async (word, usage) => {
      expect(await caller().whole(ask(`x [simulate ${word}]`))).toMatchObject({ usage, finishReason: 'stop' });
    });

    it.each([
      ['status=429 retry_after=7', { kind: 'rate_limited', retryable: true, status: 429, retryAfterSeconds: 7 }],
      ['status=500', { kind: 'unavailable', retryable: true, status: 500, retryAfterSeconds: null }],
      ['status=503 html', { kind: 'unavailable', message: 'The provider answered with status 503.' }],
      ['status=400', { kind: 'refused', retryable: false, message: 'Simulated failure.' }],
      ['status=401', { kind: 'authentication', retryable: false }],
      ['garbage', { kind: 'malformed', retryable: true, status: 200 }],
      ['html', { kind: 'malformed', retryable: true }],
      ['empty', { kind: 'malformed', retryable: true }],
      ['error', { kind: 'unavailable', retryable: true }],
      ['no_such_word', { kind: 'refused' }],
    ])('fault %s', async (words, error) => {
      const result = await caller().whole(ask(`x [simulate ${words}]`));
      expect(result).toBeInstanceOf(VendorError);
      expect(result).toMatchObject(error);
    });

    it('reads the arguments of a call and the result that follow each other', async () => {
      const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Kyiv"}' } };
      const messages = [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'How is it?' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_1', content: '{"sky":"clear"}' },
        { role: 'user', content: 'And tomorrow?' },
      ];
      const result = await caller().whole({ messages, tools: [WEATHER] });
      expect(firstMessage(result)['content']).toContain('And tomorrow?');
    });

    it('an answer that does not begin in time', async () => {
      const timeouts = { ...TIMEOUTS, firstByteMs: 50 };
      await expect(caller().whole(ask('x [simulate stall]'), timeouts)).rejects.toMatchObject({ kind: 'timeout' });
    });

    it('a body that is cut', async () => {
      await expect(caller().whole(ask('x [simulate cut_after=1]'))).rejects.toMatchObject({ kind: 'network' });
    });
  });

  describe(`${kind}: streams`, () => {
    it('says the same as the whole answer, ends with usage and done, however it is split', async () => {
      const choices = subject().hasChoices === false ? 1 : 2;
      const body = ask('Grüße 👋🏽 aus 東京', { n: choices });
      const whole = (await caller().whole(body)) as ChatResult;
      const said = objectsOf(whole.completion['choices']).map(
        (each) => stringOf(objectOf(each['message'])['content']) ?? '',
      );
      for (const pieceBytes of [Infinity, 1, 7]) {
        const events = await caller().stream(body, pieceBytes);
        const deltas = Array.from({ length: choices }, () => '');
        for (const event of events)
          for (const choice of event.type === 'chunk' ? objectsOf(event.chunk['choices']) : [])
            deltas[Number(choice['index'])] += stringOf(objectOf(choice['delta'])['content']) ?? '';
        expect(deltas).toEqual(said);
        expect(textOf(events)).toHaveLength(said.join('').length);
        expect(usagesOf(events)).toEqual([whole.usage]);
        expect(last(events)).toEqual({ type: 'done' });
      }
    });

    it('a tool call, whose name and arguments count as text', async () => {
      const events = await caller().stream(ask('x', { tools: [WEATHER], tool_choice: 'required' }));
      expect(textOf(events)).toBe('weather{"city":"simulated","days":1}');
      expect(last(events).type).toBe('done');
    });

    it.each([
      ['no_usage', []],
      ['wrong_usage', []],
      ['zero_usage', [{ input: 0, output: 0 }]],
    ])('%s', async (word, usages) => {
      const events = await caller().stream(ask(`x [simulate ${word}]`));
      expect(usagesOf(events)).toEqual(usages);
      expect(last(events).type).toBe('done');
    });

    it('what was thought, apart from what is said', async () => {
      const body = ask('Hello [simulate reasoning_tokens=5]');
      const events = await caller().stream(body);
      expect(usagesOf(events)).toEqual([((await caller().whole(body)) as ChatResult).usage]);
      expect(last(events)).toEqual({ type: 'done' });
    });

    it('one that falls silent', async () => {
      const events = await caller().stream(ask('x [simulate stall]'), Infinity, { ...TIMEOUTS, idleMs: 50 });
      expect(last(events)).toMatchObject({ type: 'error', error: { kind: 'timeout', retryable: true } });
    });

    it.each([
      ['cut_after=3', 3, 'network'],
      ['cut_after=3 no_done', 3, 'network'],
      ['garbage', 2, 'malformed'],
      ['error', 2, 'unavailable'],
      ['html', 0, 'malformed'],
      ['empty', 0, 'network'],
    ])('fault %s', async (words, chunks, errorKind) => {
      const events = await caller().stream(ask(`x [simulate ${words}]`));
      expect(events.filter((each) => each.type === 'chunk')).toHaveLength(chunks);
      expect(events.filter((each) => each.type !== 'chunk')).toEqual([
        { type: 'error', error: expect.objectContaining({ kind: errorKind, retryable: true }) },
      ]);
    });
  });
}

const GEMINI = 'gemini-2.5-flash';
const NOVA = 'eu.amazon.nova-pro-v1:0';

describe('every adapter', () => {
  let server: VendorServer;
  let http: HttpTransport;
  beforeAll(async () => {
    server = await startVendorServer({ paceMs: 0, models: ['gpt-test', GEMINI, NOVA] });
    http = new HttpTransport({ guard: new UrlGuard([server.allow]) });
  });
  afterAll(async () => {
    await http.close();
    await server.close();
  });

  conformance('openai', () => ({
    transport: http,
    target: { model: 'gpt-test', baseUrl: `${server.url}/`, credential: new Secret('test-key') },
  }));
  conformance('anthropic', () => ({
    transport: http,
    target: { model: 'gpt-test', baseUrl: server.url, credential: new Secret('test-key') },
    hasChoices: false,
  }));
  conformance('google', () => ({
    transport: http,
    target: { model: GEMINI, baseUrl: `http://${server.allow}/v1beta`, credential: new Secret('test-key') },
  }));
  conformance('bedrock', () => ({
    transport: http,
    target: {
      model: NOVA,
      baseUrl: `http://${server.allow}/?region=eu-central-1`,
      credential: new Secret(AWS_CREDENTIAL),
    },
    hasChoices: false,
    countsReasoning: false,
  }));
  conformance('simulator', () => ({
    transport: new SimulatorTransport({ paceMs: 0 }),
    target: { model: 'sim', baseUrl: 'simulator:', credential: null },
  }));

  const AWS = { kind: 'bedrock', model: NOVA, path: '/?region=eu-central-1', status: 403 } as const;
  it.each([
    { kind: 'google', model: GEMINI, path: '/v1beta', status: 400, key: 'wrong' } as const,
    { ...AWS, key: 'a-wrong-api-key' },
    { ...AWS, key: `${AWS_CREDENTIAL}x` },
    { ...AWS, key: `AKIAOTHER:${AWS_CREDENTIAL}` },
  ])('the stand-in of $kind refuses what does not prove the key: $key', async ({ kind, model, path, status, key }) => {
    const target = { model, baseUrl: `http://${server.allow}${path}`, credential: new Secret(key) };
    const result = await new Caller(kind, { transport: http, target }).whole(ask('x'));
    expect(result).toMatchObject({ kind: 'authentication', retryable: false, status });
  });

  it('the stand-in checks key and model, and its bill is what the adapter reads', async () => {
    const call = async (credential: string, model: string): Promise<ChatResult | VendorError> =>
      new Caller('openai', {
        transport: http,
        target: { model, baseUrl: server.url, credential: new Secret(credential) },
      }).whole(ask('bill me'));
    expect(await call('wrong', 'gpt-test')).toMatchObject({ kind: 'authentication', status: 401 });
    expect(await call('test-key', 'gpt-9')).toMatchObject({ kind: 'refused', status: 404 });
    const entries = server.bill.length;
    const { usage } = (await call('test-key', 'gpt-test')) as ChatResult;
    expect(server.bill.slice(entries)).toEqual([
      {
        requestId: 'req_1',
        model: 'gpt-test',
        promptTokens: usage?.input,
        completionTokens: usage?.output,
        outcome: 'complete',
      },
    ]);
  });
});
