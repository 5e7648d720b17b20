import { describe, expect, it } from '@jest/globals';
import { ACTIONS, mutates } from './action.js';

describe('actions', () => {
  it.each(ACTIONS)('%s is a noun and a verb', (action) => {
    expect(action).toMatch(/^[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*$/);
  });

  it('are mutations exactly when they do more than read or export', () => {
    for (const action of ACTIONS) expect([action, mutates(action)]).toEqual([action, !/\.(read|export)$/.test(action)]);
  });

  it('are listed once each, and the list cannot be changed', () => {
    expect(new Set(ACTIONS).size).toBe(ACTIONS.length);
    expect(Object.isFrozen(ACTIONS)).toBe(true);
  });

  it('can be read before they can be changed: each noun that has a mutation can be looked at', () => {
    const nouns = ACTIONS.filter(mutates).map((action) => action.split('.')[0]!);
    const unreadable = [...new Set(nouns)].filter((noun) => !ACTIONS.includes(`${noun}.read` as never));
    // Prices are read with their model, balance and billing with their organization.
    expect(unreadable).toEqual(['price', 'balance', 'billing']);
  });
});
