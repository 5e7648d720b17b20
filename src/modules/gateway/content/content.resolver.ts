import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched } from '../../../infra/graphql/index.js';
import { Call } from '../../ledger/index.js';
import { Project } from '../../projects/index.js';
import { CacheFiguresService, type CacheSums } from './cache-figures.service.js';
import { CallBodies } from './call-bodies.service.js';
import { CacheFiguresArgs, SetProjectCacheArgs, SetProjectRetentionArgs } from './content.inputs.js';
import { CacheFigures, CallBody } from './content.views.js';
import { ProjectContent } from './project-content.service.js';

const ID_ARG = { type: () => ID };

/** What a project keeps of the content of its calls. */
@Resolver(() => Project)
export class ProjectContentResolver {
  constructor(
    private readonly content: ProjectContent,
    private readonly bodies: CallBodies,
    private readonly figures: CacheFiguresService,
  ) {}

  @AdminMutation('project.set_cache')
  @Mutation(() => Project, {
    description: 'Answers are kept, encrypted, to serve the same call again without a vendor.',
  })
  setProjectCache(@CurrentCtx() ctx: Ctx, @Args() args: SetProjectCacheArgs): Promise<Project> {
    return this.content.setCache(ctx, args);
  }

  @AdminMutation('project.empty_cache')
  @Mutation(() => Project, {
    description: 'Forgets all kept answers of the project; the next calls ask the model again.',
  })
  emptyProjectCache(@CurrentCtx() ctx: Ctx, @Args('projectId', ID_ARG) projectId: string): Promise<Project> {
    return this.content.emptyCache(ctx, projectId);
  }

  @AdminMutation('project.set_retention')
  @Mutation(() => Project, {
    description:
      'Stores the request and the answer of each call, encrypted. Turned off, nothing is stored from that moment on; ' +
      'what is stored stays until its day, unless deleteProjectBodies removes it.',
  })
  setProjectRetention(@CurrentCtx() ctx: Ctx, @Args() args: SetProjectRetentionArgs): Promise<Project> {
    return this.content.setRetention(ctx, args);
  }

  @AdminMutation('project.delete_bodies')
  @Mutation(() => Project, {
    description: 'Deletes all stored requests and answers of the project. Does not turn retention off.',
  })
  deleteProjectBodies(@CurrentCtx() ctx: Ctx, @Args('projectId', ID_ARG) projectId: string): Promise<Project> {
    return this.content.deleteBodies(ctx, projectId);
  }

  @Access('project.read')
  @ResolveField(() => Date, {
    nullable: true,
    description: 'When the last stored request and answer of the project will be gone; null when there is none.',
  })
  bodiesUntil(@Parent() { id }: Project, @CurrentCtx() ctx: Ctx): Promise<Date | undefined> {
    return loadBatched(ctx, 'bodiesUntil', id, (ids: readonly string[]) => this.bodies.lastOf(ctx, ids));
  }

  @Access('usage.read')
  @ResolveField(() => CacheFigures, { description: 'How well its response cache serves.' })
  async cacheFigures(
    @Parent() { id }: Project,
    @CurrentCtx() ctx: Ctx,
    @Args() { days }: CacheFiguresArgs,
  ): Promise<CacheFigures> {
    const batch = (ids: readonly string[]): Promise<Map<string, CacheSums>> => this.figures.of(ctx, ids, days);
    const sums = (await loadBatched(ctx, `cacheFigures ${days}`, id, batch))!;
    return { ...sums, days, providerSaved: ctx.may('margin.read') ? sums.providerSaved : null };
  }
}

/** What is there of the content of a call. */
@Resolver(() => Call)
export class CallContentResolver {
  constructor(private readonly bodies: CallBodies) {}

  @Access('call_body.read', { sensitive: true })
  @Query(() => CallBody, { description: 'What a call was asked and what it answered; each look leaves an audit row.' })
  callBody(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { ...ID_ARG, description: 'Of the call.' }) id: string,
  ): Promise<CallBody> {
    return this.bodies.get(ctx, id);
  }

  @Access('job.read')
  @ResolveField(() => Boolean, { description: 'A kept answer served it; no vendor was asked.' })
  cached(@Parent() { usageSource }: Call): boolean {
    return usageSource === 'cache';
  }

  @Access('job.read')
  @ResolveField(() => Date, {
    nullable: true,
    description: 'Until when callBody shows its content; null when none is stored, and for who may not see it.',
  })
  bodyUntil(@Parent() { id }: Call, @CurrentCtx() ctx: Ctx): Promise<Date | undefined> {
    return loadBatched(ctx, 'bodyUntil', id, (ids: readonly string[]) => this.bodies.untilOf(ctx, ids));
  }
}
