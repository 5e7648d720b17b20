import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../infra/graphql/index.js';
import { Organization, OrganizationsService } from '../organizations/index.js';
import { UserPage } from '../users/index.js';
import { Group, GroupPage } from './group.entity.js';
import { GroupMembers } from './group-members.service.js';
import { CreateGroupInput, GroupFilter, GroupMembersInput, GroupOrder, UpdateGroupInput } from './groups.inputs.js';
import { GroupsService } from './groups.service.js';

@Resolver(() => Group)
export class GroupsResolver {
  constructor(
    private readonly groups: GroupsService,
    private readonly groupMembers: GroupMembers,
    private readonly organizations: OrganizationsService,
  ) {}

  @Access('group.read')
  @Query(() => GroupPage, { name: 'groups' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: GroupFilter,
    @Args('orderBy', { type: () => GroupOrder, nullable: true }) order?: GroupOrder,
  ): Promise<GroupPage> {
    return this.groups.list(ctx, page, filter, order);
  }

  @Access('group.read')
  @Query(() => Group, { name: 'group' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Group> {
    return this.groups.get(ctx, id);
  }

  @AdminMutation('group.create')
  @Mutation(() => Group)
  createGroup(@CurrentCtx() ctx: Ctx, @Args('input') input: CreateGroupInput): Promise<Group> {
    return this.groups.create(ctx, input);
  }

  @AdminMutation('group.update')
  @Mutation(() => Group)
  updateGroup(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: UpdateGroupInput,
  ): Promise<Group> {
    return this.groups.update(ctx, id, input);
  }

  @AdminMutation('group.delete')
  @Mutation(() => Group, { description: 'Nobody is in it any more; a tombstone stays.' })
  deleteGroup(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Group> {
    return this.groups.delete(ctx, id);
  }

  @AdminMutation('group.update')
  @Mutation(() => Group, { description: 'Of members of its organization. One who is in it already stays.' })
  addGroupMembers(@CurrentCtx() ctx: Ctx, @Args('input') { groupId, userIds }: GroupMembersInput): Promise<Group> {
    return this.groups.addMembers(ctx, groupId, userIds);
  }

  @AdminMutation('group.update')
  @Mutation(() => Group, { description: 'One who is not in it is left alone.' })
  removeGroupMembers(@CurrentCtx() ctx: Ctx, @Args('input') { groupId, userIds }: GroupMembersInput): Promise<Group> {
    return this.groups.removeMembers(ctx, groupId, userIds);
  }

  @Access('member.read')
  @ResolveField(() => UserPage, { name: 'members', description: 'Who is in it, by name.' })
  membersOf(@Parent() group: Group, @CurrentCtx() ctx: Ctx, @Args() page: PageArgs): Promise<UserPage> {
    return this.groupMembers.list(ctx, group, page);
  }

  @Access('group.read')
  @ResolveField(() => Int, { description: 'How many users are in it.' })
  async memberCount(@Parent() group: Group, @CurrentCtx() ctx: Ctx): Promise<number> {
    const batch = (ids: readonly string[]): Promise<Map<string, number>> => this.groupMembers.countOf(ctx, ids);
    return (await loadBatched(ctx, 'group.memberCount', group.id, batch)) ?? 0;
  }

  @Access('organization.read')
  @ResolveField(() => Organization, { description: 'The organization it belongs to.' })
  organization(@Parent() group: Group, @CurrentCtx() ctx: Ctx): Promise<Organization | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Organization>> => this.organizations.byId(ctx, ids);
    return loadBatched(ctx, 'organization', group.organizationId, batch);
  }
}

@Resolver(() => Organization)
export class OrganizationGroupsResolver {
  constructor(private readonly groups: GroupsService) {}

  @Access('group.read')
  @ResolveField(() => GroupPage, { name: 'groups', description: 'Its groups that are not deleted, by name.' })
  groupsOf(@Parent() { id }: Organization, @CurrentCtx() ctx: Ctx, @Args() page: PageArgs): Promise<GroupPage> {
    return this.groups.list(ctx, page, { organizationId: id }, GroupOrder.NAME_ASC);
  }
}
