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
  readonly allocated: string;
  readonly remaining: string;
  readonly used: string;
}

/** The credit accounts of the teams that are not deleted. */
const TEAMS = `teams team LEFT JOIN accounts account
  ON account.kind = 'team_credits' AND account.scope_type = 'team' AND account.scope_id = team.id
  WHERE team.status <> 'deleted'`;

const BY_ORGANIZATION = `
  SELECT team.organization_id AS id, count(*) AS teams, coalesce(sum(account.allocated), 0) AS allocated
  FROM ${TEAMS} AND team.organization_id = ANY($1) GROUP BY team.organization_id`;

const OVER_ALL = `
  SELECT (SELECT count(*) FROM organizations WHERE status = 'active') AS organizations, count(*) AS teams,
    (SELECT count(*) FROM aliases WHERE status = 'active') AS aliases,
    coalesce(sum(account.allocated), 0) AS allocated, coalesce(sum(account.balance), 0) AS remaining,
    coalesce(sum(account.spent), 0) AS used
  FROM ${TEAMS}`;

/** Figures over many teams at once. */
@Injectable()
export class PlatformReports {
  /** An organization without teams has no entry. */
  async ofOrganizations(ctx: Ctx, ids: readonly string[]): Promise<Map<string, OrganizationFigures>> {
    const rows = await ctx.em.query<Figures[]>(BY_ORGANIZATION, [ids]);
    const figures = rows.map((row) => ({ teamCount: Number(row.teams), creditsAllocated: BigInt(row.allocated) }));
    return new Map(rows.map((row, place) => [row.id, figures[place]!]));
  }

  async dashboard(ctx: Ctx): Promise<Dashboard> {
    const [counts] = await ctx.em.query<[Counts]>(OVER_ALL);
    return {
      organizations: Number(counts.organizations),
      teams: Number(counts.teams),
      modelGroups: Number(counts.aliases),
      totalCredits: credits(BigInt(counts.allocated)),
      creditsRemaining: credits(BigInt(counts.remaining)),
      creditsUsed: credits(BigInt(counts.used)),
    };
  }
}
