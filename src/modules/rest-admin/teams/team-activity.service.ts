import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { JobReports, jobView } from '../../gateway/index.js';
import { TeamsService } from '../../teams/index.js';
import { requireOwnTeam } from '../fields/own-team.js';
import { monthOf, spanOfPeriod } from '../reports/span.js';
import { UsageReports } from '../reports/usage-reports.service.js';
import type { TeamUsage } from '../reports/usage.views.js';
import type { TeamJobsQuery } from './teams.inputs.js';
import type { TeamJobs } from './teams.views.js';

const DEFAULT_ROWS = 100;

/** What a team did, for administrators and for the team itself: it never shows what a vendor bills. */
@Injectable()
export class TeamActivity {
  constructor(
    private readonly teams: TeamsService,
    private readonly jobs: JobReports,
    private readonly usage: UsageReports,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError forbidden for a key of another team, not_found */
  async usageOf(ctx: Ctx, id: string, asked: string | null | undefined): Promise<TeamUsage> {
    requireOwnTeam(ctx, id, 'usage data');
    const team = await this.teams.get(ctx, id);
    const period = asked ?? monthOf(this.clock.now());
    const span = spanOfPeriod(period);
    const whose = { column: 'team_id', id: team.id } as const;
    const { summary, costPerJob } = await this.usage.summary(ctx, whose, span);
    const job_types = await this.usage.byJobType(ctx, whose, span);
    return { team_id: team.id, period, summary: { ...summary, avg_cost_per_job: costPerJob }, job_types };
  }

  /** @throws DomainError forbidden for a key of another team, not_found */
  async jobsOf(ctx: Ctx, id: string, query: TeamJobsQuery): Promise<TeamJobs> {
    requireOwnTeam(ctx, id, 'jobs');
    const team = await this.teams.get(ctx, id);
    const place = { offset: query.offset ?? 0, limit: query.limit ?? DEFAULT_ROWS };
    const [jobs, total] = await this.jobs.slice(ctx, place, { teamId: team.id, status: query.status });
    const calls = await this.jobs.callsOf(
      ctx,
      jobs.map((job) => job.id),
    );
    const aliasesOf = (jobId: string): string[] => (calls.get(jobId) ?? []).map((call) => call.alias);
    return {
      team_id: team.id,
      total,
      jobs: jobs.map((job) => ({ ...jobView(job, aliasesOf(job.id)), team_id: team.id })),
    };
  }
}
