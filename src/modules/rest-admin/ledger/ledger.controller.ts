import { Controller, Get, Query } from '@nestjs/common';
import { Ctx } from '../../../core/ctx.js';
import { Access, CurrentCtx } from '../../../infra/access/index.js';
import { AccountsService, LedgerEntries } from '../../ledger/index.js';
import { Answers } from '../fields/answers.js';
import { Area } from '../fields/area.js';
import { pageAnswer } from '../fields/paging.js';
import { AccountsQuery, EntriesQuery, HoldsQuery } from './ledger.inputs.js';
import { AccountList, accountView, EntryList, entryView, HoldList, holdView } from './ledger.views.js';

@Area('ledger')
@Controller('api/ledger')
export class LedgerController {
  constructor(
    private readonly ledgerAccounts: AccountsService,
    private readonly ledger: LedgerEntries,
  ) {}

  @Access('ledger.read')
  @Get('accounts')
  @Answers(AccountList, 'Accounts of the ledger, newest first')
  async accounts(@CurrentCtx() ctx: Ctx, @Query() query: AccountsQuery): Promise<AccountList> {
    const page = await this.ledgerAccounts.list(ctx, query.request(), query.filter());
    return { accounts: page.items.map(accountView), ...pageAnswer(page) };
  }

  @Access('ledger.read')
  @Get('entries')
  @Answers(EntryList, 'Sides of the transactions of the ledger, newest first')
  async entries(@CurrentCtx() ctx: Ctx, @Query() query: EntriesQuery): Promise<EntryList> {
    const page = await this.ledger.list(ctx, query.request(), query.filter());
    const txs = await this.ledger.transactions(ctx, [...new Set(page.items.map((entry) => entry.txId))]);
    return { entries: page.items.map((entry) => entryView(entry, txs.get(entry.txId)!)), ...pageAnswer(page) };
  }

  @Access('ledger.read')
  @Get('holds')
  @Answers(HoldList, 'What open jobs and running calls hold now, the oldest first')
  async holds(@CurrentCtx() ctx: Ctx, @Query() query: HoldsQuery): Promise<HoldList> {
    const page = await this.ledger.holds(ctx, query.request(), query.filter());
    return { holds: page.items.map(holdView), ...pageAnswer(page) };
  }
}
