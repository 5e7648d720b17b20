import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import { notFound } from '../../../core/errors.js';
import { TargetsService } from '../../catalog/index.js';
import { JobReports } from '../../gateway/index.js';
import { TeamsService } from '../../teams/index.js';
import type { JobsQuery } from './jobs.inputs.js';
import { callView, type JobDetails, type JobList, jobSummary } from './jobs.views.js';

/** Jobs of a team as administrators see them. */
@Injectable()
export class JobLists {
  constructor(
    private readonly teams: TeamsService,
    private readonly jobs: JobReports,
    private readonly targets: TargetsService,
  ) {}

  async ofTeam(ctx: Ctx, teamId: string, query: JobsQuery): Promise<JobList> {
    const team = await this.teams.get(ctx, teamId);
    const { page, page_size } = query.pages();
    const place = { offset: (page - 1) * page_size, limit: page_size };
    const [jobs, total] = await this.jobs.slice(ctx, place, { ...query.filter(), teamId: team.id });
    const ids = jobs.map((job) => job.id);
    const calls = await this.jobs.callsOf(ctx, ids);
    const summaries = jobs.map((job) => jobSummary(job, calls.get(job.id) ?? []));
    return { jobs: summaries, total, page, page_size, total_pages: Math.ceil(total / page_size) };
  }

  /** @throws DomainError not_found, also for a job of another team */
  async one(ctx: Ctx, teamId: string, jobId: string): Promise<JobDetails> {
    const job = await this.jobs.get(ctx, jobId);
    if (job.teamId !== teamId) throw notFound('Job', jobId);
    const calls = (await this.jobs.callsOf(ctx, [job.id])).get(job.id) ?? [];
    const modelIds = calls.flatMap((call) => call.modelId ?? []);
    const models = await this.targets.models(ctx, modelIds);
    const isBlank = !ctx.may('provider.read');
    const views = calls.map((call) => callView(call, models.get(call.modelId ?? '')?.name ?? null, isBlank));
    return { job: jobSummary(job, calls), calls: views };
  }
}
