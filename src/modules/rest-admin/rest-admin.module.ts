import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { GatewayModule } from '../gateway/index.js';
import { KeysModule } from '../keys/index.js';
import { LedgerModule } from '../ledger/index.js';
import { LimitsModule } from '../limits/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { ProvisioningModule } from '../provisioning/index.js';
import { RatesModule } from '../rates/index.js';
import { TeamsModule } from '../teams/index.js';
import { CredentialsController } from './credentials/credentials.controller.js';
import { OrganizationCredentialsController } from './credentials/organization-credentials.controller.js';
import { OrganizationCredentialsService } from './credentials/organization-credentials.service.js';
import { CreditsController } from './credits/credits.controller.js';
import { RatesController } from './credits/rates.controller.js';
import { RefillsController } from './credits/refills.controller.js';
import { TeamRefill } from './credits/team-refill.service.js';
import { TeamAccount } from './credits/team-account.service.js';
import { JobLists } from './jobs/job-lists.service.js';
import { JobStatistics } from './jobs/job-statistics.service.js';
import { JobsController } from './jobs/jobs.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { LedgerController } from './ledger/ledger.controller.js';
import { LimitAnswers } from './limits/limit-answers.service.js';
import { LimitsController } from './limits/limits.controller.js';
import { AccessGroupAnswers } from './models/access-group-answers.service.js';
import { AccessGroupsController } from './models/access-groups.controller.js';
import { AliasAnswers } from './models/alias-answers.service.js';
import { AliasesController } from './models/aliases.controller.js';
import { PriceListController } from './models/price-list.controller.js';
import { OrganizationAnswers } from './organizations/organization-answers.service.js';
import { OrganizationReportsController } from './organizations/organization-reports.controller.js';
import { OrganizationStatusController } from './organizations/organization-status.controller.js';
import { OrganizationsController } from './organizations/organizations.controller.js';
import { RateLimitsController } from './rates/rate-limits.controller.js';
import { CostReports } from './reports/cost-reports.service.js';
import { DashboardController } from './reports/dashboard.controller.js';
import { PlatformReports } from './reports/platform-reports.service.js';
import { UsageReports } from './reports/usage-reports.service.js';
import { TeamActivityController } from './teams/team-activity.controller.js';
import { TeamActivity } from './teams/team-activity.service.js';
import { TeamAnswers } from './teams/team-answers.service.js';
import { TeamChanges } from './teams/team-changes.service.js';
import { TeamStatusController } from './teams/team-status.controller.js';
import { TeamsController } from './teams/teams.controller.js';

const CONTROLLERS = [
  OrganizationsController,
  OrganizationStatusController,
  OrganizationReportsController,
  TeamsController,
  TeamStatusController,
  TeamActivityController,
  CreditsController,
  RatesController,
  RefillsController,
  LedgerController,
  KeysController,
  LimitsController,
  RateLimitsController,
  AliasesController,
  AccessGroupsController,
  PriceListController,
  OrganizationCredentialsController,
  CredentialsController,
  JobsController,
  DashboardController,
];
const SERVICES = [
  OrganizationAnswers,
  TeamAnswers,
  TeamChanges,
  TeamActivity,
  TeamAccount,
  TeamRefill,
  AliasAnswers,
  AccessGroupAnswers,
  OrganizationCredentialsService,
  JobLists,
  LimitAnswers,
  JobStatistics,
  UsageReports,
  CostReports,
  PlatformReports,
];

@Module({
  imports: [
    OrganizationsModule,
    TeamsModule,
    CatalogModule,
    KeysModule,
    LedgerModule,
    LimitsModule,
    ProvisioningModule,
    GatewayModule,
    RatesModule,
  ],
  controllers: CONTROLLERS,
  providers: SERVICES,
})
export class RestAdminModule {}
