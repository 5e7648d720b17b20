import type { ExecutionContext } from '@nestjs/common';
import { type GqlContextType, GqlExecutionContext } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { actorId, type Ctx } from '../../core/ctx.js';
import { checkedKey, type KeyedRequest, requestHash } from '../idempotency/index.js';
import { requestOf } from './access.js';

const FIELD = 'idempotencyKey';
const HEADER = 'Idempotency-Key';

/** The same mutation asked for over GraphQL and over REST is two requests. */
interface Asked {
  readonly key: unknown;
  readonly field: string;
  readonly operation: string;
  readonly input: unknown;
}

/**
 * The request of a handler, when its sender gave it an idempotency key; null without one. Keys are their sender's own:
 * nobody gets the answer that somebody else was given.
 * @throws DomainError invalid_request for a malformed key
 */
export function keyedRequestOf(host: ExecutionContext, ctx: Ctx): KeyedRequest | null {
  const { key, field, operation, input } =
    host.getType<GqlContextType>() === 'graphql' ? askedByGraphql(host) : askedByRest(host);
  if (key === undefined || key === null) return null;
  const { organizationId, actor } = ctx;
  const scope = `admin ${organizationId} ${actor.kind} ${actorId(actor) ?? ''}`;
  return { scope, key: checkedKey(key, field), field, organizationId, operation, hash: requestHash(input) };
}

function askedByGraphql(host: ExecutionContext): Asked {
  const graphql = GqlExecutionContext.create(host);
  const { input, ...others } = graphql.getArgs<{ input?: Record<string, unknown> }>();
  const { [FIELD]: key, ...rest } = input ?? {};
  const operation = `mutation ${graphql.getInfo<GraphQLResolveInfo>().fieldName}`;
  return { key, field: FIELD, operation, input: { ...others, input: rest } };
}

function askedByRest(host: ExecutionContext): Asked {
  const { headers, method, url, body } = requestOf(host);
  return { key: headers['idempotency-key'], field: HEADER, operation: `${method} ${url}`, input: body };
}
