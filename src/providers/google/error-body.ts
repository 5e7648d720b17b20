import { errorFromStatus } from '../errors/from-status.js';
import type { VendorError } from '../errors/vendor-error.js';
import { arrayOf, isObject, objectOf, objectsOf, parseJson, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../spec/json.js';

type Headers = Readonly<Record<string, string>>;

const MAX_RETRY_SECONDS = 86_400;

/** The error of an answer whose status is not 2xx. */
export function errorFromBody(status: number, headers: Headers, text: string): VendorError {
  const error = errorIn(parseJson(text));
  return withDelay(errorFromStatus(isKeyRefused(error) ? 401 : status, headers, messageOf(error)), error).with({
    status,
  });
}

/** The error that Google put where an answer belongs (status 200, or in a stream); null when there is none. */
export function errorInside(body: JsonValue | undefined, headers: Headers = {}): VendorError | null {
  const error = errorIn(body);
  if (error === null) return null;
  const status = isKeyRefused(error) ? 401 : statusIn(error);
  const said = messageOf(error) ?? 'The provider reported an error.';
  return withDelay(errorFromStatus(status, headers, said), error).with({ status: null });
}

/** {error: {...}}, or the same as the only element of an array, as a stream without alt=sse begins. */
function errorIn(body: JsonValue | undefined): JsonObject | null {
  const whole = objectOf(Array.isArray(body) ? arrayOf(body)[0] : body);
  const error = whole['error'];
  if (error === undefined || error === null || error === false) return null;
  return isObject(error) ? error : { message: stringOf(error) };
}

const messageOf = (error: JsonObject | null): string | null => {
  const message = stringOf(error?.['message']);
  return message === null || message.trim() === '' ? null : message;
};

/** A wrong API key is a bad request to the Gemini API. */
const isKeyRefused = (error: JsonObject | null): boolean =>
  objectsOf(error?.['details']).some((detail) => /^API_KEY_/.test(stringOf(detail['reason']) ?? ''));

function statusIn(error: JsonObject): number {
  const code = Number(error['code']);
  if (Number.isInteger(code) && code >= 400 && code <= 599) return code;
  const name = stringOf(error['status']) ?? '';
  return Object.hasOwn(STATUSES, name) ? (STATUSES[name] ?? 500) : 500;
}

/** google.rpc.Code, by the HTTP status that each stands for. */
const STATUSES: Readonly<Record<string, number>> = {
  ...{ INVALID_ARGUMENT: 400, FAILED_PRECONDITION: 400, OUT_OF_RANGE: 400, NOT_FOUND: 404 },
  ...{ UNAUTHENTICATED: 401, PERMISSION_DENIED: 403, RESOURCE_EXHAUSTED: 429, ABORTED: 409 },
  ...{ INTERNAL: 500, UNAVAILABLE: 503, DEADLINE_EXCEEDED: 504 },
};

/** The header, if there is one, else google.rpc.RetryInfo: a duration such as "34.07s". */
function withDelay(error: VendorError, body: JsonObject | null): VendorError {
  if (error.retryAfterSeconds !== null) return error;
  const info = objectsOf(body?.['details']).find((detail) =>
    stringOf(detail['@type'])?.endsWith('/google.rpc.RetryInfo'),
  );
  const [, seconds] = /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(stringOf(info?.['retryDelay']) ?? '') ?? [];
  if (seconds === undefined) return error;
  return error.with({ retryAfterSeconds: Math.min(Math.ceil(Number(seconds)), MAX_RETRY_SECONDS) });
}
