import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** As the product starts it, but with connections for several processes of the product. */
const SETTINGS = { max_connections: '200' };

/** The PostgreSQL of DATABASE_URL, or an embedded one that ends with the run; as durable as in production either way. */
export async function startServer() {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, pid: null, stop: async () => {} };
  const { startEmbeddedPostgres } = await import('../../../dist/src/infra/embedded/index.js');
  const dataDir = mkdtempSync(join(tmpdir(), 'tollkeeper-bench-'));
  chmodSync(dataDir, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir, progress: () => {}, settings: SETTINGS });
  const stop = async () => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  const pid = Number(readFileSync(join(postgres.clusterDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
  return { url: postgres.url, pid, stop };
}

/** A database of its own on the server, with the migrated schema. */
export async function createDatabase(server) {
  const name = `tollkeeper_bench_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const { migrate } = await import('../../../dist/src/infra/database/migrate.js');
  await migrate(url.href);
  return { url: url.href, drop: () => onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

const onServer = ({ url }, sql) => withClient(url, (client) => client.query(sql));

export async function withClient(url, work) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
