import { Args, ID, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import type { OrganizationRole } from '../../../core/roles.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched } from '../../../infra/graphql/index.js';
import { Organization, OrganizationsService } from '../../organizations/index.js';
import { User } from '../people/user.entity.js';
import { UsersService } from '../people/users.service.js';
import { Member, MemberPage, ORGANIZATION_ROLE_NAMES } from './member.entity.js';
import { AddMemberInput, MemberPageArgs } from './members.inputs.js';
import { MembersService } from './members.service.js';

@Resolver(() => Member)
export class MembersResolver {
  constructor(
    private readonly members: MembersService,
    private readonly users: UsersService,
    private readonly organizations: OrganizationsService,
  ) {}

  @AdminMutation('member.add')
  @Mutation(() => Member, { description: 'Of a user who exists; others are invited.' })
  addMember(@CurrentCtx() ctx: Ctx, @Args('input') input: AddMemberInput): Promise<Member> {
    return this.members.add(ctx, input);
  }

  @AdminMutation('member.update')
  @Mutation(() => Member)
  setMemberRole(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('role', { type: () => ORGANIZATION_ROLE_NAMES }) role: OrganizationRole,
  ): Promise<Member> {
    return this.members.setRole(ctx, id, role);
  }

  @AdminMutation('member.remove')
  @Mutation(() => Member)
  removeMember(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Member> {
    return this.members.remove(ctx, id);
  }

  @Access('member.read')
  @ResolveField(() => User)
  user(@Parent() member: Member, @CurrentCtx() ctx: Ctx): Promise<User | undefined> {
    return loadBatched(ctx, 'user', member.userId, (ids: readonly string[]) => this.users.byId(ctx, ids));
  }

  @Access('organization.read')
  @ResolveField(() => Organization)
  organization(@Parent() member: Member, @CurrentCtx() ctx: Ctx): Promise<Organization | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Organization>> => this.organizations.byId(ctx, ids);
    return loadBatched(ctx, 'organization', member.organizationId, batch);
  }
}

@Resolver(() => Organization)
export class OrganizationMembersResolver {
  constructor(private readonly members: MembersService) {}

  @Access('member.read')
  @ResolveField(() => MemberPage, { name: 'members' })
  membersOf(
    @Parent() organization: Organization,
    @CurrentCtx() ctx: Ctx,
    @Args() args: MemberPageArgs,
  ): Promise<MemberPage> {
    return this.members.list(ctx, organization.id, args);
  }
}

@Resolver(() => User)
export class UserMembershipsResolver {
  constructor(private readonly members: MembersService) {}

  @Access('member.read')
  @ResolveField(() => [Member], { name: 'memberships', description: 'As far as you may see the organizations.' })
  async membershipsOf(@Parent() user: User, @CurrentCtx() ctx: Ctx): Promise<Member[]> {
    const batch = (ids: readonly string[]): Promise<Map<string, Member[]>> => this.members.ofUsers(ctx, ids);
    return (await loadBatched(ctx, 'user.memberships', user.id, batch)) ?? [];
  }
}
