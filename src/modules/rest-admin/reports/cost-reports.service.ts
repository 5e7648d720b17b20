import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { credits, percentOf, usd } from '../fields/amounts.js';
import type { DatesQuery } from './reports.inputs.js';
import { daysOf } from './span.js';
import type { OrganizationCosts } from './usage.views.js';

interface Day {
  readonly date: string;
  readonly jobs: string;
  readonly actual: string;
  readonly charged: string;
  readonly credits: string;
}

const DAILY = `
  SELECT to_char(job.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS date, count(*) AS jobs,
    coalesce(sum(vendor.cost), 0) AS actual, sum(job.cost_charged) AS charged, sum(job.credits_charged) AS credits
  FROM jobs job
  LEFT JOIN LATERAL (SELECT sum(call.provider_cost) AS cost FROM calls call WHERE call.job_id = job.id) vendor ON true
  WHERE job.organization_id = $1 AND job.created_at >= $2 AND job.created_at < $3
  GROUP BY 1 ORDER BY 1`;

/** What an organization's jobs cost and bring in, by the day of their creation. */
@Injectable()
export class CostReports {
  constructor(private readonly clock: Clock) {}

  /** @throws DomainError invalid_request when the dates lie the wrong way round or too far apart */
  async ofOrganization(ctx: Ctx, organizationId: string, dates: DatesQuery): Promise<OrganizationCosts> {
    const { from, to } = daysOf(dates.start_date, dates.end_date, this.clock.now());
    const days = await ctx.em.query<Day[]>(DAILY, [organizationId, from.toISOString(), to.toISOString()]);
    const actual = sum(days, (day) => day.actual);
    const charged = sum(days, (day) => day.charged);
    return {
      organization_id: organizationId,
      start_date: from.toISOString(),
      end_date: to.toISOString(),
      actual_cost_usd: usd(actual),
      charged_cost_usd: usd(charged),
      credits_charged: credits(sum(days, (day) => day.credits)),
      margin_usd: usd(charged - actual),
      margin_percent: percentOf(charged - actual, charged),
      daily: days.map((day) => ({
        date: day.date,
        jobs: Number(day.jobs),
        actual_cost_usd: usd(BigInt(day.actual)),
        charged_cost_usd: usd(BigInt(day.charged)),
        credits_charged: credits(BigInt(day.credits)),
        margin_usd: usd(BigInt(day.charged) - BigInt(day.actual)),
      })),
    };
  }
}

const sum = (days: readonly Day[], amountOf: (day: Day) => string): bigint =>
  days.reduce((total, day) => total + BigInt(amountOf(day)), 0n);
