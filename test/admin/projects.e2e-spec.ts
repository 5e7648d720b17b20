import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { asUser, letUsersIn, makeUser } from '../support/people.js';
import { makeWorld, must, type World } from '../support/world.js';

const UNKNOWN = 'prj_00000000000000000000000000';

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
  readonly code: string;
  readonly name: string;
  readonly status: string;
  readonly statusReason: string | null;
  readonly metadata: unknown;
  readonly owner: { id: string } | null;
  readonly organization: { id: string };
  readonly accessGroups: { id: string }[];
  readonly allowedAliases: string[];
  readonly activeKeyCount: number;
}

const SHOWN = `id code name status statusReason metadata owner { id } organization { id }
  accessGroups { id } allowedAliases activeKeyCount`;
const CREATE = `mutation ($input: CreateProjectInput!) { made: createProject(input: $input) { ${SHOWN} } }`;
const UPDATE = `mutation ($id: ID!, $input: UpdateProjectInput!) { made: updateProject(id: $id, input: $input) { ${SHOWN} } }`;
const SUSPEND = `mutation ($id: ID!, $reason: String) { made: suspendProject(id: $id, reason: $reason) { ${SHOWN} } }`;
const RESUME = `mutation ($id: ID!) { made: resumeProject(id: $id) { ${SHOWN} } }`;
const DELETE = `mutation ($id: ID!) { made: deleteProject(id: $id) { ${SHOWN} } }`;
const ACCESS = `mutation ($projectId: ID!, $accessGroupIds: [ID!]!) {
  made: setProjectAccess(projectId: $projectId, accessGroupIds: $accessGroupIds) { ${SHOWN} } }`;
const READ = `query ($id: ID!) { made: project(id: $id) { ${SHOWN} } }`;

const did = async (query: string, variables: object): Promise<Shown> =>
  (await must<{ made: Shown }>(app, query, variables)).made;
const project = (input: object = {}): Promise<Shown> =>
  did(CREATE, { input: { organizationId: ours.organizationId, code: `P-${++serial}`, name: 'Project', ...input } });
const memberOf = (world: World, role: 'admin' | 'viewer' | 'member' = 'member'): Promise<string> =>
  makeUser(app, { memberships: { [world.organizationId]: role } });
const groupOf = (world: World): string => `group-${world.teamId.slice('team-'.length)}`;

/** Code and message of a refusal, with the asked id made the same for all. */
async function refusal(query: string, variables: object, headers = {}, id = ''): Promise<[string, string]> {
  const { body } = await app.gql(query, variables, headers);
  const [error] = body.errors;
  return [error.extensions.code, id ? error.message.replaceAll(id, '<id>') : error.message];
}

interface Listed {
  readonly items: { code: string }[];
  readonly total: number;
  readonly nextCursor: string | null;
}

async function list(args: string): Promise<Listed> {
  return (await must<{ projects: Listed }>(app, `{ projects(${args}) { total nextCursor items { code } } }`)).projects;
}

describe('a project', () => {
  it('is made with owner, access and metadata', async () => {
    const ownerId = await memberOf(ours);
    const [code, groupId] = ['CC-4711.a_b', groupOf(ours)];
    const made = await project({ code, name: 'Claims', ownerId, accessGroupIds: [groupId], metadata: { budget: 'x' } });
    expect(made).toEqual({
      ...{ id: expect.stringMatching(/^prj_/), code, name: 'Claims', status: 'ACTIVE', statusReason: null },
      ...{ metadata: { budget: 'x' }, owner: { id: ownerId }, organization: { id: ours.organizationId } },
      ...{ accessGroups: [{ id: groupId }], allowedAliases: [ours.alias], activeKeyCount: 0 },
    });
    expect(await did(READ, { id: made.id })).toEqual(made);
  });

  it('has a code that is taken once in its organization, and free again when it is deleted', async () => {
    const { id, code } = await project();
    const again = { code, name: 'Again', organizationId: ours.organizationId };
    const taken = ['CONFLICT', `Project '${code}' already exists`];
    expect(await refusal(CREATE, { input: again })).toEqual(taken);
    const other = await project();
    expect(await refusal(UPDATE, { id: other.id, input: { code } })).toEqual(taken);
    await must(app, CREATE, { input: { ...again, organizationId: theirs.organizationId } });
    await did(DELETE, { id });
    expect((await did(UPDATE, { id: other.id, input: { code } })).code).toBe(code);
  });

  it('is changed field by field; null takes the owner away, and nothing else', async () => {
    const ownerId = await memberOf(ours);
    const { id, code } = await project({ ownerId, metadata: { a: 1 } });
    expect(await did(UPDATE, { id, input: { name: 'Renamed' } })).toMatchObject({ code, owner: { id: ownerId } });
    const changed = await did(UPDATE, { id, input: { ownerId: null, code: null, name: null, metadata: { b: 2 } } });
    expect(changed).toMatchObject({ code, name: 'Renamed', owner: null, metadata: { b: 2 } });
  });

  it('is suspended for a reason and resumed without one', async () => {
    const { id } = await project();
    expect(await did(SUSPEND, { id, reason: 'Audit' })).toMatchObject({ status: 'SUSPENDED', statusReason: 'Audit' });
    expect(await did(RESUME, { id })).toMatchObject({ status: 'ACTIVE', statusReason: null });
  });

  it('is a tombstone once deleted, whose keys are revoked', async () => {
    const { id } = await project();
    const key = 'mutation ($id: ID!) { createApiKey(input: { projectId: $id, name: "CI" }) { key { id } } }';
    const { createApiKey: api } = await must<{ createApiKey: { key: { id: string } } }>(app, key, { id });
    const virtual = `mutation ($team: ID!, $id: ID!) {
      createVirtualKey(input: { teamId: $team, projectId: $id, name: "V" }) { key { id } } }`;
    const { createVirtualKey: named } = await must<{ createVirtualKey: { key: { id: string } } }>(app, virtual, {
      id,
      team: ours.teamId,
    });
    expect((await did(READ, { id })).activeKeyCount).toBe(2);
    expect(await did(DELETE, { id })).toMatchObject({ status: 'DELETED', activeKeyCount: 0 });
    const { rows } = await app.db.query('SELECT DISTINCT status FROM keys WHERE id = ANY($1)', [
      [api.key.id, named.key.id],
    ]);
    expect(rows).toEqual([{ status: 'revoked' }]);
    for (const query of [READ, SUSPEND, RESUME, DELETE]) expect((await refusal(query, { id }))[0]).toBe('NOT_FOUND');
    const deleted = await list(`filter: { organizationId: "${ours.organizationId}", status: DELETED }, first: 100`);
    expect(deleted.total).toBeGreaterThan(0);
  });

  it('ends with its organization', async () => {
    const world = await makeWorld(app);
    const { id } = await project({ organizationId: world.organizationId });
    await did(SUSPEND, { id });
    await must(app, 'mutation ($id: ID!) { suspendTeam(id: $id) { id } }', { id: world.teamId });
    await must(app, 'mutation ($id: ID!) { deleteOrganization(id: $id) { id } }', { id: world.organizationId });
    const { rows } = await app.db.query('SELECT status, deleted_at IS NULL AS live FROM projects WHERE id = $1', [id]);
    expect(rows).toEqual([{ status: 'deleted', live: false }]);
  });
});

describe('its access', () => {
  it('is replaced as a whole, and seen from the group, which cannot be deleted meanwhile', async () => {
    const { id, code } = await project();
    const groupId = groupOf(theirs);
    const granted = await did(ACCESS, { projectId: id, accessGroupIds: [groupId, groupOf(ours)] });
    expect(granted.allowedAliases).toEqual([ours.alias, theirs.alias].sort());
    await must(app, 'mutation ($id: ID!) { setTeamAccessGroups(teamId: $id, accessGroupIds: []) { id } }', {
      id: theirs.teamId,
    });
    const using = 'query ($id: ID!) { accessGroup(id: $id) { projects { code } teams { id } } }';
    expect(await must(app, using, { id: groupId })).toEqual({ accessGroup: { projects: [{ code }], teams: [] } });
    const drop = 'mutation ($id: ID!) { deleteAccessGroup(id: $id) { id } }';
    const inUse = `Cannot delete access group '${groupId}' - still in use by projects: ${code}`;
    expect(await refusal(drop, { id: groupId })).toEqual(['CONFLICT', inUse]);
    const left = await did(ACCESS, { projectId: id, accessGroupIds: [] });
    expect([left.accessGroups, left.allowedAliases]).toEqual([[], []]);
    await must(app, drop, { id: groupId });
  });

  it('stands in the history of the project', async () => {
    const { id } = await project();
    await did(ACCESS, { projectId: id, accessGroupIds: [groupOf(ours)] });
    const { rows } = await app.db.query(
      "SELECT changes->0 AS change FROM audit_entries WHERE action = 'project.grant_access' AND entity_id = $1",
      [id],
    );
    expect(rows[0].change).toMatchObject({
      before: { accessGroups: [] },
      after: { accessGroups: [groupOf(ours)] },
    });
  });
});

describe('the list', () => {
  it('is filtered, searched, sorted and paged', async () => {
    const world = await makeWorld(app);
    const ownerId = await memberOf(world);
    const { organizationId } = world;
    for (const [code, name] of [
      ['b', 'Beta'],
      ['a', 'Gamma'],
      ['c', 'Alpha'],
    ] as const)
      await project({ organizationId, code, name, ...(code === 'c' && { ownerId }) });
    const codes = async (args: string): Promise<string> => (await list(args)).items.map((item) => item.code).join('');
    const own = `filter: { organizationId: "${organizationId}" }`;
    expect(await codes(own)).toBe('cab');
    expect(await codes(`${own}, orderBy: CODE_ASC`)).toBe('abc');
    expect(await codes(`${own}, orderBy: NAME_DESC`)).toBe('abc');
    expect(await codes(`${own}, search: "ALPH"`)).toBe('c');
    expect(await codes(`filter: { ownerId: "${ownerId}" }`)).toBe('c');
    const first = await list(`${own}, orderBy: CODE_DESC, first: 2`);
    expect([first.total, await codes(`${own}, orderBy: CODE_DESC, first: 2, after: "${first.nextCursor}"`)]).toEqual([
      3,
      'a',
    ]);
    const inside = 'query ($id: ID!) { organization(id: $id) { projects(first: 2) { total items { code } } } }';
    expect(await must(app, inside, { id: organizationId })).toEqual({
      organization: { projects: { total: 3, items: [{ code: 'a' }, { code: 'b' }] } },
    });
  });
});

describe('what is refused', () => {
  const wrong: [string, object][] = [
    ['an empty code', { code: '' }],
    ['a code with a space', { code: 'a b' }],
    ['a code that begins with a dot', { code: '.a' }],
    ['a huge code', { code: 'c'.repeat(65) }],
    ['a number for a code', { code: 7 }],
    ['no name', { name: '' }],
    ['a huge name', { name: 'x'.repeat(201) }],
    ['a NUL in the name', { name: 'a\u0000b' }],
    ['a NUL in the metadata', { metadata: { a: '\u0000' } }],
    ['metadata that is a list', { metadata: [] }],
  ];
  it.each(wrong)('%s, when made and when changed', async (_what, fields) => {
    const { id } = await project();
    const input = { organizationId: ours.organizationId, code: `P-${++serial}`, name: 'Fine', ...fields };
    for (const [query, variables] of [
      [CREATE, { input }],
      [UPDATE, { id, input: fields }],
    ] as const)
      expect((await refusal(query, variables))[0]).toMatch(/^(INVALID_REQUEST|BAD_USER_INPUT)$/);
  });

  it('a huge reason, and more access groups than the bound', async () => {
    const { id } = await project();
    expect((await refusal(SUSPEND, { id, reason: 'x'.repeat(501) }))[0]).toBe('INVALID_REQUEST');
    const accessGroupIds = Array.from({ length: 201 }, (_, index) => `group-${index}`);
    expect((await refusal(ACCESS, { projectId: id, accessGroupIds }))[0]).toBe('INVALID_REQUEST');
    const input = { organizationId: ours.organizationId, code: 'many', name: 'Many', accessGroupIds };
    expect((await refusal(CREATE, { input }))[0]).toBe('INVALID_REQUEST');
  });

  it('an owner who is no member of the organization, alike for a foreign and an unknown one', async () => {
    const { id } = await project();
    const foreign = await memberOf(theirs);
    for (const ownerId of [foreign, 'usr_unknown'])
      for (const [query, variables] of [
        [CREATE, { input: { organizationId: ours.organizationId, code: 'own', name: 'Own', ownerId } }],
        [UPDATE, { id, input: { ownerId } }],
      ] as const)
        expect(await refusal(query, variables, {}, ownerId)).toEqual(['NOT_FOUND', "Member '<id>' not found"]);
  });

  it('a project or organization of somebody else, exactly as an unknown one', async () => {
    const foreign = await project({ organizationId: theirs.organizationId });
    const admin = asUser(await memberOf(ours, 'admin'));
    const asks = (id: string): [string, object][] => [
      [READ, { id }],
      [UPDATE, { id, input: { name: 'Mine' } }],
      [SUSPEND, { id }],
      [RESUME, { id }],
      [DELETE, { id }],
      [ACCESS, { projectId: id, accessGroupIds: [] }],
      [CREATE, { input: { organizationId: id, code: 'there', name: 'There' } }],
    ];
    for (const [known, unknown] of [
      [foreign.id, UNKNOWN],
      [theirs.organizationId, 'org-unknown'],
    ] as const)
      for (const [index, [query, variables]] of asks(known).entries()) {
        const answer = await refusal(query, variables, admin, known);
        expect(answer[0]).toBe('NOT_FOUND');
        expect(answer).toEqual(await refusal(query, asks(unknown)[index]![1], admin, unknown));
      }
    expect((await did(READ, { id: foreign.id })).name).toBe(foreign.name);
  });

  it('changes by a viewer, who may look', async () => {
    const { id } = await project();
    const viewer = asUser(await memberOf(ours, 'viewer'));
    expect((await app.gql(READ, { id }, viewer)).body.data.made.id).toBe(id);
    const changes: [string, object][] = [
      [CREATE, { input: { organizationId: ours.organizationId, code: 'no', name: 'No' } }],
      [UPDATE, { id, input: { name: 'No' } }],
      [SUSPEND, { id }],
      [RESUME, { id }],
      [DELETE, { id }],
      [ACCESS, { projectId: id, accessGroupIds: [] }],
    ];
    for (const [query, variables] of changes) expect((await refusal(query, variables, viewer))[0]).toBe('FORBIDDEN');
  });
});
