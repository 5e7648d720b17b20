import type { Ctx } from '../../../core/ctx.js';
import { ALL_ORGANIZATIONS } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';
import {
  covers,
  organizationActions,
  type OrganizationRole,
  platformActions,
  type PlatformRole,
} from '../../../core/roles.js';

/**
 * Nobody grants, changes or takes away a role that holds more than they do.
 * @throws DomainError forbidden
 */
export function requirePlatformAuthority(ctx: Ctx, role: PlatformRole | null): void {
  if (role === null) return;
  if (ctx.organizationId === ALL_ORGANIZATIONS && covers(ctx.actions, platformActions(role))) return;
  throw new DomainError('forbidden', `The platform role ${role} holds more than you do`);
}

/**
 * The same for a role in an organization that the actor can see.
 * @throws DomainError forbidden
 */
export function requireOrganizationAuthority(ctx: Ctx, role: OrganizationRole): void {
  if (covers(ctx.actions, organizationActions(role))) return;
  throw new DomainError('forbidden', `The organization role ${role} holds more than you do`);
}
