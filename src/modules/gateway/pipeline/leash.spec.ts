import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DomainError } from '../../../core/errors.js';
import { Leash } from './leash.js';

let client: AbortController;
beforeEach(() => {
  jest.useFakeTimers();
  client = new AbortController();
});
afterEach(() => void jest.useRealTimers());

const leash = (totalMs = 1_000): Leash => new Leash(client.signal, totalMs);
const reason = (of: Leash): unknown => (of.signal.aborted ? (of.signal.reason as DomainError).code : null);

describe('Leash', () => {
  it('ends nothing by itself', () => {
    const held = leash();
    jest.advanceTimersByTime(999);
    expect(reason(held)).toBeNull();
    held.release();
  });

  it('ends when the client leaves, at once and with that as its reason', () => {
    const held = leash();
    const heard: unknown[] = [];
    held.signal.addEventListener('abort', () => heard.push(reason(held)));
    client.abort();
    expect(heard).toEqual(['client_closed']);
    held.release();
  });

  it('has ended already for a client that had left before', () => {
    client.abort();
    const held = leash();
    expect(reason(held)).toBe('client_closed');
    held.release();
  });

  it('ends when the time is over, and says how long that was', () => {
    const held = leash(1_500);
    jest.advanceTimersByTime(1_500);
    expect(reason(held)).toBe('provider_timeout');
    expect((held.signal.reason as DomainError).message).toContain('1.5 seconds');
  });

  it('ends when it is pulled', () => {
    const held = leash();
    held.pull(new DomainError('overloaded', 'restarting'));
    expect(reason(held)).toBe('overloaded');
    held.release();
  });

  it('keeps the first reason, whatever comes after it', () => {
    const held = leash();
    client.abort();
    held.pull(new DomainError('overloaded', 'restarting'));
    jest.advanceTimersByTime(5_000);
    expect(reason(held)).toBe('client_closed');
  });

  it('once released, leaves neither a timer nor a listener, and ends no more', () => {
    const held = leash();
    expect([jest.getTimerCount(), getEventListeners(client.signal, 'abort').length]).toEqual([1, 1]);
    held.release();
    expect([jest.getTimerCount(), getEventListeners(client.signal, 'abort').length]).toEqual([0, 0]);
    client.abort();
    jest.advanceTimersByTime(5_000);
    expect(reason(held)).toBeNull();
  });
});
