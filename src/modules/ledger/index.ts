export { Account, AccountKind, CreditMode, TeamCredits } from './account.entity.js';
export type { AccountFilter, HoldFilter, LedgerEntryFilter } from './accounts/accounts.inputs.js';
export { AccountsService } from './accounts/accounts.service.js';
export { LedgerEntries } from './accounts/entries.service.js';
export { Hold, HoldUnit } from './accounts/hold.entity.js';
export { LedgerUnit } from './accounts/ledger-unit.js';
export { Refill, RefillMode, RefillPeriod, RefillStatus } from './accounts/refills/refill.entity.js';
export { RefillsService } from './accounts/refills/refills.service.js';
export { RefillsTask } from './accounts/refills/refills.task.js';
export { Call, CallOutcome, CallState } from './call.entity.js';
export { CreditsService } from './credits.service.js';
export { Job, JobPage, JobStatus } from './job.entity.js';
export { type CreditTransaction, type LedgerEntry, type LedgerTx, LedgerTxKind } from './ledger-tx.entity.js';
export { LedgerModule } from './ledger.module.js';
export type { Answer } from './batch/batcher.js';
export type { Exhausted, JobCeiling } from './batch/operation.js';
export { LedgerService } from './ledger.service.js';
export {
  type ClosingStatus,
  type EndCall,
  type Ending,
  type JobClosing,
  type LedgerActor,
  type NewJob,
  type ReserveCall,
  type SpendPath,
  wireJson,
} from './operations.js';
export { refusalOf } from './refusals.js';
export type { FlightProgress } from './recovery/flight-recorder.js';
export { Instance } from './recovery/instance.service.js';
export { LateEvidence } from './recovery/late-evidence.service.js';
export { LIMITS_CHANGED } from './batch/topics.js';
