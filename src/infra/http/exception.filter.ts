import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Log } from '../telemetry/index.js';
import { asDomainError, errorHeaders, restErrorBody } from './errors.js';

/** Gives failures of Nest's controllers the REST shape; GraphQL has its own formatter. */
@Catch()
export class RestExceptionFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    if (host.getType<string>() !== 'http') throw thrown;
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = asDomainError(thrown);
    if (error.code === 'internal') this.log.error('request failed', { requestId: request.id, error: error.cause });
    void reply.code(error.status).headers(errorHeaders(error)).send(restErrorBody(error, request.id));
  }
}
