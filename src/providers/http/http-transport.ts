import { Agent, Pool } from 'undici';
import { DomainError } from '../../core/errors.js';
import { VendorError } from '../errors/vendor-error.js';
import type { VendorRequest } from '../spec/adapter.js';
import { Exchange } from './exchange.js';
import type { SendOptions, Transport, VendorResponse } from './transport.js';
import { portOf, type UrlGuard } from './url-guard.js';

export interface HttpTransportOptions {
  readonly guard: UrlGuard;
  /** Connections to one origin; further calls wait for a free one, at most connectMs. Default 256. */
  readonly maxConnectionsPerOrigin?: number;
  /** How long an idle connection is kept, in ms. Default 30,000. */
  readonly keepAliveMs?: number;
  /** Origins that can be open at once. Default 1,024. */
  readonly maxOrigins?: number;
}

/** Longest that a socket may take to connect; the shorter timeout of each call ends the call itself. */
const MAX_CONNECT_MS = 60_000;

/** HTTP/1.1 to vendors with one pool an origin. It follows no redirect, uses no proxy, and asks the guard each time. */
export class HttpTransport implements Transport {
  private readonly agent: Agent;
  private readonly guard: UrlGuard;

  constructor(options: HttpTransportOptions) {
    const { guard } = options;
    this.guard = guard;
    this.agent = new Agent({
      maxOrigins: options.maxOrigins ?? 1_024,
      // Each origin has its own connector, because what the guard allows depends on the port.
      factory: (origin, poolOptions) =>
        new Pool(origin, {
          ...poolOptions,
          connections: options.maxConnectionsPerOrigin ?? 256,
          pipelining: 1,
          keepAliveTimeout: options.keepAliveMs ?? 30_000,
          headersTimeout: 0,
          bodyTimeout: 0,
          connect: { timeout: MAX_CONNECT_MS, lookup: guard.lookupFor(portOf(new URL(origin))) },
        }),
    });
  }

  /** Throws VendorError; of kind network and not retryable when the guard refuses the URL. */
  async send(request: VendorRequest, options: SendOptions): Promise<VendorResponse> {
    const url = this.allowed(request.url);
    const exchange = new Exchange(options.timeouts, options.signal, options.departing);
    if (options.signal.aborted) return exchange.response;
    const target = { origin: url.origin, path: url.pathname + url.search, method: 'POST' } as const;
    this.agent.dispatch({ ...target, headers: request.headers, body: request.body }, exchange);
    return exchange.response;
  }

  /** Ends every connection; calls in flight fail with kind network. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private allowed(url: string): URL {
    try {
      return this.guard.check(url);
    } catch (cause) {
      if (!(cause instanceof DomainError)) throw cause;
      throw new VendorError('network', "The provider's address is not allowed.", { retryable: false, cause });
    }
  }
}
