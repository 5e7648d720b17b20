import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import type { Page, PageRequest } from '../../../core/page.js';
import { bothWays, isOwn, keysetPage } from '../../../infra/database/index.js';
import { groupBy } from '../../../infra/graphql/index.js';
import type { Limit } from '../limit.entity.js';
import { LimitWindow } from './limit-window.entity.js';
import { instantOrNone, openWindows } from './open-windows.js';
import { figuresOf, type WindowFigures, type WindowSums } from './window-figures.js';
import { windowOf } from '../../../core/window.js';

/** Windows of the members of one limit that are shown at once, the fullest. */
export const MAX_CURRENT_WINDOWS = 100;

interface Row {
  readonly id: string;
  readonly limit_id: string;
  readonly unit: Limit['unit'];
  readonly subject: string;
  readonly subject_name: string | null;
  readonly starts_at: Date;
  readonly ends_at: Date | number;
  readonly amount: string;
  readonly posted: string;
  readonly held: string;
  readonly overrun: string;
}

/** Of a window w of a limit l; what it allows is that of the instant $2, or of its own end. */
const FIGURES = `w.id, w.limit_id, l.unit, w.subject, w.starts_at, w.ends_at, w.posted, w.held, w.overrun,
  limit_amount(l.id, l.amount, least($2, w.ends_at - interval '1 millisecond')) AS amount,
  scope_name(split_part(l.scope_type, '_in_', 1), w.subject, NULL) AS subject_name`;

const CURRENT = `
  SELECT ${FIGURES} FROM limits l CROSS JOIN LATERAL (
    SELECT * FROM limit_windows w WHERE w.limit_id = l.id AND w.starts_at <= $2 AND w.ends_at > $2
    ORDER BY w.posted + w.held DESC, w.id LIMIT $4) w
  WHERE l.id = ANY($1) AND ${isOwn('l.organization_id', '$3')} ORDER BY w.posted + w.held DESC, w.id`;

const BY_ID = `
  SELECT ${FIGURES} FROM limit_windows w JOIN limits l ON l.id = w.limit_id
  WHERE w.id = ANY($1) AND ${isOwn('w.organization_id', '$3')}`;

const AMOUNTS = `
  SELECT l.id, limit_amount(l.id, l.amount, $2) AS amount FROM limits l
  WHERE l.id = ANY($1) AND ${isOwn('l.organization_id', '$3')}`;

const LATEST_END = `
  SELECT max(ends_at) AS ends_at FROM limit_windows
  WHERE limit_id = $1 AND organization_id = $2 AND starts_at <= $3 AND ends_at > $3`;

/** One that began this very moment still has to end after it began. */
const END_TOTALS = `
  UPDATE limit_windows SET ends_at = greatest($3, starts_at + interval '1 millisecond')
  WHERE limit_id = $1 AND organization_id = $2 AND ends_at = 'infinity'`;

const NEWEST_FIRST = bothWays('spent.endsAt', 'timestamptz').desc;

/** Windows of limits as administrators see them, and what becomes of them when their limit changes its rule. */
@Injectable()
export class LimitWindows {
  constructor(private readonly clock: Clock) {}

  /**
   * The windows that run now, by limit, the fullest first. A limit for each member has one for each who has called; any
   * other has one, also before the first call.
   */
  async current(ctx: Ctx, limits: readonly Limit[], most = MAX_CURRENT_WINDOWS): Promise<Map<string, WindowFigures[]>> {
    const now = this.clock.now();
    const ids = limits.map((limit) => limit.id);
    const rows = await ctx.em.query<Row[]>(CURRENT, [ids, now, ctx.organizationId, most]);
    const found = groupBy(rows, (row) => row.limit_id);
    const amounts = await this.amountsOf(ctx, limits);
    return new Map(
      limits.map((limit) => {
        const windows = (found.get(limit.id) ?? []).map(figuresOfRow);
        const isUntouched = windows.length === 0 && limit.status === 'active' && !isForEachMember(limit);
        return [limit.id, isUntouched ? [untouched(limit, amounts.get(limit.id)!, now)] : windows];
      }),
    );
  }

  /** All windows of a limit that ever were, the latest first. */
  async history(ctx: Ctx, limit: Limit, page: PageRequest): Promise<Page<WindowFigures>> {
    const query = ctx.em.createQueryBuilder(LimitWindow, 'spent').where('spent.limitId = :id', { id: limit.id });
    const windows = await keysetPage(query, page, NEWEST_FIRST);
    const ids = windows.items.map((window) => window.id);
    const figures = await this.byId(ctx, ids);
    return { ...windows, items: ids.map((id) => figures.get(id)!) };
  }

  async byId(ctx: Ctx, ids: readonly string[]): Promise<Map<string, WindowFigures>> {
    const rows = await ctx.em.query<Row[]>(BY_ID, [ids, this.clock.now(), ctx.organizationId]);
    return new Map(rows.map((row) => [row.id, figuresOfRow(row)]));
  }

  /** What limits allow at this moment, grants included. */
  async amountsOf(ctx: Ctx, limits: readonly Limit[]): Promise<Map<string, bigint>> {
    const ids = limits.map((limit) => limit.id);
    const values = [ids, this.clock.now(), ctx.organizationId];
    const rows = await ctx.em.query<{ id: string; amount: string }[]>(AMOUNTS, values);
    return new Map(rows.map((row) => [row.id, BigInt(row.amount)]));
  }

  /**
   * Lets the windows of a limit that run now go on to their end, although its rule is about to change; those without an
   * end stop now. Gives the instant from which on the new rule holds.
   */
  async letRunOut(ctx: Ctx, limit: Limit): Promise<Date> {
    const now = this.clock.now();
    const { organizationId, id } = limit;
    const window = windowOf(limit, now);
    const wanted = isForEachMember(limit) ? [] : [{ ...window, limitId: id, subject: '' }];
    await openWindows((text, values) => ctx.em.query(text, values), organizationId, wanted, now);
    await ctx.em.query(END_TOTALS, [id, organizationId, now]);
    const [row] = await ctx.em.query<{ ends_at: Date | null }[]>(LATEST_END, [id, organizationId, now]);
    const byRule = window.endsAt ?? now;
    return row?.ends_at && row.ends_at > byRule ? row.ends_at : byRule;
  }
}

/** Whether each member of the place has a window of its own. */
const isForEachMember = ({ scopeType, memberId }: Limit): boolean => scopeType.includes('_in_') && memberId === null;

const figuresOfRow = (row: Row): WindowFigures =>
  figuresOf(
    {
      id: row.id,
      subject: row.subject,
      subjectName: row.subject_name,
      startsAt: row.starts_at,
      endsAt: instantOrNone(row.ends_at),
      amount: BigInt(row.amount),
      posted: BigInt(row.posted),
      held: BigInt(row.held),
      overrun: BigInt(row.overrun),
    },
    row.unit,
  );

function untouched(limit: Limit, amount: bigint, now: Date): WindowFigures {
  const none: Pick<WindowSums, 'id' | 'subject' | 'subjectName'> = { id: null, subject: '', subjectName: null };
  return figuresOf({ ...none, ...windowOf(limit, now), amount, posted: 0n, held: 0n, overrun: 0n }, limit.unit);
}
