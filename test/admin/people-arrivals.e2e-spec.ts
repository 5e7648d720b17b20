import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ACTIONS } from '../../src/core/action.js';
import { organizationActions, platformActions } from '../../src/core/roles.js';
import { type DirectoryPerson, DirectorySignIn, People } from '../../src/modules/users/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeUser } from '../support/people.js';
import { makeWorld, must, type World } from '../support/world.js';

let app: TestApp;
let people: People;
let door: DirectorySignIn;
let world: World;
let second: World;

const origin = { requestId: 'req_arrivals', address: '192.0.2.7', userAgent: 'Browser' };
const someone = (claims: Partial<DirectoryPerson> = {}): DirectoryPerson => ({
  tenantId: randomUUID(),
  objectId: randomUUID(),
  email: 'ana@example.com',
  name: 'Ana',
  appRoles: [],
  groups: [],
  ...claims,
});

/** Signs in somebody who must be let in; gives the user id. */
async function enter(person: DirectoryPerson): Promise<string> {
  const arrival = await door.signIn(origin, person);
  if ('refused' in arrival) throw new Error(arrival.refused);
  return arrival.userId;
}

async function map(input: object): Promise<string> {
  const mutation = 'mutation ($input: CreateRoleMappingInput!) { createRoleMapping(input: $input) { id } }';
  return (await must<{ createRoleMapping: { id: string } }>(app, mutation, { input })).createRoleMapping.id;
}

async function invite(input: object): Promise<{ token: string; id: string }> {
  const mutation =
    'mutation ($input: CreateInvitationInput!) { createInvitation(input: $input) { token invitation { id } } }';
  const made = await must<{ createInvitation: { token: string; invitation: { id: string } } }>(app, mutation, {
    input: { email: `${randomUUID()}@example.com`, name: 'Guest', ...input },
  });
  return { token: made.createInvitation.token, id: made.createInvitation.invitation.id };
}

const actionsOf = async (userId: string, organizationId: string | null = null): Promise<unknown> => {
  const identity = await people.identityOf(userId, organizationId);
  return identity && [identity.organizationId, [...identity.actions].sort()];
};
const platform = (role: Parameters<typeof platformActions>[0]): unknown => ['*', [...platformActions(role)].sort()];
const inside = (id: string, role: Parameters<typeof organizationActions>[0]): unknown => [
  id,
  [...organizationActions(role)].sort(),
];
const lastAudit = async (): Promise<unknown> =>
  (await app.db.query('SELECT * FROM audit_entries ORDER BY seq DESC LIMIT 1')).rows[0];

beforeAll(async () => {
  app = await startTestApp();
  people = app.app.get(People);
  door = app.app.get(DirectorySignIn);
  [world, second] = await Promise.all([makeWorld(app), makeWorld(app)]);
});
afterAll(() => app.close());

describe('identityOf', () => {
  it('gives a platform role everywhere, wherever the person wants to be', async () => {
    const user = await makeUser(app, { role: 'auditor' });
    for (const wanted of [null, world.organizationId, 'unknown', '*'])
      expect(await actionsOf(user, wanted)).toEqual(platform('auditor'));
    const strong = await makeUser(app, { role: 'auditor', directoryRole: 'owner' });
    expect(await actionsOf(strong)).toEqual(platform('owner'));
  });

  it('gives a member one organization: the wanted one, else the first', async () => {
    const [first, last] = [world.organizationId, second.organizationId].sort() as [string, string];
    const user = await makeUser(app, { memberships: { [last]: 'owner', [first]: 'viewer' } });
    expect(await actionsOf(user)).toEqual(inside(first, 'viewer'));
    expect(await actionsOf(user, last)).toEqual(inside(last, 'owner'));
    for (const wanted of ['unknown', '*', '']) expect(await actionsOf(user, wanted)).toEqual(inside(first, 'viewer'));
  });

  it('adds roles of several sources up, and never beyond the place where they hold', async () => {
    const user = await makeUser(app, { role: 'auditor', memberships: { [world.organizationId]: 'admin' } });
    const both = [...new Set([...platformActions('auditor'), ...organizationActions('admin')])].sort();
    expect(await actionsOf(user)).toEqual(platform('auditor'));
    expect(await actionsOf(user, world.organizationId)).toEqual([world.organizationId, both]);
    expect(await actionsOf(user, second.organizationId)).toEqual(platform('auditor'));
  });

  it('is null for the unknown, the suspended, the deleted, and those without a role', async () => {
    expect(await actionsOf('usr_unknown')).toBeNull();
    expect(await actionsOf(await makeUser(app))).toBeNull();
    for (const status of ['suspended', 'deleted']) {
      const user = await makeUser(app, { role: 'owner' });
      await app.db.query('UPDATE users SET status = $2 WHERE id = $1', [user, status]);
      expect(await actionsOf(user)).toBeNull();
    }
  });

  it('forgets a deleted organization', async () => {
    const gone = await makeWorld(app);
    const user = await makeUser(app, { memberships: { [gone.organizationId]: 'owner' } });
    expect(await actionsOf(user)).toEqual(inside(gone.organizationId, 'owner'));
    await app.db.query("UPDATE organizations SET status = 'deleted' WHERE id = $1", [gone.organizationId]);
    expect(await actionsOf(user)).toBeNull();
    expect(await actionsOf(user, gone.organizationId)).toBeNull();
  });

  it('never gives what nobody holds', () => {
    const held = platformActions('owner');
    expect(ACTIONS.filter((action) => !held.has(action)).sort()).toEqual([
      'invitation.accept',
      'user.create',
      'user.sync',
    ]);
  });
});

describe('the first owner', () => {
  beforeEach(async () => {
    await app.db.query('UPDATE users SET manual_role = NULL, directory_role = NULL');
  });

  it('is made once, however many try at the same time', async () => {
    const tries = Array.from({ length: 8 }, () => door.createOwner(origin, someone()));
    const results = await Promise.allSettled(tries);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' });
    const { rows } = await app.db.query<{ id: string }>("SELECT id FROM users WHERE manual_role = 'owner'");
    expect(rows).toHaveLength(1);
    expect(await actionsOf(rows[0]!.id)).toEqual(platform('owner'));
  });

  it('leaves an audit row that tells where it came from', async () => {
    const { userId } = await door.createOwner(origin, { email: 'o@example.com', name: 'Olga' });
    expect(await lastAudit()).toMatchObject({
      action: 'user.create',
      status: 'success',
      actor_kind: 'system',
      entity_type: 'User',
      entity_id: userId,
      address: '192.0.2.7',
    });
    await expect(door.createOwner(origin, someone())).rejects.toMatchObject({ code: 'conflict' });
    expect(await lastAudit()).toMatchObject({ action: 'user.create', status: 'failed' });
  });

  it('may be somebody who is known already, unless suspended', async () => {
    const person = someone({ appRoles: ['Tollkeeper.Auditor'] });
    const userId = await enter(person);
    await app.db.query("UPDATE users SET status = 'suspended' WHERE id = $1", [userId]);
    await expect(door.createOwner(origin, person)).rejects.toMatchObject({ code: 'forbidden' });
    await app.db.query("UPDATE users SET status = 'active' WHERE id = $1", [userId]);
    expect(await door.createOwner(origin, person)).toEqual({ userId });
  });
});

describe('signing in through the directory', () => {
  it.each([
    ['Tollkeeper.Owner', 'owner'],
    ['Tollkeeper.Admin', 'admin'],
    ['Tollkeeper.Auditor', 'auditor'],
  ] as const)('takes the app role %s for %s', async (appRole, role) => {
    expect(await actionsOf(await enter(someone({ appRoles: ['Other', appRole] })))).toEqual(platform(role));
  });

  it('knows a person by tenant and object, never by e-mail', async () => {
    const ana = someone({ appRoles: ['Tollkeeper.Admin'] });
    const userId = await enter(ana);
    expect(await enter({ ...ana, email: 'new@example.com', name: 'Ana B.' })).toBe(userId);
    expect(await door.signIn(origin, someone({ email: 'new@example.com' }))).toEqual({ refused: 'not_invited' });
    expect(await enter({ ...ana, tenantId: randomUUID() })).not.toBe(userId);
    const { rows } = await app.db.query('SELECT email, name, last_sign_in_at FROM users WHERE id = $1', [userId]);
    expect(rows[0]).toEqual({ email: 'new@example.com', name: 'Ana B.', last_sign_in_at: expect.any(Date) });
  });

  it('applies mappings of app roles and groups, whatever the case of a group id, the strongest of each place', async () => {
    const group = randomUUID();
    await map({ source: 'GROUP', value: group, organizationId: world.organizationId, organizationRole: 'VIEWER' });
    await map({ source: 'APP_ROLE', value: 'Lead', organizationId: world.organizationId, organizationRole: 'ADMIN' });
    await map({ source: 'GROUP', value: group, organizationId: second.organizationId, organizationRole: 'MEMBER' });
    const user = await enter(someone({ appRoles: ['Lead'], groups: [group.toUpperCase()] }));
    expect(await actionsOf(user, world.organizationId)).toEqual(inside(world.organizationId, 'admin'));
    expect(await actionsOf(user, second.organizationId)).toEqual(inside(second.organizationId, 'member'));
    const named = await door.signIn(origin, someone({ appRoles: [group], groups: ['Lead'] }));
    expect(named).toEqual({ refused: 'not_invited' });
  });

  it('replaces what the directory gave before, and keeps what was given here', async () => {
    const [group, other] = [randomUUID(), randomUUID()];
    const organizationId = world.organizationId;
    await map({ source: 'GROUP', value: group, organizationId, organizationRole: 'ADMIN' });
    await map({ source: 'GROUP', value: other, organizationId, organizationRole: 'VIEWER' });
    const person = someone();
    const user = await enter({ ...person, groups: [group], appRoles: ['Tollkeeper.Admin'] });
    await app.db.query(
      "INSERT INTO members (id, organization_id, user_id, role) VALUES ('mem_' || $1, $2, $1, 'member')",
      [user, second.organizationId],
    );
    await enter({ ...person, groups: [other] });
    expect(await actionsOf(user, organizationId)).toEqual(inside(organizationId, 'viewer'));
    await enter(person);
    expect(await actionsOf(user, organizationId)).toEqual(inside(second.organizationId, 'member'));
  });

  it('refuses those without a role, suspended or deleted, each with its row', async () => {
    const person = someone({ appRoles: ['Tollkeeper.Auditor'] });
    expect(await door.signIn(origin, { ...person, appRoles: [] })).toEqual({ refused: 'not_invited' });
    const denied = { action: 'session.create', status: 'denied', actor_kind: 'anonymous', address: '192.0.2.7' };
    expect(await lastAudit()).toMatchObject({ ...denied, message: expect.stringContaining('ana@example.com') });
    const userId = await enter(person);
    expect(await door.signIn(origin, { ...person, appRoles: [] })).toEqual({ refused: 'no_role' });
    for (const status of ['suspended', 'deleted']) {
      await app.db.query('UPDATE users SET status = $2 WHERE id = $1', [userId, status]);
      expect(await door.signIn(origin, person)).toEqual({ refused: 'suspended' });
      expect(await lastAudit()).toMatchObject(denied);
    }
    const { rows } = await app.db.query('SELECT directory_role FROM users WHERE id = $1', [userId]);
    expect(rows[0]).toEqual({ directory_role: null });
  });

  it('never loses the last owner', async () => {
    await app.db.query('UPDATE users SET manual_role = NULL, directory_role = NULL');
    const [ana, ben] = [someone(), someone()];
    const asOwner = { appRoles: ['Tollkeeper.Owner'] };
    const ids = [await enter({ ...ana, ...asOwner }), await enter({ ...ben, ...asOwner })];
    for (let time = 0; time < 5; time++) {
      await Promise.all([door.signIn(origin, ana), door.signIn(origin, ben)]);
      const { rows } = await app.db.query("SELECT id FROM users WHERE directory_role = 'owner'");
      expect(rows).toHaveLength(1);
      await app.db.query("UPDATE users SET directory_role = 'owner' WHERE id = ANY($1)", [ids]);
    }
  });

  it('makes one user of a person who signs in many times at once', async () => {
    const person = someone({ appRoles: ['Tollkeeper.Admin'] });
    const ids = await Promise.all(Array.from({ length: 6 }, () => enter(person)));
    expect(new Set(ids).size).toBe(1);
  });
});

describe('an invitation', () => {
  it('gives its role to whoever brings the link, once, whatever their e-mail', async () => {
    const { token } = await invite({ organizationId: world.organizationId, organizationRole: 'ADMIN' });
    const tries = await Promise.allSettled(
      [someone(), someone({ email: 'x@example.org' })].map((each) => door.bindInvitation(origin, token, each)),
    );
    const bound = tries.filter((each) => each.status === 'fulfilled');
    expect(bound).toHaveLength(1);
    const { userId } = (bound[0] as PromiseFulfilledResult<{ userId: string }>).value;
    expect(await actionsOf(userId)).toEqual(inside(world.organizationId, 'admin'));
    await expect(door.bindInvitation(origin, token, someone())).rejects.toMatchObject({ code: 'not_found' });
  });

  it('lets the person sign in, though the directory gives nothing', async () => {
    const { token } = await invite({ platformRole: 'AUDITOR' });
    const person = someone();
    const { userId } = await door.bindInvitation(origin, token, person);
    expect(await lastAudit()).toMatchObject({ action: 'invitation.accept', status: 'success', entity_id: userId });
    expect(await enter(person)).toBe(userId);
    expect(await actionsOf(userId)).toEqual(platform('auditor'));
  });

  it('never weakens what somebody holds', async () => {
    const person = someone();
    const strong = await invite({ organizationId: world.organizationId, organizationRole: 'OWNER' });
    const weak = await invite({ organizationId: world.organizationId, organizationRole: 'VIEWER' });
    const { userId } = await door.bindInvitation(origin, strong.token, person);
    await door.bindInvitation(origin, weak.token, person);
    expect(await actionsOf(userId)).toEqual(inside(world.organizationId, 'owner'));
  });

  it('does not work when it is unknown, revoked, expired, or its organization is gone: one answer for all', async () => {
    const revoked = await invite({ platformRole: 'ADMIN' });
    await must(app, 'mutation ($id: ID!) { revokeInvitation(id: $id) { id } }', { id: revoked.id });
    const gone = await makeWorld(app);
    const orphan = await invite({ organizationId: gone.organizationId, organizationRole: 'VIEWER' });
    await app.db.query("UPDATE organizations SET status = 'deleted' WHERE id = $1", [gone.organizationId]);
    const expired = await invite({ platformRole: 'ADMIN' });
    await app.db.query("UPDATE invitations SET expires_at = now() - interval '1 second' WHERE id = $1", [expired.id]);
    const answers = new Set<string>();
    for (const token of ['', 'unknown', revoked.token, orphan.token, expired.token]) {
      const refused = await door.bindInvitation(origin, token, someone()).catch((error: Error) => error);
      answers.add(String((refused as Error).message));
      expect(refused).toMatchObject({ code: 'not_found' });
    }
    expect(answers.size).toBe(1);
  });

  it('does not lift a suspension, and makes a deleted person anew', async () => {
    const person = someone({ appRoles: ['Tollkeeper.Admin'] });
    const userId = await enter(person);
    const { token } = await invite({ platformRole: 'AUDITOR' });
    await app.db.query("UPDATE users SET status = 'suspended' WHERE id = $1", [userId]);
    await expect(door.bindInvitation(origin, token, person)).rejects.toMatchObject({ code: 'forbidden' });
    await app.db.query("UPDATE users SET status = 'deleted' WHERE id = $1", [userId]);
    const anew = await door.bindInvitation(origin, token, person);
    expect(anew.userId).not.toBe(userId);
    expect(await actionsOf(userId)).toBeNull();
    expect(await actionsOf(anew.userId)).toEqual(platform('auditor'));
  });
});
