import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { Action } from '../../core/action.js';
import { ACCESS, type AccessRule, bindCtx, boundCtx } from '../../infra/access/index.js';
import { AuditService } from './audit.service.js';

/** Makes every admin mutation one transaction that holds the change and its audit row. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly audit: AuditService,
  ) {}

  intercept(host: ExecutionContext, next: CallHandler): Observable<unknown> {
    const rule = this.reflector.get<AccessRule | undefined>(ACCESS, host.getHandler());
    if (!rule?.mutation) return next.handle();
    return from(this.run(host, rule.action as Action, next));
  }

  private run(host: ExecutionContext, action: Action, next: CallHandler): Promise<unknown> {
    return this.audit.transaction(boundCtx(host), action, (inside) => {
      bindCtx(host, inside);
      return lastValueFrom(next.handle());
    });
  }
}
