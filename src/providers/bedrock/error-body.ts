import { namingBeta } from '../claude/betas.js';
import { errorFromStatus } from '../errors/from-status.js';
import type { VendorError } from '../errors/vendor-error.js';
import { isObject, objectOf, parseJson, stringOf } from '../json.js';
import type { JsonObject } from '../spec/json.js';

type Headers = Readonly<Record<string, string>>;

/** The status that an exception stands for, where the one it comes with misleads, and for those within a stream. */
const STATUSES: readonly (readonly [RegExp, number])[] = [
  [/throttl|quota|too_?many/i, 429],
  // It comes with 429 while AWS loads the model.
  [/modelnotready|serviceunavailable/i, 503],
  [/timeout/i, 504],
  // They come with 424, which would look like a fault of the request.
  [/modelerror|modelstreamerror/i, 502],
  [/internal(server|failure)/i, 500],
  [/accessdenied|unrecognizedclient|expiredtoken|invalid(clienttoken|signature)|missingauth|incompletesig/i, 403],
  [/signaturedoesnotmatch|notauthorized|optinrequired/i, 403],
  [/notfound|unknownoperation/i, 404],
  [/validation|serialization/i, 400],
];

/** The error of an answer whose status is not 2xx. */
export function errorFromBody(status: number, headers: Headers, text: string): VendorError {
  const body = objectOf(parseJson(text));
  const known = status >= 400 ? statusOf(typeOf(body, headers)) : null;
  return namingBeta(errorFromStatus(known ?? status, headers, messageOf(body)).with({ status }));
}

/** The error that AWS put where an answer belongs, with status 200; null when there is none. */
export function errorInside(body: JsonObject, headers: Headers = {}): VendorError | null {
  const type = typeOf(body, headers);
  return type === null && messageOf(body) === null ? null : errorOf(type ?? '', body);
}

/** The error of an exception within a stream, by its type, such as throttlingException. */
export function errorOf(type: string, body: JsonObject): VendorError {
  const said = messageOf(body) ?? 'The provider reported an error.';
  return errorFromStatus(statusOf(type) ?? 500, {}, said).with({ status: null });
}

const statusOf = (type: string | null): number | null =>
  STATUSES.find(([pattern]) => type !== null && pattern.test(type))?.[1] ?? null;

/** As in `ThrottlingException:http://...` in the header, or `com.amazon.coral.service#ThrottlingException` within. */
function typeOf(body: JsonObject, headers: Headers): string | null {
  const output = body['Output'];
  const type =
    headers['x-amzn-errortype'] ??
    stringOf(body['__type']) ??
    (isObject(output) ? stringOf(output['__type']) : null) ??
    stringOf(body['code']);
  return type?.replace(/:.*$/, '').replace(/^.*#/, '') ?? null;
}

const messageOf = (body: JsonObject): string | null =>
  [body['message'], body['Message'], body['errorMessage']]
    .map(stringOf)
    .find((each) => each !== null && each.trim() !== '') ?? null;
