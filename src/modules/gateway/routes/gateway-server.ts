import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asDomainError, errorHeaders, restErrorBody } from '../../../infra/http/index.js';
import { Log, Metrics } from '../../../infra/telemetry/index.js';
import { Pipeline } from '../pipeline/pipeline.service.js';
import { Callers } from './caller.js';
import { JobRoutes } from './job-routes.js';
import type { GatewayRoute } from './routes.js';

const LAST_WORDS_MS = 2_000;

/** Puts the gateway's routes on Fastify, in a scope with its own error shape and strict validation. */
@Injectable()
export class GatewayServer implements OnModuleInit {
  private answering = 0;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly callers: Callers,
    private readonly jobs: JobRoutes,
    private readonly pipeline: Pipeline,
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {}

  async onModuleInit(): Promise<void> {
    // A worker has no HTTP server.
    const server = this.host.httpAdapter?.getInstance<FastifyInstance>();
    if (!server) return;
    // The first step of closing, and not a hook of Nest, whose other modules close the server before it is our turn.
    server.addHook('preClose', () => this.drain());
    await server.register((scope, _options, done) => {
      scope.setErrorHandler((error, request, reply) => this.fail(error, request, reply));
      for (const route of this.jobs.all) this.add(scope, route);
      done();
    });
  }

  /** Ends the calls, and lets their clients be told before the server closes its connections. */
  private async drain(): Promise<void> {
    await this.pipeline.drain();
    const deadline = Date.now() + LAST_WORDS_MS;
    while (this.answering > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 25));
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
        this.answering += 1;
        try {
          const answer = await route.handle({ request, reply, caller: request.caller! });
          return answer === undefined ? reply : reply.send(answer);
        } finally {
          this.answering -= 1;
        }
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
