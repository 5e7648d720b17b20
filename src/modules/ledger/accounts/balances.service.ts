import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Ctx } from '../../../core/ctx.js';
import { OrganizationsService } from '../../organizations/index.js';
import { Account, AccountKind, CreditMode, type OrganizationBalance } from '../account.entity.js';
import { type BalanceTransaction, LedgerTxKind } from '../ledger-tx.entity.js';
import { AccountTransfers, either, type Movement, organizationBalance, positive } from './account-transfers.service.js';
import { LedgerUnit } from './ledger-unit.js';

/** Dollars of organizations that pay in advance. */
@Injectable()
export class BalancesService {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly transfers: AccountTransfers,
  ) {}

  /** Zeros for an organization that never had any. */
  async ofOrganizations(ctx: Ctx, ids: readonly string[]): Promise<Map<string, OrganizationBalance>> {
    const place = { kind: AccountKind.ORGANIZATION_BALANCE, scopeType: 'organization', scopeId: In(ids) };
    const accounts = await ctx.em.findBy(Account, place);
    const byId = new Map(accounts.map((account) => [account.scopeId, account]));
    return new Map(ids.map((id) => [id, balanceOf(id, byId.get(id))]));
  }

  /** @throws DomainError not_found, invalid_request for an amount that is not above zero or too large */
  topUp(ctx: Ctx, organizationId: string, amount: bigint, reason: string): Promise<BalanceTransaction> {
    const kind = LedgerTxKind.BALANCE_TOPUP;
    return this.move(ctx, organizationId, { kind, amount: positive(amount, LedgerUnit.USD, 'amount'), reason });
  }

  /** Puts a balance right. @throws DomainError not_found, invalid_request, insufficient_credits */
  adjust(ctx: Ctx, organizationId: string, amount: bigint, reason: string): Promise<BalanceTransaction> {
    const kind = LedgerTxKind.BALANCE_ADJUSTMENT;
    return this.move(ctx, organizationId, { kind, amount: either(amount, LedgerUnit.USD, 'amount'), reason });
  }

  private async move(ctx: Ctx, id: string, movement: Movement): Promise<BalanceTransaction> {
    const { id: organizationId } = await this.organizations.get(ctx, id);
    const moved = await this.transfers.move(ctx, organizationBalance(organizationId), movement);
    const { kind, amount, reason } = movement;
    const { before, after, actorName, createdAt } = moved;
    const balances = { balanceBefore: before, balanceAfter: after };
    return { id: moved.id, kind, organizationId, amount, ...balances, reason, actorName, createdAt };
  }
}

function balanceOf(organizationId: string, account: Account | undefined): OrganizationBalance {
  const { balance = 0n, held = 0n, allocated = 0n, spent = 0n, creditMode = CreditMode.HARD } = account ?? {};
  return { organizationId, allocated, used: spent, remaining: balance, held, available: balance - held, creditMode };
}
