import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import { OrganizationsService } from '../../organizations/index.js';
import { credits, usd } from '../fields/amounts.js';
import { PlatformReports } from '../reports/platform-reports.service.js';
import type { DatesQuery } from '../reports/reports.inputs.js';
import { type Span, spanOf } from '../reports/span.js';
import { type CallFigures, callFigures } from './call-figures.js';
import type { OrganizationAnalytics, OrganizationStats } from './statistics.views.js';

const TOP = 10;
const MOST_DAYS = 3_660;
const MOST_KINDS = 100;
const NOTHING: CallFigures = { name: '', calls: '0', successes: '0', failures: '0', tokens: '0', cost: '0' };

interface JobFigures {
  readonly team: string;
  readonly jobs: string;
  readonly completed: string;
  readonly failed: string;
  readonly open: string;
  readonly credits: string;
}

/** By team, which there are few of; the totals are sums over them. */
const JOBS = `
  SELECT team_id AS team, count(*) AS jobs, count(*) FILTER (WHERE status = 'completed') AS completed,
    count(*) FILTER (WHERE status = 'failed') AS failed,
    count(*) FILTER (WHERE status IN ('pending', 'in_progress')) AS open, sum(credits_charged) AS credits
  FROM jobs WHERE organization_id = $1 AND created_at >= $2 AND created_at < $3
  GROUP BY team_id ORDER BY count(*) DESC, team_id`;

/** Statistics of an organization's jobs and calls. Dates select jobs by their creation, and calls with them. */
@Injectable()
export class JobStatistics {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly figures: PlatformReports,
  ) {}

  async stats(ctx: Ctx, id: string, dates: DatesQuery): Promise<OrganizationStats> {
    const organization = await this.organizations.get(ctx, id);
    const span = spanOf(dates.start_date, dates.end_date);
    const jobs = await ctx.em.query<JobFigures[]>(JOBS, [organization.id, span.from, span.to]);
    const calls = await total(ctx, organization.id, span);
    const teams = (await this.figures.ofOrganizations(ctx, [organization.id])).get(organization.id)?.teamCount ?? 0;
    const sumOf = (pick: keyof JobFigures): bigint => jobs.reduce((sum, row) => sum + BigInt(row[pick]), 0n);
    return {
      organization_id: organization.id,
      organization_name: organization.name,
      total_jobs: Number(sumOf('jobs')),
      completed_jobs: Number(sumOf('completed')),
      failed_jobs: Number(sumOf('failed')),
      in_progress_jobs: Number(sumOf('open')),
      total_teams: teams,
      total_llm_calls: Number(calls.calls),
      successful_calls: Number(calls.successes),
      failed_calls: Number(calls.failures),
      total_tokens: Number(calls.tokens),
      total_cost_usd: usd(BigInt(calls.cost)),
      total_credits_used: credits(sumOf('credits')),
      top_teams: jobs.slice(0, TOP).map(topTeam),
    };
  }

  async analytics(ctx: Ctx, id: string, dates: DatesQuery): Promise<OrganizationAnalytics> {
    const organization = await this.organizations.get(ctx, id);
    const span = spanOf(dates.start_date, dates.end_date);
    const calls = await total(ctx, organization.id, span);
    const days = await callFigures(ctx, organization.id, { span, by: 'day', most: MOST_DAYS });
    const teams = await callFigures(ctx, organization.id, { span, by: 'team', most: TOP });
    const aliases = await callFigures(ctx, organization.id, { span, by: 'alias', most: TOP });
    const providers = await callFigures(ctx, organization.id, { span, by: 'provider', most: MOST_KINDS });
    return {
      organization_id: organization.id,
      organization_name: organization.name,
      total_spend: spendOf(calls),
      total_requests: Number(calls.calls),
      successful_requests: Number(calls.successes),
      failed_requests: Number(calls.failures),
      total_tokens: Number(calls.tokens),
      daily_spend: days.map((day) => ({ date: day.name, spend: spendOf(day) })),
      spend_per_team: teams.map((team) => ({ team_id: team.name, ...trafficOf(team) })),
      top_models: aliases.map((each) => ({ model: each.name, spend: spendOf(each), count: Number(each.calls) })),
      provider_usage: providers.map((each) => ({ provider: each.name, ...trafficOf(each) })),
    };
  }
}

async function total(ctx: Ctx, organizationId: string, span: Span): Promise<CallFigures> {
  const [all] = await callFigures(ctx, organizationId, { span, by: 'all', most: 1 });
  return all ?? NOTHING;
}

const spendOf = (figures: CallFigures): number => usd(BigInt(figures.cost));

const trafficOf = (figures: CallFigures): { spend: number; successful: number; failed: number; tokens: number } => ({
  spend: spendOf(figures),
  successful: Number(figures.successes),
  failed: Number(figures.failures),
  tokens: Number(figures.tokens),
});

const topTeam = (row: JobFigures): OrganizationStats['top_teams'][number] => ({
  team_id: row.team,
  job_count: Number(row.jobs),
  credits_used: credits(BigInt(row.credits)),
});
