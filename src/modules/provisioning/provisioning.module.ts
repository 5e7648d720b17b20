import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { GroupsModule } from '../groups/index.js';
import { KeysModule } from '../keys/index.js';
import { LedgerModule } from '../ledger/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { ProjectsModule } from '../projects/index.js';
import { TeamsModule } from '../teams/index.js';
import { BelongingsResolver } from './belongings.resolver.js';
import { Belongings } from './belongings.service.js';
import { ProvisioningResolver } from './provisioning.resolver.js';
import { ProvisioningService } from './provisioning.service.js';

@Module({
  imports: [OrganizationsModule, GroupsModule, TeamsModule, ProjectsModule, CatalogModule, KeysModule, LedgerModule],
  providers: [ProvisioningService, ProvisioningResolver, Belongings, BelongingsResolver],
  exports: [ProvisioningService],
})
export class ProvisioningModule {}
