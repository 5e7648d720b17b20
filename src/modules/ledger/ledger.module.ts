import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CatalogModule } from '../catalog/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { TeamsModule } from '../teams/index.js';
import { Account } from './account.entity.js';
import { ACCOUNT_ENTITIES, ACCOUNT_RESOLVERS, ACCOUNT_SERVICES } from './accounts/wiring.js';
import { LedgerAuditResolver } from './auditing/ledger-audit.resolver.js';
import { LedgerAuditor } from './auditing/ledger-auditor.service.js';
import { LedgerCheck } from './auditing/ledger-check.entity.js';
import { Batcher } from './batch/batcher.js';
import { Call } from './call.entity.js';
import { CreditsResolver, OrganizationCreditsResolver, TeamCreditsResolver } from './credits.resolver.js';
import { CreditsService } from './credits.service.js';
import { Job } from './job.entity.js';
import { LedgerEntry, LedgerTx } from './ledger-tx.entity.js';
import { LedgerService } from './ledger.service.js';
import { Instance } from './recovery/instance.service.js';
import { LateEvidence } from './recovery/late-evidence.service.js';
import { Recovery } from './recovery/recovery.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([Account, LedgerTx, LedgerEntry, LedgerCheck, Job, Call, ...ACCOUNT_ENTITIES]),
    OrganizationsModule,
    TeamsModule,
    CatalogModule,
  ],
  providers: [
    Batcher,
    LedgerService,
    CreditsService,
    LedgerAuditor,
    LateEvidence,
    Recovery,
    Instance,
    LedgerAuditResolver,
    CreditsResolver,
    TeamCreditsResolver,
    OrganizationCreditsResolver,
    ...ACCOUNT_SERVICES,
    ...ACCOUNT_RESOLVERS,
  ],
  exports: [LedgerService, CreditsService, LedgerAuditor, Instance, LateEvidence, ...ACCOUNT_SERVICES],
})
export class LedgerModule {}
