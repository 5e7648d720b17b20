import { Args, ID, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched } from '../../../infra/graphql/index.js';
import { Project, ProjectsService } from '../../projects/index.js';
import { GrantScope } from './access-grant.entity.js';
import { AccessGroup } from './access-group.entity.js';
import { AccessGrantsService } from './access-grants.service.js';

@Resolver(() => Project)
export class ProjectAccessResolver {
  constructor(
    private readonly grants: AccessGrantsService,
    private readonly projects: ProjectsService,
  ) {}

  @AdminMutation('project.grant_access')
  @Mutation(() => Project, { description: 'Replaces the access groups of the project as a whole.' })
  async setProjectAccess(
    @CurrentCtx() ctx: Ctx,
    @Args('projectId', { type: () => ID }) projectId: string,
    @Args('accessGroupIds', { type: () => [ID] }) accessGroupIds: string[],
  ): Promise<Project> {
    return this.grants.setForProject(ctx, await this.projects.get(ctx, projectId), accessGroupIds);
  }

  @Access('access_group.read')
  @ResolveField(() => [AccessGroup], { description: 'Granted to it, by id; inactive ones too.' })
  async accessGroups(@Parent() project: Project, @CurrentCtx() ctx: Ctx): Promise<AccessGroup[]> {
    const batch = (ids: readonly string[]): Promise<Map<string, AccessGroup[]>> =>
      this.grants.grantsOf(ctx, ids, GrantScope.PROJECT);
    return (await loadBatched(ctx, 'project.accessGroups', project.id, batch)) ?? [];
  }

  @Access('alias.read')
  @ResolveField(() => [String], {
    description: 'Names of the aliases that its API keys and user tokens may call, sorted.',
  })
  async allowedAliases(@Parent() project: Project, @CurrentCtx() ctx: Ctx): Promise<string[]> {
    const batch = (ids: readonly string[]): Promise<Map<string, string[]>> =>
      this.grants.allowedAliasesOf(ctx, ids, GrantScope.PROJECT);
    return (await loadBatched(ctx, 'project.allowedAliases', project.id, batch)) ?? [];
  }
}
