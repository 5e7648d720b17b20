import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Ctx } from '../../../core/ctx.js';
import { Access, AdminMutation, CurrentCtx } from '../../../infra/access/index.js';
import { loadBatched, PageArgs } from '../../../infra/graphql/index.js';
import { Account, AccountPage } from '../account.entity.js';
import { LedgerEntry, LedgerEntryPage, LedgerTx } from '../ledger-tx.entity.js';
import {
  AccountFilter,
  AccountOrder,
  HoldFilter,
  HoldOrder,
  LedgerEntryFilter,
  LedgerEntryOrder,
  SetCreditModeInput,
} from './accounts.inputs.js';
import { AccountsService } from './accounts.service.js';
import { LedgerEntries } from './entries.service.js';
import { HoldPage } from './hold.entity.js';

@Resolver(() => Account)
export class AccountsResolver {
  constructor(private readonly accounts: AccountsService) {}

  @Access('ledger.read')
  @Query(() => AccountPage, { name: 'accounts' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: AccountFilter,
    @Args('orderBy', { type: () => AccountOrder, nullable: true }) order?: AccountOrder,
  ): Promise<AccountPage> {
    return this.accounts.list(ctx, page, filter, order);
  }

  @Access('ledger.read')
  @Query(() => Account, { name: 'account' })
  one(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<Account> {
    return this.accounts.get(ctx, id);
  }

  @AdminMutation('credit.set_mode')
  @Mutation(() => Account, { description: 'How far below zero the account may go, from the next job or call on.' })
  setCreditMode(@CurrentCtx() ctx: Ctx, @Args('input') input: SetCreditModeInput): Promise<Account> {
    return this.accounts.setCreditMode(ctx, input);
  }
}

@Resolver(() => LedgerEntry)
export class LedgerEntriesResolver {
  constructor(
    private readonly entries: LedgerEntries,
    private readonly accounts: AccountsService,
  ) {}

  @Access('ledger.read')
  @Query(() => LedgerEntryPage, { name: 'ledgerEntries', description: 'Newest first when no order is given.' })
  list(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: LedgerEntryFilter,
    @Args('orderBy', { type: () => LedgerEntryOrder, nullable: true }) order?: LedgerEntryOrder,
  ): Promise<LedgerEntryPage> {
    return this.entries.list(ctx, page, filter, order);
  }

  @Access('ledger.read')
  @Query(() => HoldPage, { description: 'What open jobs and running calls hold now; the oldest first.' })
  holdsInFlight(
    @CurrentCtx() ctx: Ctx,
    @Args() page: PageArgs,
    @Args('filter', { nullable: true }) filter?: HoldFilter,
    @Args('orderBy', { type: () => HoldOrder, nullable: true }) order?: HoldOrder,
  ): Promise<HoldPage> {
    return this.entries.holds(ctx, page, filter, order);
  }

  @Access('ledger.read')
  @ResolveField(() => Account)
  account(@Parent() { accountId }: LedgerEntry, @CurrentCtx() ctx: Ctx): Promise<Account | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, Account>> => this.accounts.byId(ctx, ids);
    return loadBatched(ctx, 'ledgerEntry.account', accountId.toString(), batch);
  }

  @Access('ledger.read')
  @ResolveField(() => LedgerTx)
  transaction(@Parent() { txId }: LedgerEntry, @CurrentCtx() ctx: Ctx): Promise<LedgerTx | undefined> {
    const batch = (ids: readonly string[]): Promise<Map<string, LedgerTx>> => this.entries.transactions(ctx, ids);
    return loadBatched(ctx, 'ledgerEntry.transaction', txId, batch);
  }
}

@Resolver(() => LedgerTx)
export class LedgerTransactionsResolver {
  constructor(private readonly entries: LedgerEntries) {}

  @Access('ledger.read')
  @Query(() => LedgerTx)
  ledgerTransaction(@CurrentCtx() ctx: Ctx, @Args('id', { type: () => ID }) id: string): Promise<LedgerTx> {
    return this.entries.transaction(ctx, id);
  }

  @Access('ledger.read')
  @ResolveField(() => [LedgerEntry], { name: 'entries', description: 'All its sides.' })
  async entriesOf(@Parent() { id }: LedgerTx, @CurrentCtx() ctx: Ctx): Promise<LedgerEntry[]> {
    const batch = (ids: readonly string[]): Promise<Map<string, LedgerEntry[]>> => this.entries.sidesOf(ctx, ids);
    return (await loadBatched(ctx, 'ledgerTransaction.entries', id, batch)) ?? [];
  }
}
