import { createHash, randomUUID } from 'node:crypto';
import type { TestApp } from './app.js';
import type { World } from './world.js';

/** An answer with its body byte for byte. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are JSON whose shape is what specs check
  readonly json: any;
}

export interface KeyedPost {
  /** Below /api/jobs/, or, with a slash before it, of the whole gateway. */
  readonly path: string;
  readonly body: object | string;
  /** Left out: without the header. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

/** A request of a virtual key over a real socket. */
export async function post(url: string, token: string, { path, body, key, signal }: KeyedPost): Promise<RawAnswer> {
  const response = await open(url, token, { path, body, ...(key !== undefined && { key }), ...(signal && { signal }) });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
}

/** As post, but leaves the body of the answer to be read. */
export const open = (url: string, token: string, { path, body, key, signal }: KeyedPost): Promise<Response> =>
  fetch(url + wholePath(path), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    body: textOf(body),
    ...(signal && { signal }),
  });

const wholePath = (path: string): string => (path.startsWith('/') ? path : `/api/jobs/${path}`);

const textOf = (body: object | string): string => (typeof body === 'string' ? body : JSON.stringify(body));

interface Planted {
  readonly epoch: string;
  readonly notes: { readonly jobId: string; readonly callId: string };
}

/** The record that a process leaves of a request which it has begun and not ended. */
export async function plant(
  app: TestApp,
  world: World,
  { path, body, key }: KeyedPost,
  { epoch, notes }: Planted,
): Promise<void> {
  await app.db.query(
    `INSERT INTO idempotency_records
       (scope, key, organization_id, operation, request_hash, claim_id, epoch, notes, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9::timestamptz + interval '1 day')`,
    [
      ...[`key ${world.keyId}`, key, world.organizationId, `POST ${wholePath(path)}`],
      createHash('sha256').update(textOf(body)).digest(),
      ...[randomUUID(), epoch, JSON.stringify(notes), app.clock.now()],
    ],
  );
}

/** Another process on the same database, as its row among the instances tells of it. */
export async function instance(app: TestApp, isAlive: boolean): Promise<string> {
  const { rows } = await app.db.query<{ epoch: string }>(
    `INSERT INTO instances (instance_id, host, pid, heartbeat_at, ended_at)
     VALUES ($1, 'elsewhere', 1, now() + interval '1 hour', $2) RETURNING epoch`,
    [randomUUID(), isAlive ? null : new Date()],
  );
  return rows[0]!.epoch;
}
