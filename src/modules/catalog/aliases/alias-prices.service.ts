import { Injectable } from '@nestjs/common';
import { Clock } from '../../../core/clock.js';
import type { Ctx } from '../../../core/ctx.js';
import type { PriceBook, UsageClass } from '../../../core/usage.js';
import { fieldsOf, overridden, readPrices, type StoredPrices } from '../models/price-book.js';
import type { PriceFields } from '../models/price-fields.js';

/** The price in effect at an instant of the first target that has one; targets without are not called. */
const inEffect = (now: string): string => `
  SELECT price.prices FROM alias_targets t
  JOIN models model ON model.id = t.model_id AND model.status = 'active'
  CROSS JOIN LATERAL (SELECT prices FROM prices WHERE model_id = model.id AND valid_from <= ${now}
    ORDER BY valid_from DESC LIMIT 1) price
  WHERE t.alias_id = alias.id ORDER BY t.position LIMIT 1`;

/** What tenants pay for a class of tokens, as an expression on `alias`; takes the parameter `now`. */
export const pricePaid = (usageClass: UsageClass): string =>
  `(SELECT CAST(coalesce(alias.price_override->>'${usageClass}', charged.prices->>'${usageClass}') AS bigint)
    FROM (${inEffect(':now')}) charged)`;

interface Row {
  readonly id: string;
  readonly override: StoredPrices | null;
  readonly prices: StoredPrices;
}

const CURRENT = `
  SELECT alias.id, alias.price_override AS override, charged.prices
  FROM aliases alias CROSS JOIN LATERAL (${inEffect('$2')}) charged WHERE alias.id = ANY($1)`;

/** $1 price, $2 name of the alias: the one that has it now, else the last that had it. */
const OF_CALL = `
  SELECT price.prices, (SELECT price_override FROM aliases WHERE name = $2
    ORDER BY status = 'deleted', created_at DESC LIMIT 1) AS override
  FROM prices price WHERE price.id = $1`;

/** What tenants pay for aliases. */
@Injectable()
export class AliasPrices {
  constructor(private readonly clock: Clock) {}

  /**
   * What a call of an alias at a price version costs the vendor's customer and the tenant. The override is the alias's
   * present one: whether a call in the past was charged by it is for the caller to see. Null for an unknown price.
   */
  async ofCall(ctx: Ctx, priceId: string, alias: string): Promise<{ provider: PriceBook; charged: PriceBook } | null> {
    const [row] = await ctx.em.query<Pick<Row, 'override' | 'prices'>[]>(OF_CALL, [priceId, alias]);
    if (!row) return null;
    const provider = readPrices(row.prices);
    return { provider, charged: overridden(provider, row.override && readPrices(row.override)) };
  }

  /** The prices that hold now, after the override; an alias that cannot be called for lack of a price has none. */
  async current(ctx: Ctx, aliasIds: readonly string[]): Promise<Map<string, PriceFields>> {
    const rows = await ctx.em.query<Row[]>(CURRENT, [aliasIds, this.clock.now()]);
    return new Map(
      rows.map(({ id, prices, override }) => [
        id,
        fieldsOf(overridden(readPrices(prices), override && readPrices(override))),
      ]),
    );
  }
}
