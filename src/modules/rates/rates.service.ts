import { Injectable } from '@nestjs/common';
import type { CallPlace } from '../../core/scope.js';
import { Metrics } from '../../infra/telemetry/index.js';
import { rateHeaders } from './rate-headers.js';
import { CountedPermit, FREE_PERMIT, type RatePermit } from './rate-permit.js';
import { refusalOf } from './rate-refusal.js';
import { demandOf } from './rules/bound-rate.js';
import { RateRules } from './rules/rate-rules.service.js';
import { ProcessStore } from './stores/process-store.js';
import { RedisStore } from './stores/redis-store.js';
import type { Demand, RateStore, Taken } from './stores/store.js';

/** A call as rate limits see it. */
export interface RatedCall {
  readonly id: string;
  /** The most tokens that it can use. */
  readonly tokens: number;
}

/**
 * Hot path: lets a call through, or not, by the limits of requests, tokens and running calls on all its scopes. Counts
 * are exact over all instances while Redis answers; else each process lets its share through, and no call waits.
 */
@Injectable()
export class RateLimits {
  constructor(
    private readonly rules: RateRules,
    private readonly redis: RedisStore,
    private readonly process: ProcessStore,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Counts a call in all its limits, or in none. Whoever gets a permit settles and releases it, whatever happens.
   * @throws RateLimitExceeded a DomainError rate_limit_exceeded that names scope and limit; ledger_unavailable when the
   * limits of a key that has not called lately cannot be read
   */
  async admit(place: CallPlace, call: RatedCall, at: Date): Promise<RatePermit> {
    const rates = await this.rules.of(place, at);
    if (rates.length === 0) return FREE_PERMIT;
    const tokens = Math.max(0, Math.ceil(call.tokens));
    const demands = rates.map((rate) => demandOf(rate, tokens));
    const { store, taken } = await this.take(call.id, demands, at);
    const outcome = taken.isLetThrough ? 'let_through' : 'refused';
    this.metrics.rateDecisions.inc({ store: store === this.redis ? 'redis' : 'process', outcome });
    if (!taken.isLetThrough) throw refusalOf(rates, taken);
    const counted = rates.map((rate, index) => ({ rate, demand: demands[index]!, reading: taken.readings[index]! }));
    return new CountedPermit(store, call.id, counted, Object.freeze(rateHeaders(rates, taken)));
  }

  private async take(
    callId: string,
    demands: readonly Demand[],
    at: Date,
  ): Promise<{ store: RateStore; taken: Taken }> {
    if (this.redis.isUp) {
      const taken = await this.redis.take(callId, demands).catch(() => null);
      if (taken) return { store: this.redis, taken }; // Its failure has been counted where it was noticed.
    }
    return { store: this.process, taken: await this.process.take(callId, demands, at) };
  }
}
