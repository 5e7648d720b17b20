import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../core/clock.js';
import type { Ctx } from '../../../../core/ctx.js';
import { DomainError, invalid, notFound } from '../../../../core/errors.js';
import { newId, newUuid } from '../../../../core/id.js';
import { formatUsd, nanoUsd } from '../../../../core/money.js';
import type { Page, PageRequest } from '../../../../core/page.js';
import { containing, keysetPage, orderOf, recordChange, type SortColumns } from '../../../../infra/database/index.js';
import { ledgerActor, wireJson } from '../../operations.js';
import { bounded } from '../account-transfers.service.js';
import { LedgerUnit } from '../ledger-unit.js';
import {
  type ProviderReconciliationFilter,
  ProviderReconciliationOrder,
  type ReconcileProviderInput,
} from './corrections.inputs.js';
import { ProviderReconciliation } from './reconciliation.entity.js';

interface Result {
  readonly code: 'ok' | 'not_found' | 'overlap' | 'running';
}

const REFUSALS = {
  overlap: 'The provider has been reconciled for a part of this range before',
  running: 'Calls of this range are still running; reconcile it when they have ended',
} as const;

const COLUMNS: SortColumns<ProviderReconciliationOrder> = {
  from: ['bill.startsAt', 'timestamptz'],
  created: ['bill.createdAt', 'timestamptz'],
};

/** Holds what vendors bill against what their calls are recorded with. */
@Injectable()
export class Reconciliations {
  constructor(private readonly clock: Clock) {}

  /**
   * Posts what a vendor billed for a range beyond what is recorded for it, or less, as not reconciled provider cost.
   * @throws DomainError not_found, invalid_request for a range that is empty or not over, or a cost below zero,
   * conflict when the range overlaps one before or has calls that still run
   */
  async reconcile(ctx: Ctx, input: ReconcileProviderInput): Promise<ProviderReconciliation> {
    const { providerId, from, to } = input;
    const now = this.clock.now();
    if (from >= to) throw invalid('to', 'must lie after from');
    if (to > now) throw invalid('to', 'must have passed');
    const reported = bounded(input.reportedCost, LedgerUnit.USD, 'reportedCost');
    if (reported < 0n) throw invalid('reportedCost', 'must not be below zero');
    const id = newId('reconciliation');
    const range = wireJson({ from, to });
    const values = [newUuid(), id, providerId, range, reported.toString(), wireJson(ledgerActor(ctx)), now];
    const rows: Result[] = await ctx.em.query('SELECT * FROM provider_reconcile($1, $2, $3, $4, $5, $6, $7)', values);
    const { code } = rows[0]!;
    if (code === 'not_found') throw notFound('Provider', providerId);
    if (code !== 'ok') throw new DomainError('conflict', REFUSALS[code]);
    const made = await ctx.em.findOneByOrFail(ProviderReconciliation, { id });
    recordChange(ctx.em, { entity: 'Provider', id: providerId, organizationId: null, before: {}, after: shown(made) });
    return made;
  }

  /** None for those who do not see the platform's own books. */
  list(
    ctx: Ctx,
    page: PageRequest,
    filter: ProviderReconciliationFilter = {},
    order = ProviderReconciliationOrder.FROM_DESC,
  ): Promise<Page<ProviderReconciliation>> {
    const query = ctx.em.createQueryBuilder(ProviderReconciliation, 'bill').where('true');
    if (filter.providerId) query.andWhere('bill.providerId = :providerId', { providerId: filter.providerId });
    if (page.search)
      query.andWhere('(bill.id ILIKE :text OR bill.providerId ILIKE :text)', { text: containing(page.search) });
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }
}

const shown = ({ startsAt, endsAt, reportedCost, recordedCost }: ProviderReconciliation): Record<string, unknown> => ({
  reconciledFrom: startsAt,
  reconciledTo: endsAt,
  reportedCost: formatUsd(nanoUsd(reportedCost)),
  recordedCost: formatUsd(nanoUsd(recordedCost)),
});
