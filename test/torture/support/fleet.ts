import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { type Product, startProduct } from '../../support/product.js';

/** Several processes of the product on one database, each with a data directory of its own. */
export interface Fleet {
  readonly database: TestDatabase;
  readonly products: readonly Product[];
  /** Stops them all and removes what they left. */
  stop(): Promise<void>;
}

/** Vendor credentials are sealed with it, so all processes of a database have the same. */
const ENCRYPTION_KEY = 'encryption-key-of-the-tests-0123456789';

export async function startFleet(size: number, env: Record<string, string> = {}): Promise<Fleet> {
  const database = await createTestDatabase();
  const dataDirs: string[] = [];
  const products: Product[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(products.map((product) => product.stop('SIGTERM')));
    await database.drop();
    for (const dataDir of dataDirs) rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    for (let index = 0; index < size; index++) {
      const dataDir = mkdtempSync(join(tmpdir(), 'tollkeeper-fleet-'));
      chmodSync(dataDir, 0o711);
      dataDirs.push(dataDir);
      const shared = { DATABASE_URL: database.url, ENCRYPTION_KEY, REDIS_URL: process.env.TEST_REDIS_URL ?? '' };
      products.push(await startProduct(dataDir, { ...shared, ...env }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { database, products, stop };
}
