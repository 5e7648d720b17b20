import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Config } from './config/index.js';
import { Clock, SystemClock } from './core/clock.js';
import { DatabaseModule } from './infra/database/index.js';
import { EventsModule } from './infra/events/index.js';
import { GraphqlModule } from './infra/graphql/index.js';
import { IdempotencyModule } from './infra/idempotency/index.js';
import { QueueModule } from './infra/queue/index.js';
import { RedisModule } from './infra/redis/index.js';
import { TelemetryModule } from './infra/telemetry/index.js';
import { VaultModule } from './infra/vault/index.js';
import { AuditModule } from './modules/audit/index.js';
import { AuthModule } from './modules/auth/index.js';
import { CatalogModule } from './modules/catalog/index.js';
import { DemoModule } from './modules/demo/index.js';
import { GatewayModule } from './modules/gateway/index.js';
import { GroupsModule } from './modules/groups/index.js';
import { HealthModule } from './modules/health/index.js';
import { KeysModule } from './modules/keys/index.js';
import { LedgerModule } from './modules/ledger/index.js';
import { LimitsModule } from './modules/limits/index.js';
import { OrganizationsModule } from './modules/organizations/index.js';
import { ProjectsModule } from './modules/projects/index.js';
import { ProvisioningModule } from './modules/provisioning/index.js';
import { RatesModule } from './modules/rates/index.js';
import { RestAdminModule } from './modules/rest-admin/index.js';
import { SearchModule } from './modules/search/index.js';
import { TeamsModule } from './modules/teams/index.js';
import { UsageModule } from './modules/usage/index.js';
import { UsersModule } from './modules/users/index.js';

const INFRA = [
  TelemetryModule,
  DatabaseModule,
  EventsModule,
  QueueModule,
  RedisModule,
  VaultModule,
  GraphqlModule,
  IdempotencyModule,
];
const MODULES = [
  AuditModule,
  OrganizationsModule,
  UsersModule,
  GroupsModule,
  TeamsModule,
  ProjectsModule,
  CatalogModule,
  KeysModule,
  LedgerModule,
  LimitsModule,
  RatesModule,
  AuthModule,
  ProvisioningModule,
  DemoModule,
  GatewayModule,
  UsageModule,
  SearchModule,
  HealthModule,
  RestAdminModule,
];

@Module({})
export class AppModule {
  /** The whole product on one configuration; tests bring a clock of their own. */
  static with(config: Config, clock: Clock = new SystemClock()): DynamicModule {
    return { module: AppModule, imports: [SettingsModule.with(config, clock), ...INFRA, ...MODULES] };
  }
}

@Global()
@Module({})
class SettingsModule {
  static with(config: Config, clock: Clock): DynamicModule {
    const providers = [
      { provide: Config, useValue: config },
      { provide: Clock, useValue: clock },
    ];
    return { module: SettingsModule, providers, exports: providers };
  }
}
