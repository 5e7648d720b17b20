import type { Ctx } from '../../../core/ctx.js';
import type { Span } from '../reports/span.js';

/** Figures of calls, grouped: sums arrive as exact decimals. */
export interface CallFigures {
  readonly name: string;
  readonly calls: string;
  readonly successes: string;
  readonly failures: string;
  readonly tokens: string;
  readonly cost: string;
}

/** What calls are grouped by; a group of everything has the name ''. */
const GROUPS = {
  all: { name: "''", order: '1' },
  day: { name: "to_char(job.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')", order: '1' },
  team: { name: 'call.team_id', order: 'cost DESC, 1' },
  alias: { name: 'call.alias', order: 'cost DESC, 1' },
  provider: { name: "coalesce(model.provider_kind, 'none')", order: 'cost DESC, 1' },
} as const;

/** Of the organization's calls, in jobs created in the span. Calls that still run count as calls only. */
export function callFigures(
  ctx: Ctx,
  organizationId: string,
  { span, by, most }: { span: Span; by: keyof typeof GROUPS; most: number },
): Promise<CallFigures[]> {
  const { name, order } = GROUPS[by];
  const sql = `
    SELECT ${name} AS name, count(*) AS calls,
      count(*) FILTER (WHERE call.outcome = 'success') AS successes,
      count(*) FILTER (WHERE call.outcome <> 'success') AS failures,
      sum(call.tokens_in + call.tokens_out) AS tokens, sum(call.charged_cost) AS cost
    FROM jobs job JOIN calls call ON call.job_id = job.id LEFT JOIN models model ON model.id = call.model_id
    WHERE job.organization_id = $1 AND job.created_at >= $2 AND job.created_at < $3
    GROUP BY 1 ORDER BY ${order} LIMIT $4`;
  return ctx.em.query<CallFigures[]>(sql, [organizationId, span.from, span.to, most]);
}
