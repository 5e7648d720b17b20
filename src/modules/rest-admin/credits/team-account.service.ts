import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import { formatUsd, ONE_CREDIT } from '../../../core/money.js';
import { CreditMode, CreditsService, type TeamCredits } from '../../ledger/index.js';
import { TeamsService } from '../../teams/index.js';
import { credits, usd } from '../fields/amounts.js';
import { requireOwnTeam } from '../fields/own-team.js';
import { pageAnswer, type PageQuery } from '../fields/paging.js';
import { PlatformReports } from '../reports/platform-reports.service.js';
import type { CheckQuery, MoveCreditsBody, ReplenishBody, UtilizationQuery } from './credits.inputs.js';
import {
  type AddedCredits,
  type BalanceView,
  balanceView,
  type CheckView,
  type RemovedCredits,
  type ReplenishedCredits,
  type TransactionList,
  transactionView,
} from './credits.views.js';
import { creditFigures, teamUtilization, type Utilization } from './rates.views.js';

const DEFAULT_ROWS = 50;

/** The credit account of a team in the original's words. Reads are open to a key of the team. */
@Injectable()
export class TeamAccount {
  constructor(
    private readonly teams: TeamsService,
    private readonly credits: CreditsService,
    private readonly reports: PlatformReports,
  ) {}

  /** @throws DomainError forbidden for a key of another team, not_found */
  async balance(ctx: Ctx, id: string): Promise<BalanceView> {
    requireOwnTeam(ctx, id, 'credit balance');
    return balanceView(await this.teams.get(ctx, id), await this.credits.of(ctx, id));
  }

  /** @throws DomainError forbidden for a key of another team, not_found */
  async transactions(ctx: Ctx, id: string, query: PageQuery): Promise<TransactionList> {
    requireOwnTeam(ctx, id, 'credit transactions');
    const asked = query.request();
    const page = await this.credits.transactions(ctx, id, { ...asked, first: asked.first ?? DEFAULT_ROWS });
    return { team_id: id, transactions: page.items.map(transactionView), ...pageAnswer(page) };
  }

  /** @throws DomainError forbidden for a key of another team, not_found */
  async check(ctx: Ctx, id: string, query: CheckQuery): Promise<CheckView> {
    requireOwnTeam(ctx, id, 'credits');
    const account = await this.credits.of(ctx, id);
    const needed = query.credits_needed ?? ONE_CREDIT;
    const answer = { team_id: id, credits_remaining: credits(account.remaining), credits_needed: credits(needed) };
    if (account.creditMode !== CreditMode.HARD || account.available >= needed) return { ...answer, has_credits: true };
    return { ...answer, has_credits: false, error: shortage(account, needed) };
  }

  async add(ctx: Ctx, id: string, body: MoveCreditsBody): Promise<AddedCredits> {
    const moved = await this.credits.add(ctx, id, body.credits, body.reason ?? 'Manual credit allocation');
    const transaction = transactionView(moved);
    return {
      team_id: id,
      credits_added: credits(body.credits),
      credits_remaining: transaction.credits_after,
      transaction,
    };
  }

  async remove(ctx: Ctx, id: string, body: MoveCreditsBody): Promise<RemovedCredits> {
    const moved = await this.credits.remove(ctx, id, body.credits, body.reason ?? 'Manual credit removal');
    const transaction = transactionView(moved);
    return {
      team_id: id,
      credits_removed: credits(body.credits),
      credits_remaining: transaction.credits_after,
      transaction,
    };
  }

  async replenish(ctx: Ctx, id: string, body: ReplenishBody): Promise<ReplenishedCredits> {
    const payment = { kind: body.kind(), reason: paymentReason(body) };
    const transaction = transactionView(await this.credits.replenish(ctx, id, body.credits, payment));
    const { credits_before, credits_after } = transaction;
    return {
      team_id: id,
      credits_added: credits(body.credits),
      credits_before,
      credits_after,
      payment_type: body.payment_type,
      payment_amount_usd: typeof body.payment_amount_usd === 'bigint' ? usd(body.payment_amount_usd) : null,
      transaction,
    };
  }

  async utilization(ctx: Ctx, query: UtilizationQuery): Promise<Utilization> {
    const organizationId = query.organization_id ?? null;
    const summary = creditFigures(await this.reports.creditTotals(ctx, organizationId));
    const page = await this.teams.list(ctx, query.request(), { organizationId });
    const ids = page.items.map((team) => team.id);
    const accounts = await this.credits.ofTeams(ctx, ids);
    const teams = page.items.map((team) => teamUtilization(team, accounts.get(team.id)!));
    return { summary, teams, ...pageAnswer(page) };
  }
}

/** The original's words; what open jobs hold is named only when there is any. */
function shortage(account: TeamCredits, needed: bigint): string {
  const [available, required, allocated, used, held] = [
    account.available,
    needed,
    account.allocated,
    account.used,
    account.held,
  ].map(credits);
  const parts = `Allocated: ${allocated}, Used: ${used}${account.held > 0n ? `, Held: ${held}` : ''}`;
  return `Insufficient credits. Team has ${available} credits remaining, but ${required} required. ${parts}`;
}

/** The ledger keeps the amount that was paid in the words of the transaction. */
function paymentReason(body: ReplenishBody): string {
  const reason = body.reason ?? (body.payment_type === 'subscription' ? 'Subscription payment' : 'One-time payment');
  const { payment_amount_usd: paid } = body;
  return typeof paid === 'bigint' ? `${reason} (paid ${formatUsd(paid)} USD)` : reason;
}
