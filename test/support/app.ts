import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type pg from 'pg';
import { type Config, loadConfig } from '../../src/config/index.js';
import { Clock } from '../../src/core/clock.js';
import { createServer } from '../../src/server.js';
import { createTestDatabase } from './database.js';

export const MASTER_KEY = 'master-key-of-the-tests-0123456789abcdef';

/** A clock that stands still unless it is turned. */
export class TestClock extends Clock {
  private offsetMs = 0;
  private standingMs: number | null = null;

  now(): Date {
    return new Date((this.standingMs ?? Date.now()) + this.offsetMs);
  }

  /** From here on it is this instant, until the clock is turned. */
  standAt(instant: Date): void {
    this.standingMs = instant.getTime();
    this.offsetMs = 0;
  }

  advance(ms: number): void {
    this.offsetMs += ms;
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are JSON whose shape is what specs check
  readonly body: any;
}

interface RequestOptions {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Where the request comes from; anywhere, unless the master key comes with it: wrong credentials are throttled. */
  readonly address?: string;
}

/** An address that no other request has, as good as certainly. */
export const anyAddress = (): string => `10.${[...randomBytes(3)].join('.')}`;

export interface TestApp {
  readonly app: NestFastifyApplication;
  readonly config: Config;
  readonly clock: TestClock;
  /** A connection as the owner of the tables, past row-level security. */
  readonly db: pg.Client;
  /** Base URL once `listen` was asked for; specs that need real sockets use it. */
  readonly url: string;
  gql(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
  rest(method: string, url: string, options?: RequestOptions): Promise<Answer>;
  /** A request with a virtual key. */
  asKey(key: string, method: string, url: string, body?: unknown): Promise<Answer>;
  close(): Promise<void>;
}

/** The whole product on a database of its own, started as in production but for its clock. */
export async function startTestApp(
  options: { listen?: boolean; env?: Record<string, string>; databaseUrl?: string; dataDir?: string } = {},
): Promise<TestApp> {
  const database = await createTestDatabase();
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'tollkeeper-app-'));
  const environment = {
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    MASTER_KEY,
    ENCRYPTION_KEY: 'encryption-key-of-the-tests-0123456789',
    LOG_LEVEL: 'error',
    PROVIDER_URL_ALLOW: '127.0.0.1',
    PORT: '0',
    REDIS_URL: process.env.TEST_REDIS_URL ?? '',
    ...options.env,
  };
  const config = loadConfig(environment);
  const clock = new TestClock();
  const app = await createServer(config, clock);
  if (options.listen) await app.listen({ port: 0, host: '127.0.0.1' });
  else await app.init();
  const server = app.getHttpAdapter().getInstance();
  await server.ready();
  const rest: TestApp['rest'] = async (method, url, request = {}) => {
    const isJson = request.body !== undefined;
    const headers: Record<string, string> = { 'x-admin-key': MASTER_KEY, ...request.headers };
    const answer = await server.inject({
      method: method as 'GET',
      url,
      headers: { ...(isJson && { 'content-type': 'application/json' }), ...headers },
      remoteAddress: request.address ?? (headers['x-admin-key'] === MASTER_KEY ? '127.0.0.1' : anyAddress()),
      ...(isJson && { payload: typeof request.body === 'string' ? request.body : JSON.stringify(request.body) }),
    });
    const isBodyJson = /[/+]json\b/.test(String(answer.headers['content-type']));
    return { status: answer.statusCode, headers: answer.headers, body: isBodyJson ? answer.json() : answer.body };
  };
  return {
    app,
    config,
    clock,
    db: database.owner,
    url: options.listen ? await app.getUrl() : '',
    rest,
    gql: (query, variables = {}, headers = {}) => rest('POST', '/graphql', { body: { query, variables }, headers }),
    asKey: (key, method, url, body) =>
      rest(method, url, { body, headers: { 'x-admin-key': '', authorization: `Bearer ${key}` } }),
    close: async () => {
      await app.close();
      await database.drop();
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
