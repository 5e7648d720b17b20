/**
 * The one catalogue of failures. A code is stable API: clients branch on it. Everything that differs between the
 * dialects (HTTP status, GraphQL code, OpenAI and Anthropic error types) is a column here and nowhere else.
 */
export interface ErrorKind {
  readonly status: number;
  readonly graphql: string;
  readonly openai: string;
  readonly anthropic: string;
  readonly when: string;
}

const kind = (status: number, openai: string, anthropic: string, graphql: string, when: string): ErrorKind =>
  Object.freeze({ status, graphql, openai, anthropic, when });

const INVALID = 'invalid_request_error';

export const ERRORS = Object.freeze({
  malformed_request: kind(
    400,
    INVALID,
    INVALID,
    'MALFORMED_REQUEST',
    'The body is not JSON, or not the JSON expected.',
  ),
  invalid_request: kind(422, INVALID, INVALID, 'INVALID_REQUEST', 'A field is missing or wrong; `field` names it.'),
  invalid_api_key: kind(
    401,
    INVALID,
    'authentication_error',
    'UNAUTHENTICATED',
    'No key, or one that is unknown, expired or revoked.',
  ),
  insufficient_credits: kind(
    402,
    'insufficient_quota',
    'billing_error',
    'INSUFFICIENT_CREDITS',
    'The account that pays for the call has too few credits.',
  ),
  spend_limit_exceeded: kind(
    402,
    'insufficient_quota',
    'billing_error',
    'SPEND_LIMIT_EXCEEDED',
    'A spend limit on one of the scopes of the key is used up.',
  ),
  suspended: kind(
    403,
    INVALID,
    'permission_error',
    'SUSPENDED',
    'Team, project, person or organization is suspended or paused.',
  ),
  model_not_allowed: kind(
    403,
    INVALID,
    'permission_error',
    'MODEL_NOT_ALLOWED',
    'The model alias is not granted to the caller.',
  ),
  forbidden: kind(403, INVALID, 'permission_error', 'FORBIDDEN', 'The caller may not do this.'),
  not_found: kind(404, INVALID, 'not_found_error', 'NOT_FOUND', 'It does not exist, or the caller may not know it.'),
  method_not_allowed: kind(405, INVALID, INVALID, 'METHOD_NOT_ALLOWED', 'The path exists with another HTTP method.'),
  job_closed: kind(409, INVALID, INVALID, 'JOB_CLOSED', 'The job has ended; it takes no more calls.'),
  conflict: kind(409, INVALID, INVALID, 'CONFLICT', 'It clashes with what exists: a taken id, a use that forbids it.'),
  payload_too_large: kind(413, INVALID, 'request_too_large', 'PAYLOAD_TOO_LARGE', 'The body is over the limit.'),
  unsupported_media_type: kind(415, INVALID, INVALID, 'UNSUPPORTED_MEDIA_TYPE', 'The body is not declared as JSON.'),
  rate_limit_exceeded: kind(
    429,
    'rate_limit_error',
    'rate_limit_error',
    'RATE_LIMIT_EXCEEDED',
    'A limit of requests, tokens or concurrency is reached; Retry-After says when to come back.',
  ),
  client_closed: kind(499, 'api_error', 'api_error', 'CLIENT_CLOSED', 'The client went away; seen in logs only.'),
  internal: kind(500, 'server_error', 'api_error', 'INTERNAL', 'A fault of the gateway; the request id finds its log.'),
  provider_error: kind(502, 'server_error', 'api_error', 'PROVIDER_ERROR', 'Every target of the alias failed.'),
  ledger_unavailable: kind(
    503,
    'server_error',
    'overloaded_error',
    'LEDGER_UNAVAILABLE',
    'The ledger cannot be reached, so nothing may be spent; retry.',
  ),
  overloaded: kind(503, 'server_error', 'overloaded_error', 'OVERLOADED', 'The gateway is shedding load; retry.'),
  provider_timeout: kind(
    504,
    'server_error',
    'timeout_error',
    'PROVIDER_TIMEOUT',
    'The targets did not answer in time.',
  ),
});

export type ErrorCode = keyof typeof ERRORS;

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

export interface ErrorDetails {
  /** Name of the input field at fault, in the spelling the caller used. */
  readonly field?: string;
  /** All field problems of an invalid input; `field` is the first of them. */
  readonly errors?: readonly FieldProblem[];
  readonly retryAfterSeconds?: number;
  /** Further facts the caller may see; JSON values only. */
  readonly [fact: string]: unknown;
}

/** The only error that services throw on purpose. Its message is shown to the caller, so it never holds a secret. */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** `not_found`; a foreign id and an unknown one must read alike, so both go through here. */
export function notFound(noun: string, id: string): DomainError {
  return new DomainError('not_found', `${noun} '${id}' not found`);
}

/** `invalid_request` about one field. */
export function invalid(field: string, message: string): DomainError {
  return new DomainError('invalid_request', `${field}: ${message}`, { field, errors: [{ field, message }] });
}

/** `invalid_request` about several fields at once. */
export function invalidFields(errors: readonly FieldProblem[]): DomainError {
  const text = errors.map((each) => `${each.field}: ${each.message}`).join('; ');
  return new DomainError('invalid_request', text, { field: errors[0]?.field ?? '', errors });
}
