import { randomBytes } from 'node:crypto';
import pg from 'pg';

const server = (): string => process.env.TEST_DATABASE_URL!;

function inDatabase(name: string): string {
  const url = new URL(server());
  url.pathname = `/${name}`;
  return url.toString();
}

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server() });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

export interface TestDatabase {
  readonly url: string;
  /** A connection as the owner, whom row-level security does not bind. */
  readonly owner: pg.Client;
  drop(): Promise<void>;
}

/** A database of its own with the migrated schema. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `tollkeeper_test_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${process.env.TEST_TEMPLATE!} STRATEGY = file_copy`);
  const url = inDatabase(name);
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  const drop = async (): Promise<void> => {
    await owner.end();
    await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  };
  return { url, owner, drop };
}
