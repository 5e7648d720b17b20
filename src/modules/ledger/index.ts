export { CreditMode, TeamCredits } from './account.entity.js';
export { Call, CallOutcome, CallState } from './call.entity.js';
export { CreditsService } from './credits.service.js';
export { Job, JobPage, JobStatus } from './job.entity.js';
export { type CreditTransaction, LedgerTxKind } from './ledger-tx.entity.js';
export { LedgerModule } from './ledger.module.js';
export { LedgerService } from './ledger.service.js';
export { type ClosingStatus, type EndCall, wireJson, type LedgerActor } from './operations.js';
export { Instance } from './recovery/instance.service.js';
