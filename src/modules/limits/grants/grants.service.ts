import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import { actorId, actorName, type Ctx } from '../../../core/ctx.js';
import { DomainError, invalid, notFound } from '../../../core/errors.js';
import { newId } from '../../../core/id.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { bothWays, containing, insertNew, keysetPage } from '../../../infra/database/index.js';
import { Events } from '../../../infra/events/index.js';
import { readAmount } from '../amounts.js';
import { announceLimitChange } from '../limits-changed.js';
import { LimitsService } from '../limits.service.js';
import type { GrantLimitInput } from './grants.inputs.js';
import { LimitGrant } from './limit-grant.entity.js';

const NEWEST_FIRST = bothWays('given.createdAt', 'timestamptz').desc;

/** Lets a scope use more of a limit for some time. */
@Injectable()
export class GrantsService {
  constructor(
    private readonly limits: LimitsService,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** Grants of a limit, those that have ended or were revoked too, newest first. */
  list(ctx: Ctx, limitId: string, page: PageRequest): Promise<Page<LimitGrant>> {
    const query = ctx.em.createQueryBuilder(LimitGrant, 'given').where('given.limitId = :limitId', { limitId });
    if (page.search)
      query.andWhere('(given.id ILIKE :text OR given.reason ILIKE :text)', { text: containing(page.search) });
    return keysetPage(query, page, NEWEST_FIRST);
  }

  /** @throws DomainError not_found for the limit, invalid_request */
  async grant(ctx: Ctx, input: GrantLimitInput): Promise<LimitGrant> {
    const limit = await this.limits.getActive(ctx, input.limitId);
    const now = this.clock.now();
    const { reason, endsAt } = input;
    const startsAt = input.startsAt ?? now;
    if (endsAt <= now) throw invalid('endsAt', 'must lie in the future');
    if (endsAt <= startsAt) throw invalid('endsAt', 'must lie after startsAt');
    const amount = readAmount(input.amount, limit.unit);
    if (amount === 0n) throw invalid('amount', 'must be above zero');
    await this.limits.requireRoom(ctx, limit, limit.amount + amount);
    const { organizationId } = limit;
    const actor = { actorKind: ctx.actor.kind, actorId: actorId(ctx.actor), actorName: actorName(ctx.actor) };
    const terms = { limitId: limit.id, organizationId, amount, startsAt, endsAt, reason };
    const values = { id: newId('limitGrant'), ...terms, ...actor, revokedAt: null };
    await announceLimitChange(ctx, this.events, organizationId);
    return insertNew(ctx.em, LimitGrant, values, new DomainError('internal', 'Two grants have the same id'));
  }

  /**
   * Ends a grant now; what was used of it stays used. Revoking twice is revoking once.
   * @throws DomainError not_found, conflict for one that has run out
   */
  async revoke(ctx: Ctx, id: string, limitId?: string): Promise<LimitGrant> {
    const grant = await ctx.em.findOneBy(LimitGrant, { id, ...(limitId !== undefined && { limitId }) });
    if (!grant) throw notFound('Grant', id);
    if (grant.revokedAt) return grant;
    const now = this.clock.now();
    if (grant.endsAt <= now) throw new DomainError('conflict', 'The grant has run out already');
    grant.revokedAt = now;
    await announceLimitChange(ctx, this.events, grant.organizationId);
    return ctx.em.save(grant);
  }
}
