import { isIPv6 } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * What counts as one address. Whoever has one IPv6 address has the other 2^64 of its network too, so the network
 * counts.
 */
export function addressBucket(address: string): string {
  const text = MAPPED.exec(address)?.[1] ?? address;
  if (!isIPv6(text)) return text;
  const [head = '', tail] = text.split('%')[0]!.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  const network = [...left, ...zeros, ...right].slice(0, 4).map((each) => Number.parseInt(each, 16).toString(16));
  return `${network.join(':')}::/64`;
}
