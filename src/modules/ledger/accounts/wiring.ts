import { AccountTransfers } from './account-transfers.service.js';
import { AccountsResolver, LedgerEntriesResolver, LedgerTransactionsResolver } from './accounts.resolver.js';
import { AccountsService } from './accounts.service.js';
import { BalancesService } from './balances.service.js';
import { CorrectionsResolver } from './corrections/corrections.resolver.js';
import { Corrections } from './corrections/corrections.service.js';
import { ProviderReconciliation } from './corrections/reconciliation.entity.js';
import { Reconciliations } from './corrections/reconciliations.service.js';
import { LedgerEntries } from './entries.service.js';
import { Hold } from './hold.entity.js';
import { BalancesResolver, CreditMovementsResolver } from './movements/movements.resolver.js';
import { Refill } from './refills/refill.entity.js';
import { RefillsResolver } from './refills/refills.resolver.js';
import { RefillsService } from './refills/refills.service.js';
import { RefillsTask } from './refills/refills.task.js';
import { Refunds } from './refunds.service.js';

/** What the module of the ledger registers of this folder. */
export const ACCOUNT_ENTITIES = [Hold, Refill, ProviderReconciliation];
export const ACCOUNT_SERVICES = [
  AccountTransfers,
  AccountsService,
  BalancesService,
  LedgerEntries,
  Refunds,
  RefillsService,
  RefillsTask,
  Corrections,
  Reconciliations,
];
export const ACCOUNT_RESOLVERS = [
  AccountsResolver,
  LedgerEntriesResolver,
  LedgerTransactionsResolver,
  CreditMovementsResolver,
  BalancesResolver,
  RefillsResolver,
  CorrectionsResolver,
];
