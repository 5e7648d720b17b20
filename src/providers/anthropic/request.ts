import { unsupported } from '../errors/unsupported.js';
import { VendorError } from '../errors/vendor-error.js';
import { isObject } from '../json.js';
import type { ChatCall, Target, VendorRequest } from '../spec/adapter.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { isGiven, mustBeObject, mustBeString, refuseOthers } from './fields.js';
import { conversationOf } from './messages.js';
import { type Traits, traitsOf } from './models.js';
import { type Thinking, thinkingOf } from './thinking.js';
import { toolsOf } from './tools.js';

const MAX_REQUEST_ID_CHARS = 128;

/** Version 2026-10-21 only takes things away: sampling, which models up to 4.6 know under this one. */
const API_VERSION = '2023-06-01';

/** Fields with a translation; the first line are those that the gateway decides. */
const TRANSLATED = [
  ...['model', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens'],
  ...['messages', 'tools', 'tool_choice', 'parallel_tool_calls', 'response_format', 'stop'],
  ...['temperature', 'top_p', 'top_k', 'reasoning_effort', 'thinking', 'user', 'safety_identifier', 'service_tier'],
];

/** Fields that the API lacks, with the value that asks for nothing. */
const NEUTRAL: Readonly<Record<string, (value: JsonValue) => boolean>> = Object.freeze({
  n: (value) => value === 1,
  logprobs: (value) => value === false,
  top_logprobs: (value) => value === 0,
  frequency_penalty: (value) => value === 0,
  presence_penalty: (value) => value === 0,
  logit_bias: (value) => isObject(value) && Object.keys(value).length === 0,
  metadata: (value) => isObject(value) && Object.keys(value).length === 0,
  modalities: (value) => Array.isArray(value) && value.length === 1 && value[0] === 'text',
  store: (value) => value === false,
});

/**
 * The call as POST {baseUrl}/v1/messages. Throws VendorError when base URL or credential cannot be sent, or, of kind
 * unsupported, when the Messages API lacks what a field asks for.
 */
export function buildRequest(call: ChatCall, target: Target): VendorRequest {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: call.stream ? 'text/event-stream' : 'application/json',
    // The transport does not decompress; without this header a vendor may choose any encoding.
    'accept-encoding': 'identity',
    'anthropic-version': API_VERSION,
    'x-request-id': call.requestId.replace(/[^\x21-\x7e]/g, '').slice(0, MAX_REQUEST_ID_CHARS),
  };
  if (target.credential !== null) headers['x-api-key'] = keyOf(target.credential.reveal());
  return { url: endpoint(target.baseUrl), headers, body: written(bodyOf(call, target.model)) };
}

/** Arguments of tools come as text and go out as objects, which may be nested deeper than JavaScript can write. */
function written(body: JsonObject): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    if (cause instanceof RangeError) throw unsupported('messages', 'is nested too deeply');
    throw cause;
  }
}

function endpoint(baseUrl: string): string {
  if (!URL.canParse(baseUrl))
    throw new VendorError('unavailable', "The provider's base URL is not a URL.", { retryable: false });
  const url = new URL(baseUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1/messages`;
  return url.href;
}

function keyOf(key: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new VendorError('authentication', "The provider's credential holds characters that no key has.");
}

function bodyOf(call: ChatCall, model: string): JsonObject {
  const { body, maxOutputTokens: maxTokens, stream } = call;
  const asksNothing = Object.keys(NEUTRAL).filter((name) => isGiven(body[name]) && NEUTRAL[name]!(body[name]));
  refuseOthers(body, [...TRANSLATED, ...asksNothing], '');
  const traits = traitsOf(model);
  const thought = thinkingOf({ body, traits, maxTokens });
  const { system, messages } = conversationOf(body['messages']);
  return {
    model,
    max_tokens: maxTokens,
    ...(system.length > 0 && { system }),
    messages,
    ...toolsOf({ body, traits, hasBudget: thought.thinking?.['type'] === 'enabled' }),
    ...(thought.thinking && { thinking: thought.thinking }),
    ...outputConfig(body, thought, traits),
    ...samplingOf(body, thought, traits),
    ...stopOf(body['stop']),
    ...metadataOf(body),
    ...serviceTier(body['service_tier']),
    stream,
  };
}

function outputConfig(body: JsonObject, { effort }: Thinking, traits: Traits): JsonObject {
  const format = formatOf(body['response_format'], traits);
  if (effort === undefined && format === null) return {};
  return { output_config: { ...(effort !== undefined && { effort }), ...(format && { format }) } };
}

/** The name of a schema is a label that no model sees here; its description goes into the schema. */
function formatOf(given: JsonValue | undefined, traits: Traits): JsonObject | null {
  if (!isGiven(given)) return null;
  const at = 'response_format';
  const format = mustBeObject(given, at);
  if (format['type'] === 'text') return null;
  if (format['type'] !== 'json_schema' || !traits.formats) throw unsupported(at);
  refuseOthers(format, ['type', 'json_schema'], at);
  const path = `${at}.json_schema`;
  const named = mustBeObject(format['json_schema'], path);
  refuseOthers(named, ['name', 'description', 'schema', 'strict'], path);
  const schema = mustBeObject(named['schema'], `${path}.schema`);
  const description = isGiven(named['description']) ? { description: named['description'] } : {};
  return { type: 'json_schema', schema: { ...description, ...schema } };
}

/** A temperature of 1 and a top_p of 1 are the API's own: left out, since newer models refuse the very fields. */
function samplingOf(body: JsonObject, { thinking }: Thinking, traits: Traits): JsonObject {
  const sampling: Record<string, number> = {};
  for (const name of ['temperature', 'top_p', 'top_k'] as const) {
    const value = body[name];
    if (!isGiven(value) || (value === 1 && name !== 'top_k')) continue;
    if (!traits.samples) throw unsupported(name);
    const isThinking = thinking?.['type'] === 'enabled' || thinking?.['type'] === 'adaptive';
    if (isThinking && name !== 'top_p') throw unsupported(name, 'cannot be set while this model thinks');
    sampling[name] = numberOf(name, value);
  }
  return sampling;
}

function numberOf(name: 'temperature' | 'top_p' | 'top_k', value: JsonValue): number {
  if (typeof value !== 'number' || value < 0) throw unsupported(name, 'must be a number of at least 0');
  if (name !== 'top_k' && value > 1) throw unsupported(name, 'above 1 is not supported by this model');
  if (name === 'top_k' && !Number.isInteger(value)) throw unsupported(name, 'must be a whole number');
  return value;
}

function stopOf(stop: JsonValue | undefined): JsonObject {
  if (!isGiven(stop)) return {};
  const texts = typeof stop === 'string' ? [stop] : stop;
  if (!Array.isArray(texts) || !texts.every((each) => typeof each === 'string'))
    throw unsupported('stop', 'must be a text or a list of texts');
  return texts.length === 0 ? {} : { stop_sequences: texts };
}

/** `safety_identifier` is the newer name of `user`; there is one place for both. */
function metadataOf(body: JsonObject): JsonObject {
  const { user, safety_identifier: identifier } = body;
  if (isGiven(user) && isGiven(identifier) && user !== identifier)
    throw unsupported('user', "cannot differ from 'safety_identifier'");
  if (isGiven(identifier)) return { metadata: { user_id: mustBeString(identifier, 'safety_identifier') } };
  return isGiven(user) ? { metadata: { user_id: mustBeString(user, 'user') } } : {};
}

function serviceTier(tier: JsonValue | undefined): JsonObject {
  if (!isGiven(tier)) return {};
  if (tier === 'auto') return { service_tier: 'auto' };
  if (tier === 'default' || tier === 'standard_only') return { service_tier: 'standard_only' };
  throw unsupported('service_tier');
}
