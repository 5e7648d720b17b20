import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { KeysModule } from '../keys/index.js';
import { LedgerModule } from '../ledger/index.js';
import { OrganizationsModule } from '../organizations/index.js';
import { TeamsModule } from '../teams/index.js';
import { ProvisioningResolver } from './provisioning.resolver.js';
import { ProvisioningService } from './provisioning.service.js';

@Module({
  imports: [OrganizationsModule, TeamsModule, CatalogModule, KeysModule, LedgerModule],
  providers: [ProvisioningService, ProvisioningResolver],
  exports: [ProvisioningService],
})
export class ProvisioningModule {}
