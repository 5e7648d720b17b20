import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../infra/access/index.js';
import { loadBatched, MoneyScalar } from '../../infra/graphql/index.js';
import { Organization } from '../organizations/index.js';
import { Team } from '../teams/index.js';
import { OrganizationCredits, TeamCredits } from './account.entity.js';
import { CreditsService } from './credits.service.js';
import { CreditsInput, CreditTransactionArgs } from './ledger.inputs.js';
import { CreditTransaction, CreditTransactionPage } from './ledger-tx.entity.js';

@Resolver()
export class CreditsResolver {
  constructor(private readonly credits: CreditsService) {}

  @Access('credit.read')
  @Query(() => CreditTransactionPage, { description: "Movements on a team's credit account." })
  creditTransactions(@CurrentCtx() ctx: Ctx, @Args() args: CreditTransactionArgs): Promise<CreditTransactionPage> {
    const { teamId, filter, orderBy: order, ...page } = args;
    return this.credits.transactions(ctx, teamId, page, { filter, order });
  }

  @AdminMutation('credit.add', { idempotent: true })
  @Mutation(() => CreditTransaction)
  addCredits(@CurrentCtx() ctx: Ctx, @Args('input') input: CreditsInput): Promise<CreditTransaction> {
    return this.credits.add(ctx, input.teamId, input.credits, input.reason);
  }

  @AdminMutation('credit.remove', { idempotent: true })
  @Mutation(() => CreditTransaction, { description: 'Never takes credits that open jobs hold.' })
  removeCredits(@CurrentCtx() ctx: Ctx, @Args('input') input: CreditsInput): Promise<CreditTransaction> {
    return this.credits.remove(ctx, input.teamId, input.credits, input.reason);
  }
}

@Resolver(() => Team)
export class TeamCreditsResolver {
  constructor(private readonly credits: CreditsService) {}

  @Access('credit.read')
  @ResolveField(() => TeamCredits, { name: 'credits' })
  async creditsOf(@Parent() team: Team, @CurrentCtx() ctx: Ctx): Promise<TeamCredits | undefined> {
    return loadBatched(ctx, 'team.credits', team.id, (ids) => this.credits.ofTeams(ctx, ids));
  }
}

const NO_CREDITS: OrganizationCredits = { allocated: 0n, used: 0n, remaining: 0n, held: 0n, available: 0n };

@Resolver(() => Organization)
export class OrganizationCreditsResolver {
  constructor(private readonly credits: CreditsService) {}

  @Access('organization.read')
  @ResolveField(() => OrganizationCredits, {
    name: 'credits',
    nullable: true,
    description: 'The credits of its teams together; null for somebody who may not see credits.',
  })
  async creditsOf(@Parent() { id }: Organization, @CurrentCtx() ctx: Ctx): Promise<OrganizationCredits | null> {
    if (!ctx.may('credit.read')) return null;
    const batch = (ids: readonly string[]): Promise<Map<string, OrganizationCredits>> =>
      this.credits.ofOrganizations(ctx, ids);
    return (await loadBatched(ctx, 'organization.credits', id, batch)) ?? NO_CREDITS;
  }

  @Access('organization.read')
  @ResolveField(() => MoneyScalar, {
    nullable: true,
    description: 'Charged cost of all its calls; null for somebody who may not see usage.',
  })
  async totalSpent(@Parent() { id }: Organization, @CurrentCtx() ctx: Ctx): Promise<bigint | null> {
    if (!ctx.may('usage.read')) return null;
    return (await loadBatched(ctx, 'organization.totalSpent', id, (ids) => this.credits.spentOf(ctx, ids))) ?? 0n;
  }
}
