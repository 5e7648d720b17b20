import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { bothWays, containing, Database, keysetPage } from '../../../infra/database/index.js';
import { Tasks } from '../../../infra/queue/index.js';
import { Log, Metrics } from '../../../infra/telemetry/index.js';
import { formatAmount } from '../amounts.js';
import type { LimitEnforcement, LimitUnit } from '../limit-words.js';
import type { LimitAlertFilter } from './alerts.inputs.js';
import { LimitAlert } from './limit-alert.entity.js';

const EVERY_MS = 60_000;

/** Alerts told in one statement; a task goes on until none is left. */
const BATCH = 500;

const NEWEST_FIRST = bothWays('alert.createdAt', 'timestamptz').desc;

/** The mark and what is told of it are one statement: each alert is told once, whatever instances do at the same time. */
const ANNOUNCE = `
  WITH news AS (
    SELECT window_id, percent FROM limit_alerts WHERE announced_at IS NULL
    ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
  UPDATE limit_alerts alert SET announced_at = $1
  FROM news, limit_windows spent, limits spend
  WHERE alert.window_id = news.window_id AND alert.percent = news.percent
    AND spent.id = alert.window_id AND spend.id = alert.limit_id
  RETURNING alert.limit_id, alert.organization_id, alert.percent, alert.posted, alert.amount, spent.subject, spend.unit,
    spend.enforcement, scope_name(spend.scope_type, spend.scope_id, spend.member_id) AS scope`;

interface News {
  readonly limit_id: string;
  readonly organization_id: string;
  readonly scope: string | null;
  readonly subject: string;
  readonly percent: number;
  readonly posted: string;
  readonly amount: string;
  readonly unit: LimitUnit;
  readonly enforcement: LimitEnforcement;
}

/** Tells that limits are nearly used up. */
@Injectable()
export class LimitAlerts implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly tasks: Tasks,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.tasks.schedule('announce-limit-alerts', EVERY_MS, async () => void (await this.announce()));
  }

  /** Newest first. */
  list(ctx: Ctx, page: PageRequest, filter: LimitAlertFilter = {}): Promise<Page<LimitAlert>> {
    const query = ctx.em.createQueryBuilder(LimitAlert, 'alert').where('true');
    if (filter.organizationId) query.andWhere('alert.organizationId = :org', { org: filter.organizationId });
    if (filter.limitId) query.andWhere('alert.limitId = :limitId', { limitId: filter.limitId });
    if (page.search) query.andWhere('alert.limitId ILIKE :text', { text: containing(page.search) });
    return keysetPage(query, page, NEWEST_FIRST);
  }

  /** Logs and counts the alerts that nobody was told of yet. Gives how many there were. */
  async announce(): Promise<number> {
    let told = 0;
    for (let isMore = true; isMore;) {
      const { rows } = await this.database.pool.query<News>(ANNOUNCE, [this.clock.now()]);
      for (const news of rows) this.tell(news);
      told += rows.length;
      isMore = rows.length === BATCH;
    }
    return told;
  }

  private tell(news: News): void {
    const { limit_id: limitId, organization_id: organizationId, scope, subject, percent, unit, enforcement } = news;
    this.metrics.limitAlerts.inc({ enforcement });
    this.log.warn('limit reached a percentage of its amount', {
      ...{ limitId, organizationId, scope, percent, unit, enforcement },
      ...(subject && { subject }),
      posted: formatAmount(BigInt(news.posted), unit),
      amount: formatAmount(BigInt(news.amount), unit),
    });
  }
}
