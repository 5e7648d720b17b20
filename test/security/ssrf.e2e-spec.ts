import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpTransport, UrlGuard } from '../../src/providers/index.js';
import { type Answer, startTestApp, type TestApp } from '../support/app.js';
import { ssrfForms } from '../support/ssrf-forms.js';
import { makeWorld, must, type World } from '../support/world.js';

const TOGETHER = 16;
const CREATE = 'mutation ($input: CreateProviderInput!) { createProvider(input: $input) { id } }';
const UPDATE =
  'mutation ($id: ID!, $input: UpdateProviderInput!) { updateProvider(id: $id, input: $input) { baseUrl } }';
const PUBLIC = { kind: 'openai', name: 'guarded', baseUrl: 'https://api.openai.com/v1', credential: 'key' };

/** A server inside: whoever connects to it has been led there. */
let canary: Server;
let forms: readonly string[];
let visitors = 0;
let app: TestApp;
let world: World;

beforeAll(async () => {
  canary = createServer((socket: Socket) => {
    visitors += 1;
    socket.destroy();
  });
  canary.listen(0, '::');
  await once(canary, 'listening');
  forms = ssrfForms((canary.address() as AddressInfo).port);
  app = await startTestApp({ env: { PROVIDER_URL_ALLOW: '' } });
  world = await makeWorld(app);
});
afterAll(async () => {
  await app.close();
  canary.close();
});

/** Does something with every form, some at a time. */
async function forEach<T>(work: (form: string, index: number) => Promise<T>): Promise<Map<string, T>> {
  const results = new Map<string, T>();
  const left = [...forms.entries()];
  const worker = async (): Promise<void> => {
    for (let next = left.pop(); next; next = left.pop()) results.set(next[1], await work(next[1], next[0]));
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  return results;
}

const refusalOf = ({ body }: Answer): string | undefined => {
  const [error] = (body.errors ?? []) as { extensions: { code: string; field?: string } }[];
  return error && `${error.extensions.code} ${error.extensions.field}`;
};
const notRefused = (answers: Map<string, Answer>): unknown[] =>
  [...answers]
    .map(([form, answer]) => [form, refusalOf(answer)])
    .filter(([, refusal]) => refusal !== 'INVALID_REQUEST baseUrl');

describe('300 forms of addresses inside', () => {
  it('are 300 at least, and the canary can be reached', async () => {
    expect(new Set(forms).size).toBeGreaterThanOrEqual(300);
    const direct = new HttpTransport({ guard: new UrlGuard(['127.0.0.1']) });
    await expect(send(direct, forms[0]!)).rejects.toMatchObject({ kind: 'network', retryable: true });
    await direct.close();
    expect(visitors).toBe(1);
    visitors = 0;
  });

  it('are refused as the base URL of a new provider, by name', async () => {
    const answers = await forEach((baseUrl, at) =>
      app.gql(CREATE, { input: { ...PUBLIC, name: `form-${at}`, baseUrl } }),
    );
    expect(notRefused(answers)).toEqual([]);
    const { rows } = await app.db.query("SELECT FROM providers WHERE name LIKE 'form-%'");
    expect([rows.length, visitors]).toEqual([0, 0]);
  });

  it('are refused as the new base URL of a provider, which keeps its own', async () => {
    const { createProvider } = await must<{ createProvider: { id: string } }>(app, CREATE, { input: PUBLIC });
    const { id } = createProvider;
    const answers = await forEach((baseUrl) => app.gql(UPDATE, { id, input: { baseUrl, credential: 'key' } }));
    expect(notRefused(answers)).toEqual([]);
    const { rows } = await app.db.query('SELECT base_url FROM providers WHERE id = $1', [id]);
    expect([rows[0].base_url, visitors]).toEqual([PUBLIC.baseUrl, 0]);
  });

  it('are not asked for a call when they got into the database by another way', async () => {
    const guarded = new HttpTransport({ guard: new UrlGuard([]) });
    const ends = await forEach((form) => send(guarded, form).then(() => 'sent', kindOf));
    await guarded.close();
    expect([...ends].filter(([, end]) => end !== 'network, for good')).toEqual([]);
    expect(visitors).toBe(0);
  });

  it('are only passed on, never fetched, as the image of a call in any API', async () => {
    const answers = await forEach((url, at) => {
      const { path, body } = CALLS[at % CALLS.length]!(url);
      const headers = { authorization: `Bearer ${world.key}` };
      return app.rest('POST', path, { headers, body: { model: world.alias, max_tokens: 20, ...body } });
    });
    const statuses = [...answers.values()].map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(forms.length / CALLS.length);
    expect([statuses.filter((status) => ![200, 400, 422].includes(status)), visitors]).toEqual([[], 0]);
  });
});

const text = { type: 'text', text: 'What is this?' };
const CALLS: readonly ((url: string) => { path: string; body: object })[] = [
  (url) => ({
    path: '/v1/chat/completions',
    body: { messages: [{ role: 'user', content: [text, { type: 'image_url', image_url: { url } }] }] },
  }),
  (url) => ({
    path: '/v1/messages',
    body: { messages: [{ role: 'user', content: [text, { type: 'image', source: { type: 'url', url } }] }] },
  }),
  (url) => ({
    path: '/v1/responses',
    body: {
      ...{ max_tokens: undefined, max_output_tokens: 20 },
      input: [{ role: 'user', content: [{ type: 'input_image', image_url: url }] }],
    },
  }),
];

function send(transport: HttpTransport, url: string): Promise<unknown> {
  const timeouts = { connectMs: 5_000, firstByteMs: 5_000, idleMs: 5_000 };
  const signal = AbortSignal.timeout(10_000);
  return transport.send({ url, headers: {}, body: '{}' }, { signal, timeouts });
}

const kindOf = (error: unknown): string => {
  const { kind, retryable } = error as { kind?: string; retryable?: boolean };
  return `${kind}, ${retryable ? 'to be tried again' : 'for good'}`;
};
