import { BlockList, isIP } from 'node:net';

/**
 * Ranges that belong to somebody's own network: refused by default, open to hosts on the allow-list.
 * RFC 1918, 1122, 6598, 4193, 4291.
 */
const PRIVATE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '100.64.0.0/10',
  '::1/128',
  'fc00::/7',
];

/**
 * Never a vendor: unspecified, link-local (cloud metadata), documentation, benchmark, relay, multicast, reserved, and
 * Azure's platform address. After the IANA special-purpose registries. Opened only by naming the address itself.
 */
const SPECIAL_V4 = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '168.63.129.16/32',
];

/** The one public part of IPv6, and what inside it is special: Teredo and other protocol uses, documentation, 6to4. */
const GLOBAL_V6 = ['2000::/3'];
const SPECIAL_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/** 'private' may be opened by the allow-list, 'special' only by an entry that holds the address. */
export type AddressClass = 'public' | 'private' | 'special';

const privateRanges = blockList(PRIVATE);
const specialV4 = blockList(SPECIAL_V4);
const globalV6 = blockList(GLOBAL_V6);
const specialV6 = blockList(SPECIAL_V6);

/** What an IP address is; anything that is not one is 'special'. IPv6 forms that embed an IPv4 address are 'special'. */
export function classify(address: string): AddressClass {
  const family = isIP(address);
  if (family === 4) {
    if (specialV4.check(address, 'ipv4')) return 'special';
    return privateRanges.check(address, 'ipv4') ? 'private' : 'public';
  }
  if (family === 0 || address.includes('%') || isMapped(address)) return 'special';
  if (privateRanges.check(address, 'ipv6')) return 'private';
  return globalV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6') ? 'public' : 'special';
}

/** BlockList matches ::ffff:a.b.c.d by its IPv4 rules, which would make mapped loopback merely 'private'. */
const mapped = blockList(['::ffff:0:0/96']);
const isMapped = (address: string): boolean => mapped.check(address, 'ipv6');

export const contains = (network: BlockList, address: string): boolean => {
  const family = isIP(address);
  return family !== 0 && !address.includes('%') && network.check(address, family === 4 ? 'ipv4' : 'ipv6');
};

/** One address or CIDR as a set of addresses; null when the text is neither. */
export function parseNetwork(text: string): BlockList | null {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const family = isIP(address);
  if (family === 0 || address.includes('%')) return null;
  const widest = family === 4 ? 32 : 128;
  const prefix = slash < 0 ? String(widest) : text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > widest) return null;
  const network = new BlockList();
  network.addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  return network;
}

function blockList(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address, prefix] = cidr.split('/') as [string, string];
    list.addSubnet(address, Number(prefix), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
