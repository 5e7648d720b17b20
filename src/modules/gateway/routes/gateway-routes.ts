import { Injectable } from '@nestjs/common';
import { JobRoutes } from './job-routes.js';
import type { GatewayRoute } from './routes.js';
import { SpendingRoutes } from './spending-routes.js';

/** All routes of the gateway: what is served, and what the OpenAPI document shows. */
@Injectable()
export class GatewayRoutes {
  readonly all: readonly GatewayRoute[];

  constructor(jobs: JobRoutes, spending: SpendingRoutes) {
    this.all = [...jobs.all, ...spending.all];
  }
}
