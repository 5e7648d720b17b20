import { describe, expect, it } from '@jest/globals';
import { newId } from '../../src/core/id.js';
import { Database } from '../../src/infra/database/index.js';
import {
  after,
  app,
  change,
  CREDENTIAL,
  found,
  make,
  type Mutation,
  mutationsOfSchema,
  of,
  run,
  type Scene,
  spare,
  TABLES,
  tryMutations,
  UNKNOWN,
  type Valid,
  withInput,
} from '../support/audited-mutations.js';
import { makeUser } from '../support/people.js';

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

const importOfOnePrice: Valid = async ({ tag }) => {
  const list = { models: [{ provider_kind: 'openai', name: `listed-${tag}`, prices: { input: '1' } }] };
  const preview = 'query ($input: PriceImportPreviewInput) { priceImportPreview(input: $input) { fingerprint } }';
  const { body } = await app.gql(preview, { input: { list } });
  return { input: { list, fingerprint: body.data.priceImportPreview.fingerprint } };
};

const spareProvider = spare('createProvider', ({ tag }) => ({
  kind: 'openai',
  name: `spare-${tag}`,
  credential: 'the-credential-before',
}));

const user: Valid = async () => ({ id: await makeUser(app) });

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
  updateKeyRules: change('Key')('key.update', ({ keyId: id }) => ({ id, input: { denyModels: ['gpt-*'] } })),
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
  importPrices: {
    ...change('PriceImport')('price.import', importOfOnePrice, (valid) => ({
      input: { ...valid.input, fingerprint: UNKNOWN },
    })),
    isNameless: true,
  },
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

tryMutations(MUTATIONS);

it('knows how to call every mutation of the schema, here or in a table of its own', () => {
  const elsewhere = Object.values(TABLES).flat();
  expect([...Object.keys(MUTATIONS), ...elsewhere].sort()).toEqual(mutationsOfSchema().sort());
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
