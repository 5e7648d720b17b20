import { malformed } from '../errors/malformed.js';
import { VendorError } from '../errors/vendor-error.js';
import { arrayOf, isObject, objectOf, parseJson, stringOf } from '../json.js';
import type { ChatResult } from '../spec/adapter.js';
import type { JsonObject } from '../spec/json.js';
import { errorFromBody, errorInside } from './error-body.js';
import { parseUsage } from './usage.js';

type Headers = Readonly<Record<string, string>>;

/** A whole answer. A 2xx that holds no completion is an error too: {error}, HTML, nothing, or no choice. */
export function parseResponse(status: number, headers: Headers, body: Uint8Array): ChatResult | VendorError {
  const completion = parseObject(status, headers, body);
  if (completion instanceof VendorError) return completion;
  const choices = arrayOf(completion['choices']);
  const [first] = choices;
  if (!isObject(first) || !isObject(first['message']) || !choices.every(isObject))
    return malformed('The provider answered without a choice.', status);
  return { completion, usage: parseUsage(completion['usage']), finishReason: stringOf(first['finish_reason']) };
}

/** An embeddings list: `completion` is the list, and its usage is input alone. */
export function parseEmbeddings(status: number, headers: Headers, body: Uint8Array): ChatResult | VendorError {
  const list = parseObject(status, headers, body);
  if (list instanceof VendorError) return list;
  const data = arrayOf(list['data']);
  if (data.length === 0 || !data.every((each) => isObject(each) && each['embedding'] !== undefined))
    return malformed('The provider answered without an embedding.', status);
  const usage = objectOf(list['usage']);
  return { completion: list, usage: parseUsage({ ...usage, completion_tokens: 0 }), finishReason: null };
}

function parseObject(status: number, headers: Headers, body: Uint8Array): JsonObject | VendorError {
  const text = new TextDecoder().decode(body);
  if (status < 200 || status > 299) return errorFromBody(status, headers, text);
  if (text.trim() === '') return malformed('The provider answered with nothing.', status);
  const value = parseJson(text);
  if (!isObject(value)) return malformed('The provider answered with something that is not JSON.', status);
  return errorInside(value, headers) ?? value;
}
