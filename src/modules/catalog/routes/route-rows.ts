import type { Secret } from '../../../core/secret.js';
import type { ProviderKind } from '../../../providers/index.js';
import type { RoutingStrategy } from '../aliases/alias.entity.js';
import { overridden, readPrices, type StoredPrices } from '../models/price-book.js';
import type { RouteTarget } from './route.js';

/** An alias by name, and whether the team or project may call it. */
export interface AliasRow {
  readonly id: string;
  readonly name: string;
  readonly routingStrategy: RoutingStrategy;
  readonly priceOverride: StoredPrices | null;
  readonly isAllowed: boolean;
}

/** $1 team or project, $2 organization, $3 name, $4 which of the two. */
export const ALIAS_BY_NAME = `
  SELECT alias.id, alias.name, alias.routing_strategy AS "routingStrategy", alias.price_override AS "priceOverride",
    alias.status = 'active' AND EXISTS (
      SELECT 1 FROM access_grants granted
      JOIN access_groups grp ON grp.id = granted.access_group_id AND grp.status = 'active'
      JOIN access_group_aliases link ON link.access_group_id = grp.id AND link.alias_id = alias.id
      WHERE granted.scope_type = $4 AND granted.scope_id = $1 AND granted.organization_id = $2
    ) AS "isAllowed"
  FROM aliases alias WHERE alias.name = $3 AND alias.status <> 'deleted'`;

/** Whether a model may serve an organization ($2): by its plan, when the model is for some plans only. */
const IN_PLAN = `(model.plans = '[]' OR model.plans ? (SELECT plan FROM organizations WHERE id = $2))`;

/** An alias that a key may call. */
export interface CallableAlias {
  readonly name: string;
  readonly displayName: string;
  readonly createdAt: Date;
  /** Of its targets that are for the plan; none of an alias that leads nowhere yet. */
  readonly providerKinds: readonly ProviderKind[];
}

/**
 * Without the aliases that lead only to models of other plans. $1 team or project, $2 organization, $3 which of the
 * two, $4 how many at most.
 */
export const GRANTED_ALIASES = `
  SELECT DISTINCT alias.name, alias.display_name AS "displayName", alias.created_at AS "createdAt",
    ARRAY(SELECT DISTINCT model.provider_kind FROM alias_targets target JOIN models model ON model.id = target.model_id
      WHERE target.alias_id = alias.id AND ${IN_PLAN}) AS "providerKinds"
  FROM access_grants granted
  JOIN access_groups grp ON grp.id = granted.access_group_id AND grp.status = 'active'
  JOIN access_group_aliases link ON link.access_group_id = grp.id
  JOIN aliases alias ON alias.id = link.alias_id AND alias.status = 'active'
  WHERE granted.scope_type = $3 AND granted.scope_id = $1 AND granted.organization_id = $2
    AND coalesce((SELECT bool_or(${IN_PLAN}) FROM alias_targets target JOIN models model ON model.id = target.model_id
      WHERE target.alias_id = alias.id), true)
  ORDER BY alias.name LIMIT $4`;

/** A target, the price in effect of its model and the connection that serves it; each of these two may be missing. */
export interface TargetRow {
  readonly modelId: string;
  readonly modelName: string;
  readonly maxOutputTokens: number | null;
  readonly contextWindow: number | null;
  readonly weight: number;
  readonly isInPlan: boolean;
  readonly priceId: string | null;
  readonly prices: StoredPrices | null;
  readonly providerId: string | null;
  readonly providerKind: ProviderKind;
  readonly providerName: string | null;
  readonly baseUrl: string | null;
  readonly ciphertext: string | null;
}

/**
 * A provider of another organization never serves, even when the model names it. One at an address of its own may do
 * without a credential: self-hosted servers often have none. $1 alias, $2 organization, $3 now, $4 kinds that need no
 * credential.
 */
export const TARGETS = `
  SELECT model.id AS "modelId", model.name AS "modelName", model.max_output_tokens AS "maxOutputTokens",
    model.context_window AS "contextWindow", model.provider_kind AS "providerKind", target.weight,
    ${IN_PLAN} AS "isInPlan", price.id AS "priceId", price.prices,
    provider.id AS "providerId", provider.name AS "providerName", provider.base_url AS "baseUrl",
    provider.credential_ciphertext AS ciphertext
  FROM alias_targets target
  JOIN models model ON model.id = target.model_id AND model.status = 'active'
  LEFT JOIN LATERAL (
    SELECT id, prices FROM prices
    WHERE model_id = model.id AND valid_from <= $3 ORDER BY valid_from DESC LIMIT 1
  ) price ON true
  LEFT JOIN LATERAL (
    SELECT id, name, base_url, credential_ciphertext FROM providers
    WHERE status = 'enabled' AND (organization_id = $2 OR organization_id IS NULL)
      AND (id = model.provider_id OR (model.provider_id IS NULL AND kind = model.provider_kind))
      AND (credential_ciphertext IS NOT NULL OR base_url IS NOT NULL OR kind = ANY($4))
    ORDER BY organization_id IS NULL, created_at, id LIMIT 1
  ) provider ON true
  WHERE target.alias_id = $1 ORDER BY target.position`;

/** Why a target cannot serve. */
export type Defect = 'not in plan' | 'no provider' | 'no price' | 'sealed credential does not open';

/**
 * The target that a row describes, or why it is none. Fails closed: what has no price is not served for nothing.
 * @param open opens the credential of a provider; throws when it cannot
 */
export function targetOf(
  row: TargetRow,
  override: StoredPrices | null,
  open: (ciphertext: string, providerId: string) => Secret,
): RouteTarget | Defect {
  if (!row.isInPlan) return 'not in plan';
  if (row.providerId === null || row.providerName === null) return 'no provider';
  if (row.priceId === null || row.prices === null) return 'no price';
  const prices = readPrices(row.prices);
  let credential: Secret | null;
  try {
    credential = row.ciphertext === null ? null : open(row.ciphertext, row.providerId);
  } catch {
    return 'sealed credential does not open';
  }
  const { providerId: id, providerKind: kind, providerName: name, baseUrl } = row;
  return Object.freeze({
    modelId: row.modelId,
    modelName: row.modelName,
    maxOutputTokens: row.maxOutputTokens,
    contextWindow: row.contextWindow,
    weight: row.weight,
    provider: Object.freeze({ id, kind, name, baseUrl, credential }),
    priceId: row.priceId,
    prices: Object.freeze(prices),
    charged: Object.freeze(overridden(prices, override && readPrices(override))),
  });
}
