import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { newId, newUuid } from '../../../core/id.js';
import { systemCtx } from '../../../infra/access/index.js';
import { Database } from '../../../infra/database/index.js';
import { Log, Metrics } from '../../../infra/telemetry/index.js';
import { type EndCall, ledgerActor, wireJson } from '../operations.js';

/** Calls that were ended without a record of what they cost. */
const UNKNOWN = "SELECT id FROM calls WHERE id = ANY($1) AND state = 'recovered' AND usage_source IS NULL";
const CORRECT = 'SELECT code FROM call_correct($1, $2, $3, $4, $5, $6)';
/** The outcome stays: the job was closed by it. */
const DESCRIBE = `
  UPDATE calls SET usage_source = $2, model_id = coalesce($3, model_id), provider_id = coalesce($4, provider_id),
    price_id = coalesce($5, price_id), attempts = $6, latency_ms = $7, finish_reason = $8, error_message = $9
  WHERE id = $1`;
const REASON = 'The record of the process that ran the call was found';

interface Late {
  readonly end: EndCall;
  readonly told: () => void;
}

/**
 * What calls cost, known to the process that ran them, and learned by the ledger after another process had to end them
 * without. Each becomes one correction. That of a job still open waits until the job has closed.
 */
@Injectable()
export class LateEvidence {
  private readonly waiting = new Map<string, Late>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {}

  /** @param told once the ledger knows: the evidence is of no more use then */
  add(callId: string, end: EndCall, told: () => void): void {
    this.waiting.set(callId, { end, told });
  }

  /** Brings into the ledger what can be. A correction that fails is logged, and tried again the next time. */
  async tell(): Promise<void> {
    if (this.waiting.size === 0) return;
    const { rows } = await this.database.pool.query<{ id: string }>(UNKNOWN, [[...this.waiting.keys()]]);
    const unknown = new Set(rows.map(({ id }) => id));
    for (const [callId, { end, told }] of [...this.waiting]) {
      const isTold = !unknown.has(callId) || (await this.correct(callId, end));
      if (isTold && this.waiting.delete(callId)) told();
    }
  }

  /** False when it must wait. */
  private async correct(callId: string, end: EndCall): Promise<boolean> {
    const ctx = systemCtx(this.database, 'recovery', newId('request'));
    try {
      const code = await this.database.transaction(ctx, (inside) => this.post(inside, callId, end));
      if (code === 'job_open') return false;
      this.metrics.recovered.inc({ state: 'corrected' });
      this.log.warn('a call that was ended without its record was corrected by it', { callId });
      return true;
    } catch (error) {
      this.log.error('a call cannot be corrected by its record', { callId, error });
      return false;
    }
  }

  private async post(ctx: Ctx, callId: string, end: EndCall): Promise<string> {
    const { usage, tokensIn, tokensOut, providerCost, chargedCost } = end;
    const truth = wireJson({ usage, tokensIn, tokensOut, providerCost, chargedCost });
    const values = [newUuid(), callId, truth, REASON, wireJson(ledgerActor(ctx)), this.clock.now()];
    const [result] = await ctx.em.query<{ code: string }[]>(CORRECT, values);
    const { usageSource, modelId, providerId, priceId, attempts, latencyMs, finishReason } = end;
    if (result!.code === 'ok') {
      const place = [modelId, providerId, priceId];
      const facts = [wireJson(attempts), latencyMs, finishReason, `${REASON} after it had been ended`];
      await ctx.em.query(DESCRIBE, [callId, usageSource, ...place, ...facts]);
    }
    return result!.code;
  }
}
