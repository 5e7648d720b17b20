import { describe, expect, it } from '@jest/globals';
import type { BoundLimit } from '../../../limits/index.js';
import { type Drawn, less, minus, NOTHING, plus, remainingHeader } from './remaining.js';

const limit = (fields: Partial<BoundLimit>): BoundLimit =>
  ({
    ...{ scope: { type: 'team', id: 't', memberId: null }, period: 'day', unit: 'nano_usd' },
    ...{ amount: 10_000_000_000n, posted: 1_000_000_000n, held: 500_000_000n },
    ...fields,
  }) as BoundLimit;
const header = (since: Drawn, ...limits: BoundLimit[]): string =>
  remainingHeader(limits.map((each) => less(each, since)));

describe('x-tollkeeper-remaining', () => {
  it('says what each limit has left, other units than dollars by name', () => {
    const limits = [
      limit({}),
      limit({
        scope: { type: 'user_in_project', id: 'p', memberId: 'u' },
        period: 'total',
        unit: 'token',
        amount: 90n,
      }),
      limit({ unit: 'micro_credit', amount: 5_250_000n, posted: 0n, held: 1_000_000n, period: 'month' }),
      limit({ unit: 'request', amount: 7n, posted: 3n, held: 1n, period: 'week' }),
    ];
    expect(header(NOTHING, ...limits)).toBe(
      'team;day;8.5, user_in_project;total;0;tokens, team;month;4.25;credits, team;week;3;requests',
    );
  });

  it('takes off what was drawn since the figures were read, each in its unit, and is never below 0', () => {
    const since = { usd: 250_000_000n, tokens: 40n, requests: 2n };
    const tokens = limit({ unit: 'token', amount: 100n, posted: 10n, held: 0n });
    expect(header(since, limit({}), tokens)).toBe('team;day;8.25, team;day;50;tokens');
    expect(header({ ...since, usd: 9_000_000_000n }, limit({}))).toBe('team;day;0');
    expect(header(minus(NOTHING, since), limit({}))).toBe('team;day;8.75');
    expect(plus(minus(NOTHING, since), since)).toEqual(NOTHING);
  });
});
