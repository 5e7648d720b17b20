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

/** How one vendor writes what a script says. */
export interface SimulatedWire {
  readonly script: (body: JsonObject) => Script;
  readonly whole: (script: Script, envelope: Envelope) => JsonObject;
  /** The stream, less its end mark. */
  readonly steps: (script: Script, envelope: Envelope, body: JsonObject) => Iterable<Step>;
  readonly error: (status: number, message: string, code: string | null) => JsonObject;
  readonly errorEvent: (error: JsonObject) => Uint8Array;
  readonly endMark: Uint8Array | null;
}

const OPENAI: SimulatedWire = Object.freeze({
  script: scriptFor,
  whole: completionObject,
  steps: (script: Script, envelope: Envelope, body: JsonObject) =>
    streamSteps(script, envelope, objectOf(body['stream_options'])['include_usage'] === true),
  error: errorObject,
  errorEvent: sse,
  endMark: encode('data: [DONE]\n\n'),
});

/** The answer to the bytes of a POST. `requestId` makes the answer's id differ between calls. */
export function simulate(requestBody: string, requestId: string, wire: SimulatedWire = OPENAI): SimulatedAnswer {
  const body = parseJson(requestBody);
  if (!isObject(body)) return failure(400, 'We could not parse the JSON body of your request.', { wire });
  try {
    const script = wire.script(body);
    const envelope = envelopeFor(script.model, `${requestId}\n${requestBody}`);
    const said: Said = { wire, script, envelope, body };
    return fault(said) ?? (body['stream'] === true ? stream(said) : whole(said));
  } catch (cause) {
    if (cause instanceof DomainError) return failure(400, cause.message, { wire });
    throw cause;
  }
}

interface Said {
  readonly wire: SimulatedWire;
  readonly script: Script;
  readonly envelope: Envelope;
  readonly body: JsonObject;
}

/** An error answer; in OpenAI's shape unless another wire is named. */
export function failure(
  status: number,
  message: string,
  { code = null, wire = OPENAI }: { code?: string | null; wire?: SimulatedWire } = {},
): SimulatedAnswer {
  return plain(status, { 'content-type': 'application/json' }, JSON.stringify(wire.error(status, message, code)));
}

/** An answer of one piece that costs nothing. */
export function plain(status: number, headers: Readonly<Record<string, string>>, text: string): SimulatedAnswer {
  const steps = text === '' ? [] : [{ bytes: encode(text), tokens: 0 }];
  return { status, headers, delayMs: 0, paceMs: null, ending: 'end', promptTokens: 0, steps: () => steps };
}

/** Faults that leave no completion: another status, a page, nothing. */
function fault({ script, wire }: Said): SimulatedAnswer | null {
  const { numbers, flags } = script.directive;
  const status = numbers.status ?? 200;
  const delayMs = numbers.delay_ms ?? 0;
  if (flags.has('html')) return { ...plain(status, { 'content-type': 'text/html' }, HTML), delayMs };
  if (flags.has('empty')) return { ...plain(status, { 'content-type': 'application/json' }, ''), delayMs };
  if (status === 200) return null;
  const error = failure(status, 'Simulated failure.', { wire, code: status === 429 ? 'rate_limit_exceeded' : null });
  const retryAfter = numbers.retry_after ?? (status === 429 ? 1 : null);
  const headers = { ...error.headers, ...(retryAfter !== null && { 'retry-after': String(retryAfter) }) };
  return { ...error, headers, delayMs };
}

function whole({ wire, script, envelope }: Said): SimulatedAnswer {
  const { numbers, flags } = script.directive;
  const good = encode(JSON.stringify(wire.whole(script, envelope)));
  const tokens = script.completionTokens;
  let bytes = good;
  if (flags.has('error')) bytes = encode(JSON.stringify(wire.error(500, 'Simulated failure.', null)));
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

function stream({ wire, script, envelope, body }: Said): SimulatedAnswer {
  const { numbers } = script.directive;
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' },
    delayMs: numbers.delay_ms ?? 0,
    paceMs: numbers.pace_ms ?? null,
    ending: streamEnding(script.directive),
    promptTokens: script.promptTokens,
    steps: () => brokenSteps(wire.steps(script, envelope, body), script.directive, wire),
  };
}

function streamEnding({ numbers, flags }: Directive): SimulatedAnswer['ending'] {
  if (flags.has('stall')) return 'stall';
  return numbers.cut_after === undefined || flags.has('no_done') ? 'end' : 'cut';
}

/** The good steps up to where the directive breaks them, then what it breaks them with. */
function* brokenSteps(good: Iterable<Step>, { numbers, flags }: Directive, wire: SimulatedWire): Generator<Step> {
  const breaks = flags.has('garbage') || flags.has('error');
  const keep = numbers.cut_after ?? (flags.has('stall') || flags.has('no_done') ? 1 : Infinity);
  const limit = breaks ? CHUNKS_BEFORE_BREAK : keep;
  let sent = 0;
  for (const step of good) {
    if (sent >= limit) break;
    yield step;
    sent++;
  }
  if (flags.has('error')) yield { bytes: wire.errorEvent(wire.error(500, 'Simulated failure.', null)), tokens: 0 };
  else if (flags.has('garbage')) yield { bytes: encode('data: {"id":"chatcmpl-\n\n'), tokens: 0 };
  if (wire.endMark && (breaks || limit === Infinity)) yield { bytes: wire.endMark, tokens: 0 };
}
