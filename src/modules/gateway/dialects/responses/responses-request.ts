import { invalid } from '../../../../core/errors.js';
import type { JsonObject, JsonValue } from '../../../../providers/index.js';
import type { FieldNames } from '../field-names.js';
import { checkStreamOptions } from '../stream-options.js';
import {
  type Field,
  flagAt,
  isAbsent,
  listAt,
  nameAt,
  numberAt,
  objectAt,
  refuseOthers,
  textAt,
  wordAt,
} from './responses-fields.js';
import { messagesOf } from './responses-input.js';
import { toolFields } from './responses-tools.js';

/** A request to POST /v1/responses in canonical form. */
export interface CanonicalRequest {
  /** Alias that the client named; null leaves it to the team's default. */
  readonly model: string | null;
  readonly body: JsonObject;
  readonly stream: boolean;
}

/**
 * What this dialect calls the fields of the canonical call. A message of it has not the number that the client's item has,
 * nor a part, so that they are left out.
 */
export const FIELD_NAMES: FieldNames = [
  [/^messages\b(\[\d+\])?/, 'input'],
  [/^input\.content\[\d+\]/, 'input.content'],
  [/^input\.content\.image_url\.(url|detail)/, 'input.content.$1'],
  [/^input\.content\.url/, 'input.content.image_url'],
  [/^input\.content\.file$/, 'input.content.file_data'],
  [/^input\.content\.file\./, 'input.content.'],
  [/^input\.tool_call_id/, 'input.call_id'],
  [/^input\.tool_calls(\[\d+\])?(\.function)?/, 'input'],
  [/^max_(completion_)?tokens\b/, 'max_output_tokens'],
  [/^response_format(\.json_schema)?\b/, 'text.format'],
  [/^verbosity\b/, 'text.verbosity'],
  [/^reasoning_effort\b/, 'reasoning.effort'],
  [/^tools\[(\d+)\](\.function)?/, 'tools.$1'],
];

/** Checks one field that is set, and gives what stands for it in the canonical call. */
type Reader = (value: JsonValue, field: string) => JsonObject;

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;
const SUMMARIES = ['auto', 'concise', 'detailed'] as const;
const VERBOSITIES = ['low', 'medium', 'high'] as const;

/**
 * Every field is translated or refused by its name.
 * @throws DomainError invalid_request naming the field, as a path such as input.2.content.0.image_url
 */
export function toCanonical(body: JsonObject): CanonicalRequest {
  const canonical: Record<string, Field> = {};
  for (const [field, value] of Object.entries(body)) {
    if (isAbsent(value)) continue;
    const read = READERS.get(field);
    if (!read) throw invalid(field, 'is not a supported field of the Responses API');
    Object.assign(canonical, read(value, field));
  }
  return {
    model: typeof body['model'] === 'string' ? body['model'] : null,
    body: { messages: messagesOf(body), ...canonical, ...toolFields(body) },
    stream: body['stream'] === true,
  };
}

const text: Reader = (value, field) => ({ [field]: textAt(value, field) });
const number: Reader = (value, field) => ({ [field]: numberAt(value, field) });

/** Checked here, or elsewhere, and not a field of the canonical call. */
const apart =
  (check?: (value: JsonValue, field: string) => unknown): Reader =>
  (value, field) => {
    check?.(value, field);
    return {};
  };

/** Takes the one value that asks for nothing. */
const only =
  (harmless: JsonValue, why: string): Reader =>
  (value, field) => {
    if (value !== harmless) throw invalid(field, why);
    return {};
  };

const never =
  (why: string): Reader =>
  (_value, field) => {
    throw invalid(field, why);
  };

const NOT_STORED = 'is not supported: responses and conversations are not stored here, so send the items themselves';

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['model', apart(nameAt)],
  ['input', apart()],
  ['instructions', apart()],
  ['stream', apart(flagAt)],
  ['stream_options', apart((value) => checkStreamOptions(value, ['include_obfuscation']))],
  ['tools', apart()],
  ['tool_choice', apart()],
  ['parallel_tool_calls', apart()],
  ['max_output_tokens', (value, field) => ({ max_completion_tokens: countAt(value, field) })],
  ['temperature', number],
  ['top_p', number],
  ['text', textFields],
  ['reasoning', reasoningFields],
  ['user', text],
  ['safety_identifier', text],
  ['prompt_cache_key', text],
  ['prompt_cache_retention', text],
  ['service_tier', text],
  // OpenAI's chat.completions takes it for stored completions only; here it is handed back with the response.
  ['metadata', apart(objectAt)],
  ['include', apart(checkInclude)],
  ['store', only(false, 'must be false: responses are not stored here')],
  ['background', only(false, 'must be false: a response is answered at once')],
  ['truncation', only('disabled', 'must be disabled: input is never cut')],
  ['top_logprobs', only(0, 'is not supported')],
  ['previous_response_id', never(NOT_STORED)],
  ['conversation', never(NOT_STORED)],
  ['prompt', never('is not supported: prompt templates are stored at OpenAI')],
  ['context_management', never('is not supported: input is never compacted')],
  ['max_tool_calls', never("is not supported: there are no built-in tools, and a client counts its own tools' calls")],
]);

function countAt(value: JsonValue, field: string): number {
  const count = numberAt(value, field);
  if (Number.isInteger(count) && count > 0) return count;
  throw invalid(field, 'must be a whole number above zero');
}

function checkInclude(value: JsonValue, field: string): void {
  listAt(value, field).forEach((each, index) => {
    if (each !== 'reasoning.encrypted_content')
      throw invalid(`${field}.${index}`, 'must be reasoning.encrypted_content; nothing else can be included');
  });
}

/** `summary` is a wish for the text of the reasoning; it is shown as far as the vendor gives any. */
function reasoningFields(value: JsonValue, field: string): JsonObject {
  const reasoning = objectAt(value, field);
  refuseOthers(reasoning, ['effort', 'summary', 'generate_summary'], field);
  for (const name of ['summary', 'generate_summary'])
    if (!isAbsent(reasoning[name])) wordAt(reasoning[name], `${field}.${name}`, SUMMARIES);
  if (isAbsent(reasoning['effort'])) return {};
  return { reasoning_effort: wordAt(reasoning['effort'], `${field}.effort`, EFFORTS) };
}

function textFields(value: JsonValue, field: string): JsonObject {
  const settings = objectAt(value, field);
  refuseOthers(settings, ['format', 'verbosity'], field);
  const { format, verbosity } = settings;
  return {
    ...(!isAbsent(format) && formatFields(objectAt(format, `${field}.format`), `${field}.format`)),
    ...(!isAbsent(verbosity) && { verbosity: wordAt(verbosity, `${field}.verbosity`, VERBOSITIES) }),
  };
}

function formatFields(format: JsonObject, path: string): JsonObject {
  const type = wordAt(format['type'], `${path}.type`, ['text', 'json_object', 'json_schema']);
  if (type !== 'json_schema') {
    refuseOthers(format, ['type'], path);
    return type === 'text' ? {} : { response_format: { type } };
  }
  refuseOthers(format, ['type', 'name', 'schema', 'description', 'strict'], path);
  const { description, strict } = format;
  const schema = {
    name: nameAt(format['name'], `${path}.name`),
    schema: objectAt(format['schema'], `${path}.schema`),
    ...(!isAbsent(description) && { description: textAt(description, `${path}.description`) }),
    ...(!isAbsent(strict) && { strict: flagAt(strict, `${path}.strict`) }),
  };
  return { response_format: { type, json_schema: schema } };
}
