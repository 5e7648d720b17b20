import { divideUp, type NanoUsd, nanoUsd } from '../../../../core/money.js';
import { dearestPrice, INPUT_CLASSES, OUTPUT_CLASSES, spansWithin } from '../../../../core/usage.js';
import type { Exhausted, JobCeiling } from '../../../ledger/index.js';
import type { RouteTarget } from '../../../catalog/index.js';
import type { Admission } from '../call.js';

/** An answer cut shorter than this is of no use; a call that asked for less itself is not cut at all. */
const LEAST_OUTPUT_TOKENS = 256;

const UNITS_PER_PRICE = 1_000_000n;
const NANO_PER_USD = 1_000_000_000n;
const MICRO_PER_CREDIT = 1_000_000n;

const largest = (values: readonly bigint[]): bigint => values.reduce((max, each) => (each > max ? each : max), 0n);

/** The most that input can cost, and what a token of output can: in nano-USD times 10^6, the dearest price of each. */
interface Ceiling {
  readonly input: bigint;
  readonly outputPrice: bigint;
}

/**
 * Of every target, and of every tier that a prompt within the bound can come into: which it will be, only the vendor's
 * count of the prompt tells. Within a tier the prompt is no longer than where the next one begins.
 */
const ceilings = (targets: readonly RouteTarget[], inputBound: number): Ceiling[] =>
  targets.flatMap(({ charged }) =>
    spansWithin(charged, inputBound).map(({ upTo, prices }) => ({
      input: BigInt(upTo) * dearestPrice(INPUT_CLASSES, prices) + (prices.request ?? 0n),
      outputPrice: dearestPrice(OUTPUT_CLASSES, prices),
    })),
  );

/** The most that a call can cost, in nano-USD rounded up: a fallback must never cost more than what is held. */
export function costBound(targets: readonly RouteTarget[], inputBound: number, outputTokens: number): NanoUsd {
  const bounds = ceilings(targets, inputBound).map(
    ({ input, outputPrice }) => input + BigInt(outputTokens) * outputPrice,
  );
  return nanoUsd(divideUp(largest(bounds), UNITS_PER_PRICE));
}

/**
 * The same call with its output bound lowered to what still fits, so that it need not be refused.
 * @param refused what the slots of the call have left
 * @returns null when not even a short answer fits, or when something else than output is what lacks room
 */
export function clamped(admission: Admission, refused: Exhausted | JobCeiling): Admission | null {
  const rooms = [...dollarRooms(refused), ...tokenRooms(refused)];
  const fits = rooms.map((room) =>
    'usd' in room ? outputFor(admission, room.usd) : tokensFor(admission, room.tokens),
  );
  if (fits.length === 0) return null;
  const most = fits.reduce((min, each) => (each < min ? each : min)) / BigInt(admission.choices);
  const least = BigInt(Math.min(LEAST_OUTPUT_TOKENS, admission.maxOutputTokens));
  if (most < least || most >= BigInt(admission.maxOutputTokens)) return null;
  return withOutput(admission, Number(most));
}

/** The admission with another output bound; what is held follows from it. */
export function withOutput(admission: Admission, maxOutputTokens: number): Admission {
  const outputTokens = maxOutputTokens * admission.choices;
  return {
    ...admission,
    maxOutputTokens,
    costBound: costBound(admission.route.targets, admission.inputBound, outputTokens),
    tokensBound: admission.inputBound + outputTokens,
  };
}

function dollarRooms(refused: Exhausted | JobCeiling): { usd: bigint }[] {
  const rooms = refused.freeUsd === null ? [] : [{ usd: BigInt(refused.freeUsd) }];
  if (refused.code === 'exhausted' && refused.freeCredits !== null && refused.budgetMode === 'consumption_usd')
    rooms.push({ usd: (BigInt(refused.freeCredits) * NANO_PER_USD) / BigInt(refused.creditsPerDollar) });
  return rooms;
}

function tokenRooms(refused: Exhausted | JobCeiling): { tokens: bigint }[] {
  if (refused.code !== 'exhausted') return [];
  const rooms = refused.freeTokens === null ? [] : [{ tokens: BigInt(refused.freeTokens) }];
  if (refused.freeCredits !== null && refused.budgetMode === 'consumption_tokens')
    rooms.push({ tokens: (BigInt(refused.freeCredits) * BigInt(refused.tokensPerCredit)) / MICRO_PER_CREDIT });
  return rooms;
}

/** Output tokens, over all choices, that so many nano-USD pay for at every target; below 0 when input alone is too dear. */
function outputFor({ route, inputBound, maxOutputTokens, choices }: Admission, usd: bigint): bigint {
  const everything = BigInt(maxOutputTokens) * BigInt(choices);
  const fits = ceilings(route.targets, inputBound).map(({ input, outputPrice }) => {
    const left = usd * UNITS_PER_PRICE - input;
    if (left < 0n) return -1n;
    return outputPrice === 0n ? everything : left / outputPrice;
  });
  return fits.reduce((min, each) => (each < min ? each : min), everything);
}

const tokensFor = ({ inputBound }: Admission, tokens: bigint): bigint => tokens - BigInt(inputBound);
