import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { Action } from '../../core/action.js';
import type { Ctx } from '../../core/ctx.js';
import { DomainError } from '../../core/errors.js';
import { ACCESS, type AccessRule, bindCtx, boundCtx } from '../../infra/access/index.js';
import { Database, startRecording } from '../../infra/database/index.js';
import { AuditStatus } from './audit-entry.entity.js';
import { AuditService } from './audit.service.js';

/**
 * Makes every admin mutation one transaction that holds the change and its audit row: if the row cannot be written,
 * nothing happened. A failed attempt leaves a row too, in a transaction of its own.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly database: Database,
    private readonly audit: AuditService,
  ) {}

  intercept(host: ExecutionContext, next: CallHandler): Observable<unknown> {
    const rule = this.reflector.get<AccessRule | undefined>(ACCESS, host.getHandler());
    if (!rule?.mutation) return next.handle();
    return from(this.run(host, rule.action as Action, next));
  }

  private async run(host: ExecutionContext, action: Action, next: CallHandler): Promise<unknown> {
    const ctx = boundCtx(host);
    try {
      return await this.database.transaction(ctx, async (inside) => {
        const changes = startRecording(inside.em);
        bindCtx(host, inside);
        const result: unknown = await lastValueFrom(next.handle());
        await this.audit.record(inside, { action, status: AuditStatus.SUCCESS, changes });
        return result;
      });
    } catch (error) {
      await this.recordFailure(ctx, action, error);
      throw error;
    }
  }

  private recordFailure(ctx: Ctx, action: Action, error: unknown): Promise<void> {
    const message = error instanceof DomainError ? `${error.code}: ${error.message}` : 'internal error';
    return this.audit.recordApart(ctx, { action, status: AuditStatus.FAILED, message });
  }
}
