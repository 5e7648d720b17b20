import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import { invalid } from '../../../core/errors.js';
import { type Refill, RefillMode, RefillsService, RefillStatus } from '../../ledger/index.js';
import { type AutoRefillBody, type AutoRefillView, autoRefillView } from './refills.views.js';

/** The refill of a team in the original's words: it is disabled, never removed. */
@Injectable()
export class TeamRefill {
  constructor(private readonly refills: RefillsService) {}

  /** @throws DomainError not_found, invalid_request when enabled for the first time without amount and period */
  async configure(ctx: Ctx, teamId: string, body: AutoRefillBody): Promise<AutoRefillView> {
    return autoRefillView(teamId, await this.set(ctx, teamId, body));
  }

  private async set(ctx: Ctx, teamId: string, body: AutoRefillBody): Promise<Refill | null> {
    const before = await this.refills.find(ctx, teamId);
    const credits = body.refill_amount ?? before?.credits;
    const period = body.period() ?? before?.period;
    if (!body.enabled && !before) return null;
    if (credits === undefined) throw invalid('credits', 'must be given to enable auto-refill');
    if (period === undefined) throw invalid('period', 'must be given to enable auto-refill');
    const { mode, zone } = before ?? { mode: RefillMode.ADD, zone: 'UTC' };
    const status = body.enabled ? RefillStatus.ACTIVE : RefillStatus.PAUSED;
    return this.refills.set(ctx, { teamId, mode, credits, period, zone, status });
  }
}
