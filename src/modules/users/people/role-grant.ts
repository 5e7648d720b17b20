import type { Ctx } from '../../../core/ctx.js';
import { invalid } from '../../../core/errors.js';
import type { OrganizationRole, PlatformRole } from '../../../core/roles.js';
import type { OrganizationsService } from '../../organizations/index.js';
import { requireOrganizationAuthority, requirePlatformAuthority } from './authority.js';

/** One role as invitations and role mappings hold it: of the platform, or of an organization. */
export interface RoleGrant {
  readonly platformRole: PlatformRole | null;
  readonly organizationId: string | null;
  readonly organizationRole: OrganizationRole | null;
}

/**
 * The role that somebody asks to have granted, when they may grant it.
 * @throws DomainError invalid_request unless it is exactly one, not_found for the organization, forbidden
 */
export async function grantable(
  ctx: Ctx,
  organizations: OrganizationsService,
  { platformRole = null, organizationId = null, organizationRole = null }: Partial<RoleGrant>,
): Promise<RoleGrant> {
  if ((platformRole === null) === (organizationId === null))
    throw invalid('platformRole', 'give either a platform role, or an organization with a role in it');
  if ((organizationId === null) !== (organizationRole === null))
    throw invalid('organizationRole', 'goes together with organizationId');
  if (organizationId !== null) await organizations.get(ctx, organizationId);
  requirePlatformAuthority(ctx, platformRole);
  if (organizationRole !== null) requireOrganizationAuthority(ctx, organizationRole);
  return { platformRole, organizationId, organizationRole };
}
