import { Args, ID, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { BigIntScalar, loadBatched, MoneyScalar, PageArgs } from '../../../infra/graphql/index.js';
import { Key, KeysService } from '../../keys/index.js';
import { Call, Job, JobPage } from '../../ledger/index.js';
import { Organization, OrganizationsService } from '../../organizations/index.js';
import { Project, ProjectsService } from '../../projects/index.js';
import { Team, TeamsService } from '../../teams/index.js';
import { type JobFigures, JobReports } from './job-reports.service.js';
import { JobFilter, JobOrder } from './jobs.inputs.js';

const NO_CALLS: JobFigures = { callCount: 0, tokensIn: 0n, tokensOut: 0n, providerCost: 0n };

@Resolver(() => Job)
export class JobsResolver {
  constructor(private readonly reports: JobReports) {}

  @Access('job.read')
  @Query(() => JobPage, { name: 'jobs' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: JobFilter,
    @Args('orderBy', { type: () => JobOrder, nullable: true }) order?: JobOrder,
  ): Promise<JobPage> {
    return this.reports.list(ctx, page, filter, order);
  }

  @Access('job.read')
  @Query(() => Job, { name: 'job' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Job> {
    return this.reports.get(ctx, id);
  }

  @Access('job.read')
  @ResolveField(() => [Call], { description: 'Its calls, in the order they were made.' })
  async calls(@Parent() job: Job, @CurrentCtx() ctx: Ctx): Promise<Call[]> {
    return (await loadBatched(ctx, 'job.calls', job.id, (ids) => this.reports.callsOf(ctx, ids))) ?? [];
  }

  @Access('job.read')
  @ResolveField(() => Int, { nullable: true, description: 'From its creation to its end; null while it is open.' })
  durationMs(@Parent() { createdAt, completedAt }: Job): number | null {
    return completedAt && completedAt.getTime() - createdAt.getTime();
  }
}

@Resolver(() => Job)
export class JobFiguresResolver {
  constructor(private readonly reports: JobReports) {}

  @Access('job.read')
  @ResolveField(() => Int, { description: 'How many calls it has made, those that still run included.' })
  async callCount(@Parent() job: Job, @CurrentCtx() ctx: Ctx): Promise<number> {
    return (await this.figures(job, ctx)).callCount;
  }

  @Access('job.read')
  @ResolveField(() => BigIntScalar, { description: 'Tokens that its calls sent.' })
  async tokensIn(@Parent() job: Job, @CurrentCtx() ctx: Ctx): Promise<bigint> {
    return (await this.figures(job, ctx)).tokensIn;
  }

  @Access('job.read')
  @ResolveField(() => BigIntScalar, { description: 'Tokens that its calls received.' })
  async tokensOut(@Parent() job: Job, @CurrentCtx() ctx: Ctx): Promise<bigint> {
    return (await this.figures(job, ctx)).tokensOut;
  }

  @Access('job.read')
  @ResolveField(() => MoneyScalar, {
    nullable: true,
    description: 'What the vendors bill for it; null for somebody who may not see margins.',
  })
  async providerCost(@Parent() job: Job, @CurrentCtx() ctx: Ctx): Promise<bigint | null> {
    return ctx.may('margin.read') ? (await this.figures(job, ctx)).providerCost : null;
  }

  @Access('job.read')
  @ResolveField(() => MoneyScalar, {
    nullable: true,
    description: 'costCharged - providerCost; null for somebody who may not see margins.',
  })
  async margin(@Parent() job: Job, @CurrentCtx() ctx: Ctx): Promise<bigint | null> {
    return ctx.may('margin.read') ? job.costCharged - (await this.figures(job, ctx)).providerCost : null;
  }

  private async figures(job: Job, ctx: Ctx): Promise<JobFigures> {
    return (await loadBatched(ctx, 'job.figures', job.id, (ids) => this.reports.figuresOf(ctx, ids))) ?? NO_CALLS;
  }
}

@Resolver(() => Job)
export class JobPlaceResolver {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly teams: TeamsService,
    private readonly projects: ProjectsService,
    private readonly keys: KeysService,
  ) {}

  @Access('organization.read')
  @ResolveField(() => Organization, { description: 'The organization of its key.' })
  organization(@Parent() job: Job, @CurrentCtx() ctx: Ctx): Promise<Organization | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Organization>> => this.organizations.byId(ctx, ids);
    return loadBatched(ctx, 'organization', job.organizationId, batch);
  }

  @Access('team.read')
  @ResolveField(() => Team, { nullable: true, description: 'The team on whose account it is, if it is on one.' })
  async team(@Parent() { teamId }: Job, @CurrentCtx() ctx: Ctx): Promise<Team | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Team>> => this.teams.byId(ctx, ids);
    return teamId === null ? undefined : loadBatched(ctx, 'team', teamId, batch);
  }

  @Access('project.read')
  @ResolveField(() => Project, { nullable: true, description: 'What its calls are for.' })
  async project(@Parent() { projectId }: Job, @CurrentCtx() ctx: Ctx): Promise<Project | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Project>> => this.projects.byId(ctx, ids);
    return projectId === null ? undefined : loadBatched(ctx, 'project', projectId, batch);
  }

  @Access('key.read')
  @ResolveField(() => Key, { description: 'The key that opened it.' })
  key(@Parent() job: Job, @CurrentCtx() ctx: Ctx): Promise<Key | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Key>> => this.keys.byId(ctx, ids);
    return loadBatched(ctx, 'key', job.keyId, batch);
  }
}
