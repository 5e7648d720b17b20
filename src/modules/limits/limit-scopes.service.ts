import { Injectable } from '@nestjs/common';
import { ALL_ORGANIZATIONS, type Ctx } from '../../core/ctx.js';
import { DomainError, invalid, notFound } from '../../core/errors.js';
import type { Scope, ScopeType } from '../../core/scope.js';

/** A thing that a scope is made of, or that a pair is made of two of. */
interface Part {
  readonly noun: string;
  /** Finds $1 in the organization $2. */
  readonly sql: string;
}

const PARTS = {
  organization: {
    noun: 'Organization',
    sql: "SELECT 1 FROM organizations WHERE id = $1 AND id = $2 AND status <> 'deleted'",
  },
  group: { noun: 'Group', sql: "SELECT 1 FROM groups WHERE id = $1 AND organization_id = $2 AND status <> 'deleted'" },
  project: {
    noun: 'Project',
    sql: "SELECT 1 FROM projects WHERE id = $1 AND organization_id = $2 AND status <> 'deleted'",
  },
  team: { noun: 'Team', sql: "SELECT 1 FROM teams WHERE id = $1 AND organization_id = $2 AND status <> 'deleted'" },
  key: { noun: 'Key', sql: 'SELECT 1 FROM keys WHERE id = $1 AND organization_id = $2' },
  user: {
    noun: 'User',
    sql: `SELECT 1 FROM users person WHERE person.id = $1 AND person.status <> 'deleted' AND (
      EXISTS (SELECT FROM members member WHERE member.user_id = $1 AND member.organization_id = $2)
      OR EXISTS (SELECT FROM keys key WHERE key.user_id = $1 AND key.organization_id = $2))`,
  },
} as const satisfies Record<string, Part>;

/* The ids come from rows that the actor sees. */
const NAMES = {
  limits: `SELECT id, scope_name(scope_type, scope_id, member_id) AS name FROM limits
    WHERE id = ANY($1) AND organization_id = ANY($2)`,
  rate_limits: `SELECT id, scope_name(scope_type, scope_id, member_id) AS name FROM rate_limits
    WHERE id = ANY($1) AND organization_id = ANY($2)`,
} as const;

/** What is on a scope and has an id of its own. */
interface OnScope {
  readonly id: string;
  readonly organizationId: string;
}

/** What limits are on: whether it exists in the organization, and how people call it. */
@Injectable()
export class LimitScopes {
  /** @throws DomainError not_found, alike for what is of another organization; invalid_request */
  async require(ctx: Ctx, organizationId: string, { type, id, memberId }: Scope): Promise<void> {
    const [first, last] = type.split('_in_') as [keyof typeof PARTS, keyof typeof PARTS | undefined];
    await this.requirePart(ctx, organizationId, last ?? first, id);
    if (memberId === null) return;
    if (last === undefined) throw invalid('memberId', 'is for pairs such as USER_IN_PROJECT alone');
    await this.requirePart(ctx, organizationId, first, memberId);
  }

  /**
   * An organization divides what it has; how much that is, the platform says.
   * @throws DomainError forbidden
   */
  requireMaySet(ctx: Ctx, scopeType: ScopeType): void {
    if (scopeType === 'organization' && ctx.organizationId !== ALL_ORGANIZATIONS)
      throw new DomainError('forbidden', 'The limits of an organization as a whole are set by the platform');
  }

  /** Names of the scopes of limits, by the id of the limit; none for what the actor may not see. */
  async namesOf(ctx: Ctx, table: keyof typeof NAMES, limits: readonly OnScope[]): Promise<Map<string, string>> {
    const own = [limits.map((limit) => limit.id), limits.map((limit) => limit.organizationId)];
    const rows = await ctx.em.query<{ id: string; name: string | null }[]>(NAMES[table], own);
    return new Map(rows.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])));
  }

  private async requirePart(ctx: Ctx, organizationId: string, part: keyof typeof PARTS, id: string): Promise<void> {
    const { noun, sql } = PARTS[part];
    const rows = await ctx.em.query<unknown[]>(sql, [id, organizationId]);
    if (rows.length === 0) throw notFound(noun, id);
  }
}
