import { betasOf } from '../claude/betas.js';
import { type Traits, traitsOf } from '../claude/models.js';
import { type Thinking, thinkingOf } from '../claude/thinking.js';
import { unsupported } from '../errors/unsupported.js';
import {
  DECIDED_FIELDS,
  isGiven,
  mustBeObject,
  mustBeString,
  neutralFieldsOf,
  OPT_INS,
  refuseOthers,
} from '../fields.js';
import { baseUrlOf, below, bodyText, headersOf, keyOf } from '../http/vendor-request.js';
import type { ChatCall, Target, VendorRequest } from '../spec/adapter.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { conversationOf } from './messages.js';
import { toolsOf } from './tools.js';

/** Version 2026-10-21 only takes things away: sampling, which models up to 4.6 know under this one. */
const API_VERSION = '2023-06-01';

/** Fields with a translation. */
const TRANSLATED = [
  ...[...DECIDED_FIELDS, ...OPT_INS],
  ...['messages', 'tools', 'tool_choice', 'parallel_tool_calls', 'response_format', 'stop'],
  ...['temperature', 'top_p', 'top_k', 'reasoning_effort', 'thinking', 'user', 'safety_identifier', 'service_tier'],
];

/**
 * The call as POST {baseUrl}/v1/messages. Throws VendorError when base URL or credential cannot be sent, or, of kind
 * unsupported, when the Messages API lacks what a field asks for.
 */
export function buildRequest(call: ChatCall, target: Target): VendorRequest {
  const { credential } = target;
  const betas = betasOf(call.body);
  const headers = {
    ...headersOf(call),
    'anthropic-version': API_VERSION,
    ...(betas.length > 0 && { 'anthropic-beta': betas.join(',') }),
    ...(credential !== null && { 'x-api-key': keyOf(credential) }),
  };
  return { url: endpoint(target), headers, body: bodyText(bodyOf(call, target.model)) };
}

/** The base URL may name the version or not. */
function endpoint(target: Target): string {
  const base = baseUrlOf(target);
  base.pathname = base.pathname.replace(/\/+$/, '').replace(/\/v1$/, '');
  return below(base, 'v1/messages').href;
}

function bodyOf(call: ChatCall, model: string): JsonObject {
  const { body, maxOutputTokens: maxTokens, stream } = call;
  refuseOthers(body, [...TRANSLATED, ...neutralFieldsOf(body)]);
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
