import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asDomainError, errorHeaders, restErrorBody } from '../../../infra/http/index.js';
import { Log, Metrics } from '../../../infra/telemetry/index.js';
import { Callers } from './caller.js';
import { JobRoutes } from './job-routes.js';
import type { GatewayRoute } from './routes.js';

/** Puts the gateway's routes on Fastify, in a scope with its own error shape and strict validation. */
@Injectable()
export class GatewayServer implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly callers: Callers,
    private readonly jobs: JobRoutes,
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {}

  async onModuleInit(): Promise<void> {
    // A worker has no HTTP server.
    const server = this.host.httpAdapter?.getInstance<FastifyInstance>();
    if (!server) return;
    await server.register((scope, _options, done) => {
      scope.setErrorHandler((error, request, reply) => this.fail(error, request, reply));
      for (const route of this.jobs.all) this.add(scope, route);
      done();
    });
  }

  private add(scope: FastifyInstance, route: GatewayRoute): void {
    scope.route({
      method: route.method,
      url: route.path,
      ...(route.body && { schema: { body: route.body } }),
      // The key comes first: who has none learns nothing about what a body should look like.
      onRequest: async (request) => {
        request.caller = await this.callers.of(request);
      },
      handler: async (request, reply) => {
        const answer = await route.handle({ request, reply, caller: request.caller! });
        if (answer !== undefined) return reply.send(answer);
        return reply;
      },
    });
  }

  private fail(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = asDomainError(thrown);
    this.metrics.refusals.inc({ code: error.code });
    if (error.code === 'internal')
      this.log.error('gateway request failed', { requestId: request.id, error: error.cause });
    void reply.code(error.status).headers(errorHeaders(error)).send(restErrorBody(error, request.id));
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Awaited<ReturnType<Callers['of']>>;
  }
}
