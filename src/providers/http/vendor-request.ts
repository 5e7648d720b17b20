import type { Secret } from '../../core/secret.js';
import { unsupported } from '../errors/unsupported.js';
import { VendorError } from '../errors/vendor-error.js';
import { writeJson } from '../json.js';
import type { ChatCall, Target } from '../spec/adapter.js';
import type { JsonObject } from '../spec/json.js';

const MAX_REQUEST_ID_CHARS = 128;
/** What a header may hold, less the space, which no credential has. */
const PRINTABLE = /^[\x21-\x7e]+$/;

/** What every request to a vendor says of itself. `streamType` is the media type of the vendor's streams. */
export const headersOf = (call: ChatCall, streamType = 'text/event-stream'): Readonly<Record<string, string>> => ({
  'content-type': 'application/json',
  accept: call.stream ? streamType : 'application/json',
  // The transport does not decompress; without this header a vendor may choose any encoding.
  'accept-encoding': 'identity',
  'x-request-id': call.requestId.replace(/[^\x21-\x7e]/g, '').slice(0, MAX_REQUEST_ID_CHARS),
});

/** The base URL of a target, a new one each time. Throws VendorError, not retryable, when it is no URL. */
export function baseUrlOf(target: Target): URL {
  if (URL.canParse(target.baseUrl)) return new URL(target.baseUrl);
  throw new VendorError('unavailable', "The provider's base URL is not a URL.", { retryable: false });
}

/** `path` below a base URL, whose query stays. */
export function below(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
  return url;
}

/** The credential as a header can carry it. Throws VendorError of kind authentication, which shows nothing of it. */
export function keyOf(credential: Secret): string {
  const key = credential.reveal();
  if (PRINTABLE.test(key)) return key;
  throw unsendable();
}

export const unsendable = (): VendorError =>
  new VendorError('authentication', "The provider's credential holds characters that no key has.");

/** The body as text. What comes as text and goes out as objects may be nested deeper than can be written. */
export function bodyText(body: JsonObject): string {
  const text = writeJson(body);
  if (text !== null) return text;
  throw unsupported('messages', 'is nested too deeply');
}
