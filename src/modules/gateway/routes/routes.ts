import type { FastifyReply, FastifyRequest } from 'fastify';
import type { VerifiedKey } from '../../keys/index.js';
import type { Dialect } from '../dialects/dialect.js';
import type { Schema } from './schemas.js';

/** A request whose body a schema has been over and whose key has been verified. */
export interface Call {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly caller: VerifiedKey;
}

/**
 * One route of the gateway. They are Fastify's own, not Nest controllers: a Nest pipe costs as much as the whole rest
 * of a call. The OpenAPI document is made from the same table.
 */
export interface GatewayRoute {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly summary: string;
  /** Shape of its errors; the job API's when left out. */
  readonly dialect?: Dialect;
  readonly body?: Schema;
  /** It asks a model: it takes the headers that say how, and tells in headers what came of it. */
  readonly isCall?: true;
  /** When it answers with server-sent events instead of JSON; never when left out. */
  readonly streams?: 'always' | 'when asked';
  /** Resolves with the body of the answer, or undefined when it has answered by itself. */
  readonly handle: (call: Call) => Promise<unknown>;
}

export const paramsOf = (request: FastifyRequest): Record<string, string> => request.params as Record<string, string>;
