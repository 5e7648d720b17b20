import { DomainError } from '../../core/errors.js';
import { isObject, objectOf, parseJson } from '../json.js';
import type { JsonObject } from '../spec/json.js';
import type { Directive } from './directive.js';
import { type Script, scriptFor } from './script.js';
import {
  completionObject,
  encode,
  type Envelope,
  envelopeFor,
  errorObject,
  sse,
  type Step,
  streamSteps,
} from './wire.js';

const HTML = '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';
/** Good chunks before a stream breaks by `garbage` or `error`. */
const CHUNKS_BEFORE_BREAK = 2;

/** Everything that goes on the wire for one request, and what it costs. Whoever carries it adds the time. */
export interface SimulatedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Wait before the headers; Infinity when they shall never come. */
  readonly delayMs: number;
  /** Pause between steps; null when the carrier's default counts. */
  readonly paceMs: number | null;
  /** After the last step: close properly, lose the connection, or fall silent. */
  readonly ending: 'end' | 'cut' | 'stall';
  /** 0 for an answer that was never generated. */
  readonly promptTokens: number;
  readonly steps: () => Iterable<Step>;
}

/** The answer to the bytes of a POST /chat/completions. `requestId` makes the completion's id differ between calls. */
export function simulate(requestBody: string, requestId: string): SimulatedAnswer {
  const body = parseJson(requestBody);
  if (!isObject(body)) return failure(400, 'We could not parse the JSON body of your request.');
  try {
    const script = scriptFor(body);
    const envelope = envelopeFor(script.model, `${requestId}\n${requestBody}`);
    return fault(script) ?? (body['stream'] === true ? stream(script, envelope, body) : whole(script, envelope));
  } catch (cause) {
    if (cause instanceof DomainError) return failure(400, cause.message);
    throw cause;
  }
}

/** An error answer in OpenAI's shape. */
export function failure(status: number, message: string, code: string | null = null): SimulatedAnswer {
  return plain(status, { 'content-type': 'application/json' }, JSON.stringify(errorObject(status, message, code)));
}

/** An answer of one piece that costs nothing. */
export function plain(status: number, headers: Readonly<Record<string, string>>, text: string): SimulatedAnswer {
  const steps = text === '' ? [] : [{ bytes: encode(text), tokens: 0 }];
  return { status, headers, delayMs: 0, paceMs: null, ending: 'end', promptTokens: 0, steps: () => steps };
}

/** Faults that leave no completion: another status, a page, nothing. */
function fault({ directive }: Script): SimulatedAnswer | null {
  const { numbers, flags } = directive;
  const status = numbers.status ?? 200;
  const delayMs = numbers.delay_ms ?? 0;
  if (flags.has('html')) return { ...plain(status, { 'content-type': 'text/html' }, HTML), delayMs };
  if (flags.has('empty')) return { ...plain(status, { 'content-type': 'application/json' }, ''), delayMs };
  if (status === 200) return null;
  const error = failure(status, 'Simulated failure.', status === 429 ? 'rate_limit_exceeded' : null);
  const retryAfter = numbers.retry_after ?? (status === 429 ? 1 : null);
  const headers = { ...error.headers, ...(retryAfter !== null && { 'retry-after': String(retryAfter) }) };
  return { ...error, headers, delayMs };
}

function whole(script: Script, envelope: Envelope): SimulatedAnswer {
  const { numbers, flags } = script.directive;
  const good = encode(JSON.stringify(completionObject(script, envelope)));
  const tokens = script.completionTokens;
  let bytes = good;
  if (flags.has('error')) bytes = encode(JSON.stringify(errorObject(500, 'Simulated failure.')));
  const broken = flags.has('garbage') || numbers.cut_after !== undefined;
  if (broken) bytes = good.subarray(0, good.length >> 1);
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    delayMs: flags.has('stall') ? Infinity : (numbers.delay_ms ?? 0),
    paceMs: null,
    ending: numbers.cut_after === undefined ? 'end' : 'cut',
    promptTokens: script.promptTokens,
    steps: () => [{ bytes, tokens }],
  };
}

function stream(script: Script, envelope: Envelope, body: JsonObject): SimulatedAnswer {
  const { numbers, flags } = script.directive;
  const includeUsage = objectOf(body['stream_options'])['include_usage'] === true;
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    delayMs: numbers.delay_ms ?? 0,
    paceMs: numbers.pace_ms ?? null,
    ending: streamEnding(script.directive),
    promptTokens: script.promptTokens,
    steps: () => brokenSteps(streamSteps(script, envelope, includeUsage), { numbers, flags }),
  };
}

function streamEnding({ numbers, flags }: Directive): SimulatedAnswer['ending'] {
  if (flags.has('stall')) return 'stall';
  return numbers.cut_after === undefined || flags.has('no_done') ? 'end' : 'cut';
}

/** The good steps up to where the directive breaks them, then what it breaks them with. */
function* brokenSteps(good: Iterable<Step>, { numbers, flags }: Directive): Generator<Step> {
  const breaks = flags.has('garbage') || flags.has('error');
  const keep = numbers.cut_after ?? (flags.has('stall') || flags.has('no_done') ? 1 : Infinity);
  const limit = breaks ? CHUNKS_BEFORE_BREAK : keep;
  let sent = 0;
  for (const step of good) {
    if (sent >= limit) break;
    yield step;
    sent++;
  }
  if (flags.has('error')) yield { bytes: sse(errorObject(500, 'Simulated failure.')), tokens: 0 };
  else if (flags.has('garbage')) yield { bytes: encode('data: {"id":"chatcmpl-\n\n'), tokens: 0 };
  if (breaks || limit === Infinity) yield { bytes: encode('data: [DONE]\n\n'), tokens: 0 };
}
