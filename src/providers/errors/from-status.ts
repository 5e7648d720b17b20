import { VendorError, type VendorErrorKind } from './vendor-error.js';

const MAX_RETRY_AFTER_SECONDS = 86_400;

/** What an HTTP status that is not 2xx means. A redirect counts as a fault of the vendor's side: it is not followed. */
export function kindOfStatus(status: number): VendorErrorKind {
  if (status === 401 || status === 402 || status === 403) return 'authentication';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 429) return 'rate_limited';
  if (status === 409 || status >= 500 || status < 400) return 'unavailable';
  return 'refused';
}

/** Seconds of `retry-after-ms` or `retry-after` (seconds or a date), 0 to 86,400; null when absent or not readable. */
export function retryAfterSeconds(headers: Readonly<Record<string, string>>): number | null {
  const ms = decimal(headers['retry-after-ms']);
  if (ms !== null) return bounded(ms / 1_000);
  const text = headers['retry-after'];
  const seconds = decimal(text);
  if (seconds !== null) return bounded(seconds);
  // Date.parse takes '-3' for a year, so a date must at least name its month.
  const at = /[a-z]{3}/i.test(text ?? '') ? Date.parse(text!) : NaN;
  if (Number.isNaN(at)) return null;
  const sent = Date.parse(headers['date'] ?? '');
  return bounded((at - (Number.isNaN(sent) ? Date.now() : sent)) / 1_000);
}

const decimal = (text: string | undefined): number | null =>
  text !== undefined && /^\s*\d{1,12}(\.\d{1,6})?\s*$/.test(text) ? Number(text) : null;

const bounded = (seconds: number): number => Math.min(Math.max(Math.ceil(seconds), 0), MAX_RETRY_AFTER_SECONDS);

/**
 * The error of an answer by its status. `said` is the vendor's own message, or null. A refused credential is described
 * in our words only: vendors quote parts of the key and of the account there.
 */
export function errorFromStatus(
  status: number,
  headers: Readonly<Record<string, string>>,
  said: string | null,
): VendorError {
  const kind = kindOfStatus(status);
  const facts = { status, retryAfterSeconds: retryAfterSeconds(headers), ...(status < 400 && { retryable: false }) };
  if (kind === 'authentication') return new VendorError(kind, "The provider refused the gateway's credential.", facts);
  if (status >= 300 && status < 400)
    return new VendorError(kind, 'The provider answered with a redirect, which is never followed.', facts);
  return new VendorError(kind, said ?? `The provider answered with status ${status}.`, facts);
}
