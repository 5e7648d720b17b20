import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Action } from '../../core/action.js';
import { actorId, actorName, ALL_ORGANIZATIONS, type Ctx } from '../../core/ctx.js';
import { DomainError } from '../../core/errors.js';
import { newId } from '../../core/id.js';
import type { Page, PageRequest } from '../../core/page.js';
import { RefusalRecorder } from '../../infra/access/index.js';
import { type Change, containing, Database, keysetPage, startRecording } from '../../infra/database/index.js';
import { AuditEntry, AuditStatus } from './audit-entry.entity.js';
import type { AuditFilter } from './audit.inputs.js';

interface AuditRecord {
  readonly action: Action;
  readonly status: AuditStatus;
  readonly message?: string;
  readonly changes?: readonly Change[];
}

const NEWEST_FIRST = { expression: 'entry.seq', type: 'bigint', direction: 'DESC' } as const;
const MESSAGE_LENGTH = 1_000;

@Injectable()
export class AuditService implements RefusalRecorder {
  constructor(private readonly database: Database) {}

  /**
   * Runs work in one transaction together with its audit row: if the row cannot be written, nothing happened. An
   * attempt that fails leaves a row too, in a transaction of its own.
   */
  async transaction<T>(ctx: Ctx, action: Action, work: (ctx: Ctx) => Promise<T>): Promise<T> {
    try {
      return await this.database.transaction(ctx, async (inside) => {
        const changes = startRecording(inside.em);
        const result = await work(inside);
        await this.insert(inside, inside.em, { action, status: AuditStatus.SUCCESS, changes });
        return result;
      });
    } catch (error) {
      const message = error instanceof DomainError ? `${error.code}: ${error.message}` : 'internal error';
      await this.recordApart(ctx, { action, status: AuditStatus.FAILED, message });
      throw error;
    }
  }

  async refused(ctx: Ctx, action: Action, message: string): Promise<void> {
    await this.recordApart(ctx, { action, status: AuditStatus.DENIED, message });
  }

  /** Newest first; row-level security keeps an organization's actor to its own rows. */
  list(ctx: Ctx, page: PageRequest, filter: AuditFilter): Promise<Page<AuditEntry>> {
    const query = ctx.em.createQueryBuilder(AuditEntry, 'entry');
    const equal = { organizationId: filter.organizationId, status: filter.status, entityType: filter.entityType };
    for (const [column, value] of Object.entries({ ...equal, entityId: filter.entityId }))
      if (value) query.andWhere(`entry.${column} = :${column}`, { [column]: value });
    if (filter.actions?.length) query.andWhere('entry.action IN (:...actions)', { actions: filter.actions });
    if (filter.from) query.andWhere('entry.at >= :from', { from: filter.from });
    if (filter.to) query.andWhere('entry.at < :to', { to: filter.to });
    if (page.search)
      query.andWhere(
        '(entry.actorName ILIKE :text OR entry.entityId ILIKE :text OR entry.message ILIKE :text OR entry.action ILIKE :text)',
        { text: containing(page.search) },
      );
    return keysetPage(query, page, NEWEST_FIRST);
  }

  /** Writes the row of an attempt that changed nothing, in a transaction of its own. */
  private async recordApart(ctx: Ctx, record: AuditRecord): Promise<void> {
    await this.insert(ctx, this.database.manager(ALL_ORGANIZATIONS), record);
  }

  private async insert(ctx: Ctx, em: EntityManager, record: AuditRecord): Promise<void> {
    const changes = record.changes ?? [];
    const main = changes[0];
    await em.insert(AuditEntry, {
      id: newId('audit'),
      organizationId:
        main?.organizationId ?? (ctx.organizationId === ALL_ORGANIZATIONS ? null : ctx.organizationId || null),
      actorKind: ctx.actor.kind,
      actorId: actorId(ctx.actor),
      actorName: actorName(ctx.actor),
      action: record.action,
      status: record.status,
      message: record.message?.slice(0, MESSAGE_LENGTH) ?? null,
      entityType: main?.entity ?? null,
      entityId: main?.id ?? null,
      changes: changes as never,
      address: ctx.address,
      userAgent: ctx.userAgent,
      requestId: ctx.requestId,
    });
  }
}
