import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrganizationsModule } from '../organizations/index.js';
import { LimitAlert } from './alerts/limit-alert.entity.js';
import { LimitAlertsResolver } from './alerts/limit-alerts.resolver.js';
import { LimitAlerts } from './alerts/limit-alerts.service.js';
import { GrantsResolver, LimitGrantsResolver } from './grants/grants.resolver.js';
import { GrantsService } from './grants/grants.service.js';
import { LimitGrant } from './grants/limit-grant.entity.js';
import { LimitFieldsResolver } from './limit-fields.resolver.js';
import { LimitScopes } from './limit-scopes.service.js';
import { Limit } from './limit.entity.js';
import { LimitsResolver } from './limits.resolver.js';
import { LimitsService } from './limits.service.js';
import { LimitPaths } from './paths/limit-paths.service.js';
import { LimitsOf } from './paths/limits-of.service.js';
import { LimitWindow } from './windows/limit-window.entity.js';
import { LimitWindows } from './windows/limit-windows.service.js';

const RESOLVERS = [LimitsResolver, LimitFieldsResolver, GrantsResolver, LimitGrantsResolver, LimitAlertsResolver];
const SERVICES = [LimitsService, LimitScopes, LimitWindows, GrantsService, LimitAlerts, LimitPaths, LimitsOf];

@Module({
  imports: [TypeOrmModule.forFeature([Limit, LimitGrant, LimitWindow, LimitAlert]), OrganizationsModule],
  providers: [...SERVICES, ...RESOLVERS],
  exports: SERVICES,
})
export class LimitsModule {}
