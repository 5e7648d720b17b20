export { AuditModule } from './audit.module.js';
export { AuditService } from './audit.service.js';
export { faultText } from './chain/fault.js';
export { linesOf } from './chain/lines.js';
export { chainName } from './chain/record.js';
export { parsePublicKey } from './chain/signature.js';
export { type Outcome, UnreadableError, verifyExport } from './chain/verify-export.js';
