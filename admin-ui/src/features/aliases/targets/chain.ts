import type { ProviderState } from '../../../components/catalog/provider-marks.js';
import type { AliasProvidersQuery, AliasQuery } from '../../../gql/alias.js';
import { text } from '../text.js';

const WHOLE = 100;

export type Details = AliasQuery['alias'];
export type Target = NonNullable<Details['targets']>[number];
export type Provider = AliasProvidersQuery['providers']['items'][number];

/** The state of several providers in one: failing only when all that were asked are. */
function together(states: readonly ProviderState[]): ProviderState {
  const used = states.filter((state) => state !== 'UNUSED');
  if (used.length === 0) return 'UNUSED';
  if (used.every((state) => state === 'HEALTHY')) return 'HEALTHY';
  return used.every((state) => state === 'FAILING') ? 'FAILING' : 'DEGRADED';
}

/** How the providers of a target do: of its own one, or of all enabled ones of its kind. */
export function healthOf({ model }: Target, providers: readonly Provider[]): { state: ProviderState; count: number } {
  const states = model.provider
    ? [model.provider.health.state]
    : providers.filter(({ kind }) => kind === model.providerKind).map(({ health }) => health.state);
  return { state: together(states), count: states.length };
}

/** The percentage of calls that ask each target first; all of them the first one, unless weights decide. */
export function sharesOf(weights: readonly number[], isWeighted: boolean): number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  if (!isWeighted || all === 0) return weights.map((_, at) => (at === 0 ? WHOLE : 0));
  return weights.map((weight) => (weight / all) * WHOLE);
}

/** Why calls pass a target over; null when they do not. */
export function whyPassedOver({ model }: Target, providerCount: number): string | null {
  if (model.status !== 'ACTIVE') return text.chainInactive;
  if (!model.currentPrice) return text.chainUnpriced;
  if (model.provider && model.provider.status !== 'ENABLED') return text.chainDisabled;
  return providerCount === 0 ? text.chainNoProvider : null;
}

/** The price that holds before any override: of the first target that is called. */
export const modelPrices = ({ targets }: Details) =>
  targets?.find(({ model }) => model.status === 'ACTIVE' && model.currentPrice)?.model.currentPrice?.prices ?? null;
