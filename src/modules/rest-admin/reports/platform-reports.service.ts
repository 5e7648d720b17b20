import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import { credits } from '../fields/amounts.js';
import type { Dashboard } from './dashboard.views.js';

export interface OrganizationFigures {
  readonly teamCount: number;
  readonly creditsAllocated: bigint;
}

interface Figures {
  readonly id: string;
  readonly teams: string;
  readonly allocated: string;
}

interface Counts {
  readonly organizations: string;
  readonly teams: string;
  readonly aliases: string;
}

export interface CreditTotals {
  readonly allocated: bigint;
  readonly remaining: bigint;
  readonly used: bigint;
}

/** The credit accounts of the teams that are not deleted. */
const TEAMS = `teams team LEFT JOIN accounts account
  ON account.kind = 'team_credits' AND account.scope_type = 'team' AND account.scope_id = team.id
  WHERE team.status <> 'deleted'`;

const BY_ORGANIZATION = `
  SELECT team.organization_id AS id, count(*) AS teams, coalesce(sum(account.allocated), 0) AS allocated
  FROM ${TEAMS} AND team.organization_id = ANY($1) GROUP BY team.organization_id`;

/** $1 is the reach of the actor: an organization, or '*'. */
const COUNTS = `
  SELECT (SELECT count(*) FROM organizations WHERE status = 'active' AND $1 IN ('*', id)) AS organizations,
    (SELECT count(*) FROM teams WHERE status <> 'deleted' AND $1 IN ('*', organization_id)) AS teams,
    (SELECT count(*) FROM aliases alias WHERE status = 'active' AND ($1 = '*' OR EXISTS (
      SELECT FROM access_grants own JOIN access_group_aliases link ON link.access_group_id = own.access_group_id
      WHERE link.alias_id = alias.id AND own.organization_id = $1))) AS aliases`;

const CREDITS = `
  SELECT coalesce(sum(account.allocated), 0) AS allocated, coalesce(sum(account.balance), 0) AS remaining,
    coalesce(sum(account.spent), 0) AS used
  FROM ${TEAMS} AND ($1::text IS NULL OR team.organization_id = $1) AND $2 IN ('*', team.organization_id)`;

/** Figures over many teams at once. */
@Injectable()
export class PlatformReports {
  /** An organization without teams has no entry. */
  async ofOrganizations(ctx: Ctx, ids: readonly string[]): Promise<Map<string, OrganizationFigures>> {
    const rows = await ctx.em.query<Figures[]>(BY_ORGANIZATION, [ids]);
    return new Map(
      rows.map((row) => [row.id, { teamCount: Number(row.teams), creditsAllocated: BigInt(row.allocated) }]),
    );
  }

  /** Credits of the teams of one organization, or of all that the actor reaches. */
  async creditTotals(ctx: Ctx, organizationId: string | null): Promise<CreditTotals> {
    const [row] = await ctx.em.query<[Record<keyof CreditTotals, string>]>(CREDITS, [
      organizationId,
      ctx.organizationId,
    ]);
    return { allocated: BigInt(row.allocated), remaining: BigInt(row.remaining), used: BigInt(row.used) };
  }

  async dashboard(ctx: Ctx): Promise<Dashboard> {
    const [counts] = await ctx.em.query<[Counts]>(COUNTS, [ctx.organizationId]);
    const totals = await this.creditTotals(ctx, null);
    return {
      organizations: Number(counts.organizations),
      teams: Number(counts.teams),
      modelGroups: Number(counts.aliases),
      totalCredits: credits(totals.allocated),
      creditsRemaining: credits(totals.remaining),
      creditsUsed: credits(totals.used),
    };
  }
}
