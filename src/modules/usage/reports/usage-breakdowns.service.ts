import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import type { Action } from '../../../core/action.js';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';
import { addUp, type CallSums, figuresOf, matching, SUMS } from './call-sums.js';
import { spanOf } from './usage-window.js';
import { type UsageBreakdownArgs, UsageDimension, UTC } from './usage.inputs.js';
import type { UsageBreakdown, UsagePart } from './usage.views.js';

interface Dimension {
  /** What calls are grouped by. */
  readonly id: string;
  /** Name of the thing that the part `part` is about, as an expression. */
  readonly name: string;
  readonly join?: string;
  /** What the actor must hold besides usage.read. */
  readonly action?: Action;
}

/** A call is made while its job is open, so the job is hardly older; $4 is by how much, in milliseconds. */
const JOBS = `JOIN jobs job ON job.id = call.job_id AND job.created_at < $2
  AND job.created_at >= $1::timestamptz - $4 * interval '1 millisecond'`;
const nameIn = (table: string): string => `(SELECT named.name FROM ${table} named WHERE named.id = part.id)`;
const DIMENSIONS: Readonly<Record<UsageDimension, Dimension>> = {
  [UsageDimension.ORGANIZATION]: { id: 'call.organization_id', name: nameIn('organizations') },
  [UsageDimension.TEAM]: { id: 'call.team_id', name: nameIn('teams') },
  [UsageDimension.ALIAS]: { id: 'call.alias', name: 'part.id' },
  [UsageDimension.MODEL]: { id: 'call.model_id', name: nameIn('models'), action: 'model.read' },
  [UsageDimension.PROVIDER]: { id: 'call.provider_id', name: nameIn('providers'), action: 'provider.read' },
  [UsageDimension.JOB_TYPE]: { id: 'job.job_type', name: 'part.id', join: JOBS },
  [UsageDimension.KEY]: { id: 'call.key_id', name: nameIn('keys'), action: 'key.read' },
  [UsageDimension.PROJECT]: { id: 'call.project_id', name: nameIn('projects') },
  [UsageDimension.USER]: { id: 'call.person_id', name: nameIn('users'), action: 'member.read' },
};

const DEFAULT_ROWS = 10;
const PARTS_OF_ONE = 1_000_000n;

interface Row extends CallSums {
  readonly place: number;
  readonly id: string | null;
  readonly name: string | null;
}

/** $3 is how many parts are shown; all others are one part of the place after them. $4 is the longest life of a job. */
const sqlOf = ({ id, name, join = '' }: Dimension, condition: string): string => `
  WITH parts AS (SELECT ${id} AS id, ${SUMS} FROM calls call ${join}
    WHERE call.created_at >= $1 AND call.created_at < $2 AND $4::float8 > 0${condition} GROUP BY 1),
  ranked AS (SELECT *, row_number() OVER (ORDER BY "chargedCost" DESC, calls DESC, id) AS place FROM parts),
  part AS (SELECT least(place, $3 + 1)::integer AS place, CASE WHEN min(place) <= $3 THEN min(id) END AS id,
      sum(calls)::integer AS calls, sum(errors)::integer AS errors, sum("tokensIn") AS "tokensIn",
      sum("tokensOut") AS "tokensOut", sum("chargedCost") AS "chargedCost", sum("providerCost") AS "providerCost"
    FROM ranked GROUP BY 1)
  SELECT part.*, ${name} AS name FROM part ORDER BY place`;

/** Usage over a window, divided by one thing. */
@Injectable()
export class UsageBreakdowns {
  constructor(
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** @throws DomainError invalid_request for an unknown time zone, forbidden for what the actor may not see */
  async breakdown(ctx: Ctx, { window, by, filter, first, timeZone }: UsageBreakdownArgs): Promise<UsageBreakdown> {
    const dimension = DIMENSIONS[by];
    if (dimension.action && !ctx.may(dimension.action))
      throw new DomainError('forbidden', `This needs the right ${dimension.action}`);
    const { from, to } = spanOf(window, this.clock.now(), timeZone ?? UTC);
    const most = first ?? DEFAULT_ROWS;
    const [condition, values] = matching(ctx, filter, [from, to, most, this.config.bounds.jobTtlMs]);
    const parts = await ctx.em.query<Row[]>(sqlOf(dimension, condition), values);
    const total = BigInt(addUp(parts).chargedCost);
    const rows = parts.map((part) => ({ place: part.place, part: partOf(ctx, part, total) }));
    return {
      from,
      to,
      rows: rows.filter(({ place }) => place <= most).map(({ part }) => part),
      other: rows.find(({ place }) => place > most)?.part ?? null,
    };
  }
}

function partOf(ctx: Ctx, row: Row, total: bigint): UsagePart {
  const share = total === 0n ? 0n : (BigInt(row.chargedCost) * PARTS_OF_ONE) / total;
  return { id: row.id, name: row.name, share: Number(share) / Number(PARTS_OF_ONE), ...figuresOf(ctx, row) };
}
