import { Injectable } from '@nestjs/common';
import { JobRoutes } from './jobs/job-routes.js';
import { MessagesRoutes } from './compatible/messages-routes.js';
import { ModelsRoutes } from './compatible/models-routes.js';
import { OpenAiRoutes } from './compatible/openai-routes.js';
import { ResponsesRoutes } from './compatible/responses-routes.js';
import type { GatewayRoute } from './routes.js';
import { SpendingRoutes } from './spending-routes.js';

/** All routes of the gateway: what is served, and what the OpenAPI document shows. */
@Injectable()
export class GatewayRoutes {
  readonly all: readonly GatewayRoute[];

  constructor(
    jobs: JobRoutes,
    openAi: OpenAiRoutes,
    responses: ResponsesRoutes,
    messages: MessagesRoutes,
    models: ModelsRoutes,
    spending: SpendingRoutes,
  ) {
    this.all = [jobs, openAi, responses, messages, models, spending].flatMap((routes) => routes.all);
  }
}
