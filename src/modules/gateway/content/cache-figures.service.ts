import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import type { NanoUsd } from '../../../core/money.js';
import { Database, isOwn } from '../../../infra/database/index.js';
import { Metrics } from '../../../infra/telemetry/index.js';
import type { CallRequest } from '../pipeline/call.js';
import { ContentQueue } from './content-queue.service.js';

/** What a call came to that a kept answer could have served. */
export interface CacheOutcome {
  readonly isHit: boolean;
  /** What its caller did not pay, because of the answer that was kept. */
  readonly saved: NanoUsd;
  /** What no vendor billed. */
  readonly providerSaved: NanoUsd;
}

interface Row {
  readonly id: string;
  readonly hits: string;
  readonly misses: string;
  readonly saved: string;
  readonly providerSaved: string;
}

export interface CacheSums {
  readonly hits: bigint;
  readonly misses: bigint;
  readonly saved: bigint;
  readonly providerSaved: bigint;
}

const DAY_MS = 24 * 60 * 60 * 1000;

const NOTE = `
  INSERT INTO response_cache_days AS figures (project_id, day, organization_id, hits, misses, saved, provider_saved)
  VALUES ($1, ($2::timestamptz AT TIME ZONE 'UTC')::date, $3, $4::bigint, 1 - $4::bigint, $5, $6)
  ON CONFLICT (project_id, day) DO UPDATE SET hits = figures.hits + excluded.hits,
    misses = figures.misses + excluded.misses, saved = figures.saved + excluded.saved,
    provider_saved = figures.provider_saved + excluded.provider_saved`;
const SUMS = `
  SELECT project_id AS id, sum(hits) AS hits, sum(misses) AS misses, sum(saved) AS saved,
    sum(provider_saved) AS "providerSaved"
  FROM response_cache_days
  WHERE project_id = ANY($1) AND day > ($2::timestamptz AT TIME ZONE 'UTC')::date AND ${isOwn('organization_id', '$3')}
  GROUP BY project_id`;

const NOTHING: CacheSums = Object.freeze({ hits: 0n, misses: 0n, saved: 0n, providerSaved: 0n });

/** How well the response caches serve: counts a project and day, written behind the calls. They are no money. */
@Injectable()
export class CacheFiguresService {
  constructor(
    private readonly database: Database,
    private readonly queue: ContentQueue,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  note({ id, caller }: CallRequest, { isHit, saved, providerSaved }: CacheOutcome): void {
    this.metrics.cacheLookups.inc({ outcome: isHit ? 'hit' : 'miss' });
    const place = [caller.projectId, this.clock.now(), caller.organizationId];
    const values = [...place, isHit ? 1 : 0, saved.toString(), providerSaved.toString()];
    this.queue.offer({ kind: 'figures', callId: id, bytes: 0, store: () => this.database.pool.query(NOTE, values) });
  }

  /** Sums over the last days, today included, by project; days are those of UTC. */
  async of(ctx: Ctx, projectIds: readonly string[], days: number): Promise<Map<string, CacheSums>> {
    const since = new Date(this.clock.nowMs() - days * DAY_MS);
    const rows = await ctx.em.query<Row[]>(SUMS, [projectIds, since, ctx.organizationId]);
    const found = new Map(rows.map((row) => [row.id, sumsOf(row)]));
    return new Map(projectIds.map((id) => [id, found.get(id) ?? NOTHING]));
  }
}

const sumsOf = ({ hits, misses, saved, providerSaved }: Row): CacheSums => ({
  hits: BigInt(hits),
  misses: BigInt(misses),
  saved: BigInt(saved),
  providerSaved: BigInt(providerSaved),
});
