import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Clock } from '../../../core/clock.js';
import { Redis, type RedisScript } from '../../../infra/redis/index.js';
import { Metrics } from '../../../infra/telemetry/index.js';
import { SLOTS } from '../windows/sliding-window.js';
import { CORRECT, REDIS_TIME, RELEASE, RENEW, TAKE } from './scripts.js';
import type { Correction, Demand, RateStore, Reading, Taken } from './store.js';

/** Keys of one script at most, so that none holds Redis up for long. */
const BATCH = 200;
const FIELDS = 4;
const NEVER = -1;

interface Command {
  readonly script: RedisScript;
  readonly keys: readonly string[];
  readonly values: readonly (string | number)[];
}

interface Lease {
  readonly callId: string;
  readonly bucket: string;
  readonly untilMs: number;
}

const keyOf = (bucket: string): string => `rate:${bucket}`;
const leaseKey = (callId: string, bucket: string): string => `${bucket} ${callId}`;
const slotMsOf = (windowMs: number | null): number => (windowMs === null ? 0 : windowMs / SLOTS);

/**
 * Counts in Redis, exactly over all instances: one script takes all limits of a call, by the clock of Redis. A running
 * call counts under a lease that is renewed while it runs; what a killed process held runs out.
 */
@Injectable()
export class RedisStore implements RateStore, OnModuleInit, OnApplicationShutdown {
  private readonly leases = new Map<string, Lease>();
  /** What has ended while Redis was away. */
  private waiting: Command[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly redis: Redis,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  get isUp(): boolean {
    return this.redis.isUp;
  }

  onModuleInit(): void {
    this.redis.onReturn(() => {
      const late = this.waiting;
      this.waiting = [];
      for (const command of late) this.send(command);
      this.renew();
    });
    this.timer = setInterval(() => this.renew(), this.config.bounds.rateLeaseRenewMs);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** @throws Error when Redis does not answer in time; the counts may then stand, but hold up no running call */
  async take(callId: string, demands: readonly Demand[]): Promise<Taken> {
    const { rateLeaseMs } = this.config.bounds;
    const each = demands.flatMap(({ amount, windowMs, cost }) => [amount, slotMsOf(windowMs), cost]);
    const values = [REDIS_TIME, callId, rateLeaseMs, ...each];
    const running = demands.filter(({ windowMs }) => windowMs === null).map(({ bucket }) => bucket);
    try {
      const keys = demands.map(({ bucket }) => keyOf(bucket));
      const taken = takenOf(demands, (await this.redis.run(TAKE, keys, values, 'take')) as number[]);
      if (taken.isLetThrough) this.hold(callId, running);
      return taken;
    } catch (error) {
      this.release(callId, running);
      throw error;
    }
  }

  correct(corrections: readonly Correction[]): void {
    this.send({
      script: CORRECT,
      keys: corrections.map(({ bucket }) => keyOf(bucket)),
      values: [
        REDIS_TIME,
        ...corrections.flatMap(({ windowMs, slot, difference }) => [slotMsOf(windowMs), slot, difference]),
      ],
    });
  }

  release(callId: string, buckets: readonly string[]): void {
    for (const bucket of buckets) this.leases.delete(leaseKey(callId, bucket));
    this.send({ script: RELEASE, keys: buckets.map(keyOf), values: buckets.map(() => callId) });
  }

  private hold(callId: string, buckets: readonly string[]): void {
    const untilMs = this.clock.nowMs() + this.config.bounds.rateLeaseMostMs;
    for (const bucket of buckets) this.leases.set(leaseKey(callId, bucket), { callId, bucket, untilMs });
  }

  /** Without waiting. What fails may have been done all the same, so only what can be done twice is sent again. */
  private send(command: Command): void {
    const { script, keys, values } = command;
    if (keys.length === 0) return;
    if (!this.redis.isUp) this.wait(command);
    else
      this.redis.run(script, keys, values, script.name).catch(() => {
        if (script === RELEASE) this.wait(command);
      });
  }

  private wait(command: Command): void {
    if (this.waiting.length < this.config.bounds.rateEndsWaiting) this.waiting.push(command);
    else this.metrics.redisFailures.inc({ purpose: 'dropped' });
  }

  private renew(): void {
    const nowMs = this.clock.nowMs();
    for (const [key, lease] of this.leases) if (lease.untilMs <= nowMs) this.leases.delete(key);
    const all = [...this.leases.values()];
    for (let start = 0; start < all.length && this.redis.isUp; start += BATCH) {
      const batch = all.slice(start, start + BATCH);
      const values = [this.config.bounds.rateLeaseMs, ...batch.map(({ callId }) => callId)];
      this.send({ script: RENEW, keys: batch.map(({ bucket }) => keyOf(bucket)), values });
    }
  }
}

function takenOf(demands: readonly Demand[], [isLetThrough, ...fields]: readonly number[]): Taken {
  const readings = demands.map(({ amount, cost }, index): Reading => {
    const [used, wait, resetMs, slot] = fields.slice(index * FIELDS, (index + 1) * FIELDS) as [number, ...number[]];
    return { amount, cost, used, waitMs: wait === NEVER ? null : wait!, resetMs: resetMs!, slot: slot! };
  });
  return { isLetThrough: isLetThrough === 1, readings };
}
