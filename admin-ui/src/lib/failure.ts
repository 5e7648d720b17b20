import { CombinedGraphQLErrors } from '@apollo/client';

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** What went wrong, as a person may read it. */
export interface Failure {
  /** From the catalogue in docs/errors.md; NETWORK when the server could not be reached. */
  readonly code: string;
  readonly message: string;
  readonly problems: readonly FieldProblem[];
  readonly requestId: string | null;
}

interface Extensions {
  readonly code?: string;
  readonly requestId?: string;
  readonly field?: string;
  readonly errors?: readonly FieldProblem[];
}

const UNREACHABLE = 'The server cannot be reached. Check the connection and try again.';

/** Reads whatever an operation failed with. */
export function failureOf(error: unknown): Failure {
  if (CombinedGraphQLErrors.is(error)) {
    const first = error.errors[0];
    const { code = 'INTERNAL', requestId = null, errors = [] } = (first?.extensions ?? {}) as Extensions;
    return { code, message: first?.message ?? error.message, problems: errors, requestId };
  }
  if (error instanceof RestFailure) return error.failure;
  const isNetwork = error instanceof TypeError;
  const message = isNetwork || !(error instanceof Error) ? UNREACHABLE : error.message;
  return { code: 'NETWORK', message, problems: [], requestId: null };
}

/** A refusal by one of the REST routes under /auth. */
export class RestFailure extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}
