import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Database } from '../../src/infra/database/index.js';
import { conditionOf } from '../../src/infra/database/visibility.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Call, fill, makeMatrix, type Matrix } from '../support/cells.js';

/** Tables without row-level security, each with the reason. */
const OPEN_TABLES: Readonly<Record<string, string>> = {
  installation: 'facts about the installation',
  instances: 'heartbeats of processes',
  audit_checkpoints: 'signed numbers; the ends of the chains stand in audit_heads and audit_anchors',
  migrations: 'closed to the application as a whole',
};

/** Entities of which no organization owns a row, each with the reason. */
const OF_NOBODY: Readonly<Record<string, string>> = {
  AuditCheckpoint: 'see audit_checkpoints',
  LedgerCheck: 'of the whole platform, read by ledger.read, which no organization role holds',
  Session: 'read by user id only, the own one or by session.read, which no organization role holds',
};

/** Calls whose answers grow by being asked: the audit log tells of sensitive reads. */
const TELLS_OF_READING = /audit/i;

const reads = (): Call[] => matrix.calls.filter(({ rule }) => rule?.mutation === false);

/** The application's own queue and scheduler; their schemas hold no tenant. */
const SCHEMA = 'public';

let app: TestApp;
let matrix: Matrix;
let tables: { name: string; isWalled: boolean }[];

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  matrix = await makeMatrix(app);
  const { rows } = await app.db.query<{ name: string; isWalled: boolean }>(
    `SELECT relname AS name, relrowsecurity AND EXISTS (SELECT FROM pg_policies WHERE tablename = relname) AS "isWalled"
     FROM pg_class WHERE relnamespace = '${SCHEMA}'::regnamespace AND relkind = 'r' ORDER BY 1`,
  );
  tables = rows;
}, 60_000);
afterAll(() => app.close());

describe('row-level security alone', () => {
  it('stands before every table, but for those that hold nothing of anybody', () => {
    expect(tables.filter(({ isWalled }) => !isWalled).map(({ name }) => name)).toEqual(Object.keys(OPEN_TABLES).sort());
  });

  it('shows an organization nothing of another, in any table, whatever SQL asks for', async () => {
    const { ours, theirs } = matrix;
    const em = app.app.get(Database).manager(ours.world.organizationId);
    const secrets = [theirs.canary, ...Object.values(theirs.things)];
    let seen = 0;
    const foreign: string[] = [];
    for (const { name } of tables.filter((table) => table.name !== 'migrations')) {
      const rows = await em.query<{ row: string }[]>(`SELECT t::text AS row FROM ${name} t`);
      seen += rows.length;
      if (rows.some(({ row }) => secrets.some((secret) => row.includes(secret)))) foreign.push(name);
    }
    expect(foreign).toEqual([]);
    expect(seen).toBeGreaterThan(20);
  });

  it('shows the platform the canary in those same tables, so that the finding means something', async () => {
    const em = app.app.get(Database).manager('*');
    const found: string[] = [];
    for (const { name } of tables.filter((table) => table.isWalled)) {
      const [row] = await em.query<{ n: number }[]>(
        `SELECT count(*)::int AS n FROM ${name} t WHERE strpos(t::text, $1) > 0`,
        [matrix.theirs.canary],
      );
      if (row!.n > 0) found.push(name);
    }
    for (const name of ['access_groups', 'aliases', 'audit_entries', 'calls', 'jobs', 'keys', 'models', 'providers'])
      expect(found).toContain(name);
  });

  it('lets an organization change nothing of the catalogue, and no person', async () => {
    const em = app.app.get(Database).manager(matrix.ours.world.organizationId);
    for (const name of ['access_groups', 'access_group_aliases', 'aliases', 'alias_targets', 'models', 'users']) {
      const [column] = await em.query<{ name: string }[]>(
        `SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 LIMIT 1`,
        [name],
      );
      const [row] = await em.query<{ n: number }[]>(`SELECT count(*)::int AS n FROM ${name}`);
      expect([name, row!.n > 0]).toEqual([name, true]);
      const changed = `WITH done AS (UPDATE ${name} SET ${column!.name} = ${column!.name} RETURNING 1) SELECT 1 FROM done`;
      expect([name, await em.query(changed)]).toEqual([name, []]);
    }
  });
});

describe('guard and services alone', () => {
  it('know of every entity whose its rows are', () => {
    const em = app.app.get(Database).manager('*');
    const unknown = app.app.get(DataSource).entityMetadatas.filter(({ target }) => !conditionOf(em, target));
    expect(unknown.map(({ name }) => name).sort()).toEqual(Object.keys(OF_NOBODY).sort());
  });

  /** What everybody inside is told of their own; sums over too many rows would show no canary. */
  const ownAnswers = async (): Promise<string[]> => {
    const answers: string[] = [];
    for (const call of reads().filter(({ name }) => !TELLS_OF_READING.test(name)))
      for (const actor of matrix.actors.filter(({ isInside }) => isInside))
        answers.push(`${actor.name}: ${call.name}: ${(await call.ask(actor)).text}`);
    return answers;
  };

  it('leak nothing when row-level security is off', async () => {
    const before = await ownAnswers();
    for (const { name } of tables) await app.db.query(`ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`);
    const em = app.app.get(Database).manager(matrix.ours.world.organizationId);
    const [row] = await em.query<{ n: number }[]>('SELECT count(*)::int AS n FROM organizations');
    expect(row!.n).toBe(2);
    expect(reads().length).toBeGreaterThan(60);
    expect(await ownAnswers()).toEqual(before);
    const found = await fill(matrix, reads());
    expect(found.leaks).toEqual([]);
    expect(found.unlike).toEqual([]);
    expect(found.faults).toEqual([]);
  }, 120_000);
});
