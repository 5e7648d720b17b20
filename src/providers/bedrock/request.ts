import { unsupported } from '../errors/unsupported.js';
import { DECIDED_FIELDS, isGiven, neutralFieldsOf, OPT_INS, RECORDED_FIELDS, refuseOthers } from '../fields.js';
import { baseUrlOf, below, bodyText, headersOf } from '../http/vendor-request.js';
import { arrayOf, isObject, objectOf } from '../json.js';
import type { ChatCall, Target, VendorRequest } from '../spec/adapter.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { conversationOf } from './messages.js';
import { isClaude, modelFieldsOf } from './model-fields.js';
import { authorize } from './signing.js';
import { toolConfigOf } from './tools.js';

const MAX_METADATA_ENTRIES = 16;
/** Characters of a key and of a value; a value may be empty. */
const METADATA = /^[a-zA-Z0-9\s:_@$#=/+,\-.]{1,256}$/;
const TIERS = ['default', 'flex', 'priority', 'reserved'];

/** Fields with a translation. */
const TRANSLATED = [
  ...[...DECIDED_FIELDS, ...RECORDED_FIELDS, ...OPT_INS],
  ...['messages', 'temperature', 'top_p', 'stop', 'top_k', 'thinking', 'reasoning_effort', 'tools', 'tool_choice'],
  ...['response_format', 'service_tier', 'metadata'],
];

/**
 * The call as POST {baseUrl}/model/{model}/converse or converse-stream, signed at `now`. Throws VendorError: not
 * retryable when base URL or credential cannot be sent, of kind unsupported for what Converse does not have.
 */
export async function buildRequest(call: ChatCall, target: Target, now: Date): Promise<VendorRequest> {
  const { url, region } = endpoint(target, call.stream ? 'converse-stream' : 'converse');
  const body = bodyText(bodyOf(call, target.model));
  const headers = headersOf(call, 'application/vnd.amazon.eventstream');
  return { url: url.href, headers: await authorize({ url, headers, body, region }, target.credential, now), body };
}

/** The address of an operation of the model, less the region, which is the gateway's own parameter. */
export function endpoint(target: Target, operation: string): { readonly url: URL; readonly region: string | null } {
  const base = baseUrlOf(target);
  const region = base.searchParams.get('region');
  base.searchParams.delete('region');
  // A space must be sent as it is signed.
  base.search = base.searchParams.toString().replaceAll('+', '%20');
  return { url: below(base, `model/${encodeURIComponent(target.model)}/${operation}`), region };
}

function bodyOf(call: ChatCall, model: string): JsonObject {
  const { body } = call;
  refuseOthers(body, [...TRANSLATED, ...neutralFieldsOf(body)]);
  const { sampling, additional, forcesTools, formats } = modelFieldsOf(call, model);
  const { system, messages, usesTools } = conversationOf(body['messages'], isClaude(model));
  const stopSequences = stopsOf(body['stop']);
  return {
    ...(system.length > 0 && { system }),
    messages,
    inferenceConfig: {
      maxTokens: call.maxOutputTokens,
      ...sampling,
      ...(stopSequences.length > 0 && { stopSequences }),
    },
    toolConfig: toolConfigOf(body, { usesTools, forcesTools }),
    outputConfig: outputConfigOf(body['response_format'], formats),
    additionalModelRequestFields: additional,
    // Claude tells which of them ended the answer, when asked.
    ...(stopSequences.length > 0 && isClaude(model) && { additionalModelResponseFieldPaths: ['/stop_sequence'] }),
    requestMetadata: metadataOf(body['metadata']),
    serviceTier: tierOf(body['service_tier']),
  };
}

function stopsOf(stop: JsonValue | undefined): readonly JsonValue[] {
  if (!isGiven(stop)) return [];
  const stops = Array.isArray(stop) ? arrayOf(stop) : [stop];
  if (stops.every((each) => typeof each === 'string' && each !== '')) return stops;
  throw unsupported('stop', 'must be a text or a list of texts');
}

function outputConfigOf(format: JsonValue | undefined, formats: boolean): JsonObject | undefined {
  if (!isGiven(format) || objectOf(format)['type'] === 'text') return undefined;
  if (!isObject(format) || format['type'] !== 'json_schema' || !formats) throw unsupported('response_format');
  refuseOthers(format, ['type', 'json_schema'], 'response_format');
  const given = objectOf(format['json_schema']);
  refuseOthers(given, ['name', 'description', 'schema', 'strict'], 'response_format.json_schema');
  const { name, description, schema } = given;
  if (!isObject(schema)) throw unsupported('response_format.json_schema.schema', 'must be given for this model');
  const jsonSchema = {
    schema: bodyText(schema),
    ...(isGiven(name) && { name }),
    ...(isGiven(description) && { description }),
  };
  return { textFormat: { type: 'json_schema', structure: { jsonSchema } } };
}

function metadataOf(metadata: JsonValue | undefined): JsonObject | undefined {
  if (!isGiven(metadata)) return undefined;
  const entries = Object.entries(isObject(metadata) ? metadata : { '': null });
  const fits = entries.every(
    ([key, value]) => METADATA.test(key) && typeof value === 'string' && (value === '' || METADATA.test(value)),
  );
  if (!fits || entries.length > MAX_METADATA_ENTRIES)
    throw unsupported('metadata', 'must be up to 16 short texts of plain characters for this model');
  return entries.length > 0 ? objectOf(metadata) : undefined;
}

/** Auto leaves the choice to the account, which is what Bedrock does when none is named. */
function tierOf(tier: JsonValue | undefined): JsonObject | undefined {
  if (!isGiven(tier) || tier === 'auto') return undefined;
  if (typeof tier !== 'string' || !TIERS.includes(tier)) throw unsupported('service_tier');
  return { type: tier };
}
