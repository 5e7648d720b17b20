import type pg from 'pg';
import type { CallPlace, ScopeType } from '../../../core/scope.js';
import type { Period } from '../../../core/window.js';
import type { LimitEnforcement, LimitUnit } from '../limit-words.js';
import { type Binding, bindingLimits, type Candidate } from './binding.js';

/** A limit as far as calls need to know it. */
export interface CallLimit extends Candidate {
  readonly unit: LimitUnit;
  readonly period: Period;
  readonly enforcement: LimitEnforcement;
  readonly zone: string;
  readonly anchoredAt: Date | null;
}

/** What binds a place, and the version of the limits of its organization that this is true of. */
export interface Bound {
  readonly version: bigint;
  readonly bindings: readonly Binding<CallLimit>[];
}

interface LimitJson {
  readonly id: string;
  readonly scope_type: ScopeType;
  readonly scope_id: string;
  readonly member_id: string | null;
  readonly unit: LimitUnit;
  readonly period: Period;
  readonly zone: string;
  readonly amount: string;
  readonly enforcement: LimitEnforcement;
  readonly anchored_at: string | null;
}

interface Row {
  readonly version: string;
  readonly group_ids: string[];
  readonly limits: LimitJson[];
}

/**
 * Version, groups and limits as of one instant, so that a limit that is missing here has a later version. Named pairs of
 * other members are left out, of which a project can have thousands.
 */
const BINDING = `
  WITH own_groups AS (
    SELECT member.group_id FROM group_members member JOIN groups g ON g.id = member.group_id AND g.status = 'active'
    WHERE member.user_id = $5 AND member.organization_id = $1),
  scopes (type, id) AS (
    VALUES ('organization', $1), ('key', $2), ('team', $3), ('project', $4), ('user', $5), ('user_in_project', $4),
      ('group_in_project', $4)
    UNION ALL SELECT type, group_id FROM own_groups, unnest(ARRAY['group', 'user_in_group']) AS type)
  SELECT
    coalesce((SELECT version FROM limit_versions WHERE organization_id = $1), 0) AS version,
    ARRAY(SELECT group_id FROM own_groups) AS group_ids,
    coalesce((
      SELECT json_agg(json_build_object('id', l.id, 'scope_type', l.scope_type, 'scope_id', l.scope_id,
        'member_id', l.member_id, 'unit', l.unit, 'period', l.period, 'zone', l.zone, 'amount', l.amount::text,
        'enforcement', l.enforcement, 'anchored_at', l.anchored_at))
      FROM scopes JOIN limits l ON l.scope_type = scopes.type AND l.scope_id = scopes.id
      WHERE l.organization_id = $1 AND l.status = 'active'
        AND (l.member_id IS NULL OR l.member_id = $5 OR l.member_id IN (SELECT group_id FROM own_groups))), '[]') AS limits`;

/** Which limits bind the calls of a place: one statement. */
export async function boundAt(pool: pg.Pool, place: CallPlace): Promise<Bound> {
  const { organizationId, keyId, teamId, projectId, userId } = place;
  const values = [organizationId, keyId, teamId, projectId, userId];
  const { rows } = await pool.query<Row>({ name: 'binding_limits', text: BINDING, values });
  const { version, group_ids: groupIds, limits } = rows[0]!;
  return { version: BigInt(version), bindings: bindingLimits({ place, groupIds }, limits.map(limitOf)) };
}

const limitOf = (json: LimitJson): CallLimit => ({
  id: json.id,
  scope: { type: json.scope_type, id: json.scope_id, memberId: json.member_id },
  unit: json.unit,
  period: json.period,
  zone: json.zone,
  amount: BigInt(json.amount),
  enforcement: json.enforcement,
  anchoredAt: json.anchored_at === null ? null : new Date(json.anchored_at),
});
