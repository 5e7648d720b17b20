import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { Action } from '../../core/action.js';
import type { Ctx } from '../../core/ctx.js';
import { ACCESS, type AccessRule, bindCtx, boundCtx, keyedRequestOf, targetOf } from '../../infra/access/index.js';
import { Events } from '../../infra/events/index.js';
import type { KeyedRequest } from '../../infra/idempotency/index.js';
import { AuditService } from './audit.service.js';

/** Leaves the audit row of every handler whose rule asks for one: in its transaction, or in one of its own. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly audit: AuditService,
    private readonly events: Events,
  ) {}

  intercept(host: ExecutionContext, next: CallHandler): Observable<unknown> {
    const rule = this.reflector.get<AccessRule | undefined>(ACCESS, host.getHandler());
    if (!rule?.mutation && !rule?.sensitive) return next.handle();
    return from(this.run(host, rule, next));
  }

  private run(host: ExecutionContext, rule: AccessRule, next: CallHandler): Promise<unknown> {
    const ctx = boundCtx(host);
    const action = rule.action as Action;
    if (rule.transaction) return this.change(host, rule, next);
    const work = (): Promise<unknown> => lastValueFrom(next.handle());
    const attempt = { action, target: targetOf(host, action) };
    return rule.mutation ? this.audit.action(ctx, attempt, work) : this.audit.read(ctx, attempt, work);
  }

  /** Who is told that a change is made can rely on it at once, in this process: its caches have heard of it. */
  private async change(host: ExecutionContext, rule: AccessRule, next: CallHandler): Promise<unknown> {
    const ctx = boundCtx(host);
    const work = (inside: Ctx): Promise<unknown> => {
      bindCtx(host, inside);
      return lastValueFrom(next.handle());
    };
    const keyedAs = (): KeyedRequest | null => (rule.idempotent ? keyedRequestOf(host, ctx) : null);
    const result = await this.audit.transaction(ctx, rule.action as Action, work, keyedAs);
    await this.events.caughtUp();
    return result;
  }
}
