import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LedgerModule } from '../ledger/index.js';
import { LimitsModule } from '../limits/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { RateLimit } from './admin/rate-limit.entity.js';
import { RateLimitsResolver } from './admin/rate-limits.resolver.js';
import { RateLimitsService } from './admin/rate-limits.service.js';
import { RateLimits } from './rates.service.js';
import { RateRules } from './rules/rate-rules.service.js';
import { Instances } from './stores/instances.service.js';
import { ProcessStore } from './stores/process-store.js';
import { RedisStore } from './stores/redis-store.js';

@Module({
  imports: [TypeOrmModule.forFeature([RateLimit]), OrganizationsModule, LedgerModule, LimitsModule],
  providers: [RateLimitsService, RateLimitsResolver, RateLimits, RateRules, Instances, ProcessStore, RedisStore],
  exports: [RateLimits, RateLimitsService],
})
export class RatesModule {}
