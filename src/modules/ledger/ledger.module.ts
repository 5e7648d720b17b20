import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TeamsModule } from '../teams/index.js';
import { Account } from './account.entity.js';
import { LedgerAuditor } from './auditor.service.js';
import { Call } from './call.entity.js';
import { CreditsResolver, OrganizationCreditsResolver, TeamCreditsResolver } from './credits.resolver.js';
import { CreditsService } from './credits.service.js';
import { Job } from './job.entity.js';
import { LedgerEntry, LedgerTx } from './ledger-tx.entity.js';
import { LedgerService } from './ledger.service.js';
import { Instance } from './recovery/instance.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Account, LedgerTx, LedgerEntry, Job, Call]), TeamsModule],
  providers: [
    LedgerService,
    CreditsService,
    LedgerAuditor,
    Instance,
    CreditsResolver,
    TeamCreditsResolver,
    OrganizationCreditsResolver,
  ],
  exports: [LedgerService, CreditsService, LedgerAuditor, Instance],
})
export class LedgerModule {}
