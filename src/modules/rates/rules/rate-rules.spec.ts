import { beforeEach, describe, expect, it } from '@jest/globals';
import { BOUNDS, type Config } from '../../../config/config.js';
import type { CallPlace } from '../../../core/scope.js';
import type { Database } from '../../../infra/database/index.js';
import type { Events } from '../../../infra/events/index.js';
import { RateRules, RATES_CHANGED } from './rate-rules.service.js';

const PLACE: CallPlace = { organizationId: 'o', keyId: 'k', teamId: 't', projectId: null, userId: null };
const START_MS = Date.UTC(2026, 10, 21);
const AWAY = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

const rowOf = (amount: number): object => ({
  ...{ id: 'rlm_1', scopeType: 'team', scopeId: 't', memberId: null },
  ...{ unit: 'request', per: 'minute', amount: String(amount), groupIds: [] },
});

/** Answers that the database still owes. */
let owed: { answer: (amount: number) => void; fail: (error: Error) => void }[];
let changed: () => void;
let rules: RateRules;

beforeEach(() => {
  owed = [];
  const query = (): Promise<{ rows: object[] }> =>
    new Promise((resolve, reject) => {
      owed.push({ answer: (amount) => resolve({ rows: [rowOf(amount)] }), fail: reject });
    });
  const subscribe = (topic: string, handler: () => void): void => {
    if (topic === RATES_CHANGED) changed = handler;
  };
  const config = { bounds: BOUNDS } as Config;
  rules = new RateRules({ pool: { query } } as unknown as Database, { subscribe } as unknown as Events, config);
  rules.onModuleInit();
});

const at = (afterMs = 0): Date => new Date(START_MS + afterMs);
const amounts = async (afterMs = 0): Promise<number[]> =>
  (await rules.of(PLACE, at(afterMs))).map((rate) => rate.amount);

describe('RateRules', () => {
  it('reads once for calls that come at once, and remembers it for a while', async () => {
    const asked = [amounts(), amounts(), amounts()];
    expect(owed).toHaveLength(1);
    owed[0]!.answer(7);
    expect(await Promise.all(asked)).toEqual([[7], [7], [7]]);
    expect(await amounts(BOUNDS.rateRulesMs - 1)).toEqual([7]);
    expect(owed).toHaveLength(1);
    const later = amounts(BOUNDS.rateRulesMs);
    owed[1]!.answer(8);
    expect(await later).toEqual([8]);
  });

  it('does not remember what was asked for before a change', async () => {
    const before = amounts();
    changed();
    const after = amounts();
    expect(owed).toHaveLength(2);
    owed[1]!.answer(8);
    expect(await after).toEqual([8]);
    owed[0]!.answer(7);
    expect(await before).toEqual([7]);
    expect(await amounts()).toEqual([8]);
    changed();
    const again = amounts();
    owed[2]!.answer(9);
    expect(await again).toEqual([9]);
  });

  it('goes by what it remembers while the database is away, and refuses whom it does not know', async () => {
    const first = amounts();
    owed[0]!.fail(AWAY);
    await expect(first).rejects.toMatchObject({ code: 'ledger_unavailable' });
    const second = amounts();
    owed[1]!.answer(7);
    await second;
    const old = amounts(BOUNDS.rateRulesMs * 100);
    owed[2]!.fail(AWAY);
    expect(await old).toEqual([7]);
    const broken = amounts(BOUNDS.rateRulesMs * 200);
    owed[3]!.fail(new Error('syntax error'));
    await expect(broken).rejects.toThrow('syntax error');
  });
});
