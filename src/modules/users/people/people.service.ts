import { Injectable } from '@nestjs/common';
import { ALL_ORGANIZATIONS } from '../../../core/ctx.js';
import {
  covers,
  ORGANIZATION_ROLES,
  organizationActions,
  type OrganizationRole,
  platformActions,
  PLATFORM_ROLES,
  type PlatformRole,
  strongest,
  union,
} from '../../../core/roles.js';
import type { Identity } from '../../../infra/access/index.js';
import { Database } from '../../../infra/database/index.js';
import { otherOwners } from './owners.js';

interface RoleRow {
  readonly name: string;
  readonly email: string;
  readonly manual_role: PlatformRole | null;
  readonly directory_role: PlatformRole | null;
  readonly organization_id: string | null;
  readonly organization_name: string | null;
  readonly role: OrganizationRole | null;
}

/** Everything that a user holds, wherever it comes from. */
export interface Roles {
  readonly platformRole: PlatformRole | null;
  /** The strongest role in each organization. */
  readonly memberships: readonly { organizationId: string; name: string; role: OrganizationRole }[];
}

/** One row for each membership in an organization that is not deleted; one without, when there is none. */
const ROLES_OF = `
  SELECT u.name, u.email, u.manual_role, u.directory_role, m.organization_id, o.name AS organization_name, m.role
    FROM users u
    LEFT JOIN (members m JOIN organizations o ON o.id = m.organization_id AND o.status <> 'deleted')
      ON m.user_id = u.id
   WHERE u.id = $1 AND u.status = 'active'
   ORDER BY m.organization_id`;

/** Who a signed-in user is at this moment. Nothing is cached: a suspended user's next request is refused. */
@Injectable()
export class People {
  constructor(private readonly database: Database) {}

  /**
   * What the user may do and where. A platform role reaches every organization; a member reaches one, the wanted one
   * if they belong to it, else the first by id. Somebody who holds more as member of the wanted organization than the
   * platform role gives has both there, and only there.
   * @param organizationId the wanted organization, or null
   * @returns null when the user is unknown, suspended or deleted, or holds no role
   */
  async identityOf(userId: string, organizationId: string | null): Promise<Identity | null> {
    const rows = await this.database.manager(ALL_ORGANIZATIONS).query<RoleRow[]>(ROLES_OF, [userId]);
    const [user] = rows;
    if (!user) return null;
    const actor = { kind: 'user', id: userId, name: user.name, email: user.email } as const;
    const platformRole = strongest(PLATFORM_ROLES, [user.manual_role, user.directory_role]);
    const everywhere = platformRole ? platformActions(platformRole) : null;
    const wanted = rows.some((row) => row.organization_id === organizationId) ? organizationId : user.organization_id;
    const there = union(
      rows.filter((row) => row.organization_id === wanted && row.role).map(({ role }) => organizationActions(role!)),
    );
    if (everywhere && (wanted !== organizationId || covers(everywhere, there)))
      return { actor, organizationId: ALL_ORGANIZATIONS, actions: everywhere };
    if (wanted === null) return null;
    return { actor, organizationId: wanted, actions: everywhere ? union([everywhere, there]) : there };
  }

  /** What an active user holds, in every organization; nothing for an unknown one. */
  async rolesOf(userId: string): Promise<Roles> {
    const rows = await this.database.manager(ALL_ORGANIZATIONS).query<RoleRow[]>(ROLES_OF, [userId]);
    const own = new Map<string, Roles['memberships'][number]>();
    for (const { organization_id: organizationId, organization_name: name, role } of rows) {
      if (!organizationId) continue;
      const strongestRole = strongest(ORGANIZATION_ROLES, [own.get(organizationId)?.role ?? null, role])!;
      own.set(organizationId, { organizationId, name: name!, role: strongestRole });
    }
    const [user] = rows;
    const platformRole = strongest(PLATFORM_ROLES, [user?.manual_role ?? null, user?.directory_role ?? null]);
    return { platformRole, memberships: [...own.values()] };
  }

  /** The user behind an object of the directory; null when nobody such has signed in here. */
  async userIdOf(tenantId: string, objectId: string): Promise<string | null> {
    const [row] = await this.database
      .manager(ALL_ORGANIZATIONS)
      .query<{ id: string }[]>('SELECT id FROM users WHERE directory_tenant_id = $1 AND directory_object_id = $2', [
        tenantId,
        objectId,
      ]);
    return row?.id ?? null;
  }

  /** Whether the platform has an active owner. */
  async hasOwner(): Promise<boolean> {
    return (await otherOwners(this.database.manager(ALL_ORGANIZATIONS), null)) > 0;
  }
}
