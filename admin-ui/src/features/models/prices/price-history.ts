import type { Prices } from '../../../components/catalog/prices.js';

export interface DatedPrice {
  readonly id: string;
  readonly validFrom: string;
  readonly prices: Prices;
}

/** The price that holds at an instant: the latest whose time has come. The history is the latest first. */
export const priceAt = (history: readonly DatedPrice[], atMs: number): DatedPrice | undefined =>
  history.find(({ validFrom }) => Date.parse(validFrom) <= atMs);

export type PriceState = 'current' | 'planned' | 'past';

export function stateOf(price: DatedPrice, history: readonly DatedPrice[], nowMs: number): PriceState {
  if (Date.parse(price.validFrom) > nowMs) return 'planned';
  return priceAt(history, nowMs)?.id === price.id ? 'current' : 'past';
}
