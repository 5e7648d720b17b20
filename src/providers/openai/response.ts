import { VendorError } from '../errors/vendor-error.js';
import { arrayOf, isObject, parseJson, stringOf } from '../json.js';
import type { ChatResult } from '../spec/adapter.js';
import { errorFromBody, errorInside } from './error-body.js';
import { parseUsage } from './usage.js';

/** A whole answer. A 2xx that holds no completion is an error too: {error}, HTML, nothing, or no choice. */
export function parseResponse(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): ChatResult | VendorError {
  const text = new TextDecoder().decode(body);
  if (status < 200 || status > 299) return errorFromBody(status, headers, text);
  if (text.trim() === '') return malformed('The provider answered with nothing.', status);
  const completion = parseJson(text);
  if (!isObject(completion)) return malformed('The provider answered with something that is not JSON.', status);
  const error = errorInside(completion, headers);
  if (error) return error;
  const choices = arrayOf(completion['choices']);
  const [first] = choices;
  if (!isObject(first) || !isObject(first['message']) || !choices.every(isObject))
    return malformed('The provider answered without a choice.', status);
  return { completion, usage: parseUsage(completion['usage']), finishReason: stringOf(first['finish_reason']) };
}

const malformed = (message: string, status: number): VendorError => new VendorError('malformed', message, { status });
