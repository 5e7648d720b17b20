import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { type EntityManager, QueryFailedError } from 'typeorm';
import { DomainError } from '../../core/errors.js';
import { insertNew, isUnavailable } from './violations.js';

const coded = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });
const failed = (code: string): Error => new QueryFailedError('SELECT 1', [], coded(code));

describe('isUnavailable', () => {
  it.each([
    ...['08000', '08001', '08003', '08006', '57P01', '57P02', '57P03', '53300'],
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ])('%s: the database is away, whether pg or TypeORM says so', (code) => {
    expect([isUnavailable(coded(code)), isUnavailable(failed(code))]).toEqual([true, true]);
  });

  it.each(['23505', '23514', '42P01', '42501', '40001', '40P01', '22P02', '57014', '53100', 'P0001', 'ENOENT'])(
    '%s: it answered',
    (code) => {
      expect([isUnavailable(coded(code)), isUnavailable(failed(code))]).toEqual([false, false]);
    },
  );

  it.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect', 'connection timeout'])(
    'knows what pg says without a code: %s',
    (message) => {
      expect(isUnavailable(new Error(message))).toBe(true);
    },
  );

  it("knows Node's own failure to connect", async () => {
    // Port 1 is reserved and nobody listens on it.
    const error = await new Promise<Error>((resolve) => connect(1, '127.0.0.1').once('error', resolve));
    expect(isUnavailable(error)).toBe(true);
  });

  it.each([null, undefined, 'ECONNREFUSED', { code: 'ECONNREFUSED' }, new DomainError('internal', 'x')])(
    'is not misled by %p',
    (thrown) => {
      expect(isUnavailable(thrown)).toBe(false);
    },
  );
});

describe('insertNew', () => {
  const taken = new DomainError('conflict', 'taken');
  /** A manager whose insert fills in a default, or fails. */
  const managerThat = (error: Error | null): EntityManager =>
    ({
      create: (_: unknown, values: object) => ({ ...values }),
      insert: async (_: unknown, row: object) => {
        if (error) throw error;
        Object.assign(row, { createdAt: 'now' });
      },
    }) as unknown as EntityManager;
  const insert = (error: Error | null): Promise<object> => insertNew(managerThat(error), 'team', { id: 'a' }, taken);

  it("gives the row back with the database's defaults", async () => {
    expect(await insert(null)).toEqual({ id: 'a', createdAt: 'now' });
  });

  it('throws what the caller says when a unique value is taken', async () => {
    await expect(insert(failed('23505'))).rejects.toBe(taken);
  });

  it.each([failed('23503'), failed('23514'), coded('23505')])('leaves %p as it is', async (error) => {
    await expect(insert(error)).rejects.toBe(error);
  });
});
