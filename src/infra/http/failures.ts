import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../core/errors.js';
import type { Log } from '../telemetry/index.js';
import { asDomainError, errorHeaders, restErrorBody } from './errors.js';

/** Answers a failed request in the REST shape. */
export function answerFailure(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): void {
  const error = asDomainError(thrown);
  if (error.code === 'internal') log.error('request failed', { requestId: request.id, error: error.cause });
  void reply.code(error.status).headers(errorHeaders(error)).send(restErrorBody(error, request.id));
}

/** Fastify cannot read the path, or a part of it is longer than any id: nothing is there. No hook runs before this. */
export function answerBadPath(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const error = new DomainError('not_found', 'Not Found');
  void reply.code(error.status).header('x-request-id', request.id).send(restErrorBody(error, request.id));
}

/**
 * Fastify binds the error handler to a route when it has loaded the route, and Nest sets its own only after some have
 * been, so ours is set first, for what fails before a handler runs; Nest's would only warn and come too late.
 */
export class OwnFailuresAdapter extends FastifyAdapter {
  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.getInstance();
  }

  answerFailuresWith(log: Log): void {
    this.getInstance().setErrorHandler((error, request, reply) => answerFailure(error, request, reply, log));
  }
}
