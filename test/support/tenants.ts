import { randomBytes, randomInt } from 'node:crypto';
import type { TestApp } from './app.js';
import { makeAlert } from './limits.js';
import type { Things } from './matrix.js';
import { makeUser } from './people.js';
import { keepContent } from './projects.js';
import { makeWorld, must, type World } from './world.js';

export interface Tenant {
  readonly world: World;
  readonly things: Things;
  /** A user token, of a project. */
  readonly userToken: string;
  /** A text that stands in every text column of the organization that takes it. */
  readonly canary: string;
}

const one = async (app: TestApp, sql: string, values: unknown[]): Promise<string> => {
  const { rows } = await app.db.query<{ value: string }>(sql, values);
  return rows[0]!.value;
};

/** Mutations whose result tells something besides the thing that they make, and the field that holds it. */
const WRAPPERS: Readonly<Record<string, string>> = {
  createInvitation: 'invitation',
  createApiKey: 'key',
};

/** The id of what a mutation makes of one input. */
async function made(app: TestApp, mutation: string, input: object): Promise<string> {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  const wrapper = WRAPPERS[mutation];
  const result = wrapper ? `${wrapper} { id }` : 'id';
  const query = `mutation ($input: ${type}!) { made: ${mutation}(input: $input) { ${result} } }`;
  const { made: answer } = await must<{ made: Record<string, unknown> }>(app, query, { input });
  return ((wrapper ? answer[wrapper] : answer) as Record<string, unknown>)['id'] as string;
}

/** A project with a key of each kind that it can have, and a group, with a member of the organization in each. */
async function makeScopes(
  app: TestApp,
  { organizationId, userId, tag }: { organizationId: string; userId: string; tag: string },
): Promise<{ projectId: string; groupId: string; userToken: string }> {
  const project = { organizationId, code: `p-${tag}`, name: 'Project', ownerId: userId };
  const projectId = await made(app, 'createProject', project);
  await made(app, 'createApiKey', { projectId, name: 'CI' });
  const token = 'mutation ($input: CreateUserTokenInput!) { made: createUserToken(input: $input) { token } }';
  const { made: issued } = await must<{ made: { token: string } }>(app, token, {
    input: { projectId, userId, name: 'Laptop' },
  });
  const groupId = await made(app, 'createGroup', { organizationId, name: 'Group' });
  const add = 'mutation ($input: GroupMembersInput!) { addGroupMembers(input: $input) { id } }';
  await must(app, add, { input: { groupId, userIds: [userId] } });
  return { projectId, groupId, userToken: issued.token };
}

/** Ids of accounts are numbers; from here on they are long enough to stand in no other text, and below 2^40. */
const LONG_ACCOUNT_ID = 10 ** 12;

async function makeLongAccountIds({ db }: TestApp): Promise<void> {
  await db.query(`ALTER TABLE accounts ALTER COLUMN id RESTART WITH ${LONG_ACCOUNT_ID + randomInt(90_000_000_000)}`);
}

/** What the ledger keeps of a team and its job. */
async function ledgerThings(
  app: TestApp,
  { teamId, jobId }: { teamId: string; jobId: string },
): Promise<Record<'accountId' | 'callId' | 'transactionId' | 'ledgerTransactionId', string>> {
  await made(app, 'setRefill', { teamId, mode: 'ADD', credits: '5', period: 'MONTH' });
  const charge = "SELECT id AS value FROM ledger_txs WHERE job_id = $1 AND kind = 'job_charge'";
  const transactionId = await one(app, charge, [jobId]);
  return {
    accountId: await one(app, 'SELECT id AS value FROM accounts WHERE scope_id = $1', [teamId]),
    callId: await one(app, 'SELECT id AS value FROM calls WHERE job_id = $1', [jobId]),
    transactionId,
    ledgerTransactionId: transactionId,
  };
}

/** A limit on the team with a grant, and a window of it that has alerted. */
async function makeLimits(
  app: TestApp,
  { organizationId, teamId }: World,
): Promise<Record<'limitId' | 'limitGrantId', string>> {
  const scope = { organizationId, scopeType: 'TEAM', scopeId: teamId };
  const limitId = await made(app, 'createLimit', {
    ...scope,
    unit: 'USD',
    period: 'MONTH',
    amount: '1000',
    note: 'Limit',
  });
  const grant = { limitId, amount: '1', endsAt: '2999-01-01T00:00:00Z', reason: 'Grant' };
  const limitGrantId = await made(app, 'grantLimit', grant);
  await makeAlert(app, limitId);
  return { limitId, limitGrantId };
}

/** An organization with one of everything. */
export async function makeTenant(app: TestApp): Promise<Tenant> {
  await makeLongAccountIds(app);
  const world = await makeWorld(app);
  const { organizationId, teamId, keyId, alias } = world;
  const tag = randomBytes(5).toString('hex');
  const called = await app.asKey(world.key, 'POST', '/api/jobs/create-and-call', {
    job_type: 'matrix',
    messages: [{ role: 'user', content: 'Hello' }],
  });
  const open = await app.asKey(world.key, 'POST', '/api/jobs/create', { job_type: 'matrix' });
  const grant = { organizationId, organizationRole: 'VIEWER' };
  const userId = await makeUser(app, { memberships: { [organizationId]: 'viewer' } });
  await app.db.query(
    `INSERT INTO sessions (id, token_hash, user_id, method, created_at, last_seen_at, expires_at)
     VALUES ($1, $1, $2, 'entra', now(), now(), now() + interval '1 day')`,
    [`ses_${tag}`, userId],
  );
  const { projectId, groupId, userToken } = await makeScopes(app, { organizationId, userId, tag });
  const jobId = String(called.body.job_id);
  const ledger = await ledgerThings(app, { teamId, jobId });
  await keepContent(app, projectId, ledger.callId);
  const aliasId = await one(app, 'SELECT id AS value FROM aliases WHERE name = $1', [alias]);
  const invitation = { email: `${tag}@example.com`, name: 'Guest', ...grant };
  const things = {
    organizationId,
    teamId,
    keyId,
    alias,
    aliasId,
    userId,
    jobId,
    ...ledger,
    openJobId: String(open.body.job_id),
    sessionId: `ses_${tag}`,
    projectId,
    groupId,
    ...(await makeLimits(app, world)),
    accessGroupId: `group-${teamId.slice('team-'.length)}`,
    modelId: await one(app, 'SELECT model_id AS value FROM alias_targets WHERE alias_id = $1', [aliasId]),
    providerId: await made(app, 'createProvider', {
      kind: 'openai',
      name: `Own ${tag}`,
      organizationId,
      credential: 'secret',
    }),
    memberId: await one(app, 'SELECT id AS value FROM members WHERE user_id = $1', [userId]),
    invitationId: await made(app, 'createInvitation', invitation),
    roleMappingId: await made(app, 'createRoleMapping', {
      source: 'APP_ROLE',
      value: tag,
      ...grant,
    }),
    rateLimitId: await made(app, 'createRateLimit', {
      ...{ organizationId, scopeType: 'TEAM', scopeId: teamId },
      ...{ unit: 'REQUEST', per: 'MINUTE', amount: '100000', note: 'Rate' },
    }),
    auditId: await one(app, 'SELECT id AS value FROM audit_entries WHERE organization_id = $1 LIMIT 1', [
      organizationId,
    ]),
  };
  const canary = `canary-${tag}`;
  return { world, canary, userToken, things: { ...things, text: canary } };
}

/** Tables without an organization_id, and the rows of an organization in them. */
const ROWS_ELSEWHERE: Readonly<Record<string, (things: Things) => readonly [column: string, value: string]>> = {
  organizations: ({ organizationId }) => ['id', organizationId!],
  users: ({ userId }) => ['id', userId!],
  sessions: ({ userId }) => ['user_id', userId!],
  aliases: ({ aliasId }) => ['id', aliasId!],
  models: ({ modelId }) => ['id', modelId!],
  access_groups: ({ accessGroupId }) => ['id', accessGroupId!],
};

/** Names by which rows are found and joined, and values that the program decides by. */
const MEANING =
  /(^|_)(id|hash|status|state|kind|type|mode|role|source|unit|outcome|value|number|by|usage|zone|subject)$|^at$/;

/** Puts the canary into every text column of the rows of the tenant; gives the columns, as table.column. */
export async function plantCanary({ db }: TestApp, { things, canary }: Tenant): Promise<string[]> {
  const { rows } = await db.query<{ table: string; column: string; type: string; owned: boolean }>(
    `SELECT c.table_name AS table, c.column_name AS column, c.data_type AS type,
       EXISTS (SELECT FROM information_schema.columns o
               WHERE o.table_schema = 'public' AND o.table_name = c.table_name AND o.column_name = 'organization_id') AS owned
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND c.data_type IN ('text', 'jsonb') AND t.table_type = 'BASE TABLE'`,
  );
  const planted: string[] = [];
  for (const { table, column, type, owned } of rows) {
    const elsewhere = ROWS_ELSEWHERE[table]?.(things);
    if (MEANING.test(column) || (!owned && !elsewhere)) continue;
    const [by, value] = elsewhere ?? ['organization_id', things['organizationId']!];
    const text = type === 'jsonb' ? `jsonb_build_object('note', '${canary}')` : `'${canary}'`;
    const isShaped = type === 'jsonb' && column !== 'metadata';
    // Whoever may read what is sealed opens it.
    if (column === 'ciphertext') continue;
    if (isShaped || (table === 'aliases' && column === 'name')) continue;
    const done = await db.query(`UPDATE ${table} SET ${column} = ${text} WHERE ${by} = $1`, [value]).then(
      ({ rowCount }) => rowCount ?? 0,
      (error: { code: string }) => (error.code.startsWith('23') ? 0 : Promise.reject(error as unknown as Error)),
    );
    if (done > 0) planted.push(`${table}.${column}`);
  }
  return planted;
}
