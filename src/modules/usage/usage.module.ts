import { Module } from '@nestjs/common';
import { AttentionService } from './dashboard/attention.service.js';
import { DashboardResolver } from './dashboard/dashboard.resolver.js';
import { DashboardService } from './dashboard/dashboard.service.js';
import { ProviderHealthResolver } from './health/provider-health.resolver.js';
import { ProviderHealths } from './health/provider-health.service.js';
import { UsageBreakdowns } from './reports/usage-breakdowns.service.js';
import { UsageResolver } from './reports/usage.resolver.js';
import { UsageReports } from './reports/usage.service.js';

@Module({
  providers: [
    UsageReports,
    UsageBreakdowns,
    UsageResolver,
    ProviderHealths,
    ProviderHealthResolver,
    DashboardService,
    AttentionService,
    DashboardResolver,
  ],
})
export class UsageModule {}
