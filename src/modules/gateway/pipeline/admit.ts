import { DomainError, invalid } from '../../../core/errors.js';
import { MAX_AMOUNT } from '../../../core/money.js';
import type { UsageClass } from '../../../core/usage.js';
import type { JsonObject, JsonValue } from '../../../providers/index.js';
import type { Route, RouteTarget } from '../../catalog/index.js';
import type { Admission, CallRequest } from './call.js';
import { costBound } from './spending/clamp.js';

/** For models whose own limit is not in the catalogue. */
const DEFAULT_MAX_OUTPUT_TOKENS = 4_096;
const MAX_CHOICES = 16;

/** Vendors bill an image that is only linked by its size, which is unknown here; the largest known bill is below this. */
const LINKED_IMAGE_TOKENS = 8_192;
const MAX_LINKED_IMAGES = 1_000;

/** For models whose own is not in the catalogue; none is larger. */
const UNKNOWN_CONTEXT_TOKENS = 2_097_152;

/** Roles, separators and the vendor's own framing around the messages. */
const FRAMING_TOKENS = 64;
const BYTES_PER_TOKEN_ESTIMATE = 4;
const MESSAGE_TOKENS_ESTIMATE = 4;

/**
 * Bounds of a call: nothing that the vendor can bill lies above them. A token is at least one byte of input, and the
 * output bound is written into the vendor's request, so the vendor itself keeps to it.
 * @throws DomainError invalid_request for a bad bound in the body, provider_error when a target lacks a price
 */
export function admit(request: CallRequest, route: Route): Admission {
  const isChat = request.operation === 'chat';
  const choices = isChat ? (wholeNumber(request.body, 'n', MAX_CHOICES) ?? 1) : 1;
  const maxOutputTokens = isChat ? outputBound(request.body, route) : 0;
  const bytes = Buffer.byteLength(JSON.stringify(request.body));
  const images = partsOfType(request.body, 'image_url');
  if (images > MAX_LINKED_IMAGES) throw invalid('messages', `must not link more than ${MAX_LINKED_IMAGES} images`);
  const counted = bytes + FRAMING_TOKENS + images * LINKED_IMAGE_TOKENS;
  const inputBound = partsOfType(request.body, 'file') === 0 ? counted : Math.max(counted, widestContext(route));
  const priced = isChat ? (['input', 'output'] as const) : (['input'] as const);
  for (const target of route.targets) requirePrices(route, target, priced);
  const outputTokens = maxOutputTokens * choices;
  const cost = costBound(route.targets, inputBound, outputTokens);
  if (cost > MAX_AMOUNT) throw invalid('max_tokens', 'the call could cost more than any account can hold');
  return {
    route,
    maxOutputTokens,
    choices,
    inputBound,
    inputEstimate: inputEstimate(request.body),
    costBound: cost,
    tokensBound: inputBound + outputTokens,
  };
}

function outputBound(body: JsonObject, route: Route): number {
  const caps = route.targets.map((target) => target.maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS);
  const cap = Math.max(...caps);
  const asked = wholeNumber(body, 'max_completion_tokens', null) ?? wholeNumber(body, 'max_tokens', null);
  return asked === null ? cap : Math.min(asked, Math.max(cap, 1));
}

/** What vendors count is text and a frame around each message, not the JSON that carries them. */
function inputEstimate(body: JsonObject): number {
  const messages = Array.isArray(body.messages) ? (body.messages as JsonValue[]) : [];
  const tokens = (value: JsonValue | undefined): number => {
    const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
    return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN_ESTIMATE);
  };
  const estimates = messages.map((message) => {
    const { content, tool_calls: toolCalls } = (message ?? {}) as JsonObject;
    return MESSAGE_TOKENS_ESTIMATE + tokens(content) + tokens(toolCalls);
  });
  const beside = tokens(body.tools) + tokens(body.response_format) + tokens(body.input);
  return estimates.reduce((sum, each) => sum + each, beside);
}

/** Fails closed: a class of tokens without a price would be spent for nothing. */
function requirePrices(route: Route, target: RouteTarget, priced: readonly UsageClass[]): void {
  for (const book of [target.prices, target.charged])
    for (const usageClass of priced)
      if (book[usageClass] === undefined)
        throw new DomainError(
          'provider_error',
          `Model '${route.alias.name}' has no ${usageClass} price; ask an administrator`,
        );
}

function wholeNumber(body: JsonObject, field: string, max: number | null): number | null {
  const value = body[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || (max !== null && value > max))
    throw invalid(field, `must be a whole number from 1${max === null ? '' : ` to ${max}`}`);
  return value;
}

/** Pages of a file are billed one by one, however few bytes hold them; but no call is billed beyond its context. */
const widestContext = ({ targets }: Route): number =>
  Math.max(...targets.map((target) => target.contextWindow ?? UNKNOWN_CONTEXT_TOKENS));

function partsOfType(body: JsonObject, type: string): number {
  const parts = (value: JsonValue | undefined): readonly JsonValue[] =>
    Array.isArray(value) ? (value as JsonValue[]) : [];
  const isMeant = (part: JsonValue): boolean => (part as JsonObject | null)?.type === type;
  return parts(body.messages).reduce<number>(
    (sum, message) => sum + parts((message as JsonObject | null)?.content).filter(isMeant).length,
    0,
  );
}
