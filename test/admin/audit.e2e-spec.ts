import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { type GraphQLField, isObjectType } from 'graphql';
import type { Action } from '../../src/core/action.js';
import { newId } from '../../src/core/id.js';
import { Database } from '../../src/infra/database/index.js';
import { MASTER_KEY, startTestApp, type TestApp } from '../support/app.js';
import { makeUser } from '../support/people.js';
import { makeWorld, must, type World } from '../support/world.js';

const CREDENTIAL = 'vendor-credential-of-the-audit-spec';
const TOKEN = /sk-[0-9A-Za-z]{40,}/;
const UNKNOWN = 'unknown-id';

interface Scene extends World {
  readonly tag: string;
  readonly groupId: string;
  readonly aliasId: string;
  readonly modelId: string;
  /** Somebody else's world. */
  readonly outsider: World;
}

interface Variables {
  readonly [name: string]: unknown;
  readonly input?: object;
}

interface Mutation {
  readonly action: Action;
  /** What the row is about. */
  readonly entity: string;
  /** `act` works outside the database: its row is written afterwards, and tells of no change. */
  readonly effect: 'create' | 'update' | 'remove' | 'act';
  /** Arguments of a call that succeeds in the scene; makes what the scene lacks. */
  readonly valid: (scene: Scene) => Variables | Promise<Variables>;
  /** The same call made to fail; an unknown `id` when left out. */
  readonly broken?: ((valid: Variables, scene: Scene) => Variables) | undefined;
}

type Valid = Mutation['valid'];
type Broken = Mutation['broken'];
type Maker = (action: Action, valid: Valid, broken?: Broken) => Mutation;

const of =
  (entity: string, effect: Mutation['effect']): Maker =>
  (action, valid, broken) => ({ action, entity, effect, valid, broken });
const make = (entity: string): Maker => of(entity, 'create');
const change = (entity: string): Maker => of(entity, 'update');

const withInput =
  (wrong: (scene: Scene) => object): Broken =>
  (valid, scene) => ({ ...valid, input: { ...valid.input, ...wrong(scene) } });

const organization: Valid = ({ organizationId: id }) => ({ id });
const team: Valid = ({ teamId: id }) => ({ id });
const key: Valid = ({ keyId: id }) => ({ id });
const credits: Valid = ({ teamId }) => ({ input: { teamId, credits: '5', reason: 'Audit' } });

/** A session that serves, of a user or, for null, of the master key. */
async function makeSession(userId: string | null): Promise<string> {
  const id = newId('session');
  await app.db.query(
    `INSERT INTO sessions (id, token_hash, user_id, method, created_at, last_seen_at, expires_at)
     VALUES ($1, $1, $2, $3, $4, $4, $4::timestamptz + interval '12 hours')`,
    [id, userId, userId === null ? 'master_key' : 'entra', app.clock.now()],
  );
  return id;
}

/** Runs another mutation on the thing before. */
const after =
  (name: string, valid: Valid): Valid =>
  async (scene) => {
    const variables = await valid(scene);
    await run(name, variables);
    return variables;
  };

/** Something of its own, that nothing uses. */
const spare =
  (name: string, input: (scene: Scene) => object): Valid =>
  async (scene) => ({ id: await run(name, { input: input(scene) }, 'id') });
const spareProvider = spare('createProvider', ({ tag }) => ({
  kind: 'openai',
  name: `spare-${tag}`,
  credential: 'the-credential-before',
}));

const user: Valid = async () => ({ id: await makeUser(app) });

/** The id of the only row of a table that a column of it finds. */
async function found(table: string, column: string, value: string): Promise<string> {
  const { rows } = await app.db.query<{ id: string }>(`SELECT id FROM ${table} WHERE ${column} = $1`, [value]);
  return rows[0]!.id;
}

const member: Valid = async ({ organizationId }) => {
  const userId = await makeUser(app, { memberships: { [organizationId]: 'viewer' } });
  return { id: await found('members', 'user_id', userId) };
};
const invitation: Valid = ({ tag, organizationId }) => ({
  input: { email: `${tag}@example.com`, name: 'Guest', organizationId, organizationRole: 'VIEWER' },
});
const mapping = ({ tag, organizationId }: Scene): object => ({
  source: 'APP_ROLE',
  value: `Role.${tag}`,
  organizationId,
  organizationRole: 'VIEWER',
});

/** How to call every mutation of the schema. Where a call can break off in its middle, that is how it is broken. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  createOrganization: make('Organization')(
    'organization.create',
    ({ tag, groupId }) => ({
      input: { id: `new-${tag}`, name: 'New', defaultTeam: { credits: '5', accessGroupIds: [groupId] } },
    }),
    withInput(() => ({ defaultTeam: { credits: '5', accessGroupIds: [UNKNOWN] } })),
  ),
  updateOrganization: change('Organization')('organization.update', ({ organizationId: id }) => ({
    id,
    input: { name: 'Renamed', metadata: { a: 1 } },
  })),
  suspendOrganization: change('Organization')('organization.suspend', organization),
  resumeOrganization: change('Organization')('organization.resume', after('suspendOrganization', organization)),
  deleteOrganization: change('Organization')(
    'organization.delete',
    async (scene) => {
      await run('suspendTeam', { id: scene.teamId });
      return organization(scene);
    },
    (_valid, { outsider }) => ({ id: outsider.organizationId }),
  ),
  createTeam: make('Team')(
    'team.create',
    ({ tag, organizationId, groupId }) => ({
      input: { id: `new-${tag}`, organizationId, accessGroupIds: [groupId], credits: '5' },
    }),
    withInput(() => ({ accessGroupIds: [UNKNOWN] })),
  ),
  updateTeam: change('Team')('team.update', ({ teamId: id }) => ({
    id,
    input: { name: 'Renamed', creditsPerDollar: '20', metadata: { a: 1 } },
  })),
  suspendTeam: change('Team')('team.suspend', ({ teamId: id }) => ({ id, reason: 'Audit' })),
  pauseTeam: change('Team')('team.pause', ({ teamId: id }) => ({ id, input: { until: '2999-01-01T00:00:00Z' } })),
  resumeTeam: change('Team')('team.resume', after('suspendTeam', team)),
  deleteTeam: change('Team')('team.delete', team),
  setTeamAccessGroups: change('Team')(
    'team.grant_access',
    ({ teamId }) => ({ teamId, accessGroupIds: [] }),
    (valid) => ({ ...valid, accessGroupIds: [UNKNOWN] }),
  ),
  createVirtualKey: make('Key')(
    'key.create',
    ({ teamId }) => ({ input: { teamId, name: 'Second' } }),
    withInput(() => ({ teamId: UNKNOWN })),
  ),
  rotateKey: make('Key')('key.rotate', key),
  revokeKey: change('Key')('key.revoke', key),
  addCredits: change('TeamCredits')(
    'credit.add',
    credits,
    withInput(() => ({ teamId: UNKNOWN })),
  ),
  removeCredits: change('TeamCredits')(
    'credit.remove',
    credits,
    withInput(() => ({ credits: '1001' })),
  ),
  createProvider: make('Provider')(
    'provider.create',
    ({ tag, organizationId }) => ({
      input: { kind: 'openai', name: `new-${tag}`, organizationId, credential: CREDENTIAL },
    }),
    withInput(({ tag }) => ({ name: `provider-${tag}`, organizationId: null })),
  ),
  updateProvider: change('Provider')(
    'provider.update',
    async (scene) => ({ ...(await spareProvider(scene)), input: { credential: CREDENTIAL, name: `r-${scene.tag}` } }),
    withInput(({ tag }) => ({ name: `provider-${tag}` })),
  ),
  deleteProvider: change('Provider')('provider.delete', spareProvider, (_valid, { providerId: id }) => ({ id })),
  createModel: make('Model')(
    'model.create',
    ({ providerId }) => ({ input: { providerId, name: 'second-model', capabilities: [] } }),
    withInput(() => ({ name: 'test-model' })),
  ),
  updateModel: change('Model')('model.update', ({ modelId: id }) => ({ id, input: { contextWindow: 1000 } })),
  deleteModel: change('Model')(
    'model.delete',
    spare('createModel', ({ providerId }) => ({ providerId, name: 'spare-model' })),
    (_valid, { modelId: id }) => ({ id }),
  ),
  addModelPrice: make('Price')(
    'price.create',
    ({ modelId }) => ({ modelId, input: { prices: { input: '1', output: '2' } } }),
    (valid) => ({ ...valid, modelId: UNKNOWN }),
  ),
  createAlias: make('Alias')(
    'alias.create',
    ({ tag, modelId }) => ({ input: { name: `new-${tag}`, targets: [{ modelId }] } }),
    withInput(() => ({ targets: [{ modelId: UNKNOWN }] })),
  ),
  updateAlias: change('Alias')('alias.update', ({ aliasId: id }) => ({ id, input: { priceOverride: { input: '9' } } })),
  setAliasTargets: change('Alias')(
    'alias.update',
    ({ aliasId: id, modelId }) => ({ id, input: { targets: [{ modelId, weight: 2 }] } }),
    withInput(() => ({ targets: [{ modelId: UNKNOWN }] })),
  ),
  testAlias: of('Alias', 'act')(
    'alias.test',
    ({ aliasId, teamId }) => ({ input: { aliasId, teamId, prompt: 'Audit' } }),
    withInput(() => ({ teamId: UNKNOWN })),
  ),
  deleteAlias: change('Alias')('alias.delete', ({ aliasId: id }) => ({ id })),
  createAccessGroup: make('AccessGroup')(
    'access_group.create',
    ({ tag, aliasId }) => ({ input: { id: `new-${tag}`, aliasIds: [aliasId] } }),
    withInput(() => ({ aliasIds: [UNKNOWN] })),
  ),
  updateAccessGroup: change('AccessGroup')('access_group.update', ({ groupId: id }) => ({
    id,
    input: { description: 'Audit' },
  })),
  setAccessGroupAliases: change('AccessGroup')(
    'access_group.update',
    ({ groupId: id }) => ({ id, aliasIds: [] }),
    (valid) => ({ ...valid, aliasIds: [UNKNOWN] }),
  ),
  addAliasToAccessGroup: change('AccessGroup')(
    'access_group.update',
    ({ groupId: id, aliasId }) => ({ id, aliasId }),
    (valid) => ({ ...valid, aliasId: UNKNOWN }),
  ),
  removeAliasFromAccessGroup: change('AccessGroup')(
    'access_group.update',
    ({ groupId: id, aliasId }) => ({ id, aliasId }),
    (valid) => ({ ...valid, id: UNKNOWN }),
  ),
  deleteAccessGroup: of('AccessGroup', 'remove')(
    'access_group.delete',
    spare('createAccessGroup', ({ tag, aliasId }) => ({ id: `spare-${tag}`, aliasIds: [aliasId] })),
    (_valid, { groupId: id }) => ({ id }),
  ),
  updateUser: change('User')('user.update', async (scene) => ({ ...(await user(scene)), input: { name: 'Renamed' } })),
  suspendUser: change('User')('user.suspend', user),
  resumeUser: change('User')('user.resume', after('suspendUser', user)),
  deleteUser: change('User')('user.delete', user),
  addMember: make('Member')(
    'member.add',
    async ({ organizationId }) => ({ input: { organizationId, userId: await makeUser(app), role: 'VIEWER' } }),
    withInput(() => ({ userId: UNKNOWN })),
  ),
  setMemberRole: change('Member')('member.update', async (scene) => ({ ...(await member(scene)), role: 'ADMIN' })),
  removeMember: of('Member', 'remove')('member.remove', member),
  createInvitation: make('Invitation')(
    'invitation.create',
    invitation,
    withInput(() => ({ organizationId: UNKNOWN })),
  ),
  revokeInvitation: change('Invitation')('invitation.revoke', async (scene) => {
    await run('createInvitation', await invitation(scene));
    return { id: await found('invitations', 'organization_id', scene.organizationId) };
  }),
  createRoleMapping: make('RoleMapping')(
    'role_mapping.create',
    (scene) => ({ input: mapping(scene) }),
    withInput(() => ({ organizationId: UNKNOWN })),
  ),
  deleteRoleMapping: of('RoleMapping', 'remove')('role_mapping.delete', spare('createRoleMapping', mapping)),
  endSession: change('Session')('session.end', async () => ({ id: await makeSession(await makeUser(app)) })),
  endOwnSession: change('Session')('session.end_own', async () => ({ id: await makeSession(null) })),
  endSessions: change('User')(
    'session.end',
    async () => {
      const userId = await makeUser(app);
      await makeSession(userId);
      return { userId };
    },
    (valid) => ({ ...valid, userId: UNKNOWN }),
  ),
};

let app: TestApp;
let fields: Record<string, GraphQLField<unknown, unknown>>;
let outsider: World;
let serial = 0;

/** The operation of a mutation with all its arguments, written from the schema. */
function operation(name: string, selection: string): string {
  const { args } = fields[name]!;
  const declared = args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
  const given = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  return `mutation (${declared}) { made: ${name}(${given}) { ${selection} } }`;
}

async function run(name: string, variables: Variables, selection = '__typename'): Promise<string> {
  const { made } = await must<{ made: Record<string, string> }>(app, operation(name, selection), variables);
  return made[selection]!;
}

async function makeScene(): Promise<Scene> {
  const world = await makeWorld(app);
  const tag = world.organizationId.slice('org-'.length);
  const { rows } = await app.db.query<{ aliasId: string; modelId: string }>(
    `SELECT a.id AS "aliasId", t.model_id AS "modelId" FROM aliases a JOIN alias_targets t ON t.alias_id = a.id
     WHERE a.name = $1`,
    [world.alias],
  );
  return { ...world, ...rows[0]!, tag, groupId: `group-${tag}`, outsider };
}

/** The id of the thing that a call is about. */
const idOf = ({ id, teamId, userId, input }: Variables): unknown => {
  const named = input as { aliasId?: string; teamId?: string } | undefined;
  return id ?? teamId ?? userId ?? named?.aliasId ?? named?.teamId;
};

interface AuditRow {
  readonly status: string;
  readonly changes: { before: object | null; after: object | null }[];
}

/** One call under a request id of its own: its answer, and all audit rows that it left. */
async function attempt(
  name: string,
  variables: Variables,
  headers: Record<string, string> = {},
): Promise<{ requestId: string; code: string | null; message: string; rows: AuditRow[] }> {
  const requestId = `${headers['x-request-id'] ?? 'audit'}-${name}-${++serial}`;
  const sent = { ...headers, 'x-request-id': requestId };
  const answer = await app.gql(operation(name, '__typename'), variables, sent);
  expect(answer.headers['x-request-id']).toBe(requestId);
  const error = answer.body.errors?.[0];
  const { rows } = await app.db.query<AuditRow>('SELECT * FROM audit_entries WHERE request_id = $1', [requestId]);
  return { requestId, code: error?.extensions.code ?? null, message: error?.message ?? '', rows };
}

/** Tables that change by themselves, or that tell of attempts. */
const NO_STATE = [
  'audit_entries',
  'audit_heads',
  'audit_checkpoints',
  'audit_anchors',
  'instances',
  'sign_in_attempts',
];

/** A digest of every other table, but for times of last use. */
async function state(): Promise<Record<string, string>> {
  const { rows } = await app.db.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables
     WHERE schemaname = 'public' AND tablename <> ALL($1)`,
    [NO_STATE],
  );
  const parts = rows.map(
    ({ name }) => `SELECT '${name}' AS name, md5(string_agg(line, ';' ORDER BY line)) AS digest
      FROM (SELECT (to_jsonb(t) - 'last_used_at')::text AS line FROM ${name} t) AS lines`,
  );
  const digests = await app.db.query<{ name: string; digest: string }>(parts.join(' UNION ALL '));
  return Object.fromEntries(digests.rows.map((row) => [row.name, row.digest]));
}

/** What must never stand in an audit row: everything that opens something, and what it is kept as. */
async function expectNoSecret(rows: unknown): Promise<void> {
  const text = JSON.stringify(rows);
  const kept = await app.db.query<{ secret: string }>(
    `SELECT token_hash AS secret FROM keys UNION SELECT token_hash FROM invitations
     UNION SELECT credential_ciphertext FROM providers WHERE credential_ciphertext IS NOT NULL`,
  );
  const secrets = [MASTER_KEY, CREDENTIAL, 'the-credential-before', app.config.encryptionKey!.reveal()];
  for (const secret of [...secrets, ...kept.rows.map((row) => row.secret)]) expect(text).not.toContain(secret);
  expect(text).not.toMatch(TOKEN);
}

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  const type = app.app.get(GraphQLSchemaHost).schema.getMutationType();
  fields = isObjectType(type) ? type.getFields() : {};
  outsider = await makeWorld(app);
  await app.db.query(`
    CREATE FUNCTION audit_is_down() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'the audit log is down'; END $$;
    CREATE TRIGGER audit_is_down BEFORE INSERT ON audit_entries FOR EACH ROW
      WHEN (NEW.request_id LIKE 'down-%') EXECUTE FUNCTION audit_is_down()`);
});
afterAll(() => app.close());

it('knows how to call every mutation of the schema', () => {
  expect(Object.keys(MUTATIONS).sort()).toEqual(Object.keys(fields).sort());
});

describe.each(Object.entries(MUTATIONS))('%s', (name, mutation) => {
  const { action, entity, effect } = mutation;
  const broken = mutation.broken ?? ((valid: Variables) => ({ ...valid, id: UNKNOWN }));

  it('leaves one row that tells what was before and after', async () => {
    const variables = await mutation.valid(await makeScene());
    const { requestId, code, rows } = await attempt(name, variables);
    expect(code).toBeNull();
    expect(rows).toHaveLength(1);
    const whom = { actor_kind: 'master_key', actor_id: null, actor_name: 'master_key', address: '127.0.0.1' };
    const id = effect === 'create' ? expect.any(String) : idOf(variables);
    const what = { action, entity_type: entity, entity_id: id, message: null };
    expect(rows[0]).toMatchObject({ ...whom, ...what, status: 'success', request_id: requestId });
    await expectNoSecret(rows);
    if (effect === 'act') return expect(rows[0]!.changes).toEqual([]);
    const [main, ...others] = rows[0]!.changes;
    expect([main!.before !== null, main!.after !== null]).toEqual([effect !== 'create', effect !== 'remove']);
    for (const change of [main!, ...others]) expect(change.before).not.toEqual(change.after);
  });

  it('leaves one row when it fails, and changes nothing', async () => {
    const scene = await makeScene();
    const variables = broken(await mutation.valid(scene), scene);
    const before = await state();
    const { requestId, code, rows } = await attempt(name, variables);
    expect(['NOT_FOUND', 'CONFLICT', 'INSUFFICIENT_CREDITS']).toContain(code);
    expect(rows).toHaveLength(1);
    const message = expect.stringMatching(/^(not_found|conflict|insufficient_credits): ./);
    expect(rows[0]).toMatchObject({ action, status: 'failed', message, changes: [], actor_kind: 'master_key' });
    expect(rows[0]).toMatchObject({ request_id: requestId });
    await expectNoSecret(rows);
    expect(await state()).toEqual(before);
  });

  it('leaves one row when it is refused, and changes nothing', async () => {
    const scene = await makeScene();
    const variables = await mutation.valid(scene);
    const before = await state();
    const stranger = { actor_kind: 'anonymous', actor_id: null, organization_id: null };
    const other = { actor_kind: 'key', actor_id: outsider.keyId, organization_id: outsider.organizationId };
    app.clock.advance(60_000); // Only so many attempts of strangers are recorded in a minute.
    for (const [headers, refusal, actor] of [
      [{ 'x-admin-key': '' }, 'UNAUTHENTICATED', stranger],
      [{ 'x-admin-key': `${MASTER_KEY}x` }, 'UNAUTHENTICATED', stranger],
      [{ 'x-admin-key': '', authorization: `Bearer ${outsider.key}` }, 'FORBIDDEN', other],
    ] as const) {
      const { code, rows } = await attempt(name, variables, headers);
      expect(code).toBe(refusal);
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({ action, status: 'denied', changes: [], ...actor });
      await expectNoSecret(rows);
    }
    expect(await state()).toEqual(before);
  });

  it('changes nothing when its row cannot be written', async () => {
    const variables = await mutation.valid(await makeScene());
    const before = await state();
    const { code, message, rows } = await attempt(name, variables, { 'x-request-id': 'down' });
    expect([code, message, rows]).toEqual(['INTERNAL', 'Internal error', []]);
    if (effect !== 'act') expect(await state()).toEqual(before);
  });
});

describe('what is written', () => {
  it.each(['audit_entries', 'ledger_entries', 'ledger_txs'])(
    'stays: the application cannot touch %s',
    async (table) => {
      const database = app.app.get(Database);
      const { rows } = await app.db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
      expect(rows[0]!.n).toBeGreaterThan(0);
      for (const sql of [
        `UPDATE ${table} SET organization_id = 'x'`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table} CASCADE`,
      ])
        for (const run of [() => database.manager('*').query(sql), () => database.pool.query(sql)])
          await expect(run()).rejects.toMatchObject({ code: '42501' });
      expect((await app.db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)).rows[0]).toEqual(rows[0]);
    },
  );
});
