export { Organization, OrganizationStatus, PlanTier } from './organization.entity.js';
export { CreateOrganizationInput, UpdateOrganizationInput } from './organizations.inputs.js';
export { OrganizationsModule } from './organizations.module.js';
export { announceTenantChange, TENANT_CHANGED } from './tenant-events.js';
export { OrganizationsService } from './organizations.service.js';
