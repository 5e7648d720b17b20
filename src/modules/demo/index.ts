import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/index.js';
import { ProvisioningModule } from '../provisioning/index.js';
import { DemoCatalog } from './demo-catalog.js';
import { DemoService } from './demo.service.js';

@Module({ imports: [CatalogModule, ProvisioningModule], providers: [DemoService, DemoCatalog] })
export class DemoModule {}

export { quickExample } from './quick-example.js';
export { DemoService };
