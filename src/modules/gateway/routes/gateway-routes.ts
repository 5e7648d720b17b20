import { Injectable } from '@nestjs/common';
import { JobRoutes } from './jobs/job-routes.js';
import { ModelsRoutes } from './compatible/models-routes.js';
import { OpenAiRoutes } from './compatible/openai-routes.js';
import type { GatewayRoute } from './routes.js';
import { SpendingRoutes } from './spending-routes.js';

/** All routes of the gateway: what is served, and what the OpenAPI document shows. */
@Injectable()
export class GatewayRoutes {
  readonly all: readonly GatewayRoute[];

  constructor(jobs: JobRoutes, openAi: OpenAiRoutes, models: ModelsRoutes, spending: SpendingRoutes) {
    this.all = [...jobs.all, ...openAi.all, ...models.all, ...spending.all];
  }
}
