import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Clock } from '../../../core/clock.js';
import { SlidingWindow } from '../windows/sliding-window.js';
import { Instances } from './instances.service.js';
import { type Correction, type Demand, type RateStore, type Reading, RETRY_RUNNING_MS, type Taken } from './store.js';

/** Until when each running call counts, were it never released; in the order of these instants. */
type Running = Map<string, number>;

/**
 * Counts in this process, and lets this process's share of each limit through: the amount divided by the instances that
 * are alive, at least 1. A call of more tokens than the share, but not more than the limit, counts as the whole share:
 * it runs when nothing else has, so that a small share is no full stop.
 */
@Injectable()
export class ProcessStore implements RateStore {
  /** The one asked for longest ago first. */
  private readonly windows = new Map<string, SlidingWindow>();
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly instances: Instances,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async take(callId: string, demands: readonly Demand[], at: Date): Promise<Taken> {
    const nowMs = at.getTime();
    const shares = demands.map((demand) => this.shareOf(demand));
    const readings = shares.map((share) => this.read(callId, share, nowMs));
    const isLetThrough = readings.every(({ waitMs }) => waitMs === 0);
    if (!isLetThrough) return { isLetThrough, readings };
    const counted = shares.map((share, index) => ({ ...readings[index]!, ...this.count(callId, share, nowMs) }));
    return { isLetThrough, readings: counted };
  }

  correct(corrections: readonly Correction[]): void {
    const nowMs = this.clock.nowMs();
    for (const { bucket, slot, difference } of corrections) this.windows.get(bucket)?.correct(nowMs, slot, difference);
  }

  release(callId: string, buckets: readonly string[]): void {
    for (const bucket of buckets) {
      const running = this.running.get(bucket);
      running?.delete(callId);
      if (running?.size === 0) this.running.delete(bucket);
    }
  }

  private shareOf(demand: Demand): Demand {
    const amount = Math.max(1, Math.floor(demand.amount / this.instances.alive));
    const cost = demand.cost > demand.amount ? demand.cost : Math.min(demand.cost, amount);
    return { ...demand, amount, cost };
  }

  private read(callId: string, { bucket, amount, windowMs, cost }: Demand, nowMs: number): Reading {
    const own = { amount, cost, slot: 0 };
    if (windowMs !== null) return { ...own, ...this.windowOf(bucket, windowMs).read(nowMs, cost, amount) };
    const running = this.runningOf(bucket, nowMs);
    const used = running.size - (running.has(callId) ? 1 : 0);
    return { ...own, used, waitMs: used < amount ? 0 : RETRY_RUNNING_MS, resetMs: 0 };
  }

  private count(callId: string, share: Demand, nowMs: number): Partial<Reading> {
    const { bucket, windowMs, cost, amount } = share;
    if (windowMs === null) {
      this.running.set(bucket, this.runningOf(bucket, nowMs).set(callId, nowMs + this.config.bounds.rateLeaseMostMs));
      return {};
    }
    const window = this.windowOf(bucket, windowMs);
    return { slot: window.add(nowMs, cost), resetMs: window.read(nowMs, 0, amount).resetMs };
  }

  private windowOf(bucket: string, windowMs: number): SlidingWindow {
    const window = this.windows.get(bucket) ?? new SlidingWindow(windowMs);
    this.windows.delete(bucket);
    this.windows.set(bucket, window);
    if (this.windows.size > this.config.bounds.rateBuckets) this.windows.delete(this.windows.keys().next().value!);
    return window;
  }

  private runningOf(bucket: string, nowMs: number): Running {
    const running = this.running.get(bucket) ?? new Map<string, number>();
    for (const [callId, untilMs] of running) {
      if (untilMs > nowMs) break;
      running.delete(callId);
    }
    return running;
  }
}
