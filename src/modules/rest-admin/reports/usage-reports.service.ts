import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import { divideHalfUp } from '../../../core/money.js';
import { credits, usd } from '../fields/amounts.js';
import type { Span } from './span.js';
import type { JobTypeUsage, UsageSummary } from './usage.views.js';

/** Whose jobs a report counts. */
export interface Whose {
  readonly column: 'organization_id' | 'team_id';
  readonly id: string;
}

interface Totals {
  readonly jobs: string;
  readonly completed: string;
  readonly failed: string;
  readonly cost: string;
  readonly credits: string;
}

interface Group {
  readonly name: string;
  readonly jobs: string;
  readonly cost: string;
}

/** Rows of a breakdown, the dearest first; clients choose the job types, so there may be any number. */
const MOST_GROUPS = 1_000;

const totalsOf = (column: Whose['column']): string => `
  SELECT count(*) AS jobs, count(*) FILTER (WHERE status = 'completed') AS completed,
    count(*) FILTER (WHERE status = 'failed') AS failed,
    coalesce(sum(cost_charged), 0) AS cost, coalesce(sum(credits_charged), 0) AS credits
  FROM jobs WHERE ${column} = $1 AND created_at >= $2 AND created_at < $3`;

const tokensOf = (column: Whose['column']): string => `
  SELECT coalesce(sum(call.tokens_in + call.tokens_out), 0) AS tokens
  FROM jobs job JOIN calls call ON call.job_id = job.id
  WHERE job.${column} = $1 AND job.created_at >= $2 AND job.created_at < $3`;

const groupsOf = (column: Whose['column'], by: 'team_id' | 'job_type'): string => `
  SELECT ${by} AS name, count(*) AS jobs, sum(cost_charged) AS cost
  FROM jobs WHERE ${column} = $1 AND created_at >= $2 AND created_at < $3
  GROUP BY ${by} ORDER BY sum(cost_charged) DESC, ${by} LIMIT ${MOST_GROUPS}`;

/** How much was used, from the jobs and calls themselves. Jobs count by the time of their creation. */
@Injectable()
export class UsageReports {
  /** The summary, and the charged cost of the average job. */
  async summary(ctx: Ctx, whose: Whose, span: Span): Promise<{ summary: UsageSummary; costPerJob: number }> {
    const values = [whose.id, span.from, span.to];
    const [totals] = await ctx.em.query<[Totals]>(totalsOf(whose.column), values);
    const [{ tokens }] = await ctx.em.query<[{ tokens: string }]>(tokensOf(whose.column), values);
    const cost = BigInt(totals.cost);
    const jobs = BigInt(totals.jobs);
    const summary = {
      total_jobs: Number(totals.jobs),
      successful_jobs: Number(totals.completed),
      failed_jobs: Number(totals.failed),
      total_cost_usd: usd(cost),
      total_tokens: Number(tokens),
      credits_used: credits(BigInt(totals.credits)),
    };
    return { summary, costPerJob: jobs === 0n ? 0 : usd(divideHalfUp(cost, jobs)) };
  }

  async byTeam(
    ctx: Ctx,
    organizationId: string,
    span: Span,
  ): Promise<Record<string, { jobs: number; cost_usd: number }>> {
    const groups = await this.groups(ctx, { column: 'organization_id', id: organizationId }, 'team_id', span);
    return Object.fromEntries(groups.map((each) => [each.name, { jobs: Number(each.jobs), cost_usd: costOf(each) }]));
  }

  async byJobType(ctx: Ctx, whose: Whose, span: Span): Promise<Record<string, JobTypeUsage>> {
    const groups = await this.groups(ctx, whose, 'job_type', span);
    return Object.fromEntries(groups.map((each) => [each.name, { count: Number(each.jobs), cost_usd: costOf(each) }]));
  }

  private groups(ctx: Ctx, whose: Whose, by: 'team_id' | 'job_type', span: Span): Promise<Group[]> {
    return ctx.em.query<Group[]>(groupsOf(whose.column, by), [whose.id, span.from, span.to]);
  }
}

const costOf = (group: Group): number => usd(BigInt(group.cost));
