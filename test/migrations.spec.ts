import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataSource, getMetadataArgsStorage, type MigrationInterface } from 'typeorm';
import { AppModule } from '../src/app.module.js';
import { migrationOptions } from '../src/infra/database/options.js';

const FOLDER = fileURLToPath(new URL('../migrations/', import.meta.url));
const ROLE = 'tollkeeper_app';

/** Tables that SQL alone reads and writes, so that no entity describes them. */
const WITHOUT_ENTITY = [
  ...['audit_anchors', 'audit_heads', 'idempotency_records', 'installation', 'instances', 'limit_versions'],
  ...['migrations', 'response_cache', 'response_cache_days'],
  ...['setup_links', 'sign_in_attempts', 'sign_in_flows'],
];

/** Statements about foreign keys, indexes, checks and uniqueness: these live in the migrations alone, on purpose. */
const OF_SQL_ALONE = /^(DROP INDEX|CREATE (UNIQUE )?INDEX|ALTER TABLE "\w+" (ADD|DROP) CONSTRAINT) /;

const name = `tollkeeper_migrations_${randomBytes(6).toString('hex')}`;
const server = process.env.TEST_DATABASE_URL!;
const url = Object.assign(new URL(server), { pathname: `/${name}` }).toString();

let owner: pg.Client;
let dataSource: DataSource;
let classes: (new () => MigrationInterface)[];

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function column<T = string>(sql: string): Promise<T[]> {
  const { rows } = await owner.query<{ value: T }>(sql);
  return rows.map((row) => row.value);
}

/** Loaded by Jest, which knows TypeScript; the product loads the compiled ones by the pattern of migrationOptions. */
async function migrationClasses(): Promise<typeof classes> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.ts'));
  const modules = await Promise.all(files.map((file) => import(`${FOLDER}${file}`) as Promise<object>));
  return modules.flatMap((each) => Object.values(each) as typeof classes);
}

function connect(migrations: typeof classes): Promise<DataSource> {
  const entities = getMetadataArgsStorage().tables.map((table) => table.target);
  return new DataSource({ ...migrationOptions(url, entities as never), migrations }).initialize();
}

/** Everything that migrations make in the schema, as lines that can be compared. */
async function everything(): Promise<string[]> {
  const parts = [
    `SELECT format('column %s.%s %s %s %s %s', table_name, column_name, data_type, is_nullable, column_default,
      identity_generation) FROM information_schema.columns WHERE table_schema = 'public'`,
    `SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace`,
    `SELECT format('index %s', indexdef) FROM pg_indexes WHERE schemaname = 'public'`,
    `SELECT format('function %s', pg_get_functiondef(oid)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
    `SELECT format('trigger %s', pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal`,
    `SELECT format('policy %s %s %s %s %s', tablename, policyname, cmd, qual, with_check) FROM pg_policies`,
    `SELECT format('relation %s %s %s %s', relname, relkind, relrowsecurity, relacl) FROM pg_class
      WHERE relnamespace = 'public'::regnamespace`,
    `SELECT format('type %s', typname) FROM pg_type WHERE typnamespace = 'public'::regnamespace`,
  ];
  const lines = await column<string>(`SELECT format AS value FROM (${parts.join(' UNION ALL ')}) AS lines ORDER BY 1`);
  return lines.filter((line) => !/\b_?migrations(_id_seq|_id_not_null)?\b|PK_/.test(line));
}

/** Statements that would turn the migrated schema into the one that the entities describe. */
async function drift(): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query).filter((query) => !OF_SQL_ALONE.test(query));
}

beforeAll(async () => {
  await onServer(`CREATE DATABASE ${name}`);
  owner = new pg.Client({ connectionString: url });
  await owner.connect();
  expect(AppModule).toBeDefined(); // Importing it has registered every entity.
  classes = await migrationClasses();
  dataSource = await connect(classes);
});

afterAll(async () => {
  await dataSource.destroy();
  await owner.end();
  await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
});

describe('migrations', () => {
  it('run on an empty database, each of them back to where it began, and all again to the same schema', async () => {
    const schemas = [await everything()];
    for (let step = 1; step <= classes.length; step++) {
      const first = await connect(classes.slice(0, step));
      expect(await first.runMigrations()).toHaveLength(1);
      await first.destroy();
      schemas.push(await everything());
    }
    expect(schemas.at(-1)!.length).toBeGreaterThan(schemas[0]!.length + 200);
    for (let step = classes.length; step > 0; step--) {
      await dataSource.undoLastMigration({ transaction: 'each' });
      expect(await everything()).toEqual(schemas[step - 1]);
    }
    expect(await column('SELECT name AS value FROM migrations')).toEqual([]);
    expect(await dataSource.runMigrations()).toHaveLength(classes.length);
    expect(await everything()).toEqual(schemas.at(-1));
    expect(await dataSource.runMigrations()).toEqual([]);
  });

  it('are one class a file, named after it, in the order of their time', async () => {
    const files = readdirSync(FOLDER).sort();
    for (const file of files) expect(file).toMatch(/^\d{13}-[a-z][a-z-]*\.ts$/);
    expect(classes.map((each) => each.name.slice(-13)).sort()).toEqual(files.map((file) => file.slice(0, 13)));
  });
});

describe('entities', () => {
  beforeAll(() => dataSource.runMigrations());

  it('describe the migrated schema: columns, types, nullability and defaults', async () => {
    expect(await drift()).toEqual([]);
  });

  it.each([
    ['a column too many', 'ALTER TABLE teams ADD COLUMN surprise text', 'ALTER TABLE teams DROP COLUMN surprise'],
    [
      'another default',
      "ALTER TABLE teams ALTER COLUMN status SET DEFAULT 'paused'",
      "ALTER TABLE teams ALTER COLUMN status SET DEFAULT 'active'",
    ],
    [
      'another nullability',
      'ALTER TABLE teams ALTER COLUMN name DROP NOT NULL',
      'ALTER TABLE teams ALTER COLUMN name SET NOT NULL',
    ],
    [
      'another type',
      'ALTER TABLE models ALTER COLUMN context_window TYPE bigint',
      'ALTER TABLE models ALTER COLUMN context_window TYPE integer',
    ],
  ])('would be found to differ by %s', async (_name, change, undo) => {
    await owner.query(change);
    const found = await drift();
    await owner.query(undo);
    expect(found.length).toBeGreaterThan(0);
    expect(await drift()).toEqual([]);
  });

  it('leave no table out, but for those of SQL alone', async () => {
    const known = dataSource.entityMetadatas.map((each) => each.tableName);
    const tables = await column(
      `SELECT tablename::text AS value FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
    );
    expect(tables.filter((table) => !known.includes(table))).toEqual(WITHOUT_ENTITY);
  });
});

describe('row-level security', () => {
  beforeAll(() => dataSource.runMigrations());

  const UNGUARDED = `
    SELECT c.relname::text AS value FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
      AND (c.relname = 'organizations' OR EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid
        AND a.attname = 'organization_id' AND NOT a.attisdropped))
      AND NOT (c.relrowsecurity AND EXISTS (SELECT 1 FROM pg_policies p WHERE p.tablename = c.relname
        AND p.cmd = 'ALL' AND p.qual LIKE '%app.organization%'))
    ORDER BY 1`;

  it('is on, with a policy, for every table that has an organization', async () => {
    expect(await column(UNGUARDED)).toEqual([]);
    await owner.query(
      'BEGIN; CREATE TABLE planted (organization_id text); ALTER TABLE keys DISABLE ROW LEVEL SECURITY',
    );
    expect(await column(UNGUARDED)).toEqual(['keys', 'planted']);
    await owner.query('ROLLBACK');
  });

  it('has no policy that another one widens; one for reading alone may stand beside that for everything', async () => {
    const policies = await column(`SELECT count(*)::int AS value FROM pg_policies GROUP BY schemaname, tablename, cmd`);
    expect(await column(`SELECT DISTINCT cmd AS value FROM pg_policies ORDER BY 1`)).toEqual(['ALL', 'SELECT']);
    expect(new Set(policies)).toEqual(new Set([1]));
  });
});

describe("the application's role", () => {
  beforeAll(() => dataSource.runMigrations());

  it('is no superuser, bypasses no policy, makes nothing and logs in nowhere', async () => {
    const { rows } = await owner.query(
      `SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication, rolcanlogin FROM pg_roles
       WHERE rolname = '${ROLE}'`,
    );
    expect(rows).toHaveLength(1);
    expect(new Set(Object.values(rows[0] as object))).toEqual(new Set([false]));
  });

  it('owns nothing and is a member of no other role', async () => {
    const owned = `SELECT classid::regclass::text AS value FROM pg_shdepend WHERE deptype = 'o' AND refobjid = '${ROLE}'::regrole`;
    expect(await column(owned)).toEqual([]);
    expect(await column(`SELECT roleid AS value FROM pg_auth_members WHERE member = '${ROLE}'::regrole`)).toEqual([]);
  });

  it('may neither add to the schema, nor empty a table, nor set a trigger', async () => {
    const can = (privilege: string): Promise<string[]> =>
      column(
        `SELECT relname::text AS value FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
         AND has_table_privilege('${ROLE}', oid, '${privilege}')`,
      );
    expect(await column(`SELECT has_schema_privilege('${ROLE}', 'public', 'CREATE') AS value`)).toEqual([false]);
    for (const privilege of ['TRUNCATE', 'TRIGGER', 'REFERENCES']) expect(await can(privilege)).toEqual([]);
    expect(await can('SELECT')).not.toContain('migrations');
  });

  it('finds no function that runs with the rights of its owner', async () => {
    const definers = `SELECT proname AS value FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace`;
    expect(await column(definers)).toEqual([]);
  });
});
