import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../../infra/graphql/index.js';
import { Project } from '../../projects/index.js';
import { Team } from '../../teams/index.js';
import { Alias } from '../aliases/alias.entity.js';
import { AccessGroup, AccessGroupPage } from './access-group.entity.js';
import {
  AccessGroupFilter,
  AccessGroupOrder,
  CreateAccessGroupInput,
  UpdateAccessGroupInput,
} from './access-groups.inputs.js';
import { AccessGroupsService } from './access-groups.service.js';
import { AccessGrantsService } from './access-grants.service.js';
import { GroupAliasesService } from './group-aliases.service.js';

@Resolver(() => AccessGroup)
export class AccessGroupsResolver {
  constructor(
    private readonly groups: AccessGroupsService,
    private readonly aliases: GroupAliasesService,
    private readonly grants: AccessGrantsService,
  ) {}

  @Access('access_group.read')
  @Query(() => AccessGroupPage, { name: 'accessGroups' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: AccessGroupFilter,
    @Args('orderBy', { type: () => AccessGroupOrder, nullable: true }) order?: AccessGroupOrder,
  ): Promise<AccessGroupPage> {
    return this.groups.list(ctx, page, filter, order);
  }

  @Access('access_group.read')
  @Query(() => AccessGroup, { name: 'accessGroup' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<AccessGroup> {
    return this.groups.get(ctx, id);
  }

  @AdminMutation('access_group.create')
  @Mutation(() => AccessGroup)
  createAccessGroup(@CurrentCtx() ctx: Ctx, @Args('input') input: CreateAccessGroupInput): Promise<AccessGroup> {
    return this.groups.create(ctx, input);
  }

  @AdminMutation('access_group.update')
  @Mutation(() => AccessGroup)
  updateAccessGroup(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: UpdateAccessGroupInput,
  ): Promise<AccessGroup> {
    return this.groups.update(ctx, id, input);
  }

  @AdminMutation('access_group.update')
  @Mutation(() => AccessGroup, { description: 'Replaces the aliases of the group as a whole.' })
  setAccessGroupAliases(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('aliasIds', { type: () => [ID] }) aliasIds: string[],
  ): Promise<AccessGroup> {
    return this.groups.setAliases(ctx, id, aliasIds);
  }

  @AdminMutation('access_group.update')
  @Mutation(() => AccessGroup, { description: 'One that is in it already stays.' })
  addAliasToAccessGroup(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('aliasId', { type: () => ID }) aliasId: string,
  ): Promise<AccessGroup> {
    return this.groups.addAlias(ctx, id, aliasId);
  }

  @AdminMutation('access_group.update')
  @Mutation(() => AccessGroup, { description: 'Whoever holds the group loses the alias, unless another grants it.' })
  removeAliasFromAccessGroup(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('aliasId', { type: () => ID }) aliasId: string,
  ): Promise<AccessGroup> {
    return this.groups.removeAlias(ctx, id, aliasId);
  }

  @AdminMutation('access_group.delete')
  @Mutation(() => AccessGroup, { description: 'Refused while a team or project holds it.' })
  deleteAccessGroup(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<AccessGroup> {
    return this.groups.delete(ctx, id);
  }

  @Access('alias.read')
  @ResolveField(() => [Alias], { name: 'aliases', description: 'By name.' })
  async aliasesIn(@Parent() group: AccessGroup, @CurrentCtx() ctx: Ctx): Promise<Alias[]> {
    const batch = (ids: readonly string[]): Promise<Map<string, Alias[]>> => this.aliases.aliasesOf(ctx, ids);
    return (await loadBatched(ctx, 'accessGroup.aliases', group.id, batch)) ?? [];
  }

  @Access('team.read')
  @ResolveField(() => [Team], { description: 'The teams it is granted to, as far as the caller may see them.' })
  async teams(@Parent() group: AccessGroup, @CurrentCtx() ctx: Ctx): Promise<Team[]> {
    const batch = (ids: readonly string[]): Promise<Map<string, Team[]>> => this.grants.teamsUsing(ctx, ids);
    return (await loadBatched(ctx, 'accessGroup.teams', group.id, batch)) ?? [];
  }

  @Access('project.read')
  @ResolveField(() => [Project], { description: 'The projects it is granted to, as far as the caller may see them.' })
  async projects(@Parent() group: AccessGroup, @CurrentCtx() ctx: Ctx): Promise<Project[]> {
    const batch = (ids: readonly string[]): Promise<Map<string, Project[]>> => this.grants.projectsUsing(ctx, ids);
    return (await loadBatched(ctx, 'accessGroup.projects', group.id, batch)) ?? [];
  }

  @Access('access_group.read')
  @ResolveField(() => Int, { description: 'How many aliases are in it.' })
  async aliasCount(@Parent() group: AccessGroup, @CurrentCtx() ctx: Ctx): Promise<number> {
    return (await this.aliasesIn(group, ctx)).length;
  }

  @Access('access_group.read')
  @ResolveField(() => Int, { description: 'How many teams it is granted to, as far as the caller may see them.' })
  async teamCount(@Parent() group: AccessGroup, @CurrentCtx() ctx: Ctx): Promise<number> {
    return (await this.teams(group, ctx)).length;
  }
}

@Resolver(() => Alias)
export class AliasGroupsResolver {
  constructor(private readonly aliases: GroupAliasesService) {}

  @Access('access_group.read')
  @ResolveField(() => [AccessGroup], { description: 'The groups it is in, by id.' })
  async accessGroups(@Parent() alias: Alias, @CurrentCtx() ctx: Ctx): Promise<AccessGroup[]> {
    const batch = (ids: readonly string[]): Promise<Map<string, AccessGroup[]>> => this.aliases.groupsOf(ctx, ids);
    return (await loadBatched(ctx, 'alias.accessGroups', alias.id, batch)) ?? [];
  }
}
