import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { isOwn } from '../../../infra/database/index.js';
import { type ProviderHealth, ProviderState, stateOf } from './provider-health.js';

const HOUR_MS = 60 * 60 * 1000;
const UNUSED: ProviderHealth = Object.freeze({
  calls: 0,
  errors: 0,
  errorRate: 0,
  p50LatencyMs: null,
  lastErrorAt: null,
  lastError: null,
  state: ProviderState.UNUSED,
});

type Row = Pick<ProviderHealth, 'calls' | 'errors' | 'p50LatencyMs' | 'lastErrorAt' | 'lastError'> & {
  readonly id: string;
};

const FIGURES = `
  SELECT provider_id AS id, count(*)::integer AS calls, count(*) FILTER (WHERE is_fault)::integer AS errors,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY latency_ms) FILTER (WHERE NOT is_fault) AS "p50LatencyMs",
    max(made_at) FILTER (WHERE is_fault) AS "lastErrorAt",
    (array_agg(message ORDER BY made_at DESC) FILTER (WHERE is_fault))[1] AS "lastError"
  FROM provider_attempts($2) WHERE provider_id = ANY($1) AND ${isOwn('organization_id', '$3')} GROUP BY provider_id`;

/** Whether providers answer, seen from the requests that were sent to them. */
@Injectable()
export class ProviderHealths {
  constructor(private readonly clock: Clock) {}

  async of(ctx: Ctx, ids: readonly string[]): Promise<Map<string, ProviderHealth>> {
    const since = new Date(this.clock.nowMs() - HOUR_MS);
    const rows = await ctx.em.query<Row[]>(FIGURES, [ids, since, ctx.organizationId]);
    const found = new Map(rows.map(({ id, ...figures }) => [id, healthOf(figures)]));
    return new Map(ids.map((id) => [id, found.get(id) ?? UNUSED]));
  }
}

const healthOf = (figures: Omit<Row, 'id'>): ProviderHealth => ({
  ...figures,
  errorRate: figures.errors / figures.calls,
  state: stateOf(figures.calls, figures.errors),
});
