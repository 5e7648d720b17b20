import type { JobQuery } from '../../../gql/job.js';

export type Call = JobQuery['job']['calls'][number];

export type PartKind = 'waiting' | 'failed' | 'answering' | 'streaming' | 'running';

/** A stretch of a call on the time axis. */
export interface Part {
  readonly kind: PartKind;
  readonly ms: number;
}

export interface Bar {
  readonly call: Call;
  /** Where it begins, and how long it is, in per cent of the axis. */
  readonly start: number;
  readonly length: number;
  readonly parts: readonly Part[];
}

export interface Timeline {
  readonly spanMs: number;
  readonly bars: readonly Bar[];
}

const WHOLE = 100;
const millis = (instant: string): number => new Date(instant).getTime();

/**
 * The parts of a call, in order. Its attempts follow each other and the last of them gave the answer; all other time went
 * by waiting: for a reservation before, for a pause between two attempts, for the ledger after. A call that a kept answer
 * served had no attempt, and waited for nobody.
 */
export function partsOf(call: Call, now: number): Part[] {
  const totalMs = Math.max((call.endedAt ? millis(call.endedAt) : now) - millis(call.createdAt), 0);
  const answered: PartKind = call.streamed ? 'streaming' : 'answering';
  const attempts = call.attempts.map(({ error, latencyMs }): Part => ({
    kind: error === null ? answered : 'failed',
    ms: Math.min(latencyMs ?? 0, totalMs),
  }));
  const restMs = Math.max(totalMs - attempts.reduce((sum, { ms }) => sum + ms, 0), 0);
  const waited: PartKind = call.cached ? answered : 'waiting';
  const rest: Part = { kind: call.endedAt ? waited : 'running', ms: restMs };
  const parts = call.endedAt ? [rest, ...attempts] : [...attempts, rest];
  return parts.filter(({ ms }) => ms > 0);
}

/** Lays the calls of a job on one axis, from its creation to its end, or to now while it is open. */
export function timelineOf(job: Pick<JobQuery['job'], 'createdAt' | 'completedAt' | 'calls'>, now: number): Timeline {
  const from = millis(job.createdAt);
  const ends = job.calls.map(({ endedAt }) => (endedAt ? millis(endedAt) : now));
  const to = Math.max(job.completedAt ? millis(job.completedAt) : from, ...ends);
  const spanMs = Math.max(to - from, 1);
  const bars = job.calls.map((call): Bar => {
    const start = Math.max(millis(call.createdAt) - from, 0);
    const end = call.endedAt ? millis(call.endedAt) : now;
    const length = Math.max(end - from - start, 0);
    return {
      call,
      start: (start / spanMs) * WHOLE,
      length: (length / spanMs) * WHOLE,
      parts: partsOf(call, now),
    };
  });
  return { spanMs, bars };
}
