import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import type { Ctx } from '../../core/ctx.js';
import { invalid } from '../../core/errors.js';
import { isUuid } from '../../core/id.js';
import type { Page, PageRequest } from '../../core/page.js';
import { keysetPage, orderOf, type SortColumns } from '../../infra/database/index.js';
import { TeamsService } from '../teams/index.js';
import { Account, CreditMode, type OrganizationCredits, type TeamCredits } from './account.entity.js';
import {
  AccountTransfers,
  either,
  type Moved,
  type Movement,
  positive,
  teamCredits,
} from './accounts/account-transfers.service.js';
import { OF_JOB } from './accounts/entries.service.js';
import { LedgerUnit } from './accounts/ledger-unit.js';
import { type CreditTransactionFilter, CreditTransactionOrder } from './ledger.inputs.js';
import { type CreditTransaction, EntryDirection, LedgerEntry, LedgerTx, LedgerTxKind } from './ledger-tx.entity.js';

interface Sums {
  readonly id: string;
  readonly allocated: string;
  readonly used: string;
  readonly remaining: string;
  readonly held: string;
}

interface TransactionChoice {
  readonly filter?: CreditTransactionFilter | undefined;
  readonly order?: CreditTransactionOrder | undefined;
}

/** Entries are numbered in the order in which they were made. */
const COLUMNS: SortColumns<CreditTransactionOrder> = { created: ['entry.id', 'bigint'] };

const SUMS = `
  SELECT team.organization_id AS id, sum(account.allocated) AS allocated, sum(account.spent) AS used,
    sum(account.balance) AS remaining, sum(account.held) AS held
  FROM teams team JOIN accounts account
    ON account.kind = 'team_credits' AND account.scope_type = 'team' AND account.scope_id = team.id
  WHERE team.status <> 'deleted' AND team.organization_id = ANY($1) GROUP BY team.organization_id`;

const SPENT = `
  SELECT organization_id AS id, sum(charged_cost) AS spent FROM calls
  WHERE organization_id = ANY($1) GROUP BY organization_id`;

/** Credits of teams as administrators see and move them. */
@Injectable()
export class CreditsService {
  constructor(
    private readonly teams: TeamsService,
    private readonly transfers: AccountTransfers,
  ) {}

  /** Zeros for a team that never had any. @throws DomainError not_found */
  async of(ctx: Ctx, teamId: string): Promise<TeamCredits> {
    const team = await this.teams.get(ctx, teamId);
    return (await this.ofTeams(ctx, [team.id])).get(team.id)!;
  }

  async ofTeams(ctx: Ctx, teamIds: readonly string[]): Promise<Map<string, TeamCredits>> {
    const accounts = await ctx.em
      .createQueryBuilder(Account, 'account')
      .where("account.kind = 'team_credits' AND account.scopeType = 'team'")
      .andWhere('account.scopeId = ANY(:teamIds)', { teamIds })
      .getMany();
    const byTeam = new Map(accounts.map((account) => [account.scopeId, account]));
    return new Map(teamIds.map((teamId) => [teamId, creditsOf(teamId, byTeam.get(teamId))]));
  }

  /** Sums over the teams that are not deleted; an organization without any has no entry. */
  async ofOrganizations(ctx: Ctx, organizationIds: readonly string[]): Promise<Map<string, OrganizationCredits>> {
    const rows = await ctx.em.query<Sums[]>(SUMS, [organizationIds]);
    return new Map(
      rows.map(({ id, ...sums }) => {
        const [allocated, used, remaining, held] = [sums.allocated, sums.used, sums.remaining, sums.held].map(BigInt);
        const figures = { allocated: allocated!, used: used!, remaining: remaining!, held: held! };
        return [id, { ...figures, available: figures.remaining - figures.held }];
      }),
    );
  }

  /** Charged cost of all calls ever made; an organization without any has no entry. */
  async spentOf(ctx: Ctx, organizationIds: readonly string[]): Promise<Map<string, bigint>> {
    const rows = await ctx.em.query<{ id: string; spent: string }[]>(SPENT, [organizationIds]);
    return new Map(rows.map((row) => [row.id, BigInt(row.spent)]));
  }

  /** Credit movements of a team, newest first unless asked for otherwise. */
  async transactions(
    ctx: Ctx,
    teamId: string,
    page: PageRequest,
    { filter = {}, order = CreditTransactionOrder.CREATED_DESC }: TransactionChoice = {},
  ): Promise<Page<CreditTransaction>> {
    await this.teams.get(ctx, teamId);
    if (filter.jobId && !isUuid(filter.jobId)) throw invalid('jobId', 'is not a UUID');
    const query = ctx.em
      .createQueryBuilder(LedgerEntry, 'entry')
      .innerJoin(Account, 'account', 'account.id = entry.accountId')
      .innerJoin(LedgerTx, 'tx', 'tx.id = entry.txId')
      .where("account.kind = 'team_credits' AND account.scopeId = :teamId", { teamId });
    narrow(query, filter);
    const entries = await keysetPage(query, page, orderOf(COLUMNS, order));
    return { ...entries, items: await this.withTransactions(ctx, teamId, entries.items) };
  }

  /** @throws DomainError not_found, invalid_request for an amount that is not above zero or too large */
  add(ctx: Ctx, teamId: string, credits: bigint, reason: string): Promise<CreditTransaction> {
    return this.move(ctx, teamId, { kind: LedgerTxKind.CREDIT_ALLOCATION, amount: above(credits), reason });
  }

  /** Takes credits back; never those that open jobs hold. @throws DomainError insufficient_credits and those of add */
  remove(ctx: Ctx, teamId: string, credits: bigint, reason: string): Promise<CreditTransaction> {
    return this.move(ctx, teamId, { kind: LedgerTxKind.CREDIT_REMOVAL, amount: -above(credits), reason });
  }

  /** Gives credits for nothing; the comment tells the team why. @throws DomainError those of add */
  gift(ctx: Ctx, teamId: string, credits: bigint, comment: string): Promise<CreditTransaction> {
    return this.move(ctx, teamId, { kind: LedgerTxKind.CREDIT_GIFT, amount: above(credits), reason: comment });
  }

  /** Puts a balance right, in either direction. @throws DomainError those of remove */
  adjust(ctx: Ctx, teamId: string, credits: bigint, reason: string): Promise<CreditTransaction> {
    const amount = either(credits, LedgerUnit.CREDIT, 'credits');
    return this.move(ctx, teamId, { kind: LedgerTxKind.CREDIT_ADJUSTMENT, amount, reason });
  }

  /** Adds credits that were paid for outside. */
  replenish(
    ctx: Ctx,
    teamId: string,
    credits: bigint,
    payment: { kind: LedgerTxKind.SUBSCRIPTION_PAYMENT | LedgerTxKind.ONE_TIME_PAYMENT; reason: string },
  ): Promise<CreditTransaction> {
    return this.move(ctx, teamId, { amount: above(credits), ...payment });
  }

  /**
   * Gives or takes what lies between the credits that the team was allocated so far and those wanted.
   * @throws DomainError those of add and remove
   */
  async setAllocated(ctx: Ctx, teamId: string, credits: bigint, reason: string): Promise<void> {
    const team = await this.teams.get(ctx, teamId);
    // Reads under the lock of the account, so that a movement at the same time is not counted twice.
    const { allocated } = await this.transfers.open(ctx, teamCredits(team.id));
    const difference = credits - allocated;
    if (difference > 0n) await this.add(ctx, team.id, difference, reason);
    if (difference < 0n) await this.remove(ctx, team.id, -difference, reason);
  }

  private async move(ctx: Ctx, teamId: string, movement: Movement): Promise<CreditTransaction> {
    const team = await this.teams.get(ctx, teamId);
    return creditTransaction(team.id, movement, await this.transfers.move(ctx, teamCredits(team.id), movement));
  }

  private async withTransactions(ctx: Ctx, teamId: string, entries: LedgerEntry[]): Promise<CreditTransaction[]> {
    if (entries.length === 0) return [];
    const ids = entries.map((entry) => entry.txId);
    const txs = await ctx.em.createQueryBuilder(LedgerTx, 'tx').where('tx.id = ANY(:ids)', { ids }).getMany();
    const byId = new Map(txs.map((tx) => [tx.id, tx]));
    return entries.map((entry) => {
      const tx = byId.get(entry.txId)!;
      const amount = entry.direction === EntryDirection.CREDIT ? entry.amount : -entry.amount;
      const { id, kind, jobId, refundsId, reason, actorName } = tx;
      const balanceAfter = entry.balanceAfter!;
      const balances = { balanceAfter, balanceBefore: balanceAfter - amount };
      const place = { teamId, organizationId: entry.organizationId!, createdAt: entry.createdAt };
      return { id, kind, jobId, refundsId, reason, actorName, amount, ...balances, ...place };
    });
  }
}

function narrow(query: SelectQueryBuilder<LedgerEntry>, filter: CreditTransactionFilter): void {
  if (filter.kinds) query.andWhere('tx.kind = ANY(:kinds)', { kinds: filter.kinds });
  if (filter.from) query.andWhere('entry.createdAt >= :from', { from: filter.from });
  if (filter.to) query.andWhere('entry.createdAt < :to', { to: filter.to });
  if (filter.jobId) query.andWhere(OF_JOB, { jobId: filter.jobId });
}

function creditsOf(teamId: string, account: Account | undefined): TeamCredits {
  const { balance = 0n, held = 0n, allocated = 0n, spent = 0n, creditMode = CreditMode.HARD } = account ?? {};
  return { teamId, allocated, used: spent, remaining: balance, held, available: balance - held, creditMode };
}

const above = (credits: bigint): bigint => positive(credits, LedgerUnit.CREDIT, 'credits');

/** A movement as the team sees it. */
function creditTransaction(teamId: string, movement: Movement, moved: Moved): CreditTransaction {
  const { id, organizationId, actorName, createdAt } = moved;
  const { kind, amount, reason } = movement;
  const balances = { balanceBefore: moved.before, balanceAfter: moved.after };
  return {
    id,
    kind,
    teamId,
    organizationId,
    jobId: null,
    refundsId: null,
    amount,
    ...balances,
    reason,
    actorName,
    createdAt,
  };
}
