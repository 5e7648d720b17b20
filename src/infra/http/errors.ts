import { HttpException } from '@nestjs/common';
import { asDatabaseFailure } from '../database/index.js';
import { DomainError, ERRORS, type ErrorCode, type FieldProblem, invalidFields } from '../../core/errors.js';

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'malformed_request',
  401: 'invalid_api_key',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  429: 'rate_limit_exceeded',
  503: 'overloaded',
};

/** Words of our own for failures that the HTTP server itself finds; its own words name its internals. */
const WORDS: Partial<Record<ErrorCode, string>> = {
  malformed_request: 'The body is not valid JSON',
  not_found: 'Not Found',
  payload_too_large: 'The body is larger than allowed',
  unsupported_media_type: 'Send the body as application/json',
  overloaded: 'The server is not ready; retry',
};

interface SchemaProblem {
  readonly instancePath: string;
  readonly message?: string;
  readonly keyword: string;
  readonly params: Record<string, unknown>;
}

interface ServerError {
  readonly statusCode?: number;
  readonly validation?: readonly SchemaProblem[];
}

function fieldProblem(problem: SchemaProblem): FieldProblem {
  const path = problem.instancePath.split('/').filter((part) => part !== '');
  if (problem.keyword === 'required') path.push(String(problem.params.missingProperty));
  if (problem.keyword === 'additionalProperties') path.push(String(problem.params.additionalProperty));
  const words: Partial<Record<string, string>> = {
    required: 'is required',
    additionalProperties: 'is not a known field',
    enum: `must be one of ${(problem.params.allowedValues as unknown[] | undefined)?.join(', ') ?? ''}`,
  };
  return { field: path.join('.') || 'body', message: words[problem.keyword] ?? problem.message ?? 'is wrong' };
}

/** Every failure of a request as a DomainError; what nobody foresaw becomes `internal`, with the cause kept for the log. */
export function asDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const away = asDatabaseFailure(error);
  if (away) return away;
  const server = error as ServerError;
  if (server?.validation) return invalidFields(server.validation.map(fieldProblem));
  const status = error instanceof HttpException ? error.getStatus() : server?.statusCode;
  const isRefusal = status !== undefined && status >= 400 && status < 500;
  const code = isRefusal ? (CODE_OF_STATUS[status] ?? 'malformed_request') : CODE_OF_STATUS[status ?? 0];
  if (code) return new DomainError(code, WORDS[code] ?? 'The request was refused');
  return new DomainError('internal', 'Internal error', {}, { cause: error });
}

export type ErrorBody = Record<string, unknown>;

/** Shape of the job API and of the admin REST: `{detail, code, request_id, ...facts}`. */
export function restErrorBody(error: DomainError, requestId: string): ErrorBody {
  const { retryAfterSeconds, ...facts } = error.details;
  return {
    ...facts,
    ...(retryAfterSeconds !== undefined && { retry_after: retryAfterSeconds }),
    detail: error.message,
    code: error.code,
    request_id: requestId,
  };
}

/** Shape of the OpenAI API, as its SDKs read it; what else the caller may know stands beside. */
export function openaiErrorBody(error: DomainError, requestId: string): ErrorBody {
  const { retryAfterSeconds: _header, field = null, errors: _all, ...facts } = error.details;
  const { openai: type } = ERRORS[error.code];
  return { error: { ...facts, message: error.message, type, param: field, code: error.code }, request_id: requestId };
}

/** Shape of the Anthropic API, as its SDKs read it; what else the caller may know stands beside. */
export function anthropicErrorBody(error: DomainError, requestId: string): ErrorBody {
  const { retryAfterSeconds: _header, errors: _all, ...facts } = error.details;
  const { anthropic: type } = ERRORS[error.code];
  return {
    type: 'error',
    error: { ...facts, type, message: error.message, code: error.code },
    request_id: requestId,
  };
}

/** Headers that belong to a failure. */
export function errorHeaders(error: DomainError): Record<string, string> {
  const seconds = error.details.retryAfterSeconds;
  return seconds === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(seconds))) };
}
