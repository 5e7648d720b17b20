import { objectOf, objectsOf, parseJson, stringOf } from '../../src/providers/json.js';
import type { SimulatedWire } from '../../src/providers/simulator/answer.js';
import { type Script, scriptFor } from '../../src/providers/simulator/script.js';
import { countTokens } from '../../src/providers/simulator/tokens.js';
import { encode, type Envelope, slices, type Step } from '../../src/providers/simulator/wire.js';
import type { JsonObject, JsonValue } from '../../src/providers/spec/json.js';

const STOP_REASONS = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use' } as const;
const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** The simulator's script for the body of a POST /v1/messages, counted as the chat.completions that it says. */
export function anthropicScript(body: JsonObject): Script {
  const tools = objectsOf(body['tools']).map(({ name, description, input_schema: parameters }) => ({
    type: 'function',
    function: { name, description, parameters },
  }));
  const format = objectOf(objectOf(body['output_config'])['format']);
  const system = body['system'] === undefined ? [] : [{ role: 'system', content: plain(body['system']) }];
  return scriptFor({
    model: body['model'],
    messages: [...system, ...objectsOf(body['messages']).flatMap(chatMessages)],
    max_tokens: body['max_tokens'],
    stop: body['stop_sequences'],
    ...(tools.length > 0 && { tools, tool_choice: chatChoice(objectOf(body['tool_choice'])) }),
    ...(format['type'] === 'json_schema' && {
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: format['schema'] } },
    }),
  });
}

function chatChoice({ type, name }: JsonObject): JsonValue {
  if (type === 'any') return 'required';
  return type === 'tool' ? { type: 'function', function: { name } } : (stringOf(type) ?? 'auto');
}

/** A single text as a string, since a message is counted by its text. */
function plain(content: JsonValue | undefined): JsonValue {
  const [first, ...others] = objectsOf(content);
  return first?.['type'] === 'text' && others.length === 0 ? (first['text'] ?? '') : (content ?? '');
}

function chatMessages({ role, content }: JsonObject): JsonObject[] {
  const blocks = objectsOf(content);
  const results = blocks.filter((each) => each['type'] === 'tool_result');
  const calls = blocks.filter((each) => each['type'] === 'tool_use');
  const rest = blocks.filter((each) => !results.includes(each) && !calls.includes(each));
  const said = typeof content === 'string' ? content : plain(rest);
  const called = calls.map(({ id, name, input }) => ({
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }));
  const messages: JsonObject[] = results.map((each) => ({
    role: 'tool',
    tool_call_id: each['tool_use_id'],
    content: plain(each['content']),
  }));
  if ((said !== '' && rest.length > 0) || typeof content === 'string' || called.length > 0)
    messages.push({ role, content: said, ...(called.length > 0 && { tool_calls: called }) });
  return messages;
}

/** The usage object, or what the directive put in its place; undefined when it shall be missing. */
function usageObject(script: Script): JsonObject | undefined {
  const { flags } = script.directive;
  if (flags.has('no_usage')) return undefined;
  if (flags.has('wrong_usage')) return { input_tokens: -5, output_tokens: 'many' };
  const [prompt, completion] = flags.has('zero_usage') ? [0, 0] : [script.promptTokens, script.completionTokens];
  const cached = Math.min(script.cachedTokens, prompt);
  return {
    input_tokens: prompt - cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: completion,
    output_tokens_details: { thinking_tokens: Math.min(script.reasoningTokens, completion) },
    service_tier: 'standard',
  };
}

const messageId = (envelope: Envelope): string => `msg_${envelope.id.slice(-24)}`;

/** One token a word of four characters, so that the text of what was thought costs what the script says. */
const thoughtOf = (script: Script): string => 'hmm '.repeat(script.reasoningTokens);
const SIGNATURE = 'c2lnbmVkIGJ5IHRoZSBzdGFuZC1pbg==';

function toolUse(script: Script, envelope: Envelope, input: JsonValue): JsonObject {
  return { type: 'tool_use', id: `toolu_${envelope.id.slice(-20)}`, name: script.choices[0]?.tool ?? '', input };
}

/** The whole answer as Anthropic's message: the first choice, after what was thought. */
export function anthropicMessage(script: Script, envelope: Envelope): JsonObject {
  const [choice] = script.choices;
  const thought = { type: 'thinking', thinking: thoughtOf(script), signature: SIGNATURE };
  const said =
    choice?.tool === null
      ? { type: 'text', text: choice.text }
      : toolUse(script, envelope, parseJson(choice?.text ?? '') ?? {});
  return {
    id: messageId(envelope),
    type: 'message',
    role: 'assistant',
    model: envelope.model,
    content: [...(script.reasoningTokens > 0 ? [thought] : []), said],
    stop_reason: STOP_REASONS[choice?.finishReason ?? 'stop'],
    stop_sequence: null,
    usage: usageObject(script),
  };
}

/** One named event of the stream. */
const event = (value: JsonObject): string =>
  `event: ${stringOf(value['type']) ?? ''}\ndata: ${JSON.stringify(value)}\n\n`;
const step = (tokens: number, ...values: JsonObject[]): Step => ({ bytes: encode(values.map(event).join('')), tokens });
const startOf = (index: number, content_block: JsonObject): JsonObject => ({
  type: 'content_block_start',
  index,
  content_block,
});
const deltaOf = (index: number, delta: JsonObject): JsonObject => ({ type: 'content_block_delta', index, delta });
const stopOf = (index: number): JsonObject => ({ type: 'content_block_stop', index });

/**
 * The answer as Anthropic streams it, one token a step, message_stop included. Each step up to the end is what one
 * chunk of a canonical stream says, so that `cut_after` counts the same here and there.
 */
export function* anthropicSteps(script: Script, envelope: Envelope): Generator<Step> {
  const [choice] = script.choices;
  const usage = usageObject(script);
  const { content: _content, stop_reason: _reason, ...message } = anthropicMessage(script, envelope);
  const started = { ...message, content: [], stop_reason: null, usage: usage && { ...usage, output_tokens: 1 } };
  const isThinking = script.reasoningTokens > 0;
  const first = isThinking ? { type: 'thinking', thinking: '', signature: '' } : openingBlock(script, envelope);
  const nameTokens = countTokens(choice?.tool ?? '');
  const ping: JsonObject = { type: 'ping' };
  yield step(isThinking ? 0 : nameTokens, { type: 'message_start', message: started }, startOf(0, first), ping);
  if (isThinking) {
    for (const thinking of slices(thoughtOf(script))) yield step(1, deltaOf(0, { type: 'thinking_delta', thinking }));
    yield step(0, deltaOf(0, { type: 'signature_delta', signature: SIGNATURE }), stopOf(0));
    yield step(nameTokens, startOf(1, openingBlock(script, envelope)));
  }
  const index = isThinking ? 1 : 0;
  for (const piece of slices(choice?.text ?? '')) yield step(1, deltaOf(index, pieceDelta(script, piece)));
  const ended = { stop_reason: STOP_REASONS[choice?.finishReason ?? 'stop'], stop_sequence: null };
  yield step(0, stopOf(index), { type: 'message_delta', delta: ended, usage: finalUsage(usage) });
  yield step(0, { type: 'message_stop' });
}

const openingBlock = (script: Script, envelope: Envelope): JsonObject =>
  script.choices[0]?.tool === null ? { type: 'text', text: '' } : toolUse(script, envelope, {});

const pieceDelta = (script: Script, piece: string): JsonObject =>
  script.choices[0]?.tool === null
    ? { type: 'text_delta', text: piece }
    : { type: 'input_json_delta', partial_json: piece };

/** message_delta repeats the counts, without the cache by age and the tier. */
function finalUsage(usage: JsonObject | undefined): JsonObject | undefined {
  if (usage === undefined) return undefined;
  const { cache_creation: _byAge, service_tier: _tier, ...counts } = usage;
  return counts;
}

/** An error in Anthropic's shape. */
export const anthropicError = (status: number, message: string): JsonObject => ({
  type: 'error',
  error: { type: ERROR_TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'), message },
  request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy',
});

/** Anthropic's messages as the simulator's scripts say them. */
export const ANTHROPIC: SimulatedWire = Object.freeze({
  script: anthropicScript,
  whole: anthropicMessage,
  steps: anthropicSteps,
  error: anthropicError,
  errorEvent: (error: JsonObject) => encode(event(error)),
  endMark: null,
});
