import type { JsonValue } from './spec/json.js';

/** No model reads or writes as much in a call, 128 choices included; a larger count is a fault of the vendor. */
const MAX_TOKENS = 100_000_000;

/** A count of a vendor's usage; null when it is missing or impossible. */
export const count = (value: JsonValue | undefined): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_TOKENS ? value : null;

/** The same for one that a vendor may leave out when it is 0. */
export const optionalCount = (value: JsonValue | undefined): number | null =>
  value === undefined || value === null ? 0 : count(value);
