import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../core/ctx.js';
import type { LedgerProblem } from './ledger-tx.entity.js';

/** Recomputes everything that the ledger stores twice. */
@Injectable()
export class LedgerAuditor {
  /** The differences found; none on a healthy ledger. Reads all entries, so it takes time on a large one. */
  async audit(ctx: Ctx): Promise<LedgerProblem[]> {
    return ctx.em.query('SELECT problem, subject, expected::text, actual::text FROM ledger_audit() LIMIT 1000');
  }
}
