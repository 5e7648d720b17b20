import { type Account, type Hold, HoldUnit, type LedgerEntry, type LedgerTx, LedgerUnit } from '../../ledger/index.js';
import { Instant, Many, One, PageAnswer, Text } from '../fields/answers.js';

/** The API's words for units; amounts are decimal strings of them. */
const UNITS = {
  [LedgerUnit.CREDIT]: 'credit',
  [LedgerUnit.USD]: 'usd',
  [HoldUnit.TOKEN]: 'token',
  [HoldUnit.REQUEST]: 'request',
} as const;

export class AccountView {
  @Text()
  account_id: string;

  @Text()
  kind: string;

  @Text({ nullable: true })
  name: string | null;

  @Text({ nullable: true })
  organization_id: string | null;

  @Text()
  scope_type: string;

  @Text()
  scope_id: string;

  @Text({ about: 'credit or usd' })
  unit: string;

  @Text()
  credit_mode: string;

  @Text({ nullable: true, about: 'Decimal; null for accounts without a running balance.' })
  balance: string | null;

  @Text({ nullable: true })
  held: string | null;

  @Text({ nullable: true })
  allocated: string | null;

  @Text({ nullable: true })
  spent: string | null;

  @Instant()
  created_at: Date;
}

export class AccountList extends PageAnswer {
  @Many(() => AccountView)
  accounts: AccountView[];
}

class TransactionOfEntry {
  @Text()
  transaction_id: string;

  @Text()
  kind: string;

  @Text({ nullable: true })
  team_id: string | null;

  @Text({ nullable: true })
  job_id: string | null;

  @Text({ nullable: true })
  call_id: string | null;

  @Text({ nullable: true })
  refunds_id: string | null;

  @Text({ nullable: true })
  reason: string | null;

  @Text()
  actor_name: string;

  @Text({ nullable: true })
  request_id: string | null;
}

export class EntryView {
  @Text()
  entry_id: string;

  @Text()
  account_id: string;

  @Text({ nullable: true })
  organization_id: string | null;

  @Text({ about: 'debit or credit' })
  direction: string;

  @Text({ about: 'Decimal, above zero.' })
  amount: string;

  @Text({ about: 'credit or usd' })
  unit: string;

  @Text({ nullable: true })
  balance_after: string | null;

  @Instant()
  created_at: Date;

  @One(() => TransactionOfEntry)
  transaction: TransactionOfEntry;
}

export class EntryList extends PageAnswer {
  @Many(() => EntryView)
  entries: EntryView[];
}

export class HoldView {
  @Text()
  organization_id: string;

  @Text({ nullable: true })
  team_id: string | null;

  @Text()
  key_id: string;

  @Text()
  job_id: string;

  @Text({ nullable: true, about: 'Null for what the job itself holds.' })
  call_id: string | null;

  @Text({ nullable: true })
  account_id: string | null;

  @Text({ nullable: true })
  limit_id: string | null;

  @Text({ about: 'credit, usd, token or request' })
  unit: string;

  @Text({ about: 'Decimal.' })
  amount: string;

  @Instant()
  created_at: Date;
}

export class HoldList extends PageAnswer {
  @Many(() => HoldView)
  holds: HoldView[];
}

export const accountView = (account: Account): AccountView => ({
  account_id: account.id,
  kind: account.kind,
  name: account.name,
  organization_id: account.organizationId,
  scope_type: account.scopeType,
  scope_id: account.scopeId,
  unit: UNITS[account.unit],
  credit_mode: account.creditMode,
  balance: account.figures?.balance ?? null,
  held: account.figures?.held ?? null,
  allocated: account.figures?.allocated ?? null,
  spent: account.figures?.spent ?? null,
  created_at: account.createdAt,
});

export const entryView = (entry: LedgerEntry, tx: LedgerTx): EntryView => ({
  entry_id: entry.id,
  account_id: entry.accountId.toString(),
  organization_id: entry.organizationId,
  direction: entry.direction,
  amount: entry.plainAmount,
  unit: UNITS[entry.unit],
  balance_after: entry.plainBalanceAfter,
  created_at: entry.createdAt,
  transaction: {
    transaction_id: tx.id,
    kind: tx.kind,
    team_id: tx.teamId,
    job_id: tx.jobId,
    call_id: tx.callId,
    refunds_id: tx.refundsId,
    reason: tx.reason,
    actor_name: tx.actorName,
    request_id: tx.requestId,
  },
});

export const holdView = (hold: Hold): HoldView => ({
  organization_id: hold.organizationId,
  team_id: hold.teamId,
  key_id: hold.keyId,
  job_id: hold.jobId,
  call_id: hold.callId,
  account_id: hold.accountId,
  limit_id: hold.limitId,
  unit: UNITS[hold.unit],
  amount: hold.plainAmount,
  created_at: hold.createdAt,
});
