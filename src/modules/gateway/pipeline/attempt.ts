import { randomUUID } from 'node:crypto';
import { DomainError, invalid } from '../../../core/errors.js';
import type { Usage } from '../../../core/usage.js';
import {
  adapterFor,
  generatedText,
  type JsonObject,
  type ProviderAdapter,
  readAll,
  type StreamEvent,
  type Timeouts,
  type Transport,
  VendorError,
  type VendorResponse,
} from '../../../providers/index.js';
import { objectsOf } from '../../../providers/json.js';
import type { RouteTarget } from '../../catalog/index.js';
import type { Breakers } from './breakers.js';
import type { Admission, CallRequest, StreamSink } from './call.js';

/** What a vendor gave in the end, complete or not. */
export interface Flight {
  readonly target: RouteTarget | null;
  readonly completion: JsonObject | null;
  /** As the vendor reported it; null when it did not, or reported nonsense. */
  readonly usage: Usage | null;
  readonly finishReason: string | null;
  /** Text that was delivered, to estimate output when the vendor reports none. */
  readonly deliveredBytes: number;
  /** Whether the request may have been billed by the vendor. */
  readonly wasSent: boolean;
  readonly attempts: readonly Record<string, unknown>[];
  readonly error: DomainError | null;
}

/** What attempts need from outside the call. */
export interface Cockpit {
  readonly transportOf: (target: RouteTarget) => Transport;
  readonly breakers: Breakers;
  readonly timeouts: Timeouts;
  readonly bodyBytes: number;
  /** Told in the moment before a request goes out, not while it still waits for a connection. */
  readonly departing: (target: RouteTarget) => void;
  /** Told while output arrives. */
  readonly progress: (deliveredBytes: number) => void;
}

const MAX_ATTEMPTS = 3;

interface State {
  hasDeparted: boolean;
  completion: JsonObject | null;
  usage: Usage | null;
  finishReason: string | null;
  deliveredBytes: number;
  chunks: number;
}

/**
 * Asks the targets in order until one answers. After the first byte has reached the client there is no second attempt.
 * @param sink where chunks go; null for a call that is not streamed
 */
export async function attemptTargets(
  request: CallRequest,
  admission: Admission,
  cockpit: Cockpit,
  flight: { signal: AbortSignal; sink: StreamSink | null },
): Promise<Flight> {
  const attempts: Record<string, unknown>[] = [];
  const { breakers } = cockpit;
  const inOrder = request.mayFallBack ? breakers.order(admission.route.targets) : admission.route.targets;
  const targets = inOrder.slice(0, request.mayFallBack ? MAX_ATTEMPTS : 1);
  let last: Flight | null = null;
  for (const target of targets) {
    if (last && !breakers.takeRetry()) break;
    const startedMs = performance.now();
    breakers.begin(target);
    const nothing = { completion: null, usage: null, finishReason: null, deliveredBytes: 0, chunks: 0 };
    const state: State = { hasDeparted: false, ...nothing };
    const error = await tryTarget({ request, admission, cockpit, target, ...flight, state }).catch((fault: unknown) => {
      breakers.end(target, null); // A fault of ours says nothing of the target, whose probe must not stay out for ever.
      throw fault;
    });
    breakers.end(target, healthOf(error));
    attempts.push(attemptRecord(target, error, performance.now() - startedMs));
    last = {
      ...state,
      target,
      wasSent: wasBillable(error, state),
      attempts,
      error: error && asDomainError(error, target, { alias: admission.route.alias.name, signal: flight.signal }),
    };
    if (!error || !mayTryNext(error) || state.chunks > 0 || flight.signal.aborted) break;
  }
  if (!last) throw new DomainError('provider_error', 'No target serves this model');
  return last;
}

/**
 * A fault of ours in the middle of a call, whose hold is released.
 * @param wasSent whether it may have been: then input is charged
 */
export function brokenFlight(admission: Admission, fault: unknown, wasSent: boolean): Flight {
  const error = new DomainError('internal', 'Internal error', {}, { cause: fault });
  const nothing = { completion: null, usage: null, finishReason: null, deliveredBytes: 0, attempts: [] };
  return { ...nothing, target: admission.route.targets[0]!, wasSent, error };
}

interface Attempt {
  readonly request: CallRequest;
  readonly admission: Admission;
  readonly cockpit: Cockpit;
  readonly target: RouteTarget;
  readonly signal: AbortSignal;
  readonly sink: StreamSink | null;
  readonly state: State;
}

async function tryTarget(attempt: Attempt): Promise<VendorError | null> {
  const { request, admission, cockpit, target } = attempt;
  const vendor = adapterFor(target.provider.kind);
  const adapter = request.operation === 'chat' ? vendor : vendor.embeddings?.();
  try {
    if (!adapter) throw new VendorError('unsupported', 'This model makes no embeddings.', { field: 'model' });
    // The bound is that of the widest target; one that can do less refuses to be asked for more.
    const maxOutputTokens = Math.min(admission.maxOutputTokens, target.maxOutputTokens ?? Number.POSITIVE_INFINITY);
    const call = { body: request.body, stream: request.stream, maxOutputTokens };
    const baseUrl = target.provider.baseUrl ?? vendor.defaultBaseUrl ?? '';
    const place = { model: target.modelName, baseUrl, credential: target.provider.credential };
    const outgoing = await adapter.buildRequest({ ...call, requestId: request.id }, place);
    const departing = (): void => {
      attempt.state.hasDeparted = true;
      cockpit.departing(target);
    };
    const options = { signal: attempt.signal, timeouts: cockpit.timeouts, departing };
    const response = await cockpit.transportOf(target).send(outgoing, options);
    const isStream = attempt.sink !== null && response.status >= 200 && response.status < 300;
    const error = await (isStream ? readStream(attempt, vendor, response) : readWhole(attempt, adapter, response));
    return error && error.without(target.provider.credential);
  } catch (error) {
    if (error instanceof VendorError) return error.without(target.provider.credential);
    throw error;
  }
}

async function readWhole(
  attempt: Attempt,
  adapter: Pick<ProviderAdapter, 'parseResponse'>,
  response: VendorResponse,
): Promise<VendorError | null> {
  const body = await readAll(response.body, attempt.cockpit.bodyBytes);
  const result = adapter.parseResponse(response.status, response.headers, body);
  if (result instanceof VendorError) return result;
  const { completion, usage, finishReason } = result;
  Object.assign(attempt.state, { usage, finishReason, completion: renamed(completion, attempt) });
  // Vectors are no output: a list of them has no choices.
  attempt.state.deliveredBytes = Buffer.byteLength(generatedText(objectsOf(completion['choices'])));
  return null;
}

async function readStream(
  attempt: Attempt,
  adapter: ProviderAdapter,
  response: VendorResponse,
): Promise<VendorError | null> {
  const parser = adapter.streamParser();
  try {
    for await (const bytes of response.body) {
      const outcome = await deliver(attempt, parser.push(bytes));
      if (outcome !== null) return outcome === 'done' ? null : outcome;
    }
    const outcome = await deliver(attempt, parser.end());
    return outcome === 'done' ? null : outcome;
  } finally {
    response.body.cancel();
  }
}

/** Passes on what arrived together as one write; gives how the stream ended, or null while it goes on. */
async function deliver(attempt: Attempt, events: readonly StreamEvent[]): Promise<VendorError | 'done' | null> {
  const { state, cockpit, sink } = attempt;
  const chunks: JsonObject[] = [];
  const ending = events.find((event) => event.type === 'done' || event.type === 'error');
  for (const event of events) {
    if (event === ending) break;
    if (event.type === 'usage') state.usage = event.usage;
    if (event.type !== 'chunk') continue;
    state.deliveredBytes += Buffer.byteLength(event.text);
    state.finishReason = finishReasonOf(event.chunk) ?? state.finishReason;
    chunks.push(renamed(event.chunk, attempt));
  }
  if (chunks.length > 0) {
    state.chunks += chunks.length;
    cockpit.progress(state.deliveredBytes);
    await sink!.chunks(chunks);
  }
  if (!ending) return null;
  return ending.type === 'error' ? ending.error : 'done';
}

/** Tenants see the alias they asked for and an id of ours, never the vendor's model or ids. */
function renamed(object: JsonObject, attempt: Attempt): JsonObject {
  const { system_fingerprint: _fingerprint, provider: _provider, ...rest } = object;
  const model = attempt.admission.route.alias.name;
  return attempt.request.operation === 'chat'
    ? { ...rest, id: `chatcmpl-${attempt.request.id}`, model }
    : { ...rest, model };
}

function finishReasonOf(chunk: JsonObject): string | null {
  const choice = Array.isArray(chunk.choices) ? (chunk.choices[0] as JsonObject | undefined) : undefined;
  return typeof choice?.finish_reason === 'string' ? choice.finish_reason : null;
}

/** Refusals cost nothing at any vendor; everything that broke off after sending may have been billed. */
function wasBillable(error: VendorError | null, state: State): boolean {
  if (error === null || state.chunks > 0) return true;
  return state.hasDeparted && (error.kind === 'timeout' || error.kind === 'aborted');
}

function attemptRecord(target: RouteTarget, error: VendorError | null, ms: number): Record<string, unknown> {
  const failure = error && { error: error.kind, status: error.status, message: error.message };
  const { id, name, kind } = target.provider;
  return {
    id: randomUUID(),
    provider_id: id,
    provider: name,
    kind,
    model: target.modelName,
    ms: Math.round(ms),
    ...failure,
  };
}

/** What an attempt says of its target: a client that left, or asked for what no target can do, says nothing. */
function healthOf(error: VendorError | null): 'success' | 'failure' | null {
  if (!error) return 'success';
  if (error.kind === 'aborted' || error.kind === 'unsupported') return null;
  return error.kind === 'refused' && !isSetUpWrongly(error) ? 'success' : 'failure';
}

/** A target that is set up wrongly fails for every call; the next one may be right. */
const isSetUpWrongly = (error: VendorError): boolean => error.kind === 'authentication' || error.status === 404;

const mayTryNext = (error: VendorError): boolean =>
  error.retryable || error.kind === 'unsupported' || isSetUpWrongly(error);

function asDomainError(
  error: VendorError,
  target: RouteTarget,
  call: { alias: string; signal: AbortSignal },
): DomainError {
  if (call.signal.reason instanceof DomainError) return call.signal.reason;
  const words = error.message.replaceAll(target.modelName, call.alias);
  if (error.kind === 'unsupported')
    return new DomainError('invalid_request', words, { field: error.field ?? 'request' });
  if (error.kind === 'refused' && !isSetUpWrongly(error)) return invalid('request', `the model refused it: ${words}`);
  const details = error.retryAfterSeconds === null ? {} : { retryAfterSeconds: error.retryAfterSeconds };
  const code = error.kind === 'timeout' ? 'provider_timeout' : 'provider_error';
  return new DomainError(code, `The model could not be reached: ${words}`, details, { cause: error });
}
