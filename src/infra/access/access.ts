import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { type GqlContextType, GqlExecutionContext } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import { type Action, mutates } from '../../core/action.js';
import type { Actor, Ctx } from '../../core/ctx.js';

export const ACCESS = 'tollkeeper:access';

/** What a root handler demands: an action, `public` for those that anybody may call. */
export interface AccessRule {
  readonly action: Action | 'public';
  readonly mutation: boolean;
}

/** The handler reads; the actor must hold the action. */
export const Access = (action: Action): MethodDecorator => SetMetadata(ACCESS, { action, mutation: false });

/** The handler changes something: one transaction that holds the change and its audit row. */
export function AdminMutation(action: Action): MethodDecorator {
  if (!mutates(action)) throw new Error(`${action} is not declared as a mutation in core/action.ts`);
  return applyDecorators(SetMetadata(ACCESS, { action, mutation: true }));
}

/** Anybody may call the handler. */
export const Public = (): MethodDecorator => SetMetadata(ACCESS, { action: 'public', mutation: false });

/** Who a request says it is, with what it may do; found by the auth module. */
export interface Identity {
  readonly actor: Actor;
  readonly organizationId: string;
  readonly actions: ReadonlySet<Action>;
}

/** Port: turns the credentials of a request into an identity. Null without any; throws invalid_api_key when wrong. */
export abstract class IdentityResolver {
  abstract identify(request: FastifyRequest): Promise<Identity | null>;
}

/** Port: told of every refused attempt at a mutation. */
export abstract class RefusalRecorder {
  abstract refused(ctx: Ctx, action: Action, message: string): Promise<void>;
}

export interface GraphqlContext {
  req: FastifyRequest;
  ctx?: Ctx;
}

const bound = new WeakMap<object, Ctx>();

const isGraphql = (host: ExecutionContext): boolean => host.getType<GqlContextType>() === 'graphql';

/** The object that lives exactly as long as one root handler's run: the field's info, or the HTTP request. */
function handlerKey(host: ExecutionContext): object {
  return isGraphql(host) ? GqlExecutionContext.create(host).getInfo<object>() : requestOf(host);
}

export function requestOf(host: ExecutionContext): FastifyRequest {
  if (!isGraphql(host)) return host.switchToHttp().getRequest<FastifyRequest>();
  return GqlExecutionContext.create(host).getContext<GraphqlContext>().req;
}

/** Keeps the Ctx of a running root handler; a GraphQL operation also keeps it for its field resolvers. */
export function bindCtx(host: ExecutionContext, ctx: Ctx): void {
  bound.set(handlerKey(host), ctx);
}

/** Keeps the Ctx that field resolvers read with; never the one of a transaction, which may have ended by then. */
export function bindOperationCtx(host: ExecutionContext, ctx: Ctx): Ctx {
  if (!isGraphql(host)) return ctx;
  const context = GqlExecutionContext.create(host).getContext<GraphqlContext>();
  context.ctx ??= ctx;
  return context.ctx;
}

export function boundCtx(host: ExecutionContext): Ctx {
  const ctx =
    bound.get(handlerKey(host)) ??
    (isGraphql(host) ? GqlExecutionContext.create(host).getContext<GraphqlContext>().ctx : undefined);
  if (!ctx) throw new Error('no Ctx is bound: the handler ran without the access guard');
  return ctx;
}

/** Parameter of resolvers and controllers: the Ctx that guard and interceptor made. */
export const CurrentCtx = createParamDecorator((_: unknown, host: ExecutionContext) => boundCtx(host));
