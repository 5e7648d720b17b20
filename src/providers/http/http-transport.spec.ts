import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startVendorServer, type VendorServer } from '../../../test/support/vendor-server.js';
import type { VendorRequest } from '../spec/adapter.js';
import { Exchange } from './exchange.js';
import { HttpTransport } from './http-transport.js';
import { readAll } from './read-all.js';
import type { Timeouts, VendorBody, VendorResponse } from './transport.js';
import { UrlGuard } from './url-guard.js';

const LONG: Timeouts = { connectMs: 20_000, firstByteMs: 20_000, idleMs: 20_000 };
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of cleanups.splice(0).reverse()) await each();
});

function transportWith(maxConnectionsPerOrigin?: number): HttpTransport {
  const guard = new UrlGuard(['127.0.0.0/8']);
  const transport = new HttpTransport({ guard, ...(maxConnectionsPerOrigin && { maxConnectionsPerOrigin }) });
  cleanups.push(() => transport.close());
  return transport;
}

async function vendor(): Promise<VendorServer> {
  const server = await startVendorServer();
  cleanups.push(() => server.close());
  return server;
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const serve = (listener: RequestListener): Promise<string> => listen(createServer(listener));

function chat(server: VendorServer, content: string, stream = false): VendorRequest {
  const body = { model: 'gpt-test', stream, messages: [{ role: 'user', content }] };
  const headers = { authorization: 'Bearer test-key', 'content-type': 'application/json' };
  return { url: `${server.url}/chat/completions`, headers, body: JSON.stringify(body) };
}

const send = (
  request: VendorRequest | string,
  options: {
    transport?: HttpTransport;
    timeouts?: Partial<Timeouts>;
    signal?: AbortSignal;
    departing?: () => void;
  } = {},
): Promise<VendorResponse> =>
  (options.transport ?? transportWith()).send(
    typeof request === 'string' ? { url: request, headers: {}, body: '{}' } : request,
    {
      signal: options.signal ?? new AbortController().signal,
      timeouts: { ...LONG, ...options.timeouts },
      departing: options.departing ?? (() => undefined),
    },
  );

async function drain(body: VendorBody): Promise<{ text: string; error: unknown }> {
  let text = '';
  try {
    for await (const chunk of body) text += Buffer.from(chunk).toString();
    return { text, error: null };
  } catch (error) {
    return { text, error };
  }
}

describe('HttpTransport', () => {
  it('carries a call, and any status is an answer', async () => {
    const server = await vendor();
    const good = await send(chat(server, 'hello'));
    expect(good.status).toBe(200);
    expect(good.headers['content-type']).toBe('application/json');
    expect(Buffer.from(await readAll(good.body, 100_000)).toString()).toContain('simulated answer');
    const bad = await send(chat(server, '[simulate status=429]'));
    expect([bad.status, bad.headers['retry-after']]).toEqual([429, '1']);
    bad.body.cancel();
  });

  it('reuses connections whose answers were read to their end', async () => {
    let connections = 0;
    const server = createServer((_request, response) => response.end('ok'));
    server.on('connection', () => connections++);
    const url = await listen(server);
    const transport = transportWith();
    for (let call = 0; call < 5; call++) await readAll((await send(url, { transport })).body, 10);
    // undici keeps a socket back for one turn after an answer, so calls without a pause take turns on two.
    expect(connections).toBeLessThanOrEqual(2);
  });

  it('fails with timeout when headers, or the next bytes, stay away', async () => {
    const server = await vendor();
    await expect(send(chat(server, '[simulate stall]'), { timeouts: { firstByteMs: 50 } })).rejects.toMatchObject({
      kind: 'timeout',
      retryable: true,
    });
    const silent = await send(chat(server, '[simulate stall]', true), { timeouts: { idleMs: 50 } });
    const { text, error } = await drain(silent.body);
    expect(text).toContain('data: ');
    expect(error).toMatchObject({ kind: 'timeout', message: 'The provider stopped sending.' });
    expect(await Promise.all(server.requests.map((each) => each.ended))).toEqual(['client', 'client']);
  });

  it('fails with timeout when headers came but no body', async () => {
    const url = await serve((_request, response) => response.flushHeaders());
    const { body } = await send(url, { timeouts: { firstByteMs: 50 } });
    expect((await drain(body)).error).toMatchObject({ kind: 'timeout' });
  });

  it('counts the wait for a free connection as connecting, and does not send what has failed', async () => {
    const server = await vendor();
    const transport = transportWith(1);
    const first = await send(chat(server, '[simulate stall]', true), { transport });
    await expect(send(chat(server, 'b'), { transport, timeouts: { connectMs: 50 } })).rejects.toMatchObject({
      kind: 'timeout',
      message: 'The provider could not be connected to in time.',
    });
    first.body.cancel();
    await readAll((await send(chat(server, 'c'), { transport })).body, 100_000);
    expect(server.requests.map((each) => each.body.includes('"b"'))).toEqual([false, false]);
  });

  it('tells of the departure when a connection is there, and lets nothing leave when that fails', async () => {
    const server = await vendor();
    const transport = transportWith(1);
    const seen: string[] = [];
    const departing = (): void => void seen.push(`departs after ${server.requests.length}`);
    const first = await send(chat(server, '[simulate stall]', true), { transport, departing });
    expect(seen).toEqual(['departs after 0']);
    const waiting = send(chat(server, 'b'), { transport, departing, timeouts: { connectMs: 50 } });
    await expect(waiting).rejects.toMatchObject({ kind: 'timeout' });
    expect(seen).toHaveLength(1);
    first.body.cancel();
    const full = (): never => {
      throw new Error('no space left on device');
    };
    const fault = { kind: 'network', retryable: false, message: 'The request could not be sent.' };
    await expect(send(chat(server, 'c'), { transport, departing: full })).rejects.toMatchObject(fault);
    await readAll((await send(chat(server, 'd'), { transport })).body, 100_000);
    expect(server.requests.filter(({ body }) => /"content":"[bc]"/.test(body))).toEqual([]);
  });

  it('maps a lost connection to network, after giving what had arrived', async () => {
    const server = await vendor();
    const { body } = await send(chat(server, '[simulate cut_after=3]', true));
    const { text, error } = await drain(body);
    expect(text.match(/data: /g)).toHaveLength(3);
    expect(error).toMatchObject({
      kind: 'network',
      retryable: true,
      message: 'The connection to the provider was lost.',
    });
    expect(server.bill[0]).toMatchObject({ outcome: 'cut', completionTokens: 2 });
  });

  it('maps a reset before the headers, a closed port and nonsense to network without naming the address', async () => {
    const reset = createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const nonsense = createTcpServer((socket) => socket.once('data', () => socket.end('220 smtp ready\r\n')));
    const closed = createTcpServer();
    const urls = [await listen(reset), await listen(nonsense), await listen(closed)];
    await new Promise((resolve) => closed.close(resolve));
    for (const url of urls) {
      const error: unknown = await send(url).catch((cause: unknown) => cause);
      expect(error).toMatchObject({ kind: 'network', retryable: true, message: 'The provider could not be reached.' });
    }
  });

  it('takes an abort to the vendor, before and during the body', async () => {
    const server = await vendor();
    const early = new AbortController();
    const waiting = send(chat(server, '[simulate stall]'), { signal: early.signal });
    waiting.catch(() => undefined);
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    early.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'aborted', retryable: false });
    const late = new AbortController();
    const { body } = await send(chat(server, '[simulate tokens=100000 pace_ms=1]', true), { signal: late.signal });
    const chunks: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of body) if (chunks.push(chunk) === 3) late.abort();
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'aborted' });
    expect(await Promise.all(server.requests.map((each) => each.ended))).toEqual(['client', 'client']);
    expect(server.bill.map((each) => each.outcome)).toEqual(['client_closed', 'client_closed']);
  });

  it('sends nothing for a signal that was aborted before', async () => {
    const server = await vendor();
    await expect(send(chat(server, 'a'), { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'aborted' });
    expect(server.requests).toHaveLength(0);
  });

  it('closes the connection when the reader leaves its loop or cancels', async () => {
    const server = await vendor();
    const endless = chat(server, '[simulate tokens=100000 pace_ms=1]', true);
    const chunks = (await send(endless)).body[Symbol.asyncIterator]();
    await chunks.next();
    await chunks.return?.();
    (await send(endless)).body.cancel();
    expect(await Promise.all(server.requests.map((each) => each.ended))).toEqual(['client', 'client']);
  });

  it('leaves no listener on the signal of a call that ended', async () => {
    const server = await vendor();
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
    await readAll((await send(chat(server, 'a'), { signal })).body, 100_000);
    expect(listeners).toBe(0);
  });

  it('caps what is read whole, and closes the connection of a vendor that would go on for ever', async () => {
    let closed!: () => void;
    const gone = new Promise<void>((resolve) => (closed = resolve));
    const block = Buffer.alloc(1024 * 1024, 'x');
    const url = await serve((_request, response) => {
      response.on('drain', () => response.write(block)).once('close', closed);
      response.write(block);
    });
    await expect(readAll((await send(url)).body, 3 * 1024 * 1024)).rejects.toMatchObject({ kind: 'malformed' });
    await gone;
  });

  it('pauses the socket while the reader is behind, gives all at once that has arrived, and resumes it', async () => {
    const controller = { aborted: false, paused: false, reason: null, abort: () => undefined, pause, resume };
    function pause(): void {
      controller.paused = true;
    }
    function resume(): void {
      controller.paused = false;
    }
    const exchange = new Exchange(LONG, new AbortController().signal);
    exchange.onRequestStart(controller);
    exchange.onResponseStart(controller, 200, {});
    const seen: boolean[] = [];
    for (let block = 0; block < 3; block++) {
      exchange.onResponseData(controller, new Uint8Array(100 * 1024));
      seen.push(controller.paused);
    }
    const { body } = await exchange.response;
    for await (const bytes of body) {
      expect(bytes).toHaveLength(300 * 1024);
      seen.push(controller.paused);
      exchange.onResponseEnd();
    }
    expect(seen).toEqual([false, false, true, false]);
  });

  it('does not follow a redirect', async () => {
    let hits = 0;
    const elsewhere = await serve((_request, response) => {
      hits++;
      response.end('stolen');
    });
    const url = await serve((_request, response) => response.writeHead(307, { location: elsewhere }).end());
    const answer = await send({ url, headers: { authorization: 'Bearer k' }, body: '{}' });
    expect([answer.status, (await readAll(answer.body, 10)).length, hits]).toEqual([307, 0, 0]);
  });

  it('asks the guard, and refuses headers that cannot be sent', async () => {
    await expect(send('http://10.0.0.1/')).rejects.toMatchObject({ kind: 'network', retryable: false });
    const url = await serve((_request, response) => response.end());
    const sent = send({ url, headers: { authorization: 'Bearer a\r\nx: y' }, body: '{}' });
    await expect(sent).rejects.toMatchObject({ kind: 'network', retryable: false });
  });
});
