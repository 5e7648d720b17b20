import { types } from 'node:util';
import { type EntityManager, type EntityTarget, type ObjectLiteral, QueryFailedError } from 'typeorm';
import { DomainError, invalid } from '../../core/errors.js';

const UNIQUE_VIOLATION = '23505';

function isUniqueViolation(error: unknown): boolean {
  return error instanceof QueryFailedError && (error.driverError as { code?: string }).code === UNIQUE_VIOLATION;
}

/**
 * Adds a row and gives it back with the database's defaults filled in.
 * @param taken what to throw when a unique value of the row is taken; the transaction is then only good for a rollback
 */
export async function insertNew<T extends ObjectLiteral>(
  em: EntityManager,
  target: EntityTarget<T>,
  values: Partial<T>,
  taken: DomainError,
): Promise<T> {
  const entity: T = em.create(target, values as never);
  try {
    await em.insert(target, entity);
  } catch (error) {
    throw isUniqueViolation(error) ? taken : error;
  }
  return entity;
}

/** Adds many rows in one statement; no change of theirs is recorded. @param taken as for insertNew */
export async function insertAll<T extends ObjectLiteral>(
  em: EntityManager,
  target: EntityTarget<T>,
  rows: readonly Partial<T>[],
  taken: DomainError,
): Promise<void> {
  if (rows.length === 0) return;
  const insert = em
    .createQueryBuilder()
    .insert()
    .into(target)
    .values(rows as never)
    .callListeners(false);
  try {
    await insert.updateEntity(false).execute();
  } catch (error) {
    throw isUniqueViolation(error) ? taken : error;
  }
}

/** SQLSTATE classes and codes of a server that is away, shutting down or out of connections; and Node's own codes. */
const UNAVAILABLE =
  /^(08...|57P0[123]|53300|ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|E(HOST|NET)UNREACH)$/;
const UNAVAILABLE_MESSAGE = /connection terminated|timeout exceeded when trying to connect|connection timeout/i;

/** Whether a statement failed because the database cannot be reached, as against because of what it said. */
export function isUnavailable(error: unknown): boolean {
  if (!types.isNativeError(error)) return false; // Not instanceof: Jest's modules have an Error of their own.
  const { code = '', message } = error as { code?: string; message: string };
  return UNAVAILABLE.test(code) || UNAVAILABLE_MESSAGE.test(message);
}

const RETRY_AFTER_SECONDS = 2;

/** The failure as `ledger_unavailable` when the database cannot be reached: nothing was decided. Null for any other. */
export function asUnavailable(error: unknown): DomainError | null {
  if (error instanceof DomainError || !isUnavailable(error)) return null;
  const message = 'The database cannot be reached, so nothing may be spent or changed; retry';
  return new DomainError('ledger_unavailable', message, { retryAfterSeconds: RETRY_AFTER_SECONDS }, { cause: error });
}

/** SQLSTATE of a text, or of one inside JSON, with a NUL character, which PostgreSQL cannot hold. */
const NUL_CHARACTER = new Set(['22021', '22P05']);

/** A failure of the database that says something to the caller; null for one that only its log may tell. */
export function asDatabaseFailure(error: unknown): DomainError | null {
  const code = types.isNativeError(error) ? (error as { code?: string }).code : undefined;
  if (code !== undefined && NUL_CHARACTER.has(code)) return invalid('input', 'holds a NUL character');
  return asUnavailable(error);
}
