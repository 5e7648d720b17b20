import { errorFromStatus } from '../errors/from-status.js';
import type { VendorError } from '../errors/vendor-error.js';
import { isObject, objectsOf, parseJson, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';

type Headers = Readonly<Record<string, string>>;

/** The error of an answer whose status is not 2xx. */
export function errorFromBody(status: number, headers: Headers, text: string): VendorError {
  const body = parseJson(text);
  return errorFromStatus(status, headers, isObject(body) ? messageOf(body) : null);
}

/**
 * The error that a vendor put where an answer belongs (status 200, or in a stream); null when `error` is not set. Its
 * numeric code counts as the status it would have had; without one the type decides.
 */
export function errorInside(body: JsonObject, headers: Headers = {}): VendorError | null {
  const error = body['error'];
  if (error === undefined || error === null || error === false) return null;
  const status = isObject(error) ? statusIn(error) : 500;
  return errorFromStatus(status, headers, messageOf(body) ?? 'The provider reported an error.').with({ status: null });
}

function statusIn(error: JsonObject): number {
  const code = Number(error['code'] ?? error['status']);
  if (Number.isInteger(code) && code >= 400 && code <= 599) return code;
  const words = `${stringOf(error['type']) ?? ''} ${stringOf(error['code']) ?? ''}`;
  return TYPES.find(([pattern]) => pattern.test(words))?.[1] ?? 500;
}

const TYPES: readonly (readonly [RegExp, number])[] = [
  [/rate_?limit|quota|too_many/i, 429],
  [/authentication|invalid_api_key|permission/i, 401],
  [/invalid_request|not_found|context_length|content_(policy|filter)|bad_?request/i, 400],
  [/timeout/i, 504],
];

/** The words of the shapes in use: {error:{message}}, {error:"..."}, {message}, {detail:"..."}, {detail:[{msg}]}. */
function messageOf(body: JsonObject): string | null {
  const error = body['error'];
  const candidates: (JsonValue | undefined)[] = [
    isObject(error) ? error['message'] : error,
    body['message'],
    body['detail'],
    objectsOf(body['detail'])
      .map((each) => stringOf(each['msg']))
      .filter((each) => each !== null)
      .join('; '),
  ];
  return candidates.map(stringOf).find((each) => each !== null && each.trim() !== '') ?? null;
}
