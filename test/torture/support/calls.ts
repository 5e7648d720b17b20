import { Agent, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';

const APIS = {
  jobs: { path: '/api/jobs/create-and-call-stream', more: { job_type: 'torture' } },
  'chat completions': { path: '/v1/chat/completions', more: { stream: true } },
  messages: { path: '/v1/messages', more: { stream: true, max_tokens: 500 } },
} as const;

const END_MARKS = ['data: [DONE]', 'data: {"type":"message_stop"}'];

export interface StreamedCall {
  /** The job API when left out. */
  readonly api?: keyof typeof APIS;
  /** Address of the gateway. */
  readonly url: string;
  readonly key: string;
  readonly content: string;
  /** Told of every event that came, by its number from 1; one that answers true has the client leave at once. */
  readonly onEvent?: (count: number, text: string) => boolean;
  /** A client that leaves by itself, before anything may have come. */
  readonly signal?: AbortSignal;
}

export interface CallResult {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly callId: string | null;
  readonly events: number;
  /** Whether the stream came to its end mark without an error. */
  readonly isWhole: boolean;
  /** The code of the error that the answer or the stream ended with. */
  readonly errorCode: string | null;
  /** Until the answer began, or was given up. */
  readonly waitedMs: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
const ERROR = /"code":"(\w+)"/;

/** One streamed call, a job of its own. Never throws: a connection that fails is status 0. */
export function streamedCall(call: StreamedCall): Promise<CallResult> {
  const startedMs = performance.now();
  const { path, more } = APIS[call.api ?? 'jobs'];
  const body = JSON.stringify({ ...more, messages: [{ role: 'user', content: call.content }] });
  const headers = { authorization: `Bearer ${call.key}`, 'content-type': 'application/json' };
  return new Promise((resolve) => {
    let waitedMs = 0;
    const nothing = { callId: null, events: 0, isWhole: false, errorCode: null };
    const outgoing = request(`${call.url}${path}`, { method: 'POST', agent, headers });
    outgoing.on('error', () => resolve({ status: 0, ...nothing, waitedMs: performance.now() - startedMs }));
    outgoing.once('response', (answer) => {
      waitedMs = performance.now() - startedMs;
      void read(answer, call).then((result) => resolve({ ...result, waitedMs }));
    });
    call.signal?.addEventListener('abort', () => outgoing.destroy(), { once: true });
    outgoing.end(body);
  });
}

/** Events of a stream as their bytes come in. */
class EventReader {
  count = 0;
  last = '';
  rest = '';
  isEnded = false;

  constructor(private readonly onEvent: (count: number, text: string) => boolean) {}

  /** True when the client shall leave. */
  take(bytes: Buffer): boolean {
    const parts = (this.rest + bytes.toString('utf8')).split('\n\n');
    this.rest = parts.pop()!;
    const events = parts.map((part) => part.slice(part.indexOf('data: '))).filter((text) => text.startsWith('data: '));
    return events.some((text) => this.event(text));
  }

  private event(text: string): boolean {
    this.count += 1;
    this.isEnded = END_MARKS.includes(text);
    if (!this.isEnded) this.last = text;
    return this.onEvent(this.count, text);
  }
}

async function read(answer: IncomingMessage, call: StreamedCall): Promise<Omit<CallResult, 'waitedMs'>> {
  const reader = new EventReader(call.onEvent ?? (() => false));
  try {
    for await (const bytes of answer) if (reader.take(bytes as Buffer)) answer.destroy();
  } catch {
    reader.isEnded = false; // The gateway died, or the client left.
  }
  const status = answer.statusCode ?? 0;
  const errorCode = ERROR.exec(status === 200 ? reader.last : reader.rest)?.[1] ?? null;
  const isWhole = status === 200 && reader.isEnded && errorCode === null;
  const callId = (answer.headers['x-call-id'] as string | undefined) ?? null;
  return { status, callId, events: reader.count, isWhole, errorCode };
}

export interface PostResult {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- an answer in JSON whose shape cases look into
  readonly body: any;
  readonly waitedMs: number;
}

/** A request of the job API that is not streamed. Never throws: a connection that fails is status 0. */
export function postJob(place: { url: string; key: string }, path: string, body: object): Promise<PostResult> {
  const startedMs = performance.now();
  const headers = { authorization: `Bearer ${place.key}`, 'content-type': 'application/json' };
  return new Promise((resolve) => {
    const done = (status: number, value: unknown): void =>
      resolve({ status, body: value, waitedMs: performance.now() - startedMs });
    const outgoing = request(`${place.url}/api/jobs/${path}`, { method: 'POST', agent, headers });
    outgoing.on('error', () => done(0, null));
    outgoing.once('response', (answer) => {
      json(answer).then(
        (value) => done(answer.statusCode ?? 0, value),
        () => done(0, null),
      );
    });
    outgoing.end(JSON.stringify(body));
  });
}
