import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../../infra/access/index.js';
import { loadBatched } from '../../../../infra/graphql/index.js';
import { Organization } from '../../../organizations/index.js';
import { OrganizationBalance } from '../../account.entity.js';
import { CreditsService } from '../../credits.service.js';
import { BalanceTransaction, CreditTransaction } from '../../ledger-tx.entity.js';
import { BalancesService } from '../balances.service.js';
import {
  AdjustBalanceInput,
  AdjustCreditsInput,
  GiftCreditsInput,
  RefundTransactionInput,
  TopUpBalanceInput,
} from './movements.inputs.js';
import { Refunds } from '../refunds.service.js';

@Resolver()
export class CreditMovementsResolver {
  constructor(
    private readonly credits: CreditsService,
    private readonly refunds: Refunds,
  ) {}

  @AdminMutation('credit.gift', { idempotent: true })
  @Mutation(() => CreditTransaction)
  giftCredits(@CurrentCtx() ctx: Ctx, @Args('input') input: GiftCreditsInput): Promise<CreditTransaction> {
    return this.credits.gift(ctx, input.teamId, input.credits, input.comment);
  }

  @AdminMutation('credit.adjust', { idempotent: true })
  @Mutation(() => CreditTransaction, { description: 'Puts a balance right; never takes credits that open jobs hold.' })
  adjustCredits(@CurrentCtx() ctx: Ctx, @Args('input') input: AdjustCreditsInput): Promise<CreditTransaction> {
    return this.credits.adjust(ctx, input.teamId, input.credits, input.reason);
  }

  @AdminMutation('credit.refund', { idempotent: true })
  @Mutation(() => CreditTransaction, {
    description: 'Gives back what a job was charged; refunds of one charge never exceed it together.',
  })
  refundTransaction(@CurrentCtx() ctx: Ctx, @Args('input') input: RefundTransactionInput): Promise<CreditTransaction> {
    return this.refunds.refund(ctx, input);
  }
}

@Resolver(() => Organization)
export class BalancesResolver {
  constructor(private readonly balances: BalancesService) {}

  @AdminMutation('balance.top_up', { idempotent: true })
  @Mutation(() => BalanceTransaction)
  topUpBalance(@CurrentCtx() ctx: Ctx, @Args('input') input: TopUpBalanceInput): Promise<BalanceTransaction> {
    return this.balances.topUp(ctx, input.organizationId, input.amount, input.reason);
  }

  @AdminMutation('balance.adjust', { idempotent: true })
  @Mutation(() => BalanceTransaction, { description: 'Puts a balance right; never takes what running calls hold.' })
  adjustBalance(@CurrentCtx() ctx: Ctx, @Args('input') input: AdjustBalanceInput): Promise<BalanceTransaction> {
    return this.balances.adjust(ctx, input.organizationId, input.amount, input.reason);
  }

  @Access('organization.read')
  @ResolveField(() => OrganizationBalance, {
    name: 'balance',
    nullable: true,
    description: 'What it has paid in advance; null for somebody who may not see credits.',
  })
  async balanceOf(@Parent() { id }: Organization, @CurrentCtx() ctx: Ctx): Promise<OrganizationBalance | null> {
    if (!ctx.may('credit.read')) return null;
    const batch = (ids: readonly string[]): Promise<Map<string, OrganizationBalance>> =>
      this.balances.ofOrganizations(ctx, ids);
    return (await loadBatched(ctx, 'organization.balance', id, batch)) ?? null;
  }
}
