import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Product, startProduct } from '../../support/product.js';
import { startVendorServer, type VendorServer, type VendorServerOptions } from '../../support/vendor-server.js';
import { makeWorld, must, type World } from '../../support/world.js';
import { openPlace, type Place } from './place.js';

const MODEL = 'vendor-model';

export interface SiteOptions {
  /** The database; one on the server of the run when left out. */
  readonly place?: Place;
  /** How gateways reach it; directly when left out. */
  readonly through?: (url: string) => string;
  readonly env?: Record<string, string>;
  readonly vendor?: VendorServerOptions;
}

/** A vendor that keeps its bill, a database, and gateways on it with a data directory each. */
export class Site {
  readonly gateways: Product[] = [];
  private readonly dataDirs: string[] = [];

  private constructor(
    readonly vendor: VendorServer,
    readonly place: Place,
    private readonly options: SiteOptions,
  ) {}

  static async open(options: SiteOptions = {}): Promise<Site> {
    const vendor = await startVendorServer({ models: [MODEL], ...options.vendor });
    return new Site(vendor, options.place ?? (await openPlace()), options);
  }

  /** Starts a gateway; one that stopped, on its data directory, when its number is given. */
  async start(index = this.dataDirs.length): Promise<Product> {
    const dataDir = (this.dataDirs[index] ??= newDataDir());
    const { through = (url: string) => url, env } = this.options;
    this.gateways[index] = await startProduct(dataDir, {
      DATABASE_URL: through(this.place.url),
      ENCRYPTION_KEY: 'encryption-key-of-the-tests-0123456789',
      ...env,
    });
    return this.gateways[index];
  }

  /**
   * A team with a key, whose organization has a hard limit that none of its calls reaches.
   * @param kind which of its APIs the vendor is asked by
   */
  async world(team: Record<string, unknown> = {}, kind: 'openai' | 'anthropic' = 'openai'): Promise<World> {
    const gateway = this.gateways[0]!;
    const world = await makeWorld(gateway, { baseUrl: this.vendor.url, kind, model: MODEL, credits: '1000000', team });
    const { organizationId } = world;
    const scope = { organizationId, scopeType: 'ORGANIZATION', scopeId: organizationId };
    for (const [unit, amount] of [
      ['USD', '100000'],
      ['REQUEST', '1000000'],
    ])
      await must(gateway, 'mutation ($input: CreateLimitInput!) { createLimit(input: $input) { id } }', {
        input: { ...scope, unit, period: 'TOTAL', amount },
      });
    return world;
  }

  /** Ends what still runs, and removes what was made. */
  async close(): Promise<void> {
    for (const gateway of this.gateways) await gateway.stop('SIGKILL');
    await this.vendor.close();
    await this.place.close();
    for (const dataDir of this.dataDirs) rmSync(dataDir, { recursive: true, force: true });
  }
}

export function newDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'tollkeeper-torture-'));
  chmodSync(dataDir, 0o711); // PostgreSQL, which never runs as root, has to get in.
  return dataDir;
}

/** Opens a site, does the work and closes the site, whatever comes of it. */
export async function atSite<T>(options: SiteOptions, work: (site: Site) => Promise<T>): Promise<T> {
  const site = await Site.open(options);
  try {
    return await work(site);
  } finally {
    await site.close();
  }
}
