import { Args, ID, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../../infra/access/index.js';
import { loadBatched } from '../../../../infra/graphql/index.js';
import { Team } from '../../../teams/index.js';
import { Refill } from './refill.entity.js';
import { SetRefillInput } from './refills.inputs.js';
import { RefillsService } from './refills.service.js';

@Resolver(() => Team)
export class RefillsResolver {
  constructor(private readonly refills: RefillsService) {}

  @AdminMutation('credit.set_refill')
  @Mutation(() => Refill, { description: 'Credits that the team gets by itself from the next period on.' })
  setRefill(@CurrentCtx() ctx: Ctx, @Args('input') input: SetRefillInput): Promise<Refill> {
    return this.refills.set(ctx, input);
  }

  @AdminMutation('credit.set_refill')
  @Mutation(() => Refill, { description: 'Gives what was ended.' })
  removeRefill(@CurrentCtx() ctx: Ctx, @Args('teamId', { type: () => ID }) teamId: string): Promise<Refill> {
    return this.refills.remove(ctx, teamId);
  }

  @Access('team.read')
  @ResolveField(() => Refill, {
    nullable: true,
    description: 'Credits that it gets by itself; null without any, and for somebody who may not see credits.',
  })
  async refill(@Parent() { id }: Team, @CurrentCtx() ctx: Ctx): Promise<Refill | null> {
    if (!ctx.may('credit.read')) return null;
    const batch = (ids: readonly string[]): Promise<Map<string, Refill>> => this.refills.ofTeams(ctx, ids);
    return (await loadBatched(ctx, 'team.refill', id, batch)) ?? null;
  }
}
