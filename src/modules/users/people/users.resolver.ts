import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import type { PlatformRole } from '../../../core/roles.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { PageArgs } from '../../../infra/graphql/index.js';
import { PLATFORM_ROLE_NAMES, User, UserPage } from './user.entity.js';
import { UpdateUserInput, UserFilter, UserOrder } from './users.inputs.js';
import { UsersService } from './users.service.js';

/** An organization sees who its members are, not what they are to the platform. */
const SHOWN = 'null without user.read';

@Resolver(() => User)
export class UsersResolver {
  constructor(private readonly users: UsersService) {}

  @Access('user.read')
  @Query(() => UserPage, { name: 'users' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: UserFilter,
    @Args('orderBy', { type: () => UserOrder, nullable: true }) order?: UserOrder,
  ): Promise<UserPage> {
    return this.users.list(ctx, page, filter, order);
  }

  @Access('user.read')
  @Query(() => User, { name: 'user' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<User> {
    return this.users.get(ctx, id);
  }

  @AdminMutation('user.update')
  @Mutation(() => User)
  updateUser(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: UpdateUserInput,
  ): Promise<User> {
    return this.users.update(ctx, id, input);
  }

  @AdminMutation('user.suspend')
  @Mutation(() => User, { description: 'Refused from the next request on.' })
  suspendUser(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<User> {
    return this.users.suspend(ctx, id);
  }

  @AdminMutation('user.resume')
  @Mutation(() => User)
  resumeUser(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<User> {
    return this.users.resume(ctx, id);
  }

  @AdminMutation('user.delete')
  @Mutation(() => User, { description: 'Loses every role and membership; a tombstone stays.' })
  deleteUser(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<User> {
    return this.users.delete(ctx, id);
  }

  @Access('member.read')
  @ResolveField(() => PLATFORM_ROLE_NAMES, { nullable: true, description: `The stronger of the next two; ${SHOWN}.` })
  platformRole(@Parent() user: User, @CurrentCtx() ctx: Ctx): PlatformRole | null {
    return ctx.may('user.read') ? user.platformRole : null;
  }

  @Access('member.read')
  @ResolveField(() => PLATFORM_ROLE_NAMES, { nullable: true, description: `Given here; ${SHOWN}.` })
  manualRole(@Parent() user: User, @CurrentCtx() ctx: Ctx): PlatformRole | null {
    return ctx.may('user.read') ? user.manualRole : null;
  }

  @Access('member.read')
  @ResolveField(() => PLATFORM_ROLE_NAMES, { nullable: true, description: `Given by the directory; ${SHOWN}.` })
  directoryRole(@Parent() user: User, @CurrentCtx() ctx: Ctx): PlatformRole | null {
    return ctx.may('user.read') ? user.directoryRole : null;
  }
}
