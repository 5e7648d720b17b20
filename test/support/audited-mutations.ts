import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { type GraphQLField, isObjectType } from 'graphql';
import type { Action } from '../../src/core/action.js';
import { MASTER_KEY, startTestApp, type TestApp } from './app.js';
import { makeWorld, must, type World } from './world.js';

export const CREDENTIAL = 'vendor-credential-of-the-audit-spec';
const TOKEN = /sk-[0-9A-Za-z]{40,}/;
export const UNKNOWN = 'unknown-id';

/**
 * Which spec has a mutation in its table, by the word in its name: `scopes` is test/admin/audit-scopes.e2e-spec.ts. All
 * others are in test/admin/audit.e2e-spec.ts.
 */
export const TABLES: Readonly<Record<string, readonly string[]>> = {
  rates: ['createRateLimit', 'updateRateLimit', 'deleteRateLimit'],
  accounts: [
    ...['giftCredits', 'adjustCredits', 'refundTransaction', 'topUpBalance', 'adjustBalance', 'setBilling'],
    ...['setCreditMode', 'setRefill', 'removeRefill', 'correctCall', 'reconcileProvider'],
  ],
  limits: ['createLimit', 'updateLimit', 'deleteLimit', 'grantLimit', 'revokeGrant'],
  scopes: [
    ...['createGroup', 'updateGroup', 'deleteGroup', 'addGroupMembers', 'removeGroupMembers'],
    ...['createProject', 'updateProject', 'suspendProject', 'resumeProject', 'deleteProject', 'setProjectAccess'],
    ...['setProjectCache', 'emptyProjectCache', 'setProjectRetention', 'deleteProjectBodies'],
    ...['createApiKey', 'createUserToken'],
  ],
};

export interface Scene extends World {
  readonly tag: string;
  readonly groupId: string;
  readonly aliasId: string;
  readonly modelId: string;
  /** Somebody else's world. */
  readonly outsider: World;
}

export interface Variables {
  readonly [name: string]: unknown;
  readonly input?: object;
}

export interface Mutation {
  readonly action: Action;
  /** What the row is about. */
  readonly entity: string;
  /** `act` works outside the database: its row is written afterwards, and tells of no change. */
  readonly effect: 'create' | 'update' | 'remove' | 'act';
  /** Arguments of a call that succeeds in the scene; makes what the scene lacks. */
  readonly valid: (scene: Scene) => Variables | Promise<Variables>;
  /** The arguments do not name what the row is about. */
  readonly isNameless?: true;
  /** The same call made to fail; an unknown `id` when left out. */
  readonly broken?: ((valid: Variables, scene: Scene) => Variables) | undefined;
}

export type Valid = Mutation['valid'];
export type Broken = Mutation['broken'];
type Maker = (action: Action, valid: Valid, broken?: Broken) => Mutation;

export const of =
  (entity: string, effect: Mutation['effect']): Maker =>
  (action, valid, broken) => ({ action, entity, effect, valid, broken });
export const make = (entity: string): Maker => of(entity, 'create');
export const change = (entity: string): Maker => of(entity, 'update');

export const withInput =
  (wrong: (scene: Scene) => object): Broken =>
  (valid, scene) => ({ ...valid, input: { ...valid.input, ...wrong(scene) } });

/** Runs another mutation on the thing before. */
export const after =
  (name: string, valid: Valid): Valid =>
  async (scene) => {
    const variables = await valid(scene);
    await run(name, variables);
    return variables;
  };

/** Something of its own, that nothing uses. */
export const spare =
  (name: string, input: (scene: Scene) => object): Valid =>
  async (scene) => ({ id: await run(name, { input: input(scene) }, 'id') });
/** The id of the only row of a table that a column of it finds. */
export async function found(table: string, column: string, value: string): Promise<string> {
  const { rows } = await app.db.query<{ id: string }>(`SELECT id FROM ${table} WHERE ${column} = $1`, [value]);
  return rows[0]!.id;
}

/** The product that the table of this spec is tried on; started before its first test. */
export let app: TestApp;
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

export async function run(name: string, variables: Variables, selection = '__typename'): Promise<string> {
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
const idOf = ({ id, teamId, projectId, userId, input }: Variables): unknown => {
  const named = input as Record<string, string> | undefined;
  const names = ['aliasId', 'teamId', 'groupId', 'callId', 'providerId', 'organizationId'];
  return id ?? teamId ?? projectId ?? userId ?? names.map((name) => named?.[name]).find((each) => each !== undefined);
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

/** Starts the product for a table and tries each of its mutations: done, failed, refused, and without an audit log. */
export function tryMutations(table: Readonly<Record<string, Mutation>>): void {
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

  describe.each(Object.entries(table))('%s', (name, mutation) => {
    const { action, entity, effect } = mutation;
    const broken = mutation.broken ?? ((valid: Variables) => ({ ...valid, id: UNKNOWN }));

    it('leaves one row that tells what was before and after', async () => {
      const variables = await mutation.valid(await makeScene());
      const { requestId, code, rows } = await attempt(name, variables);
      expect(code).toBeNull();
      expect(rows).toHaveLength(1);
      const whom = { actor_kind: 'master_key', actor_id: null, actor_name: 'master_key', address: '127.0.0.1' };
      const id = effect === 'create' || mutation.isNameless ? expect.any(String) : idOf(variables);
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
}

/** Names of the mutations of the schema. */
export const mutationsOfSchema = (): string[] => Object.keys(fields);
