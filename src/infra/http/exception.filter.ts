import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Log } from '../telemetry/index.js';
import { answerFailure } from './failures.js';

/** Gives failures of Nest's controllers the REST shape; GraphQL has its own formatter. */
@Catch()
export class RestExceptionFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    if (host.getType<string>() !== 'http') throw thrown;
    const http = host.switchToHttp();
    answerFailure(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.log);
  }
}
