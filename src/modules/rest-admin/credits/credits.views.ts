import { type CreditTransaction, LedgerTxKind, type TeamCredits } from '../../ledger/index.js';
import type { Team } from '../../teams/index.js';
import { Amount, Count, Flag, Instant, Many, One, PageAnswer, Text } from '../fields/answers.js';
import { credits } from '../fields/amounts.js';

/** The credits of a team, in the original's words; what the ledger adds stands below. */
export class BalanceView {
  @Text()
  team_id: string;

  @Text()
  organization_id: string;

  @Amount()
  credits_allocated: number;

  @Amount()
  credits_used: number;

  @Amount({ about: 'credits_allocated - credits_used.' })
  credits_remaining: number;

  @Amount({ about: 'Part of the remaining that open jobs hold.' })
  credits_held: number;

  @Amount({ about: 'What new jobs may draw: credits_remaining - credits_held.' })
  credits_available: number;

  @Text()
  credit_mode: string;

  @Text()
  budget_mode: string;

  @Amount()
  credits_per_dollar: number;

  @Count()
  tokens_per_credit: number;

  @Text()
  status: string;

  @Instant()
  created_at: Date;

  @Instant()
  updated_at: Date;
}

const TRANSACTION_TYPES = {
  [LedgerTxKind.CREDIT_ALLOCATION]: 'allocation',
  [LedgerTxKind.CREDIT_REMOVAL]: 'adjustment',
  [LedgerTxKind.SUBSCRIPTION_PAYMENT]: 'subscription_payment',
  [LedgerTxKind.ONE_TIME_PAYMENT]: 'one_time_payment',
  [LedgerTxKind.JOB_CHARGE]: 'deduction',
  [LedgerTxKind.LATE_CHARGE]: 'deduction',
  [LedgerTxKind.CALL_USAGE]: 'usage',
  [LedgerTxKind.CREDIT_GIFT]: 'gift',
  [LedgerTxKind.CREDIT_ADJUSTMENT]: 'adjustment',
  [LedgerTxKind.CREDIT_REFUND]: 'refund',
  [LedgerTxKind.CREDIT_REFILL]: 'auto_refill',
  [LedgerTxKind.BALANCE_TOPUP]: 'top_up',
  [LedgerTxKind.BALANCE_ADJUSTMENT]: 'adjustment',
  [LedgerTxKind.CALL_CORRECTION]: 'correction',
  [LedgerTxKind.PROVIDER_RECONCILIATION]: 'reconciliation',
} as const satisfies Record<LedgerTxKind, string>;

export class TransactionView {
  @Text()
  transaction_id: string;

  @Text()
  team_id: string;

  @Text()
  organization_id: string;

  @Text({ nullable: true })
  job_id: string | null;

  @Text({ about: [...new Set(Object.values(TRANSACTION_TYPES))].join(', ') })
  transaction_type: string;

  @Amount({ about: 'Never below zero; before and after tell the direction.' })
  credits_amount: number;

  @Amount()
  credits_before: number;

  @Amount()
  credits_after: number;

  @Text({ nullable: true })
  reason: string | null;

  @Instant()
  created_at: Date;
}

export class TransactionList extends PageAnswer {
  @Text()
  team_id: string;

  @Many(() => TransactionView)
  transactions: TransactionView[];
}

export class AddedCredits {
  @Text()
  team_id: string;

  @Amount()
  credits_added: number;

  @Amount()
  credits_remaining: number;

  @One(() => TransactionView)
  transaction: TransactionView;
}

export class RemovedCredits {
  @Text()
  team_id: string;

  @Amount()
  credits_removed: number;

  @Amount()
  credits_remaining: number;

  @One(() => TransactionView)
  transaction: TransactionView;
}

export class ReplenishedCredits {
  @Text()
  team_id: string;

  @Amount()
  credits_added: number;

  @Amount({ about: 'Remaining credits.' })
  credits_before: number;

  @Amount()
  credits_after: number;

  @Text()
  payment_type: string;

  @Amount({ nullable: true })
  payment_amount_usd: number | null;

  @One(() => TransactionView)
  transaction: TransactionView;
}

export class CheckView {
  @Text()
  team_id: string;

  @Flag()
  has_credits: boolean;

  @Amount()
  credits_remaining: number;

  @Amount()
  credits_needed: number;

  @Text({ optional: true, about: 'Only without enough credits.' })
  error?: string;
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

export function balanceView(team: Team, account: TeamCredits): BalanceView {
  return {
    team_id: team.id,
    organization_id: team.organizationId,
    credits_allocated: credits(account.allocated),
    credits_used: credits(account.used),
    credits_remaining: credits(account.remaining),
    credits_held: credits(account.held),
    credits_available: credits(account.available),
    credit_mode: account.creditMode,
    budget_mode: team.budgetMode,
    credits_per_dollar: credits(team.creditsPerDollar),
    tokens_per_credit: Number(team.tokensPerCredit),
    status: team.status,
    created_at: team.createdAt,
    updated_at: team.updatedAt,
  };
}

export const transactionView = (transaction: CreditTransaction): TransactionView => ({
  transaction_id: transaction.id,
  team_id: transaction.teamId,
  organization_id: transaction.organizationId,
  job_id: transaction.jobId,
  transaction_type: TRANSACTION_TYPES[transaction.kind],
  credits_amount: credits(magnitude(transaction.amount)),
  credits_before: credits(transaction.balanceBefore),
  credits_after: credits(transaction.balanceAfter),
  reason: transaction.reason,
  created_at: transaction.createdAt,
});
