import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { VendorError } from '../errors/vendor-error.js';
import type { SendOptions, Timeouts, Transport, VendorBody, VendorResponse } from '../http/transport.js';
import type { VendorRequest } from '../spec/adapter.js';
import { type SimulatedAnswer, simulate } from './answer.js';
import { simulateEmbeddings } from './embeddings.js';

export interface SimulatorOptions {
  /** Pause between two chunks of a stream, in ms, unless the directive names one. Default 15. */
  readonly paceMs?: number;
}

const MAX_TIMER_MS = 2_147_483_647;

/**
 * A vendor inside the process: true OpenAI bytes, no network, no cost, always labelled as simulated. The text follows
 * from the prompt; usage follows from countPromptTokens and countTokens. The last user message can ask for faults:
 *
 *   [simulate status=503 retry_after=2]      an error in OpenAI's shape; also 200 to 599
 *   [simulate delay_ms=200 pace_ms=50]       slow headers, slow chunks
 *   [simulate tokens=200 cached_tokens=10 reasoning_tokens=20]
 *   [simulate cut_after=3]                   the connection is lost after 3 chunks
 *   [simulate cut_after=3 no_done]           the stream ends early, politely
 *   [simulate stall]                         silence after the first chunk (after cut_after, if given)
 *   [simulate garbage], [simulate html], [simulate empty], [simulate error]
 *   [simulate no_usage], [simulate zero_usage], [simulate wrong_usage]
 *   [simulate model=sim-a status=500]        only when the vendor model of the target is sim-a
 *
 * directive.ts says what each word does exactly.
 */
export class SimulatorTransport implements Transport {
  private readonly paceMs: number;

  constructor(options: SimulatorOptions = {}) {
    this.paceMs = options.paceMs ?? 15;
  }

  async send(request: VendorRequest, options: SendOptions): Promise<VendorResponse> {
    const isEmbeddings = request.url.endsWith('/embeddings');
    const answer = isEmbeddings
      ? simulateEmbeddings(request.body)
      : simulate(request.body, request.headers['x-request-id'] ?? '');
    const stop = new AbortController();
    const signal = AbortSignal.any([options.signal, stop.signal]);
    options.departing?.();
    await pause(answer.delayMs, options.timeouts.firstByteMs, signal);
    const chunks = play(answer, answer.paceMs ?? this.paceMs, { signal, timeouts: options.timeouts });
    const body: VendorBody = { [Symbol.asyncIterator]: () => chunks, cancel: () => stop.abort() };
    return { status: answer.status, headers: answer.headers, body };
  }
}

interface Playing {
  readonly signal: AbortSignal;
  readonly timeouts: Timeouts;
}

async function* play(
  answer: SimulatedAnswer,
  paceMs: number,
  { signal, timeouts }: Playing,
): AsyncGenerator<Uint8Array, void, undefined> {
  let waitMs = 0;
  for (const step of answer.steps()) {
    await pause(waitMs, timeouts.idleMs, signal);
    yield step.bytes;
    waitMs = paceMs;
  }
  if (answer.ending === 'stall') await pause(Infinity, timeouts.idleMs, signal);
  if (answer.ending === 'cut') throw new VendorError('network', 'The connection to the provider was lost.');
}

/** Waits as a network would: no longer than the limit (timeout), and not after an abort. Always yields to others. */
async function pause(ms: number, limitMs: number, signal: AbortSignal): Promise<void> {
  try {
    signal.throwIfAborted();
    if (ms <= 0) await turn(undefined, { signal });
    else await sleep(Math.min(ms, limitMs, MAX_TIMER_MS), undefined, { signal });
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new VendorError('aborted', 'The call was aborted.');
  }
  if (ms > limitMs) throw new VendorError('timeout', 'The provider stopped sending.');
}
