import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError, invalid, notFound } from '../../../core/errors.js';
import { newId } from '../../../core/id.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { containing, insertNew, keysetPage, orderOf, type SortColumns } from '../../../infra/database/index.js';
import { Events } from '../../../infra/events/index.js';
import { LimitScopes } from '../../limits/index.js';
import { OrganizationsService } from '../../organizations/index.js';
import type { RatePer, RateUnit } from '../rules/bound-rate.js';
import { RATES_CHANGED } from '../rules/rate-rules.service.js';
import { RATE_STATUSES, RateLimit } from './rate-limit.entity.js';
import {
  type CreateRateLimitInput,
  type RateLimitFilter,
  RateLimitOrder,
  type UpdateRateLimitInput,
} from './rate-limits.inputs.js';

const NAME = 'scope_name(rate.scope_type, rate.scope_id, rate.member_id)';
const COLUMNS: SortColumns<RateLimitOrder> = {
  created: ['rate.createdAt', 'timestamptz'],
  amount: ['rate.amount', 'bigint'],
  scope: [NAME, 'text', 'nullable'],
};

@Injectable()
export class RateLimitsService {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly scopes: LimitScopes,
    private readonly events: Events,
    private readonly config: Config,
  ) {}

  /** @throws DomainError not_found, also for a deleted one and for one that the actor may not see */
  async get(ctx: Ctx, id: string): Promise<RateLimit> {
    const rate = await ctx.em.findOneBy(RateLimit, { id });
    if (!rate || rate.status === RATE_STATUSES.DELETED) throw notFound('Rate limit', id);
    return rate;
  }

  list(
    ctx: Ctx,
    page: PageRequest,
    filter: RateLimitFilter = {},
    order: RateLimitOrder = RateLimitOrder.CREATED_DESC,
  ): Promise<Page<RateLimit>> {
    const query = ctx.em
      .createQueryBuilder(RateLimit, 'rate')
      .where('rate.status = :active', { active: RATE_STATUSES.ACTIVE });
    if (filter.organizationId) query.andWhere('rate.organizationId = :org', { org: filter.organizationId });
    if (filter.scopeType) query.andWhere('rate.scopeType = :scopeType', { scopeType: filter.scopeType });
    if (filter.scopeId)
      query.andWhere('(rate.scopeId = :scopeId OR rate.memberId = :scopeId)', { scopeId: filter.scopeId });
    if (filter.unit) query.andWhere('rate.unit = :unit', { unit: filter.unit });
    if (page.search) {
      const texts = ['rate.id', 'rate.scopeId', 'rate.memberId', 'rate.note', NAME];
      query.andWhere(`(${texts.map((text) => `${text} ILIKE :text`).join(' OR ')})`, {
        text: containing(page.search),
      });
    }
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  /** How people call what the limits are on. */
  async scopeNames(ctx: Ctx, rates: readonly RateLimit[]): Promise<Map<RateLimit, string>> {
    const names = await this.scopes.namesOf(ctx, 'rate_limits', rates);
    return new Map(rates.map((rate) => [rate, names.get(rate.id) ?? rate.scopeId]));
  }

  /**
   * @throws DomainError not_found for organization or scope, invalid_request when unit and period do not go together, forbidden for
   * an organization that limits itself, conflict when the scope has as many as one may have
   */
  async create(ctx: Ctx, input: CreateRateLimitInput): Promise<RateLimit> {
    const { organizationId, scopeType, scopeId, unit } = input;
    const scope = { type: scopeType, id: scopeId, memberId: input.memberId ?? null };
    this.scopes.requireMaySet(ctx, scopeType);
    await this.organizations.get(ctx, organizationId);
    await this.scopes.require(ctx, organizationId, scope);
    const per = checkedPer(unit, input.per ?? null);
    await this.requireRoom(ctx, input);
    const { amount, note = null } = input;
    const values = { organizationId, scopeType, scopeId, memberId: scope.memberId, unit, per, amount, note };
    const taken = new DomainError('internal', 'Two rate limits have the same id');
    const made = { id: newId('rateLimit'), ...values, status: RATE_STATUSES.ACTIVE };
    const rate = await insertNew(ctx.em, RateLimit, made, taken);
    await this.announce(ctx);
    return rate;
  }

  /** @throws DomainError as create */
  async update(ctx: Ctx, id: string, input: UpdateRateLimitInput): Promise<RateLimit> {
    const rate = await this.get(ctx, id);
    this.scopes.requireMaySet(ctx, rate.scopeType);
    rate.per = checkedPer(rate.unit, input.per ?? rate.per);
    rate.amount = input.amount ?? rate.amount;
    if (input.note !== undefined) rate.note = input.note;
    await this.announce(ctx);
    return ctx.em.save(rate);
  }

  /** It binds no call from then on; its row stays. @throws DomainError not_found, forbidden */
  async delete(ctx: Ctx, id: string): Promise<RateLimit> {
    const rate = await this.get(ctx, id);
    this.scopes.requireMaySet(ctx, rate.scopeType);
    rate.status = RATE_STATUSES.DELETED;
    await this.announce(ctx);
    return ctx.em.save(rate);
  }

  private async requireRoom(ctx: Ctx, { scopeType, scopeId }: CreateRateLimitInput): Promise<void> {
    const most = this.config.bounds.rateLimitsPerScope;
    const present = await ctx.em.countBy(RateLimit, { scopeType, scopeId, status: RATE_STATUSES.ACTIVE });
    if (present < most) return;
    throw new DomainError('conflict', `A scope has at most ${most} rate limits; change or delete one of them`);
  }

  private announce(ctx: Ctx): Promise<void> {
    return this.events.publish({ query: (text, values) => ctx.em.query(text, values) }, RATES_CHANGED, {});
  }
}

/** @throws DomainError invalid_request */
function checkedPer(unit: RateUnit, per: RatePer | null): RatePer | null {
  if (unit === 'concurrent' && per !== null) throw invalid('per', 'calls at once are not counted in a time');
  if (unit !== 'concurrent' && per === null) throw invalid('per', 'is required');
  return per;
}
