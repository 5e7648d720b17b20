import { namingBeta } from '../claude/betas.js';
import { errorFromStatus } from '../errors/from-status.js';
import type { VendorError } from '../errors/vendor-error.js';
import { isObject, parseJson, stringOf } from '../json.js';
import type { JsonObject } from '../spec/json.js';

type Headers = Readonly<Record<string, string>>;

/** The status that each type of error comes with; anything else is a fault of the vendor's. */
const STATUS: Readonly<Record<string, number>> = Object.freeze({
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
});

/** The error of an answer whose status is not 2xx. */
export function errorFromBody(status: number, headers: Headers, text: string): VendorError {
  const body = parseJson(text);
  return namingBeta(errorFromStatus(status, headers, isObject(body) ? messageOf(body) : null));
}

/** The error where an answer belongs (status 200, or in a stream), judged by its type; null when there is none. */
export function errorInside(body: JsonObject, headers: Headers = {}): VendorError | null {
  const { error } = body;
  const isSet = error !== undefined && error !== null && error !== false;
  if (body['type'] !== 'error' && !isSet) return null;
  const type = isObject(error) ? (stringOf(error['type']) ?? '') : '';
  const status = Object.hasOwn(STATUS, type) ? STATUS[type]! : 500;
  return errorFromStatus(status, headers, messageOf(body) ?? 'The provider reported an error.').with({ status: null });
}

/** {type:'error', error:{message}}; proxies in front of the API also send {error:'...'} and {message}. */
function messageOf(body: JsonObject): string | null {
  const { error } = body;
  const said = stringOf(isObject(error) ? error['message'] : error) ?? stringOf(body['message']);
  return said === null || said.trim() === '' ? null : said;
}
