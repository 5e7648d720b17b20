export { type ProvisionedOrganization, type ProvisionedTeam } from './provisioning.inputs.js';
export { ProvisioningModule } from './provisioning.module.js';
export { ProvisioningService } from './provisioning.service.js';
