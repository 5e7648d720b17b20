import type { IncomingHttpHeaders } from 'node:http';
import { invalid } from '../../../../core/errors.js';
import { isBeta, type JsonObject, MAX_BETAS } from '../../../../providers/index.js';
import type { FieldNames } from '../field-names.js';
import { Field, given } from './messages-field.js';
import { functionsOf, toolChoice } from './messages-tools.js';
import { markLast, messagesOf, systemMessages } from './messages-turns.js';

/** A request of the Anthropic API as the gateway runs it. */
export interface MessagesCall {
  /** The alias; null when the client leaves it to the gateway. */
  readonly model: string | null;
  /** The canonical call. */
  readonly body: JsonObject;
  readonly stream: boolean;
}

/** Every other field is refused by its name. */
const FIELDS = [
  'model',
  'max_tokens',
  'messages',
  'system',
  'stream',
  'tools',
  'tool_choice',
  'stop_sequences',
  'temperature',
  'top_p',
  'top_k',
  'thinking',
  'output_config',
  'output_format',
  'metadata',
  'service_tier',
  'speed',
  'cache_control',
];

/**
 * What this dialect calls the fields of the canonical call. A message of it has not the number that the client's has, nor
 * a part, so that they are left out.
 */
export const FIELD_NAMES: FieldNames = [
  [/^messages\[\d+\]/, 'messages'],
  [/^messages\.(content|tool_calls)(\[\d+\])?/, 'messages.content'],
  [/^messages\.content\.image_url(\.url)?/, 'messages.content.source'],
  [/^messages\.content\.file\.filename/, 'messages.content.title'],
  [/^messages\.content\.file\.file_url/, 'messages.content.source.url'],
  [/^messages\.content\.file(\.file_data)?/, 'messages.content.source'],
  [/^messages\.content\.function\.arguments/, 'messages.content.input'],
  [/^messages\.content\.function/, 'messages.content'],
  [/^messages\.tool_call_id/, 'messages.content.tool_use_id'],
  [/^messages\.thinking_blocks/, 'messages.content.thinking'],
  [/^max_completion_tokens\b/, 'max_tokens'],
  [/^response_format(\.json_schema)?\b/, 'output_config.format'],
  [/^reasoning_effort\b/, 'output_config.effort'],
  [/^stop\b/, 'stop_sequences'],
  [/^user\b/, 'metadata.user_id'],
  [/^anthropic_beta\b/, 'anthropic-beta'],
  [/^parallel_tool_calls\b/, 'tool_choice.disable_parallel_tool_use'],
  [/^tools\[(\d+)\](\.function)?/, 'tools.$1'],
  [/^(tools\.\d+)\.parameters\b/, '$1.input_schema'],
];

/** Parameters that Anthropic's SDK sends as headers. They choose among that vendor's accounts, which are the gateway's. */
const HEADERS = { 'anthropic-user-profile-id': 'user_profile_id', 'anthropic-workspace-id': 'workspace_id' } as const;

const LEAST_BUDGET_TOKENS = 1_024;

/**
 * What a client of Anthropic's SDK posts to /v1/messages, as a canonical call.
 * @param betas what its header opts in to
 * @throws DomainError invalid_request naming the field by its path, for example messages.0.content.1.type
 */
export function toCanonical(posted: JsonObject, betas: readonly string[] = []): MessagesCall {
  const request = new Field(posted, '').object(FIELDS);
  // 'standard' is what happens anyway, as the tier 'auto' is.
  request.at('speed').maybe((each) => each.oneOf(['standard']));
  const body = {
    max_tokens: request.at('max_tokens').whole(1),
    messages: markLast(
      [...(request.at('system').maybe(systemMessages) ?? []), ...messagesOf(request.at('messages'))],
      request,
    ),
    tools: request.at('tools').maybe(functionsOf),
    ...request.at('tool_choice').maybe(toolChoice),
    ...sampling(request),
    ...reasoning(request),
    response_format: responseFormat(request),
    user: request.at('metadata').maybe((each) =>
      each
        .object(['user_id'])
        .at('user_id')
        .maybe((id) => id.text()),
    ),
    service_tier: request.at('service_tier').maybe(serviceTier),
    anthropic_beta: betas.length > 0 ? betas : undefined,
  };
  return {
    model: request.at('model').maybe((each) => each.name()) ?? null,
    body: given(body),
    stream: request.at('stream').maybe((each) => each.flag()) ?? false,
  };
}

/** @throws DomainError invalid_request naming a parameter that came as a header and has no meaning here */
export function refuseHeaders(headers: IncomingHttpHeaders): void {
  for (const [header, parameter] of Object.entries(HEADERS))
    if (headers[header] !== undefined)
      throw invalid(parameter, "is not supported: the vendor's accounts are hidden here");
}

/**
 * The features that a client opts in to, each once. @throws DomainError invalid_request naming the header, when that holds
 * something else than names
 */
export function betasIn({ 'anthropic-beta': header = [] }: IncomingHttpHeaders): readonly string[] {
  const names = [header].flat().flatMap((each) => each.split(','));
  const betas = [...new Set(names.map((each) => each.trim()).filter((each) => each !== ''))];
  if (betas.length <= MAX_BETAS && betas.every(isBeta)) return betas;
  throw invalid('anthropic-beta', `must be at most ${MAX_BETAS} names of features, separated by commas`);
}

function sampling(request: Field): JsonObject {
  const stop = request.at('stop_sequences').maybe((each) => each.items().map((one) => one.name()));
  return {
    stop: stop?.length ? stop : undefined,
    temperature: request.at('temperature').maybe((each) => each.number()),
    top_p: request.at('top_p').maybe((each) => each.number()),
    top_k: request.at('top_k').maybe((each) => each.whole(0)),
  };
}

/**
 * Canonical `thinking` or `reasoning_effort`. Effort beside adaptive thinking is what the canonical effort means; beside
 * a budget, or with thinking switched off, it would be a second answer to the same question.
 */
function reasoning(request: Field): JsonObject {
  const thinking = request.at('thinking').maybe(thinkingOf);
  const field = request.at('output_config').maybe((each) => each.object(['effort', 'format']).at('effort'));
  const effort = field?.maybe((each) => each.oneOf(['low', 'medium', 'high', 'xhigh', 'max']));
  if (effort === undefined || thinking === undefined) return { thinking, reasoning_effort: effort };
  if (thinking['type'] !== 'adaptive') throw field!.error("cannot be combined with 'thinking' other than adaptive");
  // Summaries are what adapters ask for with an effort; to omit them is a wish of its own.
  return { reasoning_effort: effort, ...(thinking['display'] === 'omitted' && { thinking }) };
}

function thinkingOf(thinking: Field): JsonObject {
  thinking.object(['type', 'budget_tokens', 'display']);
  const type = thinking.at('type').oneOf(['enabled', 'adaptive', 'disabled']);
  const budget = thinking.at('budget_tokens');
  const display = thinking.at('display');
  if (type !== 'enabled' && budget.isGiven) throw budget.error("goes with the type 'enabled' only");
  if (type === 'disabled' && display.isGiven) throw display.error("does not go with the type 'disabled'");
  return given({
    type,
    budget_tokens: type === 'enabled' ? budget.whole(LEAST_BUDGET_TOKENS) : undefined,
    display: display.maybe((each) => each.oneOf(['summarized', 'omitted'])),
  });
}

/** `output_config.format`, or `output_format` as it was called before. */
function responseFormat(request: Field): JsonObject | undefined {
  const now = request.at('output_config').maybe((each) => each.at('format'));
  const before = request.at('output_format');
  if (now?.isGiven && before.isGiven) throw before.error('is the old name of output_config.format; use one of both');
  return (now?.isGiven ? now : before).maybe((format) => {
    format.object(['type', 'schema']).at('type').oneOf(['json_schema']);
    // The name is OpenAI's own demand. Anthropic always holds the answer to the schema, hence strict.
    return { type: 'json_schema', json_schema: { name: 'output', schema: format.at('schema').data(), strict: true } };
  });
}

function serviceTier(tier: Field): string | undefined {
  return tier.oneOf(['auto', 'standard_only']) === 'auto' ? undefined : 'default';
}
