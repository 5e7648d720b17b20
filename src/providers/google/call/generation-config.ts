import { unsupported } from '../../errors/unsupported.js';
import { isGiven, listOf, refuseOthers } from '../../fields.js';
import { isObject } from '../../json.js';
import type { ChatCall } from '../../spec/adapter.js';
import type { JsonObject, JsonValue } from '../../spec/json.js';
import { thinkingConfigOf } from './thinking.js';

/** Fields that only change their name. Their values are for the vendor to judge. */
const RENAMED: readonly (readonly [string, string])[] = [
  ['temperature', 'temperature'],
  ['top_p', 'topP'],
  ['top_k', 'topK'],
  ['seed', 'seed'],
  ['presence_penalty', 'presencePenalty'],
  ['frequency_penalty', 'frequencyPenalty'],
  ['logprobs', 'responseLogprobs'],
  ['top_logprobs', 'logprobs'],
];

const MODALITIES: Readonly<Record<string, string>> = { text: 'TEXT', image: 'IMAGE' };

/** Fields of the canonical call that generationConfigOf reads. */
export const GENERATION_FIELDS: readonly string[] = [
  ...RENAMED.map(([ours]) => ours),
  ...['n', 'stop', 'response_format', 'modalities', 'reasoning_effort', 'thinking'],
];

/** The sampling fields of a call as generationConfig. @throws VendorError unsupported */
export function generationConfigOf(call: ChatCall, model: string): JsonObject {
  const { body } = call;
  const config: Record<string, JsonValue | undefined> = { maxOutputTokens: call.maxOutputTokens };
  for (const [ours, theirs] of RENAMED) if (isGiven(body[ours])) config[theirs] = body[ours];
  // One is the default; newer models refuse the field itself.
  if (isGiven(body['n']) && body['n'] !== 1) config['candidateCount'] = body['n'];
  if (isGiven(body['stop'])) config['stopSequences'] = stopsOf(body['stop']);
  if (isGiven(body['modalities'])) config['responseModalities'] = modalitiesOf(body['modalities']);
  const thinkingConfig = thinkingConfigOf(body, model);
  return { ...config, ...formatOf(body['response_format']), ...(thinkingConfig && { thinkingConfig }) };
}

function stopsOf(stop: JsonValue): readonly JsonValue[] {
  const stops = typeof stop === 'string' ? [stop] : listOf(stop, 'stop');
  if (stops.every((each) => typeof each === 'string')) return stops;
  throw unsupported('stop', 'is neither a text nor a list of texts');
}

function modalitiesOf(modalities: JsonValue): readonly string[] {
  return listOf(modalities, 'modalities').map((each) => {
    if (typeof each === 'string' && Object.hasOwn(MODALITIES, each)) return MODALITIES[each] ?? '';
    throw unsupported('modalities', 'can only hold text and image');
  });
}

/** The name of a schema and `strict` say nothing here: the schema always binds, and has no name. */
function formatOf(format: JsonValue | undefined): JsonObject {
  if (!isGiven(format)) return {};
  if (!isObject(format)) throw unsupported('response_format', 'is not an object');
  refuseOthers(format, ['type', 'json_schema'], 'response_format');
  if (format['type'] === 'text') return {};
  if (format['type'] === 'json_object') return { responseMimeType: 'application/json' };
  const wrapped = format['json_schema'];
  if (format['type'] !== 'json_schema' || !isObject(wrapped)) throw unsupported('response_format.type');
  refuseOthers(wrapped, ['name', 'strict', 'schema', 'description'], 'response_format.json_schema');
  const { schema, description } = wrapped;
  if (!isGiven(schema)) return { responseMimeType: 'application/json' };
  const described = isObject(schema) && isGiven(description) ? { description, ...schema } : schema;
  return { responseMimeType: 'application/json', responseJsonSchema: described };
}
