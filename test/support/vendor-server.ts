import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { isObject, parseJson } from '../../src/providers/json.js';
import { failure, plain, type SimulatedAnswer } from '../../src/providers/simulator/answer.js';
import { apiOf, type RecordedRequest } from './vendor-apis.js';

export interface VendorServerOptions {
  /** Models that exist; others are answered 404. Default gpt-test, gpt-test-mini. */
  readonly models?: readonly string[];
  /** The key that is accepted, beside signatures by AWS_CREDENTIAL. Default test-key. */
  readonly apiKey?: string;
  /** Pause between chunks of a stream, in ms, unless the directive names one. Default 2. */
  readonly paceMs?: number;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Sees each request before it is answered; gives an answer of its own, or null for the usual one. */
  readonly intercept?: (request: RecordedRequest) => SimulatedAnswer | null;
  /** Awaited before each chunk of an answer, by its number from 0: a stream stands still until then. */
  readonly beforeChunk?: (number: number) => Promise<void> | undefined;
}

export type { RecordedRequest };

/** What the vendor would charge for one request: tokens generated, whether or not they arrived. */
export interface BillEntry {
  readonly requestId: string;
  readonly model: string;
  readonly promptTokens: number;
  completionTokens: number;
  outcome: 'running' | 'complete' | 'client_closed' | 'cut';
}

export interface VendorServer {
  /** Base URL for an OpenAI client: http://127.0.0.1:port/v1. */
  readonly url: string;
  /** host:port, as PROVIDER_URL_ALLOW takes it. */
  readonly allow: string;
  readonly requests: RecordedRequest[];
  readonly bill: BillEntry[];
  close(): Promise<void>;
}

/**
 * A stand-in vendor that speaks the APIs of OpenAI, Anthropic, Gemini and Bedrock over real HTTP and keeps its own bill.
 * Gemini is at /v1beta below the origin, Bedrock at the origin itself. Its answers, its token counts and the `[simulate ...]` faults of the last user message are the simulator's (simulator-transport.ts).
 */
export async function startVendorServer(options: VendorServerOptions = {}): Promise<VendorServer> {
  const requests: RecordedRequest[] = [];
  const bill: BillEntry[] = [];
  const server = createServer((incoming, response) => {
    serve({ incoming, response, requests, bill, options }).catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const allow = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `http://${allow}/v1`, allow, requests, bill, close: () => closeServer(server) };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly requests: RecordedRequest[];
  readonly bill: BillEntry[];
  readonly options: VendorServerOptions;
}

async function serve(exchange: Exchange): Promise<void> {
  const { response, options } = exchange;
  const gone = new AbortController();
  const closed = new Promise<void>((resolve) => response.once('close', () => resolve(gone.abort())));
  response.on('error', () => undefined);
  const { request, end } = await record(exchange);
  const answer =
    options.intercept?.(request) ??
    (await refusal(request, options)) ??
    listModels(request, options) ??
    answerTo(request);
  const entry = openEntry(exchange.bill, request, answer);
  const paceMs = answer.paceMs ?? options.paceMs ?? 2;
  await play({ answer, response, entry, signal: gone.signal, paceMs, beforeChunk: options.beforeChunk });
  await closed;
  // A response that we destroy carries our error; one that is unfinished without it was left by the client.
  request.clientClosed = !response.writableEnded && response.errored === null;
  end(request.clientClosed ? 'client' : 'server');
}

async function record({
  incoming,
  requests,
}: Exchange): Promise<{ request: RecordedRequest; end: (by: 'server' | 'client') => void }> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  const json = parseJson(body);
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  let end!: (by: 'server' | 'client') => void;
  const request: RecordedRequest = {
    requestId: headers['x-request-id'] ?? '',
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers,
    body,
    json: isObject(json) ? json : null,
    clientClosed: false,
    ended: new Promise((resolve) => (end = resolve)),
  };
  requests.push(request);
  return { request, end };
}

/** What the stand-in says by itself, without a look at key or model. */
export const answerTo = (request: RecordedRequest): SimulatedAnswer =>
  apiOf(request)?.answer(request) ?? noSuchPath(request);

const noSuchPath = ({ method, path }: RecordedRequest): SimulatedAnswer =>
  failure(404, `Invalid URL (${method} ${path})`);

/** What vendors check before they generate. */
async function refusal(request: RecordedRequest, options: VendorServerOptions): Promise<SimulatedAnswer | null> {
  const api = apiOf(request);
  if (api === null) return noSuchPath(request);
  const unknown = await api.keyRefusal(request, options.apiKey ?? 'test-key');
  if (unknown) return unknown;
  const model = api.model(request);
  return model === null || modelsOf(options).includes(model) ? null : api.modelRefusal(model);
}

function listModels(request: RecordedRequest, options: VendorServerOptions): SimulatedAnswer | null {
  if (request.method !== 'GET') return null;
  const data = modelsOf(options).map((id) => ({ id, object: 'model', created: 0, owned_by: 'stand-in' }));
  return plain(200, { 'content-type': 'application/json' }, JSON.stringify({ object: 'list', data }));
}

const modelsOf = (options: VendorServerOptions): readonly string[] => options.models ?? ['gpt-test', 'gpt-test-mini'];

function openEntry(bill: BillEntry[], request: RecordedRequest, answer: SimulatedAnswer): BillEntry | null {
  if (answer.promptTokens === 0) return null;
  const model = apiOf(request)?.model(request) ?? '';
  const { requestId } = request;
  const entry: BillEntry = {
    requestId,
    model,
    promptTokens: answer.promptTokens,
    completionTokens: 0,
    outcome: 'running',
  };
  bill.push(entry);
  return entry;
}

interface Playing {
  readonly answer: SimulatedAnswer;
  readonly response: ServerResponse;
  readonly entry: BillEntry | null;
  readonly signal: AbortSignal;
  readonly paceMs: number;
  readonly beforeChunk: VendorServerOptions['beforeChunk'];
}

async function play(playing: Playing): Promise<void> {
  const { response, entry, signal } = playing;
  try {
    await pause(playing.answer.delayMs, signal);
    await send(playing);
  } catch (cause) {
    if (!signal.aborted) throw cause;
    if (entry) entry.outcome = 'client_closed';
    return;
  }
  const cut = playing.answer.ending === 'cut';
  if (entry) entry.outcome = cut ? 'cut' : 'complete';
  if (cut) response.destroy(new Error('cut on request'));
  else response.end();
}

async function send({ answer, response, entry, signal, paceMs, beforeChunk }: Playing): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  response.flushHeaders();
  let [waitMs, number] = [0, 0];
  for (const step of answer.steps()) {
    await pause(waitMs, signal);
    const held = beforeChunk?.(number++);
    if (held) await Promise.race([held, pause(Infinity, signal)]);
    if (entry) entry.completionTokens += step.tokens;
    if (!response.write(step.bytes)) await once(response, 'drain', { signal });
    waitMs = paceMs;
  }
  if (answer.ending === 'stall') await pause(Infinity, signal);
  // Node holds what was written until the end of this turn; it must be sent before the connection is lost.
  if (answer.ending === 'cut') await turn();
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms > 0) await sleep(Math.min(ms, 2_147_483_647), undefined, { signal });
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
