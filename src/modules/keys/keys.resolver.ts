import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../infra/access/index.js';
import { PageArgs } from '../../infra/graphql/index.js';
import { Team } from '../teams/index.js';
import { IssuedKey, Key, KeyPage } from './key.entity.js';
import { CreateVirtualKeyInput, KeyFilter, KeyOrder, RotateKeyInput } from './keys.inputs.js';
import { KeysService } from './keys.service.js';

@Resolver(() => Key)
export class KeysResolver {
  constructor(private readonly keys: KeysService) {}

  @Access('key.read')
  @Query(() => KeyPage, { name: 'keys' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: KeyFilter,
    @Args('orderBy', { type: () => KeyOrder, nullable: true }) order?: KeyOrder,
  ): Promise<KeyPage> {
    return this.keys.list(ctx, page, filter, order);
  }

  @Access('key.read')
  @Query(() => Key, { name: 'key' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Key> {
    return this.keys.get(ctx, id);
  }

  @AdminMutation('key.create')
  @Mutation(() => IssuedKey)
  createVirtualKey(@CurrentCtx() ctx: Ctx, @Args('input') input: CreateVirtualKeyInput): Promise<IssuedKey> {
    return this.keys.createVirtualKey(ctx, input);
  }

  @AdminMutation('key.rotate')
  @Mutation(() => IssuedKey, { description: 'Makes a successor; the old key ends at once or after the overlap.' })
  rotateKey(
    @CurrentCtx() ctx: Ctx,
    @Args('id', { type: () => ID }) id: string,
    @Args('input', { nullable: true }) input?: RotateKeyInput,
  ): Promise<IssuedKey> {
    return this.keys.rotate(ctx, id, input);
  }

  @AdminMutation('key.revoke')
  @Mutation(() => Key, { description: 'Refused from its next call on, on every instance. Cannot be undone.' })
  revokeKey(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Key> {
    return this.keys.revoke(ctx, id);
  }
}

@Resolver(() => Team)
export class TeamKeysResolver {
  constructor(private readonly keys: KeysService) {}

  @ResolveField(() => KeyPage, { name: 'keys' })
  keysOf(@Parent() team: Team, @CurrentCtx() ctx: Ctx, @Args() page: PageArgs): Promise<KeyPage> {
    return this.keys.list(ctx, page, { teamId: team.id });
  }
}
