import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { KeysModule } from '../keys/index.js';
import { LedgerModule } from '../ledger/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { TeamsModule } from '../teams/index.js';
import { AliasTestsResolver } from './alias-tests/alias-tests.resolver.js';
import { AliasTests } from './alias-tests/alias-tests.service.js';
import { TestCalls } from './alias-tests/test-calls.service.js';
import { CallsResolver } from './jobs/calls.resolver.js';
import { JobReports } from './jobs/job-reports.service.js';
import { JobFiguresResolver, JobPlaceResolver, JobsResolver } from './jobs/jobs.resolver.js';
import { JobsService } from './jobs/jobs.service.js';
import { Pipeline } from './pipeline/pipeline.service.js';
import { Settler } from './pipeline/settler.service.js';
import { Callers } from './routes/caller.js';
import { GatewayServer } from './routes/gateway-server.js';
import { JobRoutes } from './routes/job-routes.js';

@Module({
  imports: [CatalogModule, KeysModule, LedgerModule, OrganizationsModule, TeamsModule],
  providers: [
    Pipeline,
    Settler,
    JobsService,
    JobReports,
    JobsResolver,
    JobFiguresResolver,
    JobPlaceResolver,
    CallsResolver,
    AliasTests,
    TestCalls,
    AliasTestsResolver,
    Callers,
    JobRoutes,
    GatewayServer,
  ],
  exports: [JobReports, JobRoutes],
})
export class GatewayModule {}
