import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { KeysModule } from '../keys/index.js';
import { LedgerModule } from '../ledger/index.js';
import { JobReports } from './jobs/job-reports.service.js';
import { CallsResolver, JobsResolver } from './jobs/jobs.resolver.js';
import { JobsService } from './jobs/jobs.service.js';
import { Pipeline } from './pipeline/pipeline.service.js';
import { Settler } from './pipeline/settler.service.js';
import { Callers } from './routes/caller.js';
import { GatewayServer } from './routes/gateway-server.js';
import { JobRoutes } from './routes/job-routes.js';

@Module({
  imports: [CatalogModule, KeysModule, LedgerModule],
  providers: [
    Pipeline,
    Settler,
    JobsService,
    JobReports,
    JobsResolver,
    CallsResolver,
    Callers,
    JobRoutes,
    GatewayServer,
  ],
  exports: [JobReports, JobRoutes],
})
export class GatewayModule {}
