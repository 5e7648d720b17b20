import { createHash } from 'node:crypto';
import { types } from 'node:util';
import { invalid } from '../../core/errors.js';

/** Far deeper than any input that is taken, far shallower than what recursion survives. */
const MOST_LEVELS = 100;

/**
 * SHA-256 of an input, whatever the order of its fields: two inputs that mean the same have the same.
 * @throws DomainError invalid_request for one that is nested deeper than any input may be
 */
export const requestHash = (input: unknown): Buffer =>
  createHash('sha256')
    .update(JSON.stringify(ordered(input, 0)))
    .digest();

function ordered(value: unknown, level: number): unknown {
  if (level > MOST_LEVELS) throw invalid('input', `must not be nested more than ${MOST_LEVELS} levels deep`);
  // Whatever JSON has no word for becomes an object of one field, and objects do too, so that nothing reads alike.
  if (typeof value === 'bigint') return { bigint: value.toString() };
  if (types.isDate(value)) return { date: value.toISOString() };
  if (Array.isArray(value)) return value.map((each) => ordered(each, level + 1));
  if (typeof value !== 'object' || value === null) return value ?? null;
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return { fields: fields.map(([name, each]) => [name, ordered(each, level + 1)]) };
}
