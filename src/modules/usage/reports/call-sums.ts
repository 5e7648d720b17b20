import { ALL_ORGANIZATIONS, type Ctx } from '../../../core/ctx.js';
import type { UsageFilter } from './usage.inputs.js';
import type { UsageFigures } from './usage.views.js';

/** Sums as the driver gives them: exact decimals as text. */
export interface CallSums {
  readonly calls: number;
  readonly errors: number;
  readonly tokensIn: string;
  readonly tokensOut: string;
  readonly chargedCost: string;
  readonly providerCost: string;
}

export const SUMS = `count(*)::integer AS calls, count(*) FILTER (WHERE call.outcome = 'error')::integer AS errors,
  coalesce(sum(call.tokens_in), 0) AS "tokensIn", coalesce(sum(call.tokens_out), 0) AS "tokensOut",
  coalesce(sum(call.charged_cost), 0) AS "chargedCost", coalesce(sum(call.provider_cost), 0) AS "providerCost"`;

/** The condition of a filter and of the actor's reach over `call`, and its values, which come after those given. */
export function matching(
  ctx: Ctx,
  filter: UsageFilter | null | undefined,
  values: readonly unknown[],
): [string, unknown[]] {
  const { organizationId, teamId, projectId, userId, keyId, alias } = filter ?? {};
  const place = { organization_id: organizationId, team_id: teamId, project_id: projectId };
  const columns = { ...place, person_id: userId, key_id: keyId, alias };
  const own = ctx.organizationId === ALL_ORGANIZATIONS ? [] : [['organization_id', ctx.organizationId] as const];
  const equal = [...own, ...Object.entries(columns).filter(([, value]) => value)];
  const conditions = equal.map(([column], index) => ` AND call.${column} = $${values.length + index + 1}`);
  return [conditions.join(''), [...values, ...equal.map(([, value]) => value)]];
}

/** Figures as the actor may see them. */
export function figuresOf(ctx: Ctx, sums: CallSums): UsageFigures {
  const chargedCost = BigInt(sums.chargedCost);
  const providerCost = ctx.may('margin.read') ? BigInt(sums.providerCost) : null;
  return {
    calls: sums.calls,
    errors: sums.errors,
    tokensIn: BigInt(sums.tokensIn),
    tokensOut: BigInt(sums.tokensOut),
    chargedCost,
    providerCost,
    margin: providerCost === null ? null : chargedCost - providerCost,
  };
}

export const NO_SUMS: CallSums = Object.freeze({
  calls: 0,
  errors: 0,
  tokensIn: '0',
  tokensOut: '0',
  chargedCost: '0',
  providerCost: '0',
});

/** Sums of sums. */
export function addUp(parts: readonly CallSums[]): CallSums {
  const sum = (pick: keyof CallSums): string =>
    parts.reduce((total, part) => total + BigInt(part[pick]), 0n).toString();
  return {
    calls: Number(sum('calls')),
    errors: Number(sum('errors')),
    tokensIn: sum('tokensIn'),
    tokensOut: sum('tokensOut'),
    chargedCost: sum('chargedCost'),
    providerCost: sum('providerCost'),
  };
}
