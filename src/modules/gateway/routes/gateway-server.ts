import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { IdempotentRequests } from '../idempotency/idempotent-requests.service.js';
import { Pipeline } from '../pipeline/pipeline.service.js';
import { type BodyHash, hashingBody } from './body-hash.js';
import { Callers } from './caller.js';
import { Failures } from './failures.service.js';
import { GatewayRoutes } from './gateway-routes.js';
import type { Call, GatewayRoute } from './routes.js';

const LAST_WORDS_MS = 2_000;

/** Puts the gateway's routes on Fastify, in a scope with its own error shape and strict validation. */
@Injectable()
export class GatewayServer implements OnModuleInit {
  private answering = 0;

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly callers: Callers,
    private readonly routes: GatewayRoutes,
    private readonly pipeline: Pipeline,
    private readonly idempotent: IdempotentRequests,
    private readonly failures: Failures,
  ) {}

  async onModuleInit(): Promise<void> {
    // A worker has no HTTP server.
    const server = this.host.httpAdapter?.getInstance<FastifyInstance>();
    if (!server) return;
    // The first step of closing, and not a hook of Nest, whose other modules close the server before it is our turn.
    server.addHook('preClose', () => this.drain());
    await server.register((scope, _options, done) => {
      scope.setErrorHandler((error, request, reply) => this.fail(error, request, reply));
      for (const route of this.routes.all) this.add(scope, route);
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
      config: { dialect: route.dialect ?? 'jobs' },
      ...(route.body && { schema: { body: route.body } }),
      // The key comes first: who has none learns nothing about what a body should look like.
      onRequest: async (request) => {
        request.caller = await this.callers.of(request);
      },
      ...(route.method === 'POST' && { preParsing: hashingBody }),
      handler: async (request, reply) => {
        this.answering += 1;
        try {
          const call = { request, reply, caller: request.caller! };
          if (request.bodyHash) return await this.once(call, route, request.bodyHash);
          const answer = await route.handle(call);
          return answer === undefined ? reply : reply.send(answer);
        } finally {
          this.answering -= 1;
        }
      },
    });
  }

  private async once(call: Call, route: GatewayRoute, bodyHash: BodyHash): Promise<FastifyReply> {
    await this.idempotent.answer(call, route, bodyHash());
    return call.reply;
  }

  private fail(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const { status, headers, body } = this.failures.answer(thrown, request);
    void reply.code(status).headers(headers).send(body);
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Awaited<ReturnType<Callers['of']>>;
  }
}
