import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Config } from '../../../config/index.js';
import type { Log } from '../../../infra/telemetry/index.js';
import { ClaimsHeld } from './claims-held.service.js';

const MOST = 2;
const RETRY_MS = 500;

const away = (): Promise<never> => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }));
const done = (): Promise<'done'> => Promise.resolve('done');
const claim = (id: string): { scope: string; key: string; id: string } => ({ scope: 'key key_1', key: 'k', id });

let errors: string[];
let held: ClaimsHeld;

beforeEach(() => {
  jest.useFakeTimers();
  errors = [];
  const config = { bounds: { idempotencyUnwritten: MOST } } as unknown as Config;
  held = new ClaimsHeld(config, { error: (words: string) => void errors.push(words) } as unknown as Log);
  for (const id of ['a', 'b', 'c']) held.hold(id);
});
afterEach(() => void jest.useRealTimers());

describe('a claim', () => {
  it('is held until it is written what came of it', async () => {
    expect([held.has('a'), held.has('z')]).toEqual([true, false]);
    await held.end(claim('a'), done);
    expect([held.has('a'), held.has('b')]).toEqual([false, true]);
    held.drop('b');
    expect(held.has('b')).toBe(false);
  });

  it('is held while the database is away, or nobody can tell yet, and written again and again', async () => {
    const write = jest
      .fn<() => Promise<'done' | 'later'>>()
      .mockImplementationOnce(away)
      .mockResolvedValueOnce('later')
      .mockImplementationOnce(away)
      .mockResolvedValue('done');
    await held.end(claim('a'), write);
    for (const times of [2, 3]) {
      await jest.advanceTimersByTimeAsync(RETRY_MS);
      expect([held.has('a'), write.mock.calls.length]).toEqual([true, times]);
    }
    await jest.advanceTimersByTimeAsync(RETRY_MS);
    expect([held.has('a'), write.mock.calls.length]).toEqual([false, 4]);
    await jest.advanceTimersByTimeAsync(10 * RETRY_MS);
    expect([write.mock.calls.length, errors]).toEqual([4, []]);
  });

  it('is let go when it can never be written', async () => {
    await held.end(claim('a'), () => Promise.reject(new Error('a bug')));
    expect([held.has('a'), errors.length]).toEqual([false, 1]);
  });

  it('is let go when too many wait', async () => {
    for (const id of ['a', 'b', 'c']) await held.end(claim(id), away);
    expect([held.has('a'), held.has('b'), held.has('c'), errors.length]).toEqual([true, true, false, 1]);
    await held.onModuleDestroy();
  });

  it('that still waits is written once more when the process stops', async () => {
    const write = jest.fn<() => Promise<'done' | 'later'>>().mockImplementationOnce(away).mockResolvedValue('done');
    await held.end(claim('a'), write);
    await held.onModuleDestroy();
    expect([held.has('a'), write.mock.calls.length]).toEqual([false, 2]);
    await jest.advanceTimersByTimeAsync(10 * RETRY_MS);
    expect(write.mock.calls.length).toBe(2);
  });
});
