import { HttpException } from '@nestjs/common';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { asDatabaseFailure } from '../database/index.js';
import { DomainError, ERRORS, type ErrorCode } from '../../core/errors.js';

/** What is known of a failure, whichever way it was thrown: a code of the catalogue, words, and facts for the caller. */
interface Known {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Record<string, unknown>;
}

function knownOf(error: unknown): Known | null {
  const away = asDatabaseFailure(error);
  if (away) return { code: away.code, message: away.message, details: { ...away.details } };
  if (error instanceof DomainError) return { code: error.code, message: error.message, details: { ...error.details } };
  if (error instanceof HttpException && error.getStatus() === ERRORS.forbidden.status)
    return { code: 'forbidden', message: 'Forbidden', details: {} };
  return null;
}

/** For refusing a whole operation before any field runs: Apollo Server would answer 500 to the plain error. */
export function operationRefused(error: DomainError, status = 200): GraphQLError {
  return new GraphQLError(error.message, { originalError: error, extensions: { http: { status } } });
}

/** A text that is no GraphQL is malformed; one that does not fit the schema is invalid. */
const documentCode = (code: unknown): string =>
  ERRORS[code === 'GRAPHQL_PARSE_FAILED' ? 'malformed_request' : 'invalid_request'].graphql;

const VALUE = /(?<=(?:[[,:]|\bvalue|\bfound)\s*)(?:"""[\s\S]*?"""|"(?:[^"\\]|\\.)*")/g;

/** graphql-js quotes the caller's own values, and a secret may be one of them; names of the schema are left. */
function withoutValues(message: string): string {
  if (message.startsWith('Syntax Error')) return message.replace(/String "[\s\S]*"/, 'String "..."');
  const [said, ...hint] = message.split(/(?= Did you mean )/);
  const known = said!.replace(/Value "[\s\S]*" does not exist/, 'Value "..." does not exist');
  return [known.replace(VALUE, '"..."'), ...hint].join('');
}

/**
 * The one place where GraphQL errors get their shape: `extensions.code` from the catalogue, `field` for input errors,
 * and nothing of a stack or a driver's message.
 * @param report is told of faults that are ours
 */
export function graphqlErrorFormatter(report: (error: unknown) => void) {
  return (formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError => {
    const original = thrown instanceof GraphQLError ? (thrown.originalError ?? thrown) : thrown;
    const known = knownOf(original);
    const place = {
      ...(formatted.locations && { locations: formatted.locations }),
      ...(formatted.path && { path: formatted.path }),
    };
    if (known) {
      const extensions = { ...known.details, code: ERRORS[known.code].graphql };
      return { message: known.message, ...place, extensions };
    }
    const code = formatted.extensions?.code;
    // What is wrong with a document or its variables is found before any field has run, so it has no path.
    const isDocumentFault = !formatted.path && code !== 'INTERNAL_SERVER_ERROR';
    if (isDocumentFault)
      return { message: withoutValues(formatted.message), ...place, extensions: { code: documentCode(code) } };
    report(original);
    return { message: 'Internal error', ...place, extensions: { code: ERRORS.internal.graphql } };
  };
}
