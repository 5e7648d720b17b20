import type { UsersQuery } from '../../gql/users.js';
import { text } from './text.js';

type Membership = UsersQuery['users']['items'][number]['memberships'][number];

export type OrganizationRole = Membership['role'];
export type PlatformRole = NonNullable<UsersQuery['users']['items'][number]['platformRole']>;

interface Role<Value> {
  readonly value: Value;
  readonly label: string;
  readonly description: string;
}

/** From the most powerful to the least. */
export const PLATFORM_ROLES: readonly Role<PlatformRole>[] = (['OWNER', 'ADMIN', 'AUDITOR'] as const).map((value) => ({
  value,
  label: text.roles[value],
  description: text.roleHelp[value],
}));

export const ORGANIZATION_ROLES: readonly Role<OrganizationRole>[] = (
  ['OWNER', 'ADMIN', 'VIEWER', 'MEMBER'] as const
).map((value) => ({
  value,
  label: text.organizationRoles[value],
  description: text.organizationRoleHelp[value],
}));

interface Granted {
  readonly platformRole: PlatformRole | null;
  readonly organizationRole: OrganizationRole | null;
  readonly organization: { readonly id: string; readonly name: string } | null;
}

/** What an invitation or a mapping gives, in words: "Auditor" or "Acme (Admin)". */
export function grantWords({ platformRole, organizationRole, organization }: Granted): string {
  if (platformRole) return text.roles[platformRole];
  return text.membershipIn(organization?.name ?? '', organizationRole ? text.organizationRoles[organizationRole] : '');
}
