import type { BlockList } from 'node:net';
import { invalid } from '../../core/errors.js';
import { contains, parseNetwork } from './addresses.js';

const HOST = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_-]{1,63})*$/;

interface Entry {
  readonly host: string | null;
  readonly network: BlockList | null;
  readonly port: number | null;
}

/** Hosts and addresses that an operator opened for self-hosted models. */
export class AllowList {
  private readonly entries: readonly Entry[];

  /** Takes `host`, `host:port`, an address, `address:port`, `[v6]:port` or a CIDR; throws invalid_request otherwise. */
  constructor(items: readonly string[]) {
    this.entries = items.map(parseEntry);
  }

  hasHost(host: string, port: number): boolean {
    return this.entries.some((each) => each.host === host && (each.port === null || each.port === port));
  }

  hasAddress(address: string, port: number): boolean {
    return this.entries.some(
      (each) => each.network !== null && (each.port === null || each.port === port) && contains(each.network, address),
    );
  }
}

function parseEntry(item: string): Entry {
  const text = item.trim().toLowerCase();
  const whole = parseNetwork(text);
  if (whole) return { host: null, network: whole, port: null };
  const match = PLACE.exec(text);
  const name = match?.[1] ?? match?.[2] ?? '';
  const network = parseNetwork(name);
  const port = match?.[3] === undefined ? null : Number(match[3]);
  if ((network === null && !isHost(name)) || (port !== null && !isPort(port)))
    throw invalid('PROVIDER_URL_ALLOW', `'${item}' is neither a host, host:port nor a CIDR`);
  return { host: network === null ? name : null, network, port };
}

const PLACE = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/;

/** A name of digits and dots is a mistyped address, never a host. */
const isHost = (name: string): boolean => HOST.test(name) && !/^[\d.]+$/.test(name);

const isPort = (port: number): boolean => port >= 1 && port <= 65_535;
