import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../infra/access/index.js';
import { groupBy, loadBatched, PageArgs } from '../../infra/graphql/index.js';
import { Organization, OrganizationsService } from '../organizations/index.js';
import { Team, TeamPage } from './team.entity.js';
import { PauseTeamInput, TeamFilter, TeamOrder, UpdateTeamInput } from './teams.inputs.js';
import { TeamsService } from './teams.service.js';

@Resolver(() => Team)
export class TeamsResolver {
  constructor(
    private readonly teams: TeamsService,
    private readonly organizations: OrganizationsService,
  ) {}

  @Access('team.read')
  @Query(() => TeamPage, { name: 'teams' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: TeamFilter,
    @Args('orderBy', { type: () => TeamOrder, nullable: true }) order?: TeamOrder,
  ): Promise<TeamPage> {
    return this.teams.list(ctx, page, filter, order);
  }

  @Access('team.read')
  @Query(() => Team, { name: 'team' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Team> {
    return this.teams.get(ctx, id);
  }

  @AdminMutation('team.update')
  @Mutation(() => Team)
  updateTeam(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: UpdateTeamInput,
  ): Promise<Team> {
    return this.teams.update(ctx, id, input);
  }

  @AdminMutation('team.suspend')
  @Mutation(() => Team, { description: 'Its keys are refused from the next call on.' })
  suspendTeam(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('reason', { type: () => String, nullable: true }) reason?: string,
  ): Promise<Team> {
    return this.teams.suspend(ctx, id, reason);
  }

  @AdminMutation('team.pause')
  @Mutation(() => Team)
  pauseTeam(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input', { nullable: true }) input?: PauseTeamInput,
  ): Promise<Team> {
    return this.teams.pause(ctx, id, input);
  }

  @AdminMutation('team.resume')
  @Mutation(() => Team)
  resumeTeam(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Team> {
    return this.teams.resume(ctx, id);
  }

  @Access('organization.read')
  @ResolveField(() => Organization, { description: 'The organization it belongs to.' })
  organization(@Parent() team: Team, @CurrentCtx() ctx: Ctx): Promise<Organization | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Organization>> => this.organizations.byId(ctx, ids);
    return loadBatched(ctx, 'organization', team.organizationId, batch);
  }
}

@Resolver(() => Organization)
export class OrganizationTeamsResolver {
  constructor(private readonly teams: TeamsService) {}

  @Access('team.read')
  @ResolveField(() => [Team], { name: 'teams', description: 'Its teams that are not deleted, by id.' })
  async teamsOf(@Parent() organization: Organization, @CurrentCtx() ctx: Ctx): Promise<Team[]> {
    const batch = async (ids: readonly string[]): Promise<Map<string, Team[]>> =>
      groupBy(await this.teams.listOf(ctx, ids), (team) => team.organizationId);
    return (await loadBatched(ctx, 'organization.teams', organization.id, batch)) ?? [];
  }

  @Access('organization.read')
  @ResolveField(() => Int, { description: 'How many teams it has that are not deleted.' })
  async teamCount(@Parent() organization: Organization, @CurrentCtx() ctx: Ctx): Promise<number> {
    const batch = (ids: readonly string[]): Promise<Map<string, number>> => this.teams.countOf(ctx, ids);
    return (await loadBatched(ctx, 'organization.teamCount', organization.id, batch)) ?? 0;
  }
}
