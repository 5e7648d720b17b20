import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type DomainError, invalid } from '../../core/errors.js';
import { classify } from './addresses.js';
import { AllowList } from './allow-list.js';

const MAX_URL_CHARS = 2_048;
const FIELD = 'base_url';
/** Names that resolve inside somebody's own network by convention (RFC 6761, 6762, 8375, ICANN's `internal`). */
const LOCAL_NAME =
  /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|arpa|onion|invalid|test)$/;

/** Finds every address of a name, as dns.lookup with `all` does. */
export type Resolver = (
  hostname: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Keeps vendor URLs on the public internet. The text is checked when a URL is saved and on every call; the addresses
 * when a connection is made, by the very lookup that connects, so that a name cannot change its mind in between.
 */
export class UrlGuard {
  private readonly allowed: AllowList;

  /** `allow` is PROVIDER_URL_ALLOW; a wrong entry throws invalid_request. */
  constructor(
    allow: readonly string[],
    private readonly resolve: Resolver = systemLookup,
  ) {
    this.allowed = new AllowList(allow);
  }

  /** The URL parsed, if it may be called; else throws invalid_request on `base_url`, naming the rule it breaks. */
  check(text: string): URL {
    const url = parseStrictly(text);
    const host = hostOf(url);
    const port = portOf(url);
    const address = isIP(host) !== 0;
    const opened = address ? this.allowed.hasAddress(host, port) : this.allowed.hasHost(host, port);
    if (opened) return url;
    if (url.protocol !== 'https:') throw refuse('must use https');
    if (address ? classify(host) !== 'public' : isLocalName(host))
      throw refuse('must point to a public address; private ones are opened by PROVIDER_URL_ALLOW');
    return url;
  }

  /** The lookup for connections to `port`; fails with invalid_request when any address of the name is not allowed. */
  lookupFor(port: number): LookupFunction {
    return (hostname, options, callback) => {
      this.resolve(hostname, { ...options, all: true }, (error, addresses) => {
        const failure = error ?? this.problemWith(hostname, port, addresses);
        if (failure !== null) callback(failure, []);
        else if (options.all === true) callback(null, addresses);
        else callback(null, addresses[0]!.address, addresses[0]!.family);
      });
    };
  }

  /** One forbidden address among good ones refuses them all: a vendor has no reason to publish it. */
  private problemWith(hostname: string, port: number, addresses: readonly LookupAddress[]): DomainError | null {
    const named = this.allowed.hasHost(hostname.toLowerCase(), port);
    const good = ({ address }: LookupAddress): boolean => {
      const its = classify(address);
      return its === 'public' || (its === 'private' && named) || this.allowed.hasAddress(address, port);
    };
    if (addresses.length > 0 && addresses.every(good)) return null;
    return refuse('resolves to an address that is not public');
  }
}

const refuse = (rule: string): DomainError => invalid(FIELD, rule);

/** Port of an http or https URL. */
export const portOf = (url: URL): number => Number(url.port || (url.protocol === 'https:' ? 443 : 80));

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

const isLocalName = (host: string): boolean => !host.includes('.') || LOCAL_NAME.test(host);

/**
 * The URL parser mends much: tabs, backslashes, full-width digits, octal and hexadecimal hosts. Whoever writes those
 * is hiding something, so the host must stand in the text just as the parser understands it.
 */
function parseStrictly(text: string): URL {
  if (text.length > MAX_URL_CHARS) throw refuse(`must be at most ${MAX_URL_CHARS} characters`);
  if (!/^[\x21-\x7e]+$/.test(text) || text.includes('\\')) throw refuse('must be plain ASCII without spaces');
  const match = /^(https?):\/\/([^/?#]+)[^#]*$/i.exec(text);
  const url = match && URL.canParse(text) ? new URL(text) : null;
  if (!match || !url) throw refuse('must be an http or https URL without a fragment');
  const authority = match[2]!.toLowerCase();
  if (authority.includes('@')) throw refuse('must not hold a user name or password');
  const written = authority.replace(/:\d*$/, '');
  if (written !== url.hostname || written.endsWith('.')) throw refuse('must write its host in the usual form');
  return url;
}
