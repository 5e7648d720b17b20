import { Args, ID, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched } from '../../../infra/graphql/index.js';
import { Team, TeamsService } from '../../teams/index.js';
import { AccessGroup } from './access-group.entity.js';
import { AccessGrantsService } from './access-grants.service.js';

@Resolver(() => Team)
export class TeamAccessResolver {
  constructor(
    private readonly grants: AccessGrantsService,
    private readonly teams: TeamsService,
  ) {}

  @AdminMutation('team.grant_access')
  @Mutation(() => Team, { description: 'Replaces the access groups of the team as a whole.' })
  async setTeamAccessGroups(
    @CurrentCtx() ctx: Ctx,
    @Args('teamId', { type: () => ID }) teamId: string,
    @Args('accessGroupIds', { type: () => [ID] }) accessGroupIds: string[],
  ): Promise<Team> {
    return this.grants.setForTeam(ctx, await this.teams.get(ctx, teamId), accessGroupIds);
  }

  @Access('access_group.read')
  @ResolveField(() => [AccessGroup], { description: 'Granted to it, by id; inactive ones too.' })
  async accessGroups(@Parent() team: Team, @CurrentCtx() ctx: Ctx): Promise<AccessGroup[]> {
    const batch = (ids: readonly string[]): Promise<Map<string, AccessGroup[]>> => this.grants.grantsOf(ctx, ids);
    return (await loadBatched(ctx, 'team.accessGroups', team.id, batch)) ?? [];
  }

  @Access('alias.read')
  @ResolveField(() => [String], { description: 'Names of the aliases that its keys may call, sorted.' })
  async allowedAliases(@Parent() team: Team, @CurrentCtx() ctx: Ctx): Promise<string[]> {
    const batch = (ids: readonly string[]): Promise<Map<string, string[]>> => this.grants.allowedAliasesOf(ctx, ids);
    return (await loadBatched(ctx, 'team.allowedAliases', team.id, batch)) ?? [];
  }
}
