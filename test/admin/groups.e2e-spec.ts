import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { asUser, letUsersIn, makeUser } from '../support/people.js';
import { makeWorld, must, type World } from '../support/world.js';

const UNKNOWN = 'ugr_00000000000000000000000000';

let app: TestApp;
let ours: World;
let theirs: World;
let serial = 0;

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  letUsersIn(app);
  [ours, theirs] = [await makeWorld(app), await makeWorld(app)];
});
afterAll(() => app.close());

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly directoryObjectId: string | null;
  readonly status: string;
  readonly memberCount: number;
  readonly members: { items: { id: string }[]; total: number };
}

const SHOWN = 'id name directoryObjectId status memberCount members(first: 50) { total items { id } }';
const CREATE = `mutation ($input: CreateGroupInput!) { made: createGroup(input: $input) { ${SHOWN} } }`;
const UPDATE = `mutation ($id: ID!, $input: UpdateGroupInput!) { made: updateGroup(id: $id, input: $input) { ${SHOWN} } }`;
const DELETE = `mutation ($id: ID!) { made: deleteGroup(id: $id) { ${SHOWN} } }`;
const ADD = `mutation ($input: GroupMembersInput!) { made: addGroupMembers(input: $input) { ${SHOWN} } }`;
const REMOVE = `mutation ($input: GroupMembersInput!) { made: removeGroupMembers(input: $input) { ${SHOWN} } }`;
const READ = `query ($id: ID!) { made: group(id: $id) { ${SHOWN} } }`;

const did = async (query: string, variables: object): Promise<Shown> =>
  (await must<{ made: Shown }>(app, query, variables)).made;
const group = (input: object = {}): Promise<Shown> =>
  did(CREATE, { input: { organizationId: ours.organizationId, name: `Group ${++serial}`, ...input } });
const memberOf = (world: World): Promise<string> =>
  makeUser(app, { memberships: { [world.organizationId]: 'member' } });

/** Code and message of a refusal, with the asked id made the same for all. */
async function refusal(query: string, variables: object, headers = {}, id = ''): Promise<[string, string]> {
  const { body } = await app.gql(query, variables, headers);
  const [error] = body.errors;
  return [error.extensions.code, id ? error.message.replaceAll(id, '<id>') : error.message];
}

describe('a group', () => {
  it('is made, found by name and object id, and shown with its organization', async () => {
    const directoryObjectId = randomUUID().toUpperCase();
    const made = await group({ name: 'Data scientists', directoryObjectId });
    expect(made).toMatchObject({
      ...{ name: 'Data scientists', status: 'ACTIVE', memberCount: 0 },
      ...{ id: expect.stringMatching(/^ugr_/), directoryObjectId: directoryObjectId.toLowerCase() },
    });
    for (const search of ['data SCI', directoryObjectId.slice(0, 8), made.id]) {
      const query = `query ($search: String) { groups(search: $search) { items { id organization { id } } } }`;
      const { groups } = await must<{ groups: { items: object[] } }>(app, query, { search });
      expect(groups.items).toEqual([{ id: made.id, organization: { id: ours.organizationId } }]);
    }
    const ofOrganization = 'query ($id: ID!) { organization(id: $id) { groups(search: "Data sci") { items { id } } } }';
    expect(await must(app, ofOrganization, { id: ours.organizationId })).toEqual({
      organization: { groups: { items: [{ id: made.id }] } },
    });
  });

  it('is registered with one object id once in an organization, however it is spelled', async () => {
    const directoryObjectId = randomUUID();
    const first = await group({ directoryObjectId });
    const again = {
      organizationId: ours.organizationId,
      name: 'Again',
      directoryObjectId: directoryObjectId.toUpperCase(),
    };
    expect((await refusal(CREATE, { input: again }))[0]).toBe('CONFLICT');
    const second = await group();
    expect((await refusal(UPDATE, { id: second.id, input: { directoryObjectId } }))[0]).toBe('CONFLICT');
    expect((await did(UPDATE, { id: first.id, input: { directoryObjectId, name: 'Same' } })).name).toBe('Same');
    await must(app, CREATE, { input: { ...again, organizationId: theirs.organizationId } });
    await did(DELETE, { id: first.id });
    expect((await did(UPDATE, { id: second.id, input: { directoryObjectId } })).directoryObjectId).toBe(
      directoryObjectId,
    );
  });

  it('loses its object id by null and keeps it when nothing is said', async () => {
    const { id, directoryObjectId } = await group({ directoryObjectId: randomUUID() });
    expect((await did(UPDATE, { id, input: { name: 'Kept' } })).directoryObjectId).toBe(directoryObjectId);
    expect((await did(UPDATE, { id, input: { directoryObjectId: null } })).directoryObjectId).toBeNull();
  });

  it('is gone with its members when it is deleted, and its row stays', async () => {
    const { id } = await group();
    await did(ADD, { input: { groupId: id, userIds: [await memberOf(ours)] } });
    expect(await did(DELETE, { id })).toMatchObject({ status: 'DELETED', memberCount: 0 });
    for (const [query, variables] of [
      [READ, { id }],
      [UPDATE, { id, input: { name: 'Back' } }],
      [DELETE, { id }],
      [ADD, { input: { groupId: id, userIds: [] } }],
    ] as const)
      expect((await refusal(query, variables))[0]).toBe('NOT_FOUND');
    const { rows } = await app.db.query('SELECT status FROM groups WHERE id = $1', [id]);
    expect(rows).toEqual([{ status: 'deleted' }]);
  });

  it('ends with its organization', async () => {
    const world = await makeWorld(app);
    const { id } = await group({ organizationId: world.organizationId });
    await must(app, 'mutation ($id: ID!) { suspendTeam(id: $id) { id } }', { id: world.teamId });
    await must(app, 'mutation ($id: ID!) { deleteOrganization(id: $id) { id } }', { id: world.organizationId });
    expect((await refusal(READ, { id }))[0]).toBe('NOT_FOUND');
  });
});

describe('its members', () => {
  it('are added and removed, each once, whoever is in it already', async () => {
    const { id } = await group();
    const [a, b] = [await memberOf(ours), await memberOf(ours)];
    expect((await did(ADD, { input: { groupId: id, userIds: [a, a] } })).memberCount).toBe(1);
    const both = await did(ADD, { input: { groupId: id, userIds: [a, b] } });
    expect(both.members.items.map((each) => each.id).sort()).toEqual([a, b].sort());
    const mine = `query ($user: ID) { groups(filter: { userId: $user }) { items { id } } }`;
    expect(await must(app, mine, { user: b })).toEqual({ groups: { items: [{ id }] } });
    expect((await did(REMOVE, { input: { groupId: id, userIds: [a, 'usr_nobody'] } })).members.items).toEqual([
      { id: b },
    ]);
  });

  it('are members of its organization: anybody else reads as if there were no such user', async () => {
    const { id } = await group();
    const foreign = await memberOf(theirs);
    const own = await memberOf(ours);
    for (const userId of [foreign, 'usr_unknown'])
      for (const userIds of [[userId], [own, userId]])
        expect(await refusal(ADD, { input: { groupId: id, userIds } }, {}, userId)).toEqual([
          'NOT_FOUND',
          "Member '<id>' not found",
        ]);
    expect((await did(READ, { id })).memberCount).toBe(0);
  });

  it('leave it when they leave the organization, and not when they keep another membership there', async () => {
    const { id } = await group();
    const userId = await memberOf(ours);
    await did(ADD, { input: { groupId: id, userIds: [userId] } });
    const other = `INSERT INTO members (id, organization_id, user_id, role, source) VALUES ($1, $2, $3, 'viewer', 'directory')`;
    await app.db.query(other, [`mem_${userId}`, ours.organizationId, userId]);
    const { rows } = await app.db.query("SELECT id FROM members WHERE user_id = $1 AND source = 'manual'", [userId]);
    await must(app, 'mutation ($id: ID!) { removeMember(id: $id) { id } }', { id: rows[0].id });
    expect((await did(READ, { id })).memberCount).toBe(1);
    await must(app, 'mutation ($id: ID!) { deleteUser(id: $id) { id } }', { id: userId });
    expect((await did(READ, { id })).memberCount).toBe(0);
    const left = await app.db.query('SELECT 1 FROM group_members WHERE user_id = $1', [userId]);
    expect(left.rows).toEqual([]);
  });

  it('are paged by name and searched', async () => {
    const { id } = await group();
    const memberships = { [ours.organizationId]: 'member' } as const;
    const names = ['Ada Page', 'Bob Page', 'Cyd Page'];
    const userIds: string[] = [];
    for (const name of names) userIds.push(await makeUser(app, { name, memberships }));
    await did(ADD, { input: { groupId: id, userIds } });
    const query = `query ($id: ID!, $after: String, $search: String) { group(id: $id) {
      members(first: 2, after: $after, search: $search) { total nextCursor items { name } } } }`;
    const page = async (variables: object): Promise<{ total: number; nextCursor: string; items: { name: string }[] }> =>
      (await must<{ group: { members: never } }>(app, query, { id, ...variables })).group.members;
    const first = await page({});
    expect([first.total, first.items.map((each) => each.name)]).toEqual([3, names.slice(0, 2)]);
    expect((await page({ after: first.nextCursor })).items).toEqual([{ name: 'Cyd Page' }]);
    expect((await page({ search: 'bob' })).items).toEqual([{ name: 'Bob Page' }]);
  });
});

describe('what is refused', () => {
  const wrong: [string, object][] = [
    ['no name', { name: '' }],
    ['a huge name', { name: 'x'.repeat(201) }],
    ['a NUL in the name', { name: 'a\u0000b' }],
    ['a number for a name', { name: 7 }],
    ['an object id that is none', { directoryObjectId: 'admins' }],
  ];
  it.each(wrong)('%s, when made and when changed', async (_what, fields) => {
    const { id } = await group();
    const input = { organizationId: ours.organizationId, name: 'Fine', ...fields };
    for (const [query, variables] of [
      [CREATE, { input }],
      [UPDATE, { id, input: fields }],
    ] as const)
      expect((await refusal(query, variables))[0]).toMatch(
        /^(INVALID_REQUEST|BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/,
      );
  });

  it('more members at once than the bound', async () => {
    const { id: groupId } = await group();
    const userIds = Array.from({ length: 101 }, (_, index) => `usr_${index}`);
    for (const query of [ADD, REMOVE])
      expect((await refusal(query, { input: { groupId, userIds } }))[0]).toBe('INVALID_REQUEST');
  });

  it('a group or organization of somebody else, exactly as an unknown one', async () => {
    const foreign = await group({ organizationId: theirs.organizationId });
    const admin = asUser(await makeUser(app, { memberships: { [ours.organizationId]: 'admin' } }));
    const [userId] = [await memberOf(ours)];
    const asks = (id: string, organizationId: string): [string, object][] => [
      [READ, { id }],
      [UPDATE, { id, input: { name: 'Mine' } }],
      [DELETE, { id }],
      [ADD, { input: { groupId: id, userIds: [userId] } }],
      [REMOVE, { input: { groupId: id, userIds: [userId] } }],
      [CREATE, { input: { organizationId, name: 'There' } }],
    ];
    const [theirOwn, nobodys] = [asks(foreign.id, theirs.organizationId), asks(UNKNOWN, 'org-unknown')];
    for (const [index, [query, variables]] of theirOwn.entries()) {
      const isCreate = query === CREATE;
      const [known, unknown] = isCreate ? [theirs.organizationId, 'org-unknown'] : [foreign.id, UNKNOWN];
      const answer = await refusal(query, variables, admin, known);
      expect(answer[0]).toBe('NOT_FOUND');
      expect(answer).toEqual(await refusal(query, nobodys[index]![1], admin, unknown));
    }
    expect((await did(READ, { id: foreign.id })).name).toBe(foreign.name);
  });

  it('changes by a viewer, and any sight of groups to a plain member', async () => {
    const { id } = await group();
    const as = async (role: 'viewer' | 'member'): Promise<Record<string, string>> =>
      asUser(await makeUser(app, { memberships: { [ours.organizationId]: role } }));
    const viewer = await as('viewer');
    expect((await app.gql(READ, { id }, viewer)).body.data.made.id).toBe(id);
    const changes: [string, object][] = [
      [CREATE, { input: { organizationId: ours.organizationId, name: 'No' } }],
      [UPDATE, { id, input: { name: 'No' } }],
      [DELETE, { id }],
      [ADD, { input: { groupId: id, userIds: [] } }],
      [REMOVE, { input: { groupId: id, userIds: [] } }],
    ];
    for (const [query, variables] of changes) expect((await refusal(query, variables, viewer))[0]).toBe('FORBIDDEN');
    expect((await refusal(READ, { id }, await as('member')))[0]).toBe('FORBIDDEN');
  });
});
