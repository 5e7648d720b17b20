import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError, notFound } from '../../../core/errors.js';
import { isUuid, newUuid } from '../../../core/id.js';
import { formatCredits, microCredits } from '../../../core/money.js';
import { type CreditTransaction, LedgerTxKind } from '../ledger-tx.entity.js';
import { ledgerActor, wireJson } from '../operations.js';
import { positive, recordBalance, teamCredits } from './account-transfers.service.js';
import { LedgerUnit } from './ledger-unit.js';
import type { RefundTransactionInput } from './movements/movements.inputs.js';

interface Result {
  readonly code: 'ok' | 'not_found' | 'no_charge' | 'too_much';
  readonly organization: string;
  readonly team: string;
  readonly amount: string;
  readonly refundable: string;
  readonly balance_before: string;
  readonly balance_after: string;
}

/** Gives back what jobs were charged. */
@Injectable()
export class Refunds {
  constructor(private readonly clock: Clock) {}

  /**
   * Gives back a part of a charge, or all that is left of it. Refunds of one charge never exceed it together.
   * @throws DomainError not_found, conflict for what is no charge and for more than is left of it
   */
  async refund(ctx: Ctx, input: RefundTransactionInput): Promise<CreditTransaction> {
    const { transactionId: refundsId, reason } = input;
    if (!isUuid(refundsId)) throw notFound('Transaction', refundsId);
    const given = input.credits ?? null;
    const asked = given === null ? null : positive(given, LedgerUnit.CREDIT, 'credits').toString();
    const id = newUuid();
    const createdAt = this.clock.now();
    const actor = ledgerActor(ctx);
    const values = [id, refundsId, asked, reason, wireJson(actor), createdAt];
    const rows: Result[] = await ctx.em.query('SELECT * FROM account_refund($1, $2, $3, $4, $5, $6)', values);
    const result = rows[0]!;
    if (result.code === 'not_found') throw notFound('Transaction', refundsId);
    if (result.code !== 'ok') throw refused(result);
    const { organization: organizationId, team: teamId } = result;
    const [amount, before, after] = [result.amount, result.balance_before, result.balance_after].map(BigInt);
    recordBalance(ctx, teamCredits(teamId), { organizationId, before: before!, after: after! });
    const balances = { balanceBefore: before!, balanceAfter: after! };
    const tx = { id, kind: LedgerTxKind.CREDIT_REFUND, teamId, organizationId, jobId: null, refundsId, reason };
    return { ...tx, amount: amount!, ...balances, actorName: actor.name, createdAt };
  }
}

function refused({ code, refundable }: Result): DomainError {
  if (code === 'no_charge') return new DomainError('conflict', 'Only what a job was charged can be refunded');
  const left = formatCredits(microCredits(BigInt(refundable)));
  return new DomainError('conflict', `Of this charge, ${left} credits are left to refund`, { refundable: left });
}
