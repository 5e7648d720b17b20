import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** Speed over durability: this server dies with the test run. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

/**
 * One PostgreSQL for the run: the one that DATABASE_URL names, else an embedded one. A template database holds the
 * migrated schema, and each spec file copies it, so that specs share nothing.
 */
export default async function setUp() {
  let url = process.env.DATABASE_URL;
  if (!url) {
    const { startEmbeddedPostgres } = await import('../../dist/src/infra/embedded/index.js');
    const dataDir = mkdtempSync(join(tmpdir(), 'tollkeeper-test-'));
    chmodSync(dataDir, 0o711);
    globalThis.tollkeeperPostgres = await startEmbeddedPostgres({ dataDir, progress: () => {}, settings: SETTINGS });
    globalThis.tollkeeperDataDir = dataDir;
    url = globalThis.tollkeeperPostgres.url;
  }
  const template = `tollkeeper_template_${process.pid}`;
  await withClient(url, (client) => client.query(`CREATE DATABASE ${template}`));
  globalThis.tollkeeperTemplate = { url, template };
  const { migrate } = await import('../../dist/src/infra/database/migrate.js');
  await migrate(inDatabase(url, template));
  process.env.TEST_DATABASE_URL = url;
  process.env.TEST_TEMPLATE = template;
}

export function inDatabase(url, name) {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.toString();
}

export async function withClient(url, work) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
