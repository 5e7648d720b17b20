import type { Secret } from '../../../core/secret.js';
import type { PriceBook } from '../../../core/usage.js';
import type { ProviderKind } from '../../../providers/index.js';
import type { RoutingStrategy } from '../aliases/alias.entity.js';

/** Where a call of an alias may go, by whom it is served and what it costs. */
export interface RouteTarget {
  readonly modelId: string;
  /** The vendor's name of the model, never shown to a tenant. */
  readonly modelName: string;
  readonly maxOutputTokens: number | null;
  readonly contextWindow: number | null;
  /** Of weighted routing; 0 is a fallback only. */
  readonly weight: number;
  readonly provider: {
    readonly id: string;
    readonly kind: ProviderKind;
    readonly name: string;
    /** Null: the adapter's default. */
    readonly baseUrl: string | null;
    readonly credential: Secret | null;
  };
  readonly priceId: string;
  /** What the vendor bills. */
  readonly prices: PriceBook;
  /** What the tenant pays: the alias's override over the vendor's prices. */
  readonly charged: PriceBook;
}

export interface Route {
  readonly alias: { readonly id: string; readonly name: string; readonly strategy: `${RoutingStrategy}` };
  /** At least one, in their own order or, once it was drawn for a call, in that in which they are tried. */
  readonly targets: readonly RouteTarget[];
}

export interface RouteRequest {
  readonly organizationId: string;
  /** Its grants alone count, whatever project its key names. */
  readonly teamId: string | null;
  /** Its grants count for a key without a team. */
  readonly projectId: string | null;
  /** What the client asked for; null when it named none. */
  readonly alias: string | null;
  /** The team's; null for a key without one. */
  readonly defaultAlias: string | null;
}
