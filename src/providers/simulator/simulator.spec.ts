import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { VendorResponse } from '../http/transport.js';
import { parseJson } from '../json.js';
import type { JsonObject } from '../spec/json.js';
import { simulate } from './answer.js';
import { parseDirective } from './directive.js';
import { sampleOf } from './sample.js';
import { scriptFor } from './script.js';
import { SimulatorTransport } from './simulator-transport.js';
import { countPromptTokens, countTokens } from './tokens.js';

const ask = (content: string, more: JsonObject = {}): JsonObject => ({
  model: 'sim',
  messages: [{ role: 'user', content }],
  ...more,
});
const answer = (body: JsonObject): JsonObject => {
  const [step] = simulate(JSON.stringify(body), 'r').steps();
  return parseJson(new TextDecoder().decode(step?.bytes)) as JsonObject;
};

describe('script', () => {
  it('is deterministic, says that it is simulated and refers to the prompt', () => {
    const script = scriptFor(ask('Why is the sky blue? [simulate pace_ms=1]'));
    expect(script).toEqual(scriptFor(ask('Why is the sky blue? [simulate pace_ms=1]')));
    expect(script.choices[0]?.text).toBe(
      'This is a simulated answer; no model was called. The prompt was: "Why is the sky blue?".',
    );
  });

  it('counts by its published formula', () => {
    expect([countTokens(''), countTokens('abcd'), countTokens('abcde'), countTokens('👋👋👋👋')]).toEqual([0, 1, 2, 1]);
    const image = { type: 'image_url', image_url: { url: 'data:' } };
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'abcd' }, image] }];
    expect(countPromptTokens({ messages })).toBe(4 + 1 + 85);
    const script = scriptFor(ask('x [simulate tokens=200 reasoning_tokens=10]', { n: 3 }));
    expect(script.completionTokens).toBe(10 + 3 * 200);
  });

  it('never exceeds max tokens by choice, and says length when cut', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat({ max: 80 }),
        fc.string({ unit: 'grapheme' }),
        (max, tokens, text) => {
          const script = scriptFor(ask(`${text} [simulate tokens=${tokens}]`, { max_tokens: max }));
          expect(script.completionTokens).toBe(Math.min(max, tokens));
          expect(script.choices[0]?.finishReason).toBe(tokens > max ? 'length' : 'stop');
        },
      ),
    );
  });

  it('honours stop, JSON, tools and the parts of a message', () => {
    expect(scriptFor(ask('x', { stop: ['simulated', 'zzz'] })).choices[0]?.text).toBe('This is a ');
    const json = scriptFor(ask('hi "you"', { response_format: { type: 'json_object' } })).choices[0]?.text;
    expect(JSON.parse(json ?? '')).toEqual({ simulated: true, prompt: 'hi "you"' });
    const schema = { type: 'object', properties: { a: { enum: ['e'] }, b: { type: ['null', 'number'] } } };
    const structured = { response_format: { type: 'json_schema', json_schema: { name: 's', schema } } };
    expect(JSON.parse(scriptFor(ask('x', structured)).choices[0]?.text ?? '')).toEqual({ a: 'e', b: 1 });
    const tools = ['f', 'g'].map((name) => ({ type: 'function', function: { name } }));
    const named = { tools, tool_choice: { type: 'function', function: { name: 'g' } } };
    expect(scriptFor(ask('x', named)).choices[0]).toEqual({ tool: 'g', text: '{}', finishReason: 'tool_calls' });
    expect(scriptFor(ask('x', { tools, tool_choice: 'auto' })).choices[0]?.tool).toBeNull();
    const parts = { model: 'm', messages: [{ role: 'user', content: [{ type: 'text', text: 'part' }] }] };
    expect(scriptFor(parts).choices[0]?.text).toContain('"part"');
  });

  it.each([
    [{ messages: [{ role: 'user', content: 'x' }] }],
    [{ model: 'm' }],
    [{ model: 'm', messages: [] }],
    [ask('x', { n: 129 })],
    [ask('x', { max_tokens: 0 })],
    [ask('x', { tools: [], tool_choice: { type: 'function', function: { name: 'f' } } })],
    [ask('[simulate bogus]')],
    [ask('[simulate status=199]')],
    [ask('[simulate tokens=999999999]')],
    [ask('[simulate toString=1]')],
  ])('refuses %j as OpenAI would', (body) => {
    expect(simulate(JSON.stringify(body), 'r').status).toBe(400);
    expect(answer(body)).toMatchObject({ error: { type: 'invalid_request_error', message: expect.any(String) } });
  });

  it('samples recursive schemas without end', () => {
    const schema = { $ref: '#/$defs/n', $defs: { n: { type: 'object', properties: { next: { $ref: '#/$defs/n' } } } } };
    expect(JSON.stringify(sampleOf(schema)).length).toBeLessThan(1_000);
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`p${index}`, { $ref: '#' }]));
    expect(JSON.stringify(sampleOf({ type: 'object', properties: many })).length).toBeLessThan(1_000_000);
  });
});

describe('directive', () => {
  it('adds up, and counts only for the model it names', () => {
    const text = '[simulate status=503 model=a] [simulate delay_ms=5] [simulate stall model=b]';
    expect(parseDirective(text, 'a')).toEqual({ numbers: { status: 503, delay_ms: 5 }, flags: new Set() });
    expect(parseDirective(text, 'b')).toEqual({ numbers: { delay_ms: 5 }, flags: new Set(['stall']) });
  });
});

describe('wire', () => {
  it('is a chat.completion with usage', () => {
    expect(answer(ask('x'))).toEqual({
      id: expect.stringMatching(/^chatcmpl-[0-9a-f]{24}$/),
      object: 'chat.completion',
      created: expect.any(Number),
      model: 'sim',
      system_fingerprint: 'fp_simulated',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: expect.stringContaining('simulated'), refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: expect.objectContaining({
        prompt_tokens: 5,
        prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      }),
    });
  });

  it('streams role, one token a chunk, finish, usage if asked, [DONE]; tokens of the steps add up', () => {
    const body = ask('x [simulate tokens=3 reasoning_tokens=2]', {
      stream: true,
      stream_options: { include_usage: true },
    });
    const steps = [...simulate(JSON.stringify(body), 'r').steps()];
    const lines = steps.map((each) => new TextDecoder().decode(each.bytes));
    expect(steps.map((each) => each.tokens)).toEqual([2, 1, 1, 1, 0, 0, 0]);
    expect(lines.every((each) => /^data: .*\n\n$/.test(each))).toBe(true);
    expect(lines[0]).toContain('"delta":{"role":"assistant","content":""');
    expect(lines[4]).toContain('"finish_reason":"stop"');
    expect(lines[5]).toContain('"choices":[],"usage":{');
    expect(lines[6]).toBe('data: [DONE]\n\n');
    const plain = [...simulate(JSON.stringify({ ...body, stream_options: {} }), 'r').steps()];
    expect(plain).toHaveLength(6);
    expect(new TextDecoder().decode(plain[0]?.bytes)).not.toContain('"usage"');
  });
});

describe('SimulatorTransport', () => {
  const send = (body: JsonObject, signal: AbortSignal, limitMs = 20_000): Promise<VendorResponse> =>
    new SimulatorTransport({ paceMs: 0 }).send(
      { url: 'simulator://in-process/chat/completions', headers: {}, body: JSON.stringify(body) },
      { signal, timeouts: { connectMs: limitMs, firstByteMs: limitMs, idleMs: limitMs } },
    );
  const never = new AbortController().signal;

  it('honours an abort at once and leaves no timer', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
    const before = timers();
    const early = new AbortController();
    const waiting = send(ask('[simulate delay_ms=600000]'), early.signal, 1e9);
    expect(timers()).toBe(before + 1);
    early.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'aborted' });
    const late = new AbortController();
    const { body } = await send(ask('[simulate pace_ms=600000]', { stream: true }), late.signal, 1e9);
    const chunks = body[Symbol.asyncIterator]();
    await chunks.next();
    const next = chunks.next();
    late.abort();
    await expect(next).rejects.toMatchObject({ kind: 'aborted' });
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('keeps the timeouts of the call', async () => {
    await expect(send(ask('[simulate stall]'), never, 5)).rejects.toMatchObject({ kind: 'timeout' });
    const { body } = await send(ask('[simulate stall]', { stream: true }), never, 5);
    const chunks = body[Symbol.asyncIterator]();
    await chunks.next();
    await expect(chunks.next()).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('stops when it is cancelled', async () => {
    const { body } = await send(ask('[simulate tokens=1000]', { stream: true }), never);
    const chunks: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of body) if (chunks.push(chunk) === 2) body.cancel();
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'aborted' });
    expect(chunks).toHaveLength(2);
  });

  it('leaves the pace to the carrier unless the directive names one', () => {
    expect(simulate(JSON.stringify(ask('x', { stream: true })), 'r').paceMs).toBeNull();
    expect(simulate(JSON.stringify(ask('[simulate pace_ms=50]', { stream: true })), 'r').paceMs).toBe(50);
  });
});
