import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../../core/secret.js';
import { type Transport, VendorError } from '../../../providers/index.js';
import type { Route, RouteTarget } from '../../catalog/index.js';
import { admit } from './admit.js';
import { attemptTargets, type Cockpit, type Flight } from './attempt.js';
import { Breakers } from './breakers.js';
import type { CallRequest } from './call.js';

type Sent = Parameters<Transport['send']>[0];

const target = (modelName: string, maxOutputTokens: number | null): RouteTarget => ({
  ...{ modelId: modelName, modelName, maxOutputTokens, contextWindow: null, weight: 1, priceId: 'prc_1' },
  provider: { id: 'prv_1', kind: 'openai', name: 'vLLM', baseUrl: 'https://llm.test/v1', credential: new Secret('k') },
  ...{ prices: { input: 1n, output: 1n }, charged: { input: 1n, output: 1n } },
});
const ANSWER = { choices: [{ message: { content: 'hi' }, finish_reason: 'stop' }] };

/** Sends a call to the targets; the first `failures` answers are 503. */
async function fly(
  targets: RouteTarget[],
  failures: number,
  other?: Transport,
  breakers = new Breakers(() => 0),
): Promise<{ flight: Flight; asked: Sent[] }> {
  const asked: Sent[] = [];
  const transport: Transport = other ?? {
    send: async (request) => {
      asked.push(request);
      const isDown = asked.length <= failures;
      async function* body(): AsyncGenerator<Uint8Array> {
        yield Buffer.from(JSON.stringify(isDown ? { error: { message: 'busy' } } : ANSWER));
      }
      return { status: isDown ? 503 : 200, headers: {}, body: Object.assign(body(), { cancel: () => undefined }) };
    },
  };
  const cockpit: Cockpit = {
    ...{ transportOf: () => transport, timeouts: { connectMs: 1, firstByteMs: 1, idleMs: 1 }, bodyBytes: 10_000 },
    ...{ departing: () => undefined, progress: () => undefined, breakers },
  };
  const route: Route = { alias: { id: 'als_1', name: 'chat', strategy: 'ordered' }, targets };
  const request = {
    id: 'c1',
    body: { messages: [{ role: 'user', content: 'x' }] },
    stream: false,
    operation: 'chat',
    mayFallBack: true,
  } as unknown as CallRequest;
  const control = { signal: new AbortController().signal, sink: null };
  return { flight: await attemptTargets(request, admit(request, route), cockpit, control), asked };
}
const askedFor = (request: Sent): unknown => {
  const { model, max_tokens: tokens } = JSON.parse(request.body) as Record<string, unknown>;
  return [model, tokens];
};

describe('attemptTargets', () => {
  it('asks each target for no more output than it can give', async () => {
    const { asked, flight } = await fly([target('small', 2_000), target('large', 32_000), target('unknown', null)], 2);
    expect(asked.map(askedFor)).toEqual([
      ['small', 2_000],
      ['large', 32_000],
      ['unknown', 32_000],
    ]);
    expect(flight).toMatchObject({ error: null, target: { modelName: 'unknown' }, completion: { model: 'chat' } });
    expect(flight.attempts).toHaveLength(3);
  });

  it('takes a request for one that may be billed only once it has departed', async () => {
    const lost = async (hasDeparted: boolean): Promise<Flight> => {
      const transport: Transport = {
        send: (_, { departing }) => {
          if (hasDeparted) departing!();
          return Promise.reject(new VendorError('aborted', 'The call was aborted.'));
        },
      };
      return (await fly([target('a', 100)], 0, transport)).flight;
    };
    expect(await lost(true)).toMatchObject({ wasSent: true, completion: null });
    expect(await lost(false)).toMatchObject({ wasSent: false, completion: null });
  });

  it('gives back the probe of a target when the fault was ours', async () => {
    let nowMs = 0;
    const breakers = new Breakers(() => nowMs);
    const [ill, well] = [target('ill', 100), target('well', 100)];
    for (let failures = 0; failures < 5; failures++) breakers.end(ill, 'failure');
    expect(breakers.order([ill, well])).toEqual([well, ill]);
    nowMs = 30_000;
    const broken: Transport = { send: () => Promise.reject(new TypeError('a fault of ours')) };
    await expect(fly([ill], 0, broken, breakers)).rejects.toThrow(TypeError);
    expect(breakers.order([ill, well])).toEqual([ill, well]);
  });

  it('stops at the first answer, and after three attempts', async () => {
    const targets = ['a', 'b', 'c', 'd'].map((name) => target(name, 100));
    expect((await fly(targets, 0)).asked).toHaveLength(1);
    const { asked, flight } = await fly(targets, 9);
    expect(asked).toHaveLength(3);
    expect(flight).toMatchObject({ completion: null, wasSent: false, error: { code: 'provider_error' } });
  });
});
