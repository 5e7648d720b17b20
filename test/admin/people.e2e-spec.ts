import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { asUser, letUsersIn, makeUser } from '../support/people.js';
import { makeWorld, must, type World } from '../support/world.js';

let app: TestApp;
let world: World;
let foreign: World;
let owner: string;
let admin: string;
let auditor: string;
let boss: string;
let deputy: string;

const OPERATIONS = {
  updateUser: 'mutation ($id: ID!, $input: UpdateUserInput!) { updateUser(id: $id, input: $input) { id } }',
  suspendUser: 'mutation ($id: ID!) { suspendUser(id: $id) { status } }',
  resumeUser: 'mutation ($id: ID!) { resumeUser(id: $id) { status } }',
  deleteUser: 'mutation ($id: ID!) { deleteUser(id: $id) { status } }',
  addMember: 'mutation ($input: AddMemberInput!) { addMember(input: $input) { id } }',
  setMemberRole: 'mutation ($id: ID!, $role: OrganizationRole!) { setMemberRole(id: $id, role: $role) { role } }',
  removeMember: 'mutation ($id: ID!) { removeMember(id: $id) { id } }',
  createInvitation: `mutation ($input: CreateInvitationInput!) {
    createInvitation(input: $input) { token invitation { id status } } }`,
  revokeInvitation: 'mutation ($id: ID!) { revokeInvitation(id: $id) { status } }',
  createRoleMapping: 'mutation ($input: CreateRoleMappingInput!) { createRoleMapping(input: $input) { id value } }',
  deleteRoleMapping: 'mutation ($id: ID!) { deleteRoleMapping(id: $id) { id } }',
} as const;
type Operation = keyof typeof OPERATIONS;

/** The code of the refusal, or null when it was done. */
async function outcome(operation: Operation, variables: object, headers = {}): Promise<string | null> {
  const { body } = await app.gql(OPERATIONS[operation], variables, headers);
  return body.errors?.[0].extensions.code ?? null;
}

async function memberId(userId: string, organizationId = world.organizationId): Promise<string> {
  const found = await app.db.query<{ id: string }>(
    'SELECT id FROM members WHERE user_id = $1 AND organization_id = $2',
    [userId, organizationId],
  );
  return found.rows[0]!.id;
}

const onlyOwner = async (id: string): Promise<void> => {
  await app.db.query("UPDATE users SET manual_role = 'admin' WHERE manual_role = 'owner' AND id <> $1", [id]);
  await app.db.query("UPDATE users SET manual_role = 'owner' WHERE id = $1", [id]);
};

beforeAll(async () => {
  app = await startTestApp();
  letUsersIn(app);
  world = await makeWorld(app);
  foreign = await makeWorld(app);
  owner = await makeUser(app, { role: 'owner', name: 'Olga Owner' });
  admin = await makeUser(app, { role: 'admin' });
  auditor = await makeUser(app, { role: 'auditor' });
  boss = await makeUser(app, { memberships: { [world.organizationId]: 'owner' }, name: 'Bea Boss' });
  deputy = await makeUser(app, { memberships: { [world.organizationId]: 'admin' } });
});
afterAll(() => app.close());

describe('users', () => {
  const LIST = `query ($search: String, $filter: UserFilter, $orderBy: UserOrder, $first: Int, $after: String) {
    users(search: $search, filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
      total nextCursor items { id name platformRole memberships { role organization { id } user { id } } } } }`;
  interface Users {
    users: { total: number; nextCursor: string | null; items: { id: string; memberships: unknown[] }[] };
  }
  const list = async (variables: object): Promise<Users['users']> => (await must<Users>(app, LIST, variables)).users;

  it('are searched and filtered, with their memberships', async () => {
    const found = await list({ search: 'bea b' });
    expect(found).toMatchObject({ total: 1, items: [{ id: boss, platformRole: null }] });
    const organization = { id: world.organizationId };
    expect(found.items[0]!.memberships).toEqual([{ role: 'OWNER', organization, user: { id: boss } }]);
    expect((await list({ filter: { platformRole: 'AUDITOR' } })).items.map(({ id }) => id)).toEqual([auditor]);
    expect((await list({ filter: { status: 'SUSPENDED' } })).total).toBe(0);
    expect((await list({ search: '%' })).total).toBe(0);
  });

  it('are sorted by every column, and each order reads every page once', async () => {
    const orders = await must<{ __type: { enumValues: { name: string }[] } }>(
      app,
      '{ __type(name: "UserOrder") { enumValues { name } } }',
    );
    const all = (await list({})).items.map(({ id }) => id).sort();
    for (const { name } of orders.__type.enumValues) {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page: Users['users'] = await list({ orderBy: name, first: 2, after });
        seen.push(...page.items.map(({ id }) => id));
        after = page.nextCursor;
      } while (after);
      expect([name, [...seen].sort()]).toEqual([name, all]);
    }
  });

  it('are known to the platform alone; an organization sees those behind its members, without their platform role', async () => {
    const one = 'query ($id: ID!) { user(id: $id) { id } }';
    for (const headers of [asUser(boss), asUser(deputy)]) {
      expect((await app.gql('{ users { total } }', {}, headers)).body.errors[0].extensions.code).toBe('FORBIDDEN');
      expect((await app.gql(one, { id: boss }, headers)).body.errors[0].extensions.code).toBe('FORBIDDEN');
    }
    await must(app, OPERATIONS.addMember, {
      input: { organizationId: world.organizationId, userId: auditor, role: 'VIEWER' },
    });
    const members = `query ($id: ID!) { organization(id: $id) { members { total items {
      user { id platformRole manualRole directoryRole } } } } }`;
    const { body } = await app.gql(members, { id: world.organizationId }, asUser(boss));
    const users = body.data.organization.members.items.map(({ user }: { user: object }) => user);
    expect(users).toContainEqual({ id: auditor, platformRole: null, manualRole: null, directoryRole: null });
    expect(body.data.organization.members.total).toBe(3);
    const unknown = await app.gql(members, { id: foreign.organizationId }, asUser(boss));
    expect(unknown.body.errors[0].extensions.code).toBe('NOT_FOUND');
  });

  it('are refused from the next request on when they are suspended, and let in again', async () => {
    const someone = await makeUser(app, { role: 'admin' });
    const ask = async (): Promise<number> =>
      (await app.gql('{ teams { total } }', {}, asUser(someone))).body.errors?.length ?? 0;
    expect(await ask()).toBe(0);
    expect(await outcome('suspendUser', { id: someone }, asUser(owner))).toBeNull();
    expect(await ask()).toBe(1);
    expect(await outcome('resumeUser', { id: someone }, asUser(owner))).toBeNull();
    expect(await ask()).toBe(0);
  });

  it('that are deleted hold nothing, are listed only when asked for, and read as unknown', async () => {
    const someone = await makeUser(app, { role: 'admin', memberships: { [world.organizationId]: 'viewer' } });
    expect(await outcome('deleteUser', { id: someone })).toBeNull();
    const rows = await app.db.query('SELECT 1 FROM members WHERE user_id = $1', [someone]);
    expect(rows.rows).toEqual([]);
    expect((await list({ filter: { status: 'DELETED' } })).items.map(({ id }) => id)).toEqual([someone]);
    for (const operation of ['suspendUser', 'resumeUser', 'deleteUser'] as const)
      expect(await outcome(operation, { id: someone })).toBe('NOT_FOUND');
  });

  it('are changed only by those who hold as much, and never beyond', async () => {
    expect(await outcome('updateUser', { id: owner, input: { name: 'X' } }, asUser(admin))).toBe('FORBIDDEN');
    expect(await outcome('suspendUser', { id: owner }, asUser(admin))).toBe('FORBIDDEN');
    expect(await outcome('deleteUser', { id: owner }, asUser(admin))).toBe('FORBIDDEN');
    const grant = { id: boss, input: { platformRole: 'OWNER' } };
    expect(await outcome('updateUser', grant, asUser(admin))).toBe('FORBIDDEN');
    expect(await outcome('updateUser', { ...grant, input: { platformRole: 'AUDITOR' } }, asUser(admin))).toBeNull();
    expect(await outcome('updateUser', { ...grant, input: { platformRole: null } }, asUser(admin))).toBeNull();
    expect(await outcome('updateUser', { id: admin, input: { name: 'X' } }, asUser(auditor))).toBe('FORBIDDEN');
  });

  it('do not suspend or delete themselves', async () => {
    const second = await makeUser(app, { role: 'owner' });
    for (const id of [second, admin])
      for (const operation of ['suspendUser', 'deleteUser'] as const)
        expect(await outcome(operation, { id }, asUser(id))).toBe('CONFLICT');
  });
});

describe('the last owner of the platform', () => {
  it('stays one, whoever asks, the owner included', async () => {
    await onlyOwner(owner);
    for (const headers of [{}, asUser(owner)]) {
      for (const platformRole of ['ADMIN', null])
        expect(await outcome('updateUser', { id: owner, input: { platformRole } }, headers)).toBe('CONFLICT');
      expect(await outcome('suspendUser', { id: owner }, headers)).toBe('CONFLICT');
      expect(await outcome('deleteUser', { id: owner }, headers)).toBe('CONFLICT');
    }
  });

  it('may go when another is active, but a suspended one does not count', async () => {
    const other = await makeUser(app, { role: 'owner' });
    await onlyOwner(owner);
    await app.db.query("UPDATE users SET manual_role = 'owner', status = 'suspended' WHERE id = $1", [other]);
    expect(await outcome('suspendUser', { id: owner })).toBe('CONFLICT');
    await app.db.query("UPDATE users SET status = 'active' WHERE id = $1", [other]);
    expect(await outcome('updateUser', { id: owner, input: { platformRole: 'ADMIN' } }, asUser(owner))).toBeNull();
    expect(await outcome('updateUser', { id: other, input: { platformRole: 'ADMIN' } })).toBe('CONFLICT');
    await onlyOwner(owner);
  });

  it('is left when two owners demote each other at once, time after time', async () => {
    const other = await makeUser(app, { role: 'owner' });
    for (let time = 0; time < 10; time++) {
      await app.db.query("UPDATE users SET manual_role = 'owner' WHERE id IN ($1, $2)", [owner, other]);
      const demote = (id: string, by: string): Promise<string | null> =>
        outcome('updateUser', { id, input: { platformRole: 'ADMIN' } }, asUser(by));
      const results = await Promise.all([demote(other, owner), demote(owner, other)]);
      expect(results.filter((each) => each === null)).toHaveLength(1);
      const { rows } = await app.db.query("SELECT id FROM users WHERE manual_role = 'owner' AND status = 'active'");
      expect(rows).toHaveLength(1);
    }
    await onlyOwner(owner);
  });
});

describe('members', () => {
  const add = (userId: string, role: string): object => ({
    input: { organizationId: world.organizationId, userId, role },
  });

  it('are added by those who see both, once, and never beyond what one holds', async () => {
    const someone = await makeUser(app);
    expect(await outcome('addMember', add(someone, 'ADMIN'), asUser(boss))).toBe('NOT_FOUND');
    expect(await outcome('addMember', add('usr_unknown', 'ADMIN'), asUser(boss))).toBe('NOT_FOUND');
    expect(await outcome('addMember', add(someone, 'ADMIN'))).toBeNull();
    expect(await outcome('addMember', add(someone, 'VIEWER'))).toBe('CONFLICT');
    expect(await outcome('setMemberRole', { id: await memberId(someone), role: 'OWNER' }, asUser(deputy))).toBe(
      'FORBIDDEN',
    );
    expect(await outcome('setMemberRole', { id: await memberId(boss), role: 'ADMIN' }, asUser(deputy))).toBe(
      'FORBIDDEN',
    );
    expect(await outcome('setMemberRole', { id: await memberId(someone), role: 'MEMBER' }, asUser(deputy))).toBeNull();
    expect(await outcome('removeMember', { id: await memberId(someone) }, asUser(deputy))).toBeNull();
    expect((await app.gql('{ teams { total } }', {}, asUser(someone))).body.data).toBeNull();
  });

  it('of another organization read as unknown', async () => {
    const stranger = await makeUser(app, { memberships: { [foreign.organizationId]: 'viewer' } });
    const id = await memberId(stranger, foreign.organizationId);
    for (const foreignId of [id, 'mem_unknown']) {
      expect(await outcome('removeMember', { id: foreignId }, asUser(boss))).toBe('NOT_FOUND');
      expect(await outcome('setMemberRole', { id: foreignId, role: 'VIEWER' }, asUser(boss))).toBe('NOT_FOUND');
    }
  });

  it('keep one owner, unless the platform decides otherwise', async () => {
    const id = await memberId(boss);
    expect(await outcome('removeMember', { id }, asUser(boss))).toBe('CONFLICT');
    expect(await outcome('setMemberRole', { id, role: 'ADMIN' }, asUser(boss))).toBe('CONFLICT');
    const second = await makeUser(app, { memberships: { [world.organizationId]: 'owner' } });
    const demote = (userId: string, by: string): Promise<string | null> =>
      memberId(userId).then((member) => outcome('setMemberRole', { id: member, role: 'ADMIN' }, asUser(by)));
    const results = await Promise.all([demote(second, boss), demote(boss, second)]);
    expect(results.filter((each) => each === null)).toHaveLength(1);
    await app.db.query("UPDATE members SET role = 'owner' WHERE user_id = $1", [boss]);
    await app.db.query("UPDATE members SET role = 'admin' WHERE user_id = $1", [second]);
    expect(await outcome('setMemberRole', { id, role: 'ADMIN' }, asUser(admin))).toBeNull();
    expect(await outcome('setMemberRole', { id, role: 'OWNER' }, asUser(admin))).toBeNull();
  });

  it('that the directory made are changed there', async () => {
    const someone = await makeUser(app, { memberships: { [world.organizationId]: 'viewer' } });
    await app.db.query("UPDATE members SET source = 'directory' WHERE user_id = $1", [someone]);
    expect(await outcome('removeMember', { id: await memberId(someone) })).toBe('CONFLICT');
    expect(await outcome('setMemberRole', { id: await memberId(someone), role: 'ADMIN' })).toBe('CONFLICT');
  });
});

describe('invitations', () => {
  const invite = (role: object, email = `${Math.random().toString(36).slice(2)}@example.com`): object => ({
    input: { email, name: 'New', ...role },
  });
  const organization = (organizationRole: string): object => ({
    organizationId: world.organizationId,
    organizationRole,
  });

  it('grant one role, and not more than the inviter holds', async () => {
    expect(await outcome('createInvitation', invite(organization('OWNER')), asUser(boss))).toBeNull();
    expect(await outcome('createInvitation', invite(organization('OWNER')), asUser(deputy))).toBe('FORBIDDEN');
    expect(await outcome('createInvitation', invite({ platformRole: 'AUDITOR' }), asUser(boss))).toBe('FORBIDDEN');
    expect(await outcome('createInvitation', invite({ platformRole: 'OWNER' }), asUser(admin))).toBe('FORBIDDEN');
    expect(await outcome('createInvitation', invite({}))).toBe('INVALID_REQUEST');
    expect(await outcome('createInvitation', invite({ ...organization('ADMIN'), platformRole: 'ADMIN' }))).toBe(
      'INVALID_REQUEST',
    );
    expect(await outcome('createInvitation', invite({ organizationId: world.organizationId }))).toBe('INVALID_REQUEST');
    expect(await outcome('createInvitation', invite({ platformRole: 'ADMIN' }, 'no-address'))).toBe('INVALID_REQUEST');
    const elsewhere = { organizationId: foreign.organizationId, organizationRole: 'VIEWER' };
    expect(await outcome('createInvitation', invite(elsewhere), asUser(boss))).toBe('NOT_FOUND');
  });

  it('show their token once, and are revoked once', async () => {
    const email = 'once@example.com';
    const made = await must<{ createInvitation: { token: string; invitation: { id: string } } }>(
      app,
      OPERATIONS.createInvitation,
      invite(organization('VIEWER'), email),
    );
    const { token, invitation } = made.createInvitation;
    expect(token).toMatch(/^[\w-]{43}$/);
    const dump = await app.db.query(
      'SELECT i::text, (SELECT string_agg(a::text, $1) FROM audit_entries a) FROM invitations i',
      [' '],
    );
    expect(JSON.stringify(dump.rows)).not.toContain(token);
    expect(await outcome('createInvitation', invite(organization('ADMIN'), email))).toBe('CONFLICT');
    expect(await outcome('revokeInvitation', { id: invitation.id }, asUser(deputy))).toBeNull();
    expect(await outcome('revokeInvitation', { id: invitation.id })).toBe('CONFLICT');
    expect(await outcome('createInvitation', invite(organization('ADMIN'), email))).toBeNull();
    const query =
      '{ invitations(filter: { status: OPEN }, search: "once@") { total items { status email organization { id } } } }';
    const { body } = await app.gql(query, {}, asUser(boss));
    expect(body.data.invitations).toMatchObject({
      total: 1,
      items: [{ status: 'OPEN', organization: { id: world.organizationId } }],
    });
  });
});

describe('role mappings', () => {
  const group = '11111111-2222-4333-8444-AAAAAAAAAAAA';

  it('are the business of platform owners', async () => {
    const input = { source: 'GROUP', value: group, platformRole: 'AUDITOR' };
    expect(await outcome('createRoleMapping', { input }, asUser(admin))).toBe('FORBIDDEN');
    const made = await app.gql(OPERATIONS.createRoleMapping, { input }, asUser(owner));
    expect(made.body.data.createRoleMapping.value).toBe(group.toLowerCase());
    expect(await outcome('createRoleMapping', { input: { ...input, platformRole: 'ADMIN' } })).toBe('CONFLICT');
    expect(await outcome('createRoleMapping', { input: { ...input, value: 'People' } })).toBe('INVALID_REQUEST');
    const role = { source: 'APP_ROLE', value: 'Team Lead', platformRole: 'ADMIN' };
    expect(await outcome('createRoleMapping', { input: role })).toBe('INVALID_REQUEST');
    const { id } = made.body.data.createRoleMapping;
    const listed = await must(app, '{ roleMappings(search: "11111111") { total items { id platformRole } } }');
    expect(listed).toEqual({ roleMappings: { total: 1, items: [{ id, platformRole: 'AUDITOR' }] } });
    expect(await outcome('deleteRoleMapping', { id }, asUser(owner))).toBeNull();
    expect(await outcome('deleteRoleMapping', { id }, asUser(owner))).toBe('NOT_FOUND');
  });
});
