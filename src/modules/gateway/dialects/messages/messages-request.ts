import type { JsonObject } from '../../../../providers/index.js';
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

const LEAST_BUDGET_TOKENS = 1_024;

/**
 * What a client of Anthropic's SDK posts to /v1/messages, as a canonical call.
 * @throws DomainError invalid_request naming the field by its path, for example messages.0.content.1.type
 */
export function toCanonical(posted: JsonObject): MessagesCall {
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
  };
  return {
    model: request.at('model').maybe((each) => each.name()) ?? null,
    body: given(body),
    stream: request.at('stream').maybe((each) => each.flag()) ?? false,
  };
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
