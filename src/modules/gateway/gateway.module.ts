import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CatalogModule } from '../catalog/index.js';
import { KeysModule } from '../keys/index.js';
import { LedgerModule } from '../ledger/index.js';
import { LimitsModule } from '../limits/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { ProjectsModule } from '../projects/index.js';
import { RatesModule } from '../rates/index.js';
import { TeamsModule } from '../teams/index.js';
import { AliasTestsResolver } from './alias-tests/alias-tests.resolver.js';
import { AliasTests } from './alias-tests/alias-tests.service.js';
import { TestCalls } from './alias-tests/test-calls.service.js';
import { ClaimsHeld } from './idempotency/claims-held.service.js';
import { Fates } from './idempotency/fates.service.js';
import { IdempotentRequests } from './idempotency/idempotent-requests.service.js';
import { CacheFiguresService } from './content/cache-figures.service.js';
import { CallBodies } from './content/call-bodies.service.js';
import { ContentPurge } from './content/content-purge.service.js';
import { ContentQueue } from './content/content-queue.service.js';
import { CallContentResolver, ProjectContentResolver } from './content/content.resolver.js';
import { ProjectContent } from './content/project-content.service.js';
import { ResponseCache } from './content/response-cache.service.js';
import { StoredBody } from './content/stored-body.entity.js';
import { CallsResolver } from './jobs/calls.resolver.js';
import { JobReports } from './jobs/job-reports.service.js';
import { JobFiguresResolver, JobPlaceResolver, JobsResolver } from './jobs/jobs.resolver.js';
import { JobsService } from './jobs/jobs.service.js';
import { Admissions } from './pipeline/admissions.service.js';
import { CallRecords } from './pipeline/call-records.service.js';
import { Pipeline } from './pipeline/pipeline.service.js';
import { Settler } from './pipeline/settler.service.js';
import { Remaining } from './pipeline/spending/remaining.service.js';
import { Spending } from './pipeline/spending/spending.service.js';
import { Callers } from './routes/caller.js';
import { ClosedJobs } from './routes/jobs/closed-jobs.service.js';
import { Failures } from './routes/failures.service.js';
import { GatewayServer } from './routes/gateway-server.js';
import { GatewayRoutes } from './routes/gateway-routes.js';
import { CompatibleCalls } from './routes/compatible/compatible-calls.service.js';
import { JobRoutes } from './routes/jobs/job-routes.js';
import { MessagesRoutes } from './routes/compatible/messages-routes.js';
import { ModelsRoutes } from './routes/compatible/models-routes.js';
import { OpenAiRoutes } from './routes/compatible/openai-routes.js';
import { ResponsesRoutes } from './routes/compatible/responses-routes.js';
import { SpendingRoutes } from './routes/spending-routes.js';
import { Streams } from './routes/streams.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([StoredBody]),
    CatalogModule,
    KeysModule,
    LedgerModule,
    LimitsModule,
    RatesModule,
    OrganizationsModule,
    TeamsModule,
    ProjectsModule,
  ],
  providers: [
    Pipeline,
    CallRecords,
    ContentQueue,
    ContentPurge,
    ResponseCache,
    CacheFiguresService,
    CallBodies,
    ProjectContent,
    ProjectContentResolver,
    CallContentResolver,
    Admissions,
    Settler,
    Spending,
    Remaining,
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
    Failures,
    ClaimsHeld,
    Fates,
    IdempotentRequests,
    ClosedJobs,
    Streams,
    CompatibleCalls,
    JobRoutes,
    OpenAiRoutes,
    ResponsesRoutes,
    MessagesRoutes,
    ModelsRoutes,
    SpendingRoutes,
    GatewayRoutes,
    GatewayServer,
  ],
  exports: [JobReports, GatewayRoutes],
})
export class GatewayModule {}
