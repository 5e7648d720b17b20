import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { isOwn } from '../../../infra/database/index.js';
import { TimeZone } from '../reports/time-zone.js';
import { DAY_MS } from '../reports/usage-window.js';
import type { Dashboard } from './dashboard.views.js';

interface Counts {
  readonly organizations: number;
  readonly teams: number;
  readonly keys: number;
  readonly credits: string;
}

const COUNTS = `
  SELECT (SELECT count(*)::integer FROM organizations WHERE status = 'active' AND ${isOwn('id', '$2')}) AS organizations,
    (SELECT count(*)::integer FROM teams WHERE status <> 'deleted' AND ${isOwn('organization_id', '$2')}) AS teams,
    (SELECT count(*)::integer FROM keys
      WHERE status = 'active' AND (expires_at IS NULL OR expires_at > $1) AND ${isOwn('organization_id', '$2')}) AS keys,
    (SELECT coalesce(sum(account.balance), 0) FROM teams team JOIN accounts account
      ON account.kind = 'team_credits' AND account.scope_type = 'team' AND account.scope_id = team.id
      WHERE team.status <> 'deleted' AND ${isOwn('team.organization_id', '$2')}) AS credits`;

interface Spend {
  readonly today: string;
  readonly yesterday: string;
  readonly month: string;
  readonly lastMonth: string;
  readonly calls: number;
  readonly errors: number;
  readonly previousCalls: number;
  readonly previousErrors: number;
}

const between = (from: string, to: string): string => `created_at >= ${from} AND created_at < ${to}`;

/** $1 and $2 today and yesterday, $3 and $4 this month and the last, $5 and $6 a day and two days ago, $7 and $8 the
    moments of yesterday and of the last month that are now; $9 the earliest of them. */
const SPEND = `
  SELECT coalesce(sum(charged_cost) FILTER (WHERE created_at >= $1), 0) AS today,
    coalesce(sum(charged_cost) FILTER (WHERE ${between('$2', '$7')}), 0) AS yesterday,
    coalesce(sum(charged_cost) FILTER (WHERE created_at >= $3), 0) AS month,
    coalesce(sum(charged_cost) FILTER (WHERE ${between('$4', '$8')}), 0) AS "lastMonth",
    count(*) FILTER (WHERE created_at >= $5)::integer AS calls,
    count(*) FILTER (WHERE created_at >= $5 AND outcome = 'error')::integer AS errors,
    count(*) FILTER (WHERE ${between('$6', '$5')})::integer AS "previousCalls",
    count(*) FILTER (WHERE ${between('$6', '$5')} AND outcome = 'error')::integer AS "previousErrors"
  FROM calls WHERE created_at >= $9 AND ${isOwn('organization_id', '$10')}`;

interface Jobs {
  readonly isRecent: boolean;
  readonly count: number;
  readonly ended: number;
  readonly completed: number;
}

const JOBS = `
  SELECT created_at >= $1 AS "isRecent", count(*)::integer AS count,
    count(*) FILTER (WHERE status NOT IN ('pending', 'in_progress'))::integer AS ended,
    count(*) FILTER (WHERE status = 'completed')::integer AS completed
  FROM jobs WHERE created_at >= $2 AND ${isOwn('organization_id', '$3')} GROUP BY 1`;

const rate = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** The tiles of the first page. */
@Injectable()
export class DashboardService {
  constructor(private readonly clock: Clock) {}

  /** @throws DomainError invalid_request for an unknown time zone */
  async tiles(ctx: Ctx, timeZone: string): Promise<Dashboard> {
    const now = this.clock.now();
    const moments = momentsOf(now, timeZone);
    const [counts] = await ctx.em.query<[Counts]>(COUNTS, [now, ctx.organizationId]);
    const [spend] = await ctx.em.query<[Spend]>(SPEND, [...moments.values, ctx.organizationId]);
    const jobs = await ctx.em.query<Jobs[]>(JOBS, [moments.dayAgo, moments.twoDaysAgo, ctx.organizationId]);
    const [recent, before] = [true, false].map((isRecent) => jobs.find((row) => row.isRecent === isRecent));
    return {
      organizations: counts.organizations,
      teams: counts.teams,
      activeKeys: counts.keys,
      creditsInCirculation: ctx.may('credit.read') ? BigInt(counts.credits) : null,
      spendToday: { from: moments.today, current: BigInt(spend.today), previous: BigInt(spend.yesterday) },
      spendThisMonth: { from: moments.month, current: BigInt(spend.month), previous: BigInt(spend.lastMonth) },
      jobs: {
        count: recent?.count ?? 0,
        previousCount: before?.count ?? 0,
        successRate: rate(recent?.completed ?? 0, recent?.ended ?? 0),
        previousSuccessRate: rate(before?.completed ?? 0, before?.ended ?? 0),
      },
      calls: {
        count: spend.calls,
        previousCount: spend.previousCalls,
        errorRate: rate(spend.errors, spend.calls),
        previousErrorRate: rate(spend.previousErrors, spend.previousCalls),
      },
    };
  }
}

interface Moments {
  readonly today: Date;
  readonly month: Date;
  readonly dayAgo: Date;
  readonly twoDaysAgo: Date;
  readonly values: readonly Date[];
}

function momentsOf(now: Date, timeZone: string): Moments {
  const zone = new TimeZone(timeZone);
  const day = zone.dayAt(now);
  const [today, yesterday] = [0, -1].map((offset) => zone.startOf({ ...day, day: day.day + offset }));
  const [month, lastMonth] = [0, -1].map((offset) => zone.startOf({ ...day, month: day.month + offset, day: 1 }));
  const [dayAgo, twoDaysAgo] = [1, 2].map((days) => new Date(now.getTime() - days * DAY_MS));
  /** As far into the earlier period as now is into the present one, and no further than its end. */
  const likewise = (earlier: Date, present: Date): Date =>
    new Date(Math.min(earlier.getTime() + now.getTime() - present.getTime(), present.getTime()));
  const starts = [today!, yesterday!, month!, lastMonth!, dayAgo!, twoDaysAgo!];
  const ends = [likewise(yesterday!, today!), likewise(lastMonth!, month!)];
  const earliest = new Date(Math.min(...starts.map((each) => each.getTime())));
  const values = [...starts, ...ends, earliest];
  return { today: today!, month: month!, dayAgo: dayAgo!, twoDaysAgo: twoDaysAgo!, values };
}
