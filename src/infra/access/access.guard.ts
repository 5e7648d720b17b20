import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Action, ACTIONS } from '../../core/action.js';
import { ALL_ORGANIZATIONS, ANONYMOUS, Ctx } from '../../core/ctx.js';
import { DomainError } from '../../core/errors.js';
import { Database } from '../database/index.js';
import {
  ACCESS,
  type AccessRule,
  bindCtx,
  bindOperationCtx,
  type Identity,
  IdentityResolver,
  isFieldResolver,
  operationCtx,
  type Refusal,
  RefusalRecorder,
  requestOf,
  targetOf,
} from './access.js';

/** Sees no row at all: the reach of somebody who has not signed in. */
const NO_ORGANIZATION = '';

/** Refuses by default: a handler without a rule is refused, and so is an actor without the rule's action. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly database: Database,
    private readonly identities: IdentityResolver,
    private readonly refusals: RefusalRecorder,
  ) {}

  canActivate(host: ExecutionContext): boolean | Promise<boolean> {
    const rule = this.reflector.get<AccessRule | undefined>(ACCESS, host.getHandler());
    if (!rule) throw new DomainError('forbidden', 'This operation is not open to anybody');
    return isFieldResolver(host) ? this.admitToField(host, rule) : this.admit(host, rule);
  }

  /** A field below a root field asks for its own right of whoever the operation is run for; nobody is identified anew. */
  private admitToField(host: ExecutionContext, { action }: AccessRule): boolean {
    if (action === 'public' || operationCtx(host)?.may(action)) return true;
    throw lacking(action);
  }

  private async admit(host: ExecutionContext, rule: AccessRule): Promise<boolean> {
    const request = requestOf(host);
    const { action } = rule;
    if (action === 'public') {
      bindCtx(host, this.ctxFor(request, null));
      return true;
    }
    const refuse = async (ctx: Ctx, error: DomainError): Promise<never> => {
      if (rule.mutation || rule.sensitive) await this.refusals.refused(ctx, refusal(host, action, error.message));
      throw error;
    };
    let identity: Identity | null;
    try {
      identity = await this.identities.identify(request);
    } catch (error) {
      if (error instanceof DomainError) return refuse(this.ctxFor(request, null), error);
      throw error;
    }
    const ctx = bindOperationCtx(host, this.ctxFor(request, identity));
    if (!identity) return refuse(ctx, new DomainError('invalid_api_key', 'Authentication required'));
    if (!ctx.may(action)) return refuse(ctx, lacking(action));
    bindCtx(host, ctx);
    return true;
  }

  private ctxFor(request: ReturnType<typeof requestOf>, identity: Identity | null): Ctx {
    const organizationId = identity?.organizationId ?? NO_ORGANIZATION;
    return new Ctx({
      actor: identity?.actor ?? ANONYMOUS,
      organizationId,
      actions: identity?.actions ?? new Set(),
      em: this.database.manager(organizationId),
      requestId: request.id,
      address: request.ip,
      userAgent: request.headers['user-agent']?.slice(0, 300) ?? null,
    });
  }
}

const lacking = (action: Action): DomainError => new DomainError('forbidden', `This needs the right ${action}`);

const refusal = (host: ExecutionContext, action: Action, message: string): Refusal => ({
  action,
  target: targetOf(host, action),
  message,
});

/** A Ctx for work that no request asked for: schedules, recovery, the demo data. May do everything, everywhere. */
export function systemCtx(database: Database, task: string, requestId: string): Ctx {
  return new Ctx({
    actor: { kind: 'system', task },
    organizationId: ALL_ORGANIZATIONS,
    actions: new Set(ACTIONS),
    em: database.manager(ALL_ORGANIZATIONS),
    requestId,
    address: null,
    userAgent: null,
  });
}
