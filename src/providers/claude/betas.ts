import { unsupported } from '../errors/unsupported.js';
import { VendorError } from '../errors/vendor-error.js';
import { isGiven } from '../fields.js';
import type { JsonObject } from '../spec/json.js';

const FIELD = 'anthropic_beta';
/** A feature's name as Anthropic gives them: interleaved-thinking-2025-05-14. */
const BETA = /^[a-z0-9][a-z0-9._-]{0,99}$/i;

/** Features that a call may opt in to at once; no client names as many. */
export const MAX_BETAS = 32;

export const isBeta = (name: unknown): name is string => typeof name === 'string' && BETA.test(name);

/** The features of Claude that a call opts in to, by `anthropic_beta`. @throws VendorError unsupported */
export function betasOf(body: JsonObject): readonly string[] {
  const given = body[FIELD];
  if (!isGiven(given)) return [];
  if (Array.isArray(given) && given.length <= MAX_BETAS && given.every(isBeta)) return given;
  throw unsupported(FIELD, `must be a list of at most ${MAX_BETAS} names of features`);
}

/** Names the field where the API refuses a call for a feature that it does not know; the next target may know it. */
export function namingBeta(error: VendorError): VendorError {
  if (error.kind !== 'refused' || !/\bbeta (flag|header)|anthropic[-_]beta/i.test(error.message)) return error;
  const message = `'${FIELD}' names a feature that this model does not have: ${error.message}`;
  return new VendorError('unsupported', message, { field: FIELD, status: error.status });
}
