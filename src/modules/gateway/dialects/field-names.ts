import { DomainError } from '../../../core/errors.js';

/** What a dialect calls the fields of the canonical call: the beginning of a path, and what stands there instead. */
export type FieldNames = readonly (readonly [canonical: RegExp, own: string])[];

/** A refusal that names a field of the canonical call, in the words of the client's dialect; another error as it is. */
export function inOwnWords(names: FieldNames, error: unknown): unknown {
  if (!(error instanceof DomainError) || error.code !== 'invalid_request') return error;
  const { field = '', errors: _all, ...facts } = error.details;
  const own = names.reduce((path, [canonical, word]) => path.replace(canonical, word), field);
  if (own === field) return error;
  const message = error.message.replace(field, () => own);
  return new DomainError(error.code, message, { ...facts, field: own }, { cause: error });
}
