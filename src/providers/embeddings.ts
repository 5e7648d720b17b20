import { tokensIn, type Usage } from '../core/usage.js';
import { malformed } from './errors/malformed.js';
import { unsupported } from './errors/unsupported.js';
import { VendorError } from './errors/vendor-error.js';
import { DECIDED_FIELDS, isGiven, mustBeString, RECORDED_FIELDS, refuseOthers } from './fields.js';
import { arrayOf, objectsOf } from './json.js';
import type { ChatCall, ChatResult, EmbeddingsAdapter, Target, VendorRequest } from './spec/adapter.js';
import type { JsonObject, JsonValue } from './spec/json.js';

/** What texts are embedded for, in the words of `input_type`. */
export const INPUT_TYPES = ['search_document', 'search_query', 'classification', 'clustering'] as const;
export type InputType = (typeof INPUT_TYPES)[number];

/** What is asked of an API that embeds texts alone and writes numbers alone. */
export interface TextsToEmbed {
  readonly texts: readonly string[];
  readonly dimensions: JsonValue | undefined;
  readonly inputType: InputType | null;
}

const FIELDS = [...DECIDED_FIELDS, ...RECORDED_FIELDS, 'input', 'dimensions', 'encoding_format', 'input_type'];

/** @throws VendorError unsupported, naming what is no text, or has no translation */
export function textsToEmbed(body: JsonObject): TextsToEmbed {
  refuseOthers(body, FIELDS);
  const { input, dimensions, encoding_format: format, input_type: given } = body;
  if (isGiven(format) && format !== 'float' && format !== 'base64')
    throw unsupported('encoding_format', "must be 'float' or 'base64'");
  const texts = typeof input === 'string' ? [input] : arrayOf(input);
  if (texts.length === 0) throw unsupported('input', 'must be a text or a list of texts');
  if (!texts.every((each) => typeof each === 'string'))
    throw unsupported('input', 'must be texts for this model, which takes no token ids');
  const inputType = isGiven(given) ? INPUT_TYPES.find((each) => each === mustBeString(given, 'input_type')) : null;
  if (inputType === undefined) throw unsupported('input_type', `must be one of ${INPUT_TYPES.join(', ')}`);
  return { texts, dimensions: dimensions ?? undefined, inputType };
}

/** The canonical list of vectors in the order of their inputs; an error when one of them is none. */
export function listOfVectors(
  vectors: readonly (JsonValue | undefined)[],
  usage: Usage | null,
): ChatResult | VendorError {
  if (vectors.length === 0 || !vectors.every(isVector))
    return malformed('The provider answered without an embedding.', 200);
  const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }));
  const tokens = usage && { prompt_tokens: tokensIn(usage), total_tokens: tokensIn(usage) };
  return { completion: { object: 'list', data, ...(tokens && { usage: tokens }) }, usage, finishReason: null };
}

/**
 * One call of an embeddings API. Vendors neither repeat how many texts they were given nor all know both encodings, so
 * the answer is held against what was asked: as many vectors, and base64 where that was wanted.
 */
export class EmbeddingsCall implements EmbeddingsAdapter {
  private asked: JsonObject = {};

  constructor(private readonly api: EmbeddingsAdapter) {}

  buildRequest(call: ChatCall, target: Target): VendorRequest | Promise<VendorRequest> {
    this.asked = call.body;
    return this.api.buildRequest(call, target);
  }

  parseResponse(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array): ChatResult | VendorError {
    const answer = this.api.parseResponse(status, headers, body);
    if (answer instanceof VendorError) return answer;
    const data = objectsOf(answer.completion['data']);
    const { input, encoding_format: format } = this.asked;
    if (data.length !== inputsIn(input))
      return malformed('The provider answered with another number of embeddings than was asked for.', status);
    if (format !== 'base64') return answer;
    return { ...answer, completion: { ...answer.completion, data: data.map(inBase64) } };
  }
}

/** A text is one input, and so is a list of token ids. */
function inputsIn(input: JsonValue | undefined): number {
  const all = arrayOf(input);
  return all.length === 0 || all.every((each) => typeof each === 'number') ? 1 : all.length;
}

const isVector = (value: JsonValue | undefined): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.every((each) => Number.isFinite(each));

/** As OpenAI writes it: the bytes of the numbers as 32-bit floats, the lowest byte first. */
function inBase64(item: JsonObject): JsonObject {
  const { embedding } = item;
  if (!isVector(embedding)) return item;
  const bytes = Buffer.alloc(embedding.length * Float32Array.BYTES_PER_ELEMENT);
  embedding.forEach((each, index) => bytes.writeFloatLE(each, index * Float32Array.BYTES_PER_ELEMENT));
  return { ...item, embedding: bytes.toString('base64') };
}
