import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import type { Ctx } from '../../../core/ctx.js';
import { invalid, notFound } from '../../../core/errors.js';
import { isUuid } from '../../../core/id.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { keysetPage, orderOf, type SortColumns } from '../../../infra/database/index.js';
import { groupBy } from '../../../infra/graphql/index.js';
import { LedgerEntry, LedgerTx } from '../ledger-tx.entity.js';
import { type HoldFilter, HoldOrder, type LedgerEntryFilter, LedgerEntryOrder } from './accounts.inputs.js';
import { isAccountId } from './accounts.service.js';
import { Hold } from './hold.entity.js';

/** Entries are numbered in the order in which they were made. */
const COLUMNS: SortColumns<LedgerEntryOrder> = { created: ['entry.id', 'bigint'] };
const HOLD_COLUMNS: SortColumns<HoldOrder> = { created: ['hold.createdAt', 'timestamptz'] };

/** What the ledger has written, and what it holds now. Reads only. */
@Injectable()
export class LedgerEntries {
  /** @throws DomainError invalid_request for an id in the filter that cannot be one */
  async list(
    ctx: Ctx,
    page: PageRequest,
    filter: LedgerEntryFilter = {},
    order = LedgerEntryOrder.CREATED_DESC,
  ): Promise<Page<LedgerEntry>> {
    const query = ctx.em
      .createQueryBuilder(LedgerEntry, 'entry')
      .innerJoin(LedgerTx, 'tx', 'tx.id = entry.txId')
      .where('true');
    narrow(query, filter);
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  /** @throws DomainError not_found */
  async transaction(ctx: Ctx, id: string): Promise<LedgerTx> {
    const tx = isUuid(id) ? await ctx.em.findOneBy(LedgerTx, { id }) : null;
    if (!tx) throw notFound('Transaction', id);
    return tx;
  }

  async transactions(ctx: Ctx, ids: readonly string[]): Promise<Map<string, LedgerTx>> {
    const txs = await ctx.em.createQueryBuilder(LedgerTx, 'tx').where('tx.id = ANY(:ids)', { ids }).getMany();
    return new Map(txs.map((tx) => [tx.id, tx]));
  }

  /** All sides of each transaction, as they were made. */
  async sidesOf(ctx: Ctx, txIds: readonly string[]): Promise<Map<string, LedgerEntry[]>> {
    const entries = await ctx.em
      .createQueryBuilder(LedgerEntry, 'entry')
      .where('entry.txId = ANY(:txIds)', { txIds })
      .orderBy('entry.id')
      .getMany();
    return groupBy(entries, (entry) => entry.txId);
  }

  /** What open jobs and running calls hold now, the oldest first unless asked for otherwise. */
  holds(ctx: Ctx, page: PageRequest, filter: HoldFilter = {}, order = HoldOrder.CREATED_ASC): Promise<Page<Hold>> {
    const query = ctx.em.createQueryBuilder(Hold, 'hold').where('true');
    if (filter.organizationId) query.andWhere('hold.organizationId = :org', { org: filter.organizationId });
    if (filter.keyId) query.andWhere('hold.keyId = :key', { key: filter.keyId });
    return keysetPage(query, page, orderOf(HOLD_COLUMNS, order));
  }
}

function narrow(query: SelectQueryBuilder<LedgerEntry>, filter: LedgerEntryFilter): void {
  const { accountId, organizationId, kinds, jobId, callId, from, to } = filter;
  if (accountId && !isAccountId(accountId)) throw invalid('accountId', 'is no id of an account');
  for (const [field, id] of Object.entries({ jobId, callId }))
    if (id && !isUuid(id)) throw invalid(field, 'is not a UUID');
  if (accountId) query.andWhere('entry.accountId = :accountId', { accountId });
  if (organizationId) query.andWhere('entry.organizationId = :organizationId', { organizationId });
  if (kinds) query.andWhere('tx.kind = ANY(:kinds)', { kinds });
  if (jobId) query.andWhere(OF_JOB, { jobId });
  if (callId) query.andWhere('tx.callId = :callId', { callId });
  if (from) query.andWhere('entry.createdAt >= :from', { from });
  if (to) query.andWhere('entry.createdAt < :to', { to });
}

/** What a job has moved, and what was refunded of it; on `tx`, with the parameter `jobId`. */
export const OF_JOB = '(tx.jobId = :jobId OR tx.refundsId IN (SELECT id FROM ledger_txs WHERE job_id = :jobId))';
