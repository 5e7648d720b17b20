import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DomainError } from '../../../core/errors.js';
import { asDomainError, errorHeaders } from '../../../infra/http/index.js';
import { Log, Metrics } from '../../../infra/telemetry/index.js';
import { failureBody } from '../dialects/dialect.js';
import { RateLimitExceeded } from '../../rates/index.js';

/** What a client is answered when its request failed. */
interface FailedAnswer {
  readonly error: DomainError;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown>;
}

/** Turns whatever went wrong into the answer of the gateway's routes; counts it, and logs a fault of our own. */
@Injectable()
export class Failures {
  constructor(
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {}

  answer(thrown: unknown, request: FastifyRequest): FailedAnswer {
    const error = asDomainError(thrown);
    this.metrics.refusals.inc({ code: error.code });
    if (error.code === 'internal')
      this.log.error('gateway request failed', { requestId: request.id, error: error.cause });
    const rates = error instanceof RateLimitExceeded ? error.headers : {};
    const headers = { ...rates, ...errorHeaders(error) };
    const body = failureBody[request.routeOptions.config.dialect ?? 'jobs'](error, request.id);
    return { error, status: error.status, headers, body };
  }
}
