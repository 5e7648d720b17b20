import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Clock } from '../../core/clock.js';
import type { Ctx } from '../../core/ctx.js';
import { DomainError, invalid, notFound } from '../../core/errors.js';
import { newId } from '../../core/id.js';
import type { Page, PageRequest } from '../../core/page.js';
import { containing, insertNew, keysetPage, orderOf, type SortColumns } from '../../infra/database/index.js';
import { Events } from '../../infra/events/index.js';
import { OrganizationsService } from '../organizations/index.js';
import { readAmount, withinMost } from './amounts.js';
import { LimitScopes } from './limit-scopes.service.js';
import { Limit } from './limit.entity.js';
import { announceLimitChange } from './limits-changed.js';
import { type CreateLimitInput, type LimitFilter, LimitOrder, type UpdateLimitInput } from './limits.inputs.js';
import { LimitWindows } from './windows/limit-windows.service.js';
import { isZone } from '../../core/zone-days.js';

const NAME = 'scope_name(spend.scope_type, spend.scope_id, spend.member_id)';
const COLUMNS: SortColumns<LimitOrder> = {
  created: ['spend.createdAt', 'timestamptz'],
  amount: ['spend.amount', 'bigint'],
  scope: [NAME, 'text', 'nullable'],
};

const DEFAULT_ALERTS = [50, 80, 100];

/** What grants that run, or are still to come, add to a limit at most. */
const GRANTED = `
  SELECT coalesce(sum(amount), 0) AS amount FROM limit_grants
  WHERE limit_id = $1 AND organization_id = $2 AND revoked_at IS NULL AND ends_at > $3`;

@Injectable()
export class LimitsService {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly scopes: LimitScopes,
    private readonly windows: LimitWindows,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** Deleted ones too. @throws DomainError not_found, also for one that the actor may not see */
  async get(ctx: Ctx, id: string): Promise<Limit> {
    const limit = await ctx.em.findOneBy(Limit, { id });
    if (!limit) throw notFound('Limit', id);
    return limit;
  }

  /** @throws DomainError not_found, also for a deleted one */
  async getActive(ctx: Ctx, id: string): Promise<Limit> {
    const limit = await this.get(ctx, id);
    if (limit.status !== 'active') throw notFound('Limit', id);
    return limit;
  }

  /** Those of the ids that the actor may see, deleted ones too. */
  async byId(ctx: Ctx, ids: readonly string[]): Promise<Map<string, Limit>> {
    const limits = await ctx.em.findBy(Limit, { id: In(ids) });
    return new Map(limits.map((limit) => [limit.id, limit]));
  }

  list(ctx: Ctx, page: PageRequest, filter: LimitFilter = {}, order = LimitOrder.CREATED_DESC): Promise<Page<Limit>> {
    const query = ctx.em
      .createQueryBuilder(Limit, 'spend')
      .where('spend.status = :status', { status: filter.status ?? 'active' });
    for (const field of ['organizationId', 'scopeType', 'unit', 'period', 'enforcement'] as const)
      if (filter[field]) query.andWhere(`spend.${field} = :${field}`, { [field]: filter[field] });
    if (filter.scopeId)
      query.andWhere('(spend.scopeId = :scopeId OR spend.memberId = :scopeId)', { scopeId: filter.scopeId });
    if (page.search) {
      const texts = ['spend.id', 'spend.scopeId', 'spend.memberId', 'spend.note', NAME];
      query.andWhere(`(${texts.map((text) => `${text} ILIKE :text`).join(' OR ')})`, {
        text: containing(page.search),
      });
    }
    return keysetPage(query, page, orderOf(COLUMNS, order));
  }

  /** @throws DomainError not_found for organization and scope, forbidden, invalid_request */
  async create(ctx: Ctx, input: CreateLimitInput): Promise<Limit> {
    this.scopes.requireMaySet(ctx, input.scopeType);
    const { id: organizationId } = await this.organizations.get(ctx, input.organizationId);
    const { scopeType, scopeId, memberId = null } = input;
    await this.scopes.require(ctx, organizationId, { type: scopeType, id: scopeId, memberId });
    const values: Partial<Limit> = {
      ...{ id: newId('limit'), organizationId, scopeType, scopeId, memberId },
      unit: input.unit,
      period: input.period,
      zone: zoneOf(input.zone ?? 'UTC'),
      amount: readAmount(input.amount, input.unit),
      enforcement: input.enforcement ?? 'hard',
      alerts: ascending(input.alerts ?? DEFAULT_ALERTS),
      note: input.note ?? null,
      status: 'active',
      anchoredAt: null,
    };
    await announceLimitChange(ctx, this.events, organizationId);
    return insertNew(ctx.em, Limit, values, new DomainError('internal', 'Two limits have the same id'));
  }

  /**
   * The amount holds at once, also below what is used. A new period or zone holds from the end of the windows that run.
   * @throws DomainError not_found, forbidden, invalid_request
   */
  async update(ctx: Ctx, id: string, input: UpdateLimitInput): Promise<Limit> {
    const limit = await this.getSettable(ctx, id);
    const amount = input.amount
      ? await this.requireRoom(ctx, limit, readAmount(input.amount, limit.unit))
      : limit.amount;
    const alerts = input.alerts ? ascending(input.alerts) : limit.alerts;
    const zone = input.zone ? zoneOf(input.zone) : limit.zone;
    const period = input.period ?? limit.period;
    const isOtherRule = period !== limit.period || (zone !== limit.zone && period !== 'total');
    // Windows before the limit, as the ledger locks them.
    if (isOtherRule) limit.anchoredAt = await this.windows.letRunOut(ctx, limit);
    const note = input.note === undefined ? limit.note : input.note;
    const enforcement = input.enforcement ?? limit.enforcement;
    return this.save(ctx, Object.assign(limit, { amount, alerts, zone, period, note, enforcement }));
  }

  /** It binds no more calls; what was counted in its windows stays. */
  async delete(ctx: Ctx, id: string): Promise<Limit> {
    const limit = await this.getSettable(ctx, id);
    return this.save(ctx, Object.assign(limit, { status: 'deleted' }));
  }

  /**
   * Gives an amount back that with all grants still to run stays countable.
   * @throws DomainError invalid_request
   */
  async requireRoom(ctx: Ctx, limit: Pick<Limit, 'id' | 'organizationId' | 'unit'>, amount: bigint): Promise<bigint> {
    const values = [limit.id, limit.organizationId, this.clock.now()];
    const [row] = await ctx.em.query<{ amount: string }[]>(GRANTED, values);
    withinMost(amount + BigInt(row!.amount), limit.unit);
    return amount;
  }

  private async getSettable(ctx: Ctx, id: string): Promise<Limit> {
    const limit = await this.getActive(ctx, id);
    this.scopes.requireMaySet(ctx, limit.scopeType);
    return limit;
  }

  private async save(ctx: Ctx, limit: Limit): Promise<Limit> {
    await announceLimitChange(ctx, this.events, limit.organizationId);
    return ctx.em.save(limit);
  }
}

function zoneOf(name: string): string {
  if (!isZone(name)) throw invalid('zone', "must be the name of a time zone such as 'Europe/Berlin'");
  return name;
}

function ascending(alerts: readonly number[]): number[] {
  if (alerts.some((percent, index) => index > 0 && percent <= alerts[index - 1]!))
    throw invalid('alerts', 'must be ascending, each percent once');
  return [...alerts];
}
