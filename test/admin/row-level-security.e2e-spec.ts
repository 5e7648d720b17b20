import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { Database } from '../../src/infra/database/index.js';
import { Checkpoints } from '../../src/modules/audit/checkpoints/checkpoints.service.js';
import { Team } from '../../src/modules/teams/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeAlert, makeLimit } from '../support/limits.js';
import { makeUser } from '../support/people.js';
import { keepContent } from '../support/projects.js';
import { limitRate } from '../support/rates.js';
import { makeWorld, must, type World } from '../support/world.js';

/** Every organization, as src/core/ctx.ts names it. */
const ALL = '*';
const NONE = '';

/** PostgreSQL's insufficient_privilege: a row outside the policy, or a table that may not be changed at all. */
const REFUSED = '42501';

/** A table whose rows name their organization; test/security/walls.e2e-spec.ts looks at the others. */
interface TenantTable {
  readonly name: string;
  /** The column that says whose a row is. */
  readonly owner: string;
}

let app: TestApp;
let database: Database;
let ours: World;
let theirs: World;
let tables: TenantTable[];

/** The second wall alone: no guard, no service, only the entity manager that they would use. */
const as = (organizationId: string): EntityManager => database.manager(organizationId);

/** Gives the id of the project. */
async function makeScopes(organizationId: string, userId: string): Promise<string> {
  const project = { organizationId, code: 'rls', name: 'Project' };
  const make = 'mutation ($input: CreateProjectInput!) { createProject(input: $input) { id } }';
  const { createProject } = await must<{ createProject: { id: string } }>(app, make, { input: project });
  const create = 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { id } }';
  const { createGroup } = await must<{ createGroup: { id: string } }>(app, create, {
    input: { organizationId, name: 'Group' },
  });
  await must(app, 'mutation ($input: GroupMembersInput!) { addGroupMembers(input: $input) { id } }', {
    input: { groupId: createGroup.id, userIds: [userId] },
  });
  return createProject.id;
}

async function makeLimits(world: World): Promise<void> {
  const limitId = await makeLimit(app, world);
  const grant = { limitId, amount: '1', endsAt: '2999-01-01T00:00:00Z', reason: 'RLS' };
  await must(app, 'mutation ($input: GrantLimitInput!) { grantLimit(input: $input) { id } }', { input: grant });
  await makeAlert(app, limitId);
}

async function makeTenant(): Promise<World> {
  const world = await makeWorld(app);
  const input = { kind: 'openai', name: 'Own', organizationId: world.organizationId, credential: 'x' };
  await must(app, 'mutation ($input: CreateProviderInput!) { createProvider(input: $input) { id } }', { input });
  const messages = [{ role: 'user', content: 'Hello' }];
  const tag = world.organizationId;
  const role = { organizationId: world.organizationId, organizationRole: 'VIEWER' };
  const invitation = { email: `${tag}@example.com`, name: 'Guest', ...role };
  await must(app, 'mutation ($input: CreateInvitationInput!) { createInvitation(input: $input) { token } }', {
    input: invitation,
  });
  await must(app, 'mutation ($input: CreateRoleMappingInput!) { createRoleMapping(input: $input) { id } }', {
    input: { source: 'APP_ROLE', value: tag, ...role },
  });
  const userId = await makeUser(app, { memberships: { [world.organizationId]: 'viewer' } });
  const projectId = await makeScopes(tag, userId);
  await makeLimits(world);
  await limitRate(app, world, { amount: '1000' });
  await must(app, 'mutation ($input: SetRefillInput!) { setRefill(input: $input) { id } }', {
    input: { teamId: world.teamId, mode: 'ADD', credits: '5', period: 'MONTH' },
  });
  const headers = { 'x-admin-key': '', authorization: `Bearer ${world.key}`, 'idempotency-key': 'rls' };
  const body = { job_type: 'rls', messages };
  const called = await app.rest('POST', '/api/jobs/create-and-call', { body, headers });
  expect(called.status).toBe(200);
  const { rows } = await app.db.query<{ id: string }>('SELECT id FROM calls WHERE key_id = $1', [world.keyId]);
  await keepContent(app, projectId, rows[0]!.id);
  return world;
}

/** So many statements at once that every connection of the pool serves this organization. */
async function onEveryConnection(organizationId: string): Promise<void> {
  const size = app.config.bounds.databasePoolSize;
  const asked = Array.from({ length: size * 2 }, () =>
    as(organizationId).query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid, pg_sleep(0.002)'),
  );
  expect(new Set((await Promise.all(asked)).map(([row]) => row!.pid)).size).toBe(size);
}

async function ownersSeen(em: EntityManager, { name, owner }: TenantTable): Promise<(string | null)[]> {
  const rows = await em.query<{ owner: string | null }[]>(`SELECT DISTINCT ${owner} AS owner FROM ${name}`);
  return rows.map((row) => row.owner).sort();
}

/** Rows touched by a statement, or the code of its refusal. */
async function outcome(em: EntityManager, sql: string, values: unknown[] = []): Promise<number | string> {
  try {
    return (await em.query<unknown[]>(`WITH done AS (${sql} RETURNING 1) SELECT * FROM done`, values)).length;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

beforeAll(async () => {
  app = await startTestApp();
  database = app.app.get(Database);
  ours = await makeTenant();
  theirs = await makeTenant();
  await app.app.get(Checkpoints, { strict: false }).take();
  const { rows } = await app.db.query<{ name: string }>(
    `SELECT DISTINCT tablename AS name FROM pg_policies WHERE schemaname = 'public' AND (tablename = 'organizations'
       OR EXISTS (SELECT FROM information_schema.columns
                  WHERE table_name = tablename AND column_name = 'organization_id')) ORDER BY name`,
  );
  tables = rows.map(({ name }) => ({ name, owner: name === 'organizations' ? 'id' : 'organization_id' }));
});
afterAll(() => app.close());

const everyTable = async (check: (table: TenantTable) => Promise<unknown>): Promise<Record<string, unknown>> => {
  const found: Record<string, unknown> = {};
  for (const table of tables) found[table.name] = await check(table);
  return found;
};
const all = (value: unknown): Record<string, unknown> => Object.fromEntries(tables.map(({ name }) => [name, value]));

describe('reading', () => {
  it('is about every tenant table, and each holds rows of both organizations', async () => {
    expect(tables.length).toBeGreaterThanOrEqual(11);
    const missing = await everyTable(async ({ name, owner }) => {
      const { rows } = await app.db.query<{ owner: string }>(`SELECT DISTINCT ${owner} AS owner FROM ${name}`);
      const owners = rows.map((row) => row.owner);
      return [ours, theirs].filter((world) => !owners.includes(world.organizationId)).length;
    });
    expect(missing).toEqual(all(0));
  });

  it('shows an organization its own rows only', async () => {
    for (const world of [ours, theirs])
      expect(await everyTable((table) => ownersSeen(as(world.organizationId), table))).toEqual(
        all([world.organizationId]),
      );
  });

  it('shows nothing without an organization, or with one that does not exist', async () => {
    for (const nobody of [NONE, 'no-such-organization', `${ours.organizationId}'`, '%', 'null'])
      expect(await everyTable((table) => ownersSeen(as(nobody), table))).toEqual(all([]));
  });

  it('shows the platform every row', async () => {
    const seen = await everyTable(({ name }) => as(ALL).query(`SELECT count(*)::int AS n FROM ${name}`));
    const stored = await everyTable(async ({ name }) => {
      return (await app.db.query(`SELECT count(*)::int AS n FROM ${name}`)).rows;
    });
    expect(seen).toEqual(stored);
  });

  it('would show what is foreign if the wall were down', async () => {
    await app.db.query('ALTER TABLE teams DISABLE ROW LEVEL SECURITY');
    try {
      const seen = await ownersSeen(as(ours.organizationId), { name: 'teams', owner: 'organization_id' });
      expect(seen).toContain(theirs.organizationId);
    } finally {
      await app.db.query('ALTER TABLE teams ENABLE ROW LEVEL SECURITY');
    }
  });

  it('holds for entities, counts and joins too', async () => {
    const em = as(ours.organizationId);
    expect((await em.find(Team)).map((team) => team.id)).toEqual([ours.teamId]);
    expect(await em.findOneBy(Team, { id: theirs.teamId })).toBeNull();
    expect(await em.countBy(Team, {})).toBe(1);
    const joined = await em.query<{ id: string }[]>(
      `SELECT c.id FROM calls c JOIN jobs j ON j.id = c.job_id WHERE c.organization_id = $1 OR j.team_id = $2`,
      [theirs.organizationId, theirs.teamId],
    );
    expect(joined).toEqual([]);
  });
});

describe('writing through the manager of another organization', () => {
  const foreign = (): [EntityManager, string[]] => [as(ours.organizationId), [theirs.organizationId]];

  it('changes no row, and removes none', async () => {
    const [em, values] = foreign();
    const before = await everyTable(({ name }) => digest(name));
    const changed = await everyTable(({ name, owner }) =>
      outcome(em, `UPDATE ${name} SET ${owner} = ${owner} WHERE ${owner} = $1`, values),
    );
    const removed = await everyTable(({ name, owner }) =>
      outcome(em, `DELETE FROM ${name} WHERE ${owner} = $1`, values),
    );
    for (const result of [...Object.values(changed), ...Object.values(removed)]) expect([0, REFUSED]).toContain(result);
    expect(changed).toMatchObject({ teams: 0, keys: 0, accounts: 0, audit_entries: REFUSED, ledger_entries: REFUSED });
    expect(await everyTable(({ name }) => digest(name))).toEqual(before);
  });

  it('adds no row to it', async () => {
    const [em, values] = foreign();
    const added = await everyTable(async ({ name, owner }) => {
      const [row] = (await app.db.query(`SELECT to_jsonb(t) AS row FROM ${name} t WHERE ${owner} = $1`, values)).rows;
      return outcome(em, ...copyOf(name, (row as { row: object }).row));
    });
    expect(added).toEqual(all(REFUSED));
  });

  it('gives no row away to it, nor to the platform', async () => {
    const em = as(ours.organizationId);
    for (const owner of [theirs.organizationId, null]) {
      const given = await everyTable((table) => outcome(em, `UPDATE ${table.name} SET ${table.owner} = $1`, [owner]));
      expect(given).toEqual(all(REFUSED));
    }
  });

  it('adds no row to the platform', async () => {
    const em = as(ours.organizationId);
    const added = await everyTable(async ({ name, owner }) => {
      const [row] = (await app.db.query(`SELECT to_jsonb(t) AS row FROM ${name} t LIMIT 1`)).rows;
      return outcome(em, ...copyOf(name, { ...(row as { row: object }).row, [owner]: null }));
    });
    expect(added).toEqual(all(REFUSED));
  });

  it('is possible to the owner of the row, so that the refusals above mean something', async () => {
    const em = as(theirs.organizationId);
    expect(await outcome(em, 'UPDATE teams SET name = name')).toBe(1);
    const [row] = (await app.db.query('SELECT to_jsonb(t) AS row FROM teams t WHERE id = $1', [theirs.teamId])).rows;
    const own = { ...(row as { row: object }).row, id: `${theirs.teamId}-2` };
    expect(await outcome(em, ...copyOf('teams', own))).toBe(1);
    expect(await outcome(as(ours.organizationId), ...copyOf('teams', { ...own, id: 'stolen' }))).toBe(REFUSED);
    expect(await outcome(as(NONE), ...copyOf('teams', { ...own, id: 'stolen' }))).toBe(REFUSED);
  });

  const copyOf = (table: string, row: object): [string, string[]] => [
    `INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM jsonb_populate_record(NULL::${table}, $1)`,
    [JSON.stringify(row)],
  ];

  async function digest(table: string): Promise<unknown> {
    const lines = `SELECT (to_jsonb(t) - 'last_used_at')::text AS line FROM ${table} t`;
    const { rows } = await app.db.query(
      `SELECT md5(string_agg(line, ';' ORDER BY line)) AS d FROM (${lines}) AS lines`,
    );
    return rows;
  }
});

describe('the shared pool', () => {
  const QUERIES = 200;
  const TEAMS_SEEN = `SELECT current_setting('app.organization') AS setting,
    array(SELECT DISTINCT organization_id FROM teams ORDER BY 1) AS owners, pg_sleep(random() / 200)`;
  interface Seen {
    readonly setting: string;
    readonly owners: string[];
  }

  const owners = async (em: EntityManager): Promise<Seen> => (await em.query<Seen[]>(TEAMS_SEEN))[0]!;
  const expected = (organizationId: string): string[] => {
    if (organizationId === ALL) return [ours.organizationId, theirs.organizationId].sort();
    return [ours.organizationId, theirs.organizationId].filter((each) => each === organizationId);
  };

  it(`never mixes ${QUERIES} interleaved statements of different organizations`, async () => {
    const turns = [ours.organizationId, ALL, theirs.organizationId, NONE, 'no-such-organization'];
    const asked = Array.from({ length: QUERIES }, (_, index) => turns[index % turns.length]!);
    const seen = await Promise.all(asked.map((organizationId) => owners(as(organizationId))));
    seen.forEach((row, index) => {
      const { setting, owners: found } = row;
      expect({ setting, found }).toEqual({ setting: asked[index], found: expected(asked[index]!) });
    });
  });

  it('never mixes transactions, those that fail included', async () => {
    const turns = [ours.organizationId, ALL, theirs.organizationId, NONE];
    const asked = Array.from({ length: QUERIES }, (_, index) => turns[index % turns.length]!);
    const failures = await Promise.all(
      asked.map(async (organizationId, index) => {
        const work = as(organizationId).transaction(async (em) => {
          const first = await owners(em);
          if (index % 3 === 0) await em.query('SELECT 1 / 0');
          if (index % 7 === 0) throw new Error('given up');
          const second = await owners(em);
          expect([first.owners, second.owners]).toEqual([expected(organizationId), expected(organizationId)]);
        });
        return work.then(
          () => 0,
          (error: Error) => (/division by zero|given up/.test(error.message) ? 1 : Promise.reject(error)),
        );
      }),
    );
    const failed = asked.filter((_, index) => index % 3 === 0 || index % 7 === 0);
    expect(failures.reduce<number>((sum, each) => sum + each, 0)).toBe(failed.length);
    for (const organizationId of turns)
      expect((await owners(as(organizationId))).owners).toEqual(expected(organizationId));
  });

  it('keeps nothing of the platform on its connections', async () => {
    await onEveryConnection(ALL);
    const nobody = await Promise.all(Array.from({ length: QUERIES }, () => owners(as(NONE))));
    expect(nobody.filter(({ setting, owners: found }) => setting !== NONE || found.length > 0)).toEqual([]);
    await onEveryConnection(ALL);
    const own = await Promise.all(Array.from({ length: QUERIES }, () => owners(as(ours.organizationId))));
    for (const seen of own) expect(seen.owners).toEqual([ours.organizationId]);
  });

  it('runs as a role that cannot step over the wall', async () => {
    for (const connection of [as(ALL), as(ours.organizationId)]) {
      const [role] = await connection.query<object[]>(
        'SELECT current_user::text AS name, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user',
      );
      expect(role).toEqual({ name: 'tollkeeper_app', rolsuper: false, rolbypassrls: false });
    }
    const { rows } = await database.pool.query('SELECT current_user::text AS name');
    expect(rows).toEqual([{ name: 'tollkeeper_app' }]);
  });
});
