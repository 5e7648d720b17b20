import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { type GqlContextType, GqlExecutionContext } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import type { GraphQLResolveInfo } from 'graphql';
import { type Action, mutates } from '../../core/action.js';
import type { Actor, Ctx } from '../../core/ctx.js';

export const ACCESS = 'tollkeeper:access';

/** What a root handler demands: an action, `public` for those that anybody may call. */
export interface AccessRule {
  readonly action: Action | 'public';
  readonly mutation: boolean;
  /** The change and its audit row are one transaction. */
  readonly transaction: boolean;
  /** A read that leaves an audit row too. */
  readonly sensitive: boolean;
  /** Takes an idempotency key: the change happens once for each. */
  readonly idempotent: boolean;
}

const NOTHING_SPECIAL = { mutation: false, transaction: false, sensitive: false, idempotent: false };

const rule = (fields: Pick<AccessRule, 'action'> & Partial<AccessRule>): MethodDecorator =>
  SetMetadata(ACCESS, { ...NOTHING_SPECIAL, ...fields } satisfies AccessRule);

/**
 * The handler reads; the actor must hold the action. A `sensitive` read leaves an audit row that tells who asked for
 * what by which arguments, never what was found; without that row there is no answer.
 */
export const Access = (action: Action, { sensitive = false } = {}): MethodDecorator => rule({ action, sensitive });

/**
 * The handler changes something: one transaction that holds the change and its audit row. An `idempotent` one, which
 * moves money, takes a key: `idempotencyKey` of its input, or the header Idempotency-Key of REST.
 */
export function AdminMutation(action: Action, { idempotent = false } = {}): MethodDecorator {
  return rule({ action: mutating(action), mutation: true, transaction: true, idempotent });
}

/** The handler acts outside the database, so no transaction is open meanwhile; its audit row is written afterwards. */
export function AdminAction(action: Action): MethodDecorator {
  return rule({ action: mutating(action), mutation: true });
}

function mutating(action: Action): Action {
  if (!mutates(action)) throw new Error(`${action} is not declared as a mutation in core/action.ts`);
  return action;
}

/** Anybody may call the handler. */
export const Public = (): MethodDecorator => rule({ action: 'public' });

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

/** What a handler is about, as far as its arguments tell. */
export interface Target {
  /** The noun of the action as entities are named: `access_group.read` is about an `AccessGroup`. */
  readonly type: string;
  readonly id: string | null;
  /** All arguments, which may hold secrets: only those of reads are kept. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface Refusal {
  readonly action: Action;
  readonly target: Target;
  readonly message: string;
}

/** Port: told of every refused attempt at a mutation, or at a sensitive read. */
export abstract class RefusalRecorder {
  abstract refused(ctx: Ctx, refusal: Refusal): Promise<void>;
}

export interface GraphqlContext {
  req: FastifyRequest;
  ctx?: Ctx;
}

const bound = new WeakMap<object, Ctx>();

const isGraphql = (host: ExecutionContext): boolean => host.getType<GqlContextType>() === 'graphql';

/** Whether a field below a root field of GraphQL is being resolved. */
export const isFieldResolver = (host: ExecutionContext): boolean =>
  isGraphql(host) && GqlExecutionContext.create(host).getInfo<GraphQLResolveInfo>().path.prev !== undefined;

/** The Ctx of a GraphQL operation, once one of its root fields has told who asks. */
export const operationCtx = (host: ExecutionContext): Ctx | undefined =>
  isGraphql(host) ? GqlExecutionContext.create(host).getContext<GraphqlContext>().ctx : undefined;

/** The object that lives exactly as long as one root handler's run: the field's info, or the HTTP request. */
function handlerKey(host: ExecutionContext): object {
  return isGraphql(host) ? GqlExecutionContext.create(host).getInfo<object>() : requestOf(host);
}

export function requestOf(host: ExecutionContext): FastifyRequest {
  if (!isGraphql(host)) return host.switchToHttp().getRequest<FastifyRequest>();
  return GqlExecutionContext.create(host).getContext<GraphqlContext>().req;
}

export function targetOf(host: ExecutionContext, action: Action): Target {
  const noun = action.split('.')[0]!;
  const type = noun.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const given = isGraphql(host) ? GqlExecutionContext.create(host).getArgs<object>() : restArguments(requestOf(host));
  const args = given as Record<string, unknown>;
  const named = { ...(args['input'] as Record<string, unknown> | undefined), ...args };
  const id = [named['id'], named[`${noun}Id`], named[noun]].find((each) => typeof each === 'string');
  return { type, id: typeof id === 'string' ? id : null, arguments: args };
}

const restArguments = ({ params, query }: FastifyRequest): object => ({ ...(query as object), ...(params as object) });

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
  const ctx = bound.get(handlerKey(host)) ?? operationCtx(host);
  if (!ctx) throw new Error('no Ctx is bound: the handler ran without the access guard');
  return ctx;
}

/** Parameter of resolvers and controllers: the Ctx that guard and interceptor made. */
export const CurrentCtx = createParamDecorator((_: unknown, host: ExecutionContext) => boundCtx(host));
