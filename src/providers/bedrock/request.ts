import { unsupported } from '../errors/unsupported.js';
import { VendorError } from '../errors/vendor-error.js';
import { arrayOf, isObject, objectOf } from '../json.js';
import type { ChatCall, Target, VendorRequest } from '../spec/adapter.js';
import type { JsonObject, JsonValue } from '../spec/json.js';
import { isGiven, refuseOthers } from './parts/fields.js';
import { conversationOf } from './messages.js';
import { isClaude, modelFieldsOf } from './parts/model-fields.js';
import { authorize } from './signing.js';
import { toolConfigOf } from './tools.js';

const MAX_REQUEST_ID_CHARS = 128;
const MAX_METADATA_ENTRIES = 16;
/** Characters of a key and of a value; a value may be empty. */
const METADATA = /^[a-zA-Z0-9\s:_@$#=/+,\-.]{1,256}$/;
const TIERS = ['default', 'flex', 'priority', 'reserved'];

/** Fields that the gateway decides, and those that are translated. */
const KNOWN = [
  ...['model', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens'],
  ...['messages', 'temperature', 'top_p', 'stop', 'top_k', 'thinking', 'reasoning_effort', 'tools', 'tool_choice'],
  ...['response_format', 'service_tier', 'metadata'],
];
/** Values that ask for what Converse does anyway, of fields that are refused otherwise; as JSON. */
const NEUTRAL: ReadonlyMap<string, string> = new Map([
  ['n', '1'],
  ['frequency_penalty', '0'],
  ['presence_penalty', '0'],
  ['logprobs', 'false'],
  ['top_logprobs', '0'],
  ['logit_bias', '{}'],
  ['parallel_tool_calls', 'true'],
  ['store', 'false'],
  ['modalities', '["text"]'],
]);

/**
 * The call as POST {baseUrl}/model/{model}/converse or converse-stream, signed at `now`. Throws VendorError: not
 * retryable when base URL or credential cannot be sent, of kind unsupported for what Converse does not have.
 */
export async function buildRequest(call: ChatCall, target: Target, now: Date): Promise<VendorRequest> {
  const { url, region } = endpoint(target, call.stream ? 'converse-stream' : 'converse');
  const body = written(bodyOf(call, target.model));
  const headers = {
    'content-type': 'application/json',
    accept: call.stream ? 'application/vnd.amazon.eventstream' : 'application/json',
    // The transport does not decompress; without this header a vendor may choose any encoding.
    'accept-encoding': 'identity',
    'x-request-id': call.requestId.replace(/[^\x21-\x7e]/g, '').slice(0, MAX_REQUEST_ID_CHARS),
  };
  return { url: url.href, headers: await authorize({ url, headers, body, region }, target.credential, now), body };
}

/** The address of the model, less the region, which is the gateway's own parameter. */
function endpoint(target: Target, operation: string): { readonly url: URL; readonly region: string | null } {
  if (!URL.canParse(target.baseUrl))
    throw new VendorError('unavailable', "The provider's base URL is not a URL.", { retryable: false });
  const url = new URL(target.baseUrl);
  const region = url.searchParams.get('region');
  url.searchParams.delete('region');
  // A space must be sent as it is signed.
  url.search = url.searchParams.toString().replaceAll('+', '%20');
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/model/${encodeURIComponent(target.model)}/${operation}`;
  return { url, region };
}

function bodyOf(call: ChatCall, model: string): JsonObject {
  const { body } = call;
  refuseOthers(body, [...KNOWN, ...neutralFieldsOf(body)]);
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

const neutralFieldsOf = (body: JsonObject): string[] =>
  [...NEUTRAL].filter(([name, value]) => name in body && JSON.stringify(body[name]) === value).map(([name]) => name);

function stopsOf(stop: JsonValue | undefined): readonly JsonValue[] {
  if (!isGiven(stop)) return [];
  const stops = Array.isArray(stop) ? arrayOf(stop) : [stop];
  if (stops.every((each) => typeof each === 'string' && each !== '')) return stops;
  throw unsupported('stop', 'must be a text or a list of texts');
}

function outputConfigOf(format: JsonValue | undefined, formats: boolean): JsonObject | undefined {
  if (!isGiven(format) || objectOf(format)['type'] === 'text') return undefined;
  if (!isObject(format) || format['type'] !== 'json_schema' || !formats) throw unsupported('response_format');
  refuseOthers(format, ['type', 'json_schema'], 'response_format.');
  const given = objectOf(format['json_schema']);
  refuseOthers(given, ['name', 'description', 'schema', 'strict'], 'response_format.json_schema.');
  const { name, description, schema } = given;
  if (!isObject(schema)) throw unsupported('response_format.json_schema.schema', 'must be given for this model');
  const jsonSchema = {
    schema: written(schema),
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

function written(body: JsonObject): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    if (cause instanceof RangeError) throw unsupported('messages', 'is nested too deeply');
    throw cause;
  }
}
