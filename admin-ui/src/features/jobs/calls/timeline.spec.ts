import { describe, expect, it } from '@jest/globals';
import { type Call, partsOf, timelineOf } from './timeline.js';

const AT = Date.parse('2026-11-21T10:00:00.000Z');
const at = (ms: number): string => new Date(AT + ms).toISOString();

function call(from: number, to: number | null, attempts: [ms: number, error: string | null][], streamed = false): Call {
  const made = attempts.map(([latencyMs, error]) => ({ latencyMs, error }));
  return { createdAt: at(from), endedAt: to === null ? null : at(to), attempts: made, streamed } as unknown as Call;
}

describe('the parts of a call', () => {
  it('are what it waited, then its attempts in order', () => {
    const parts = partsOf(
      call(0, 1_000, [
        [200, 'timeout'],
        [700, null],
      ]),
      AT,
    );
    expect(parts).toEqual([
      { kind: 'waiting', ms: 100 },
      { kind: 'failed', ms: 200 },
      { kind: 'answering', ms: 700 },
    ]);
  });

  it('tell a streamed answer apart', () => {
    expect(partsOf(call(0, 50, [[50, null]], true), AT)).toEqual([{ kind: 'streaming', ms: 50 }]);
  });

  it('are its answer alone when that was kept', () => {
    expect(partsOf({ ...call(0, 8, []), cached: true }, AT)).toEqual([{ kind: 'answering', ms: 8 }]);
  });

  it('end with what still runs', () => {
    expect(partsOf(call(0, null, [[30, 'timeout']]), AT + 100)).toEqual([
      { kind: 'failed', ms: 30 },
      { kind: 'running', ms: 70 },
    ]);
  });

  it('never add up to more than the call, whatever clocks say', () => {
    const parts = partsOf(call(0, 10, [[4_000, null]]), AT);
    expect(parts.reduce((sum, { ms }) => sum + ms, 0)).toBe(10);
  });
});

describe('the timeline of a job', () => {
  it('runs from its creation to its end', () => {
    const calls = [call(100, 300, [[200, null]]), call(500, 1_000, [[500, null]])];
    const { spanMs, bars } = timelineOf({ createdAt: at(0), completedAt: at(1_000), calls }, AT);
    expect(spanMs).toBe(1_000);
    expect(bars.map(({ start, length }) => [start, length])).toEqual([
      [10, 20],
      [50, 50],
    ]);
  });

  it('runs to now while a call does', () => {
    const calls = [call(0, null, [])];
    const { spanMs, bars } = timelineOf({ createdAt: at(0), completedAt: null, calls }, AT + 400);
    expect(spanMs).toBe(400);
    expect(bars[0]?.length).toBe(100);
  });

  it('has a length even for a job that took no time', () => {
    expect(timelineOf({ createdAt: at(0), completedAt: at(0), calls: [] }, AT).spanMs).toBe(1);
  });
});
