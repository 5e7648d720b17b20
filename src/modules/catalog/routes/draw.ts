import { createHash } from 'node:crypto';
import type { Route, RouteTarget } from './route.js';

/** Bytes of a hash that make a fraction: as many as a double holds exactly. */
const FRACTION_BYTES = 6;

/**
 * The route with its targets in the order in which a call tries them. By weight that is a draw without putting back:
 * the first comes up in proportion to its weight, and so does each next one among those that are left (Efraimidis and
 * Spirakis, "Weighted random sampling with a reservoir", 2006). It depends on the id of the call and nothing else, so
 * that whoever doubts it can draw again. Those of weight 0 come last, in their own order.
 */
export function drawn(route: Route, callId: string): Route {
  if (route.alias.strategy === 'ordered' || route.targets.length < 2) return route;
  const places = route.targets.map((target) => ({ target, place: placeOf(target, callId) }));
  return { ...route, targets: places.sort(byPlace).map(({ target }) => target) };
}

/** The percentage of calls that ask each target first, to two decimals, in the order of the targets. */
export function sharesOf({ alias, targets }: Route): number[] {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  if (alias.strategy === 'ordered' || total === 0) return targets.map((_, at) => (at === 0 ? 100 : 0));
  return targets.map(({ weight }) => Math.round((weight * 10_000) / total) / 100);
}

/** The time of the first event of a process with the rate `weight`: of several, the earliest is each by its share. */
function placeOf({ modelId, weight }: RouteTarget, callId: string): number {
  if (weight === 0) return Infinity;
  const bits = createHash('sha256').update(`${callId} ${modelId}`).digest().readUIntBE(0, FRACTION_BYTES);
  return -Math.log((bits + 0.5) / 2 ** (8 * FRACTION_BYTES)) / weight;
}

/** Infinity less Infinity is not a number; sorting keeps what is equal in its order. */
const byPlace = (one: { place: number }, other: { place: number }): number =>
  one.place === other.place ? 0 : one.place - other.place;
