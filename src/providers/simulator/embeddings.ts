import { createHash } from 'node:crypto';
import { arrayOf, isObject, parseJson, stringOf } from '../json.js';
import type { JsonValue } from '../spec/json.js';
import { failure, plain, type SimulatedAnswer } from './answer.js';
import { encode } from './wire.js';
import { countTokens } from './tokens.js';

const DIMENSIONS = 256;
const MAX_DIMENSIONS = 3_072;
const MAX_INPUTS = 2_048;
const HASH_BYTES = 32;

/** The answer to the bytes of a POST /embeddings: a vector that follows from the text, of length 1. */
export function simulateEmbeddings(requestBody: string): SimulatedAnswer {
  const body = parseJson(requestBody);
  if (!isObject(body)) return failure(400, 'We could not parse the JSON body of your request.');
  const inputs = inputsOf(body['input']);
  if (inputs === null) return failure(400, "'input' must be a text, or a list of texts or of lists of token ids.");
  const dimensions = body['dimensions'] ?? DIMENSIONS;
  if (typeof dimensions !== 'number' || !Number.isInteger(dimensions) || dimensions < 1 || dimensions > MAX_DIMENSIONS)
    return failure(400, `'dimensions' must be a whole number from 1 to ${MAX_DIMENSIONS}.`);
  const isBase64 = body['encoding_format'] === 'base64';
  const data = inputs.map((text, index) => {
    const vector = vectorOf(text, dimensions);
    return { object: 'embedding', index, embedding: isBase64 ? base64Of(vector) : [...vector] };
  });
  const tokens = inputs.reduce((sum, text) => sum + countTokens(text), 0);
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  const answer = { object: 'list', data, model: stringOf(body['model']), usage };
  const bytes = encode(JSON.stringify(answer));
  const whole = plain(200, { 'content-type': 'application/json' }, '');
  return { ...whole, promptTokens: tokens, steps: () => [{ bytes, tokens: 0 }] };
}

function inputsOf(input: JsonValue | undefined): string[] | null {
  if (typeof input === 'string') return [input];
  const all = arrayOf(input);
  if (all.length === 0 || all.length > MAX_INPUTS) return null;
  if (all.every((each) => typeof each === 'number')) return [JSON.stringify(all)];
  return all.every((each) => typeof each === 'string' || Array.isArray(each))
    ? all.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))
    : null;
}

function vectorOf(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (let at = 0; at < dimensions; at += HASH_BYTES) {
    const hash = createHash('sha256').update(`${at}\n${text}`).digest();
    for (let index = 0; index < HASH_BYTES && at + index < dimensions; index++)
      vector[at + index] = hash[index]! / 127.5 - 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((each) => each / length);
}

const base64Of = (vector: Float32Array): string => Buffer.from(vector.buffer).toString('base64');
