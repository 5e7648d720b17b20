import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { MASTER_KEY, startTestApp, type TestApp } from '../support/app.js';
import { HOSTILE } from '../support/hostile.js';

/** An answer that is much longer than the longest list of complaints would itself be an amplifier. */
const ANSWER_BYTES = 64 * 1024;

let app: TestApp;
let connections = 0;

const send = async (body: unknown): Promise<{ status: number; text: string }> => {
  const answer = await app.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'x-admin-key': MASTER_KEY, 'content-type': 'application/json' },
    payload: JSON.stringify(body) ?? '',
  });
  return { status: answer.statusCode, text: answer.body };
};

beforeAll(async () => {
  app = await startTestApp({ env: { WORKER: 'off', LOG_LEVEL: 'silent' } });
  const pool = (app.app.get(DataSource).driver as unknown as { master: pg.Pool }).master;
  pool.on('acquire', () => connections++);
  await app.gql('{ teams { total } }');
});
afterAll(() => app.close());

describe('hostile documents', () => {
  it('would be seen to run: a good one takes a connection', async () => {
    connections = 0;
    expect((await send({ query: '{ teams { total } }' })).text).toBe('{"data":{"teams":{"total":0}}}\n');
    expect(connections).toBeGreaterThan(0);
  });

  it('are 200 and more, of many kinds', () => {
    expect(HOSTILE.length).toBeGreaterThanOrEqual(200);
    expect(new Set(HOSTILE.map(({ body }) => JSON.stringify(body))).size).toBeGreaterThanOrEqual(200);
  });

  it('are refused, every one, in few words and without one SQL statement', async () => {
    const wrong: string[] = [];
    for (const { name, body } of HOSTILE) {
      connections = 0;
      const { status, text } = await send(body);
      const isRefused = status < 500 && !/"data":\s*\{/.test(text) && /"(errors|code)"/.test(text);
      if (!isRefused || connections > 0 || text.length > ANSWER_BYTES)
        wrong.push(`${name}: ${status}, ${connections} connections, ${text.slice(0, 200)}`);
    }
    expect(wrong).toEqual([]);
  });

  it('leave the product in working order', async () => {
    expect((await app.gql('{ teams { total } }')).body).toEqual({ data: { teams: { total: 0 } } });
  });
});

it.each([
  ['an id', 'query ($text: String!) { search(text: $text) { id } }', { text: 'a\u0000b' }],
  [
    'JSON',
    'mutation ($m: JSON) { createOrganization(input: { id: "nul-x", name: "N", metadata: $m }) { organization { id } } }',
    { m: { a: 'x\u0000' } },
  ],
])("a NUL character in %s is the caller's fault, not ours", async (_name, query, variables) => {
  const { body } = await app.gql(query, variables);
  expect(body.errors[0].extensions.code).toBe('INVALID_REQUEST');
});
