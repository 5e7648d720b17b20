import { In } from 'typeorm';
import type { Ctx } from '../../../core/ctx.js';
import {
  ORGANIZATION_ROLES,
  type OrganizationRole,
  PLATFORM_ROLES,
  type PlatformRole,
  strongest,
} from '../../../core/roles.js';
import { MappingSource, RoleMapping } from '../mappings/role-mapping.entity.js';

/** App roles that the registration of the product in the directory declares; they need no mapping. */
const BUILT_IN: Readonly<Record<string, PlatformRole>> = Object.freeze({
  'Tollkeeper.Owner': 'owner',
  'Tollkeeper.Admin': 'admin',
  'Tollkeeper.Auditor': 'auditor',
});

/** What the directory says of a person who signs in. */
export interface DirectoryClaims {
  /** Values of the app roles given to the person. */
  readonly appRoles: readonly string[];
  /** Object ids of all groups of the person, overage resolved. */
  readonly groups: readonly string[];
}

export interface DirectoryRoles {
  readonly platformRole: PlatformRole | null;
  /** Organization id > role. */
  readonly memberships: ReadonlyMap<string, OrganizationRole>;
}

/** What the app roles and groups of a person are mapped to. */
export function mappingsFor(ctx: Ctx, { appRoles, groups }: DirectoryClaims): Promise<RoleMapping[]> {
  return ctx.em.findBy(RoleMapping, [
    { source: MappingSource.APP_ROLE, value: In([...appRoles]) },
    { source: MappingSource.GROUP, value: In(groups.map((group) => group.toLowerCase())) },
  ]);
}

/** What app roles and mappings add up to: the strongest role of the platform, and of each organization. */
export function rolesOf(appRoles: readonly string[], mappings: readonly RoleMapping[]): DirectoryRoles {
  const builtIn = appRoles.map((role) => (Object.hasOwn(BUILT_IN, role) ? BUILT_IN[role]! : null));
  const memberships = new Map<string, OrganizationRole>();
  for (const { organizationId, organizationRole } of mappings) {
    if (organizationId === null) continue;
    const role = strongest(ORGANIZATION_ROLES, [memberships.get(organizationId) ?? null, organizationRole]);
    if (role) memberships.set(organizationId, role);
  }
  const platformRole = strongest(PLATFORM_ROLES, [...builtIn, ...mappings.map((mapping) => mapping.platformRole)]);
  return { platformRole, memberships };
}
