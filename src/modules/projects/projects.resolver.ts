import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../infra/graphql/index.js';
import { Organization, OrganizationsService } from '../organizations/index.js';
import { User, UsersService } from '../users/index.js';
import { Project, ProjectPage } from './project.entity.js';
import { ProjectFilter, ProjectOrder, SuspendProjectArgs, UpdateProjectInput } from './projects.inputs.js';
import { ProjectsService } from './projects.service.js';

@Resolver(() => Project)
export class ProjectsResolver {
  constructor(
    private readonly projects: ProjectsService,
    private readonly organizations: OrganizationsService,
    private readonly users: UsersService,
  ) {}

  @Access('project.read')
  @Query(() => ProjectPage, { name: 'projects' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: ProjectFilter,
    @Args('orderBy', { type: () => ProjectOrder, nullable: true }) order?: ProjectOrder,
  ): Promise<ProjectPage> {
    return this.projects.list(ctx, page, filter, order);
  }

  @Access('project.read')
  @Query(() => Project, { name: 'project' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Project> {
    return this.projects.get(ctx, id);
  }

  @AdminMutation('project.update')
  @Mutation(() => Project)
  updateProject(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: UpdateProjectInput,
  ): Promise<Project> {
    return this.projects.update(ctx, id, input);
  }

  @AdminMutation('project.suspend')
  @Mutation(() => Project, { description: 'Its keys are refused from the next call on.' })
  suspendProject(@CurrentCtx() ctx: Ctx, @Args() { id, reason }: SuspendProjectArgs): Promise<Project> {
    return this.projects.suspend(ctx, id, reason);
  }

  @AdminMutation('project.resume')
  @Mutation(() => Project)
  resumeProject(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Project> {
    return this.projects.resume(ctx, id);
  }

  @Access('organization.read')
  @ResolveField(() => Organization, { description: 'The organization it belongs to.' })
  organization(@Parent() project: Project, @CurrentCtx() ctx: Ctx): Promise<Organization | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Organization>> => this.organizations.byId(ctx, ids);
    return loadBatched(ctx, 'organization', project.organizationId, batch);
  }

  @Access('member.read')
  @ResolveField(() => User, { nullable: true, description: 'Who answers for it.' })
  async owner(@Parent() { ownerId }: Project, @CurrentCtx() ctx: Ctx): Promise<User | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, User>> => this.users.byId(ctx, ids);
    return ownerId === null ? undefined : loadBatched(ctx, 'user', ownerId, batch);
  }
}

@Resolver(() => Organization)
export class OrganizationProjectsResolver {
  constructor(private readonly projects: ProjectsService) {}

  @Access('project.read')
  @ResolveField(() => ProjectPage, { name: 'projects', description: 'Its projects that are not deleted, by code.' })
  projectsOf(@Parent() { id }: Organization, @CurrentCtx() ctx: Ctx, @Args() page: PageArgs): Promise<ProjectPage> {
    return this.projects.list(ctx, page, { organizationId: id }, ProjectOrder.CODE_ASC);
  }
}
