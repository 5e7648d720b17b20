import type { BlockList } from 'node:net';
import { isIP } from 'node:net';
import { contains, parseNetwork } from '../../../providers/index.js';

export const NETWORK_RULE = 'must be IPv4 or IPv6 addresses, or ranges of them such as 10.0.0.0/8';

/** A range of addresses. Each family stands by itself: to Node's lists, ::/0 holds every IPv4 address too. */
export interface Network {
  readonly family: number;
  readonly list: BlockList;
}

/** IPv4 in the clothes of IPv6: clients are known by their IPv4 address, so that such a rule would never apply. */
const MAPPED = parseNetwork('::ffff:0:0/96')!;

const familyOf = (text: string): number => isIP(text.replace(/\/.*$/, ''));

/** One address or CIDR; null for what is none, and for IPv4 written as IPv6. */
export function networkOf(text: string): Network | null {
  const list = parseNetwork(text);
  const family = familyOf(text);
  if (!list || (family === 6 && contains(MAPPED, text.replace(/\/.*$/, '')))) return null;
  return { family, list };
}

/** As rules have it: without the zone of a local address, and an IPv4 client of a socket for both families as IPv4. */
export const plainAddress = (address: string): string => address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');

/** @param address as plainAddress gives it */
export const isWithin = (network: Network, address: string): boolean =>
  network.family === isIP(address) && contains(network.list, address);
