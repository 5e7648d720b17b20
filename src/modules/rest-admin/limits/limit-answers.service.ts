import { Injectable } from '@nestjs/common';
import type { Ctx } from '../../../core/ctx.js';
import type { Page } from '../../../core/page.js';
import {
  GrantsService,
  type Limit,
  type LimitAlert,
  type LimitGrant,
  LimitScopes,
  LimitsService,
  LimitWindows,
} from '../../limits/index.js';
import { pageAnswer } from '../fields/paging.js';
import {
  type AlertList,
  alertView,
  type GrantView,
  grantView,
  type LimitDetails,
  type LimitList,
  type LimitView,
  limitView,
} from './limits.views.js';

/** In a list the fullest window of a limit tells enough. */
const WINDOWS_IN_LISTS = 1;
const GRANTS = 25;

/** Answers of the REST about limits, put together from what several services know of them. */
@Injectable()
export class LimitAnswers {
  constructor(
    private readonly limits: LimitsService,
    private readonly scopes: LimitScopes,
    private readonly windows: LimitWindows,
    private readonly grants: GrantsService,
  ) {}

  async list(ctx: Ctx, page: Page<Limit>): Promise<LimitList> {
    return { limits: await this.views(ctx, page.items, WINDOWS_IN_LISTS), ...pageAnswer(page) };
  }

  async details(ctx: Ctx, limit: Limit): Promise<LimitDetails> {
    const [view] = await this.views(ctx, [limit]);
    const { items } = await this.grants.list(ctx, limit.id, { first: GRANTS });
    return { ...view!, grants: items.map((grant) => grantView(grant, limit)) };
  }

  async grant(ctx: Ctx, grant: LimitGrant): Promise<GrantView> {
    return grantView(grant, await this.limits.get(ctx, grant.limitId));
  }

  async alerts(ctx: Ctx, page: Page<LimitAlert>): Promise<AlertList> {
    const limits = await this.limits.byId(ctx, [...new Set(page.items.map((alert) => alert.limitId))]);
    const names = await this.scopes.namesOf(ctx, 'limits', [...limits.values()]);
    const windowIds = page.items.map((alert) => alert.windowId);
    const windows = await this.windows.byId(ctx, windowIds);
    const alerts = page.items.map((alert) => {
      const subject = windows.get(alert.windowId)?.subject ?? null;
      return alertView(alert, { limit: limits.get(alert.limitId)!, name: names.get(alert.limitId) ?? null, subject });
    });
    return { alerts, ...pageAnswer(page) };
  }

  private async views(ctx: Ctx, limits: readonly Limit[], mostWindows?: number): Promise<LimitView[]> {
    const names = await this.scopes.namesOf(ctx, 'limits', limits);
    const amounts = await this.windows.amountsOf(ctx, limits);
    const windows = await this.windows.current(ctx, limits, mostWindows);
    return limits.map((limit) => {
      const { id } = limit;
      const facts = { name: names.get(id) ?? null, effectiveAmount: amounts.get(id)!, windows: windows.get(id) ?? [] };
      return limitView(limit, facts);
    });
  }
}
