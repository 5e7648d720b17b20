import { expect, it } from '@jest/globals';
import {
  after,
  app,
  type Broken,
  change,
  make,
  type Mutation,
  run,
  type Scene,
  TABLES,
  tryMutations,
  UNKNOWN,
  type Valid,
  withInput,
} from '../support/audited-mutations.js';
import { makeUser } from '../support/people.js';
import { keepContent } from '../support/projects.js';

const groupIn = ({ organizationId, tag }: Scene): Promise<string> =>
  run('createGroup', { input: { organizationId, name: `Group ${tag}` } }, 'id');
const projectIn = ({ organizationId, tag }: Scene): Promise<string> =>
  run('createProject', { input: { organizationId, code: `p-${tag}`, name: 'Project' } }, 'id');
const memberIn = ({ organizationId }: Scene): Promise<string> =>
  makeUser(app, { memberships: { [organizationId]: 'member' } });

const group: Valid = async (scene) => ({ id: await groupIn(scene) });
const project: Valid = async (scene) => ({ id: await projectIn(scene) });
const members: Valid = async (scene) => ({
  input: { groupId: await groupIn(scene), userIds: [await memberIn(scene), await memberIn(scene)] },
});

const otherProject: Broken = (valid) => ({ ...valid, projectId: UNKNOWN });
const keeping: Valid = async (scene) => {
  const projectId = await projectIn(scene);
  const called = await app.asKey(scene.key, 'POST', '/v1/chat/completions', {
    messages: [{ role: 'user', content: 'Hello' }],
  });
  await keepContent(app, projectId, String(called.headers['x-call-id']));
  return { projectId };
};

/** Groups, projects and the keys of projects. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  createGroup: make('Group')(
    'group.create',
    ({ organizationId }) => ({ input: { organizationId, name: 'New' } }),
    withInput(() => ({ organizationId: UNKNOWN })),
  ),
  updateGroup: change('Group')('group.update', async (scene) => ({
    ...(await group(scene)),
    input: { name: 'Renamed', directoryObjectId: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff' },
  })),
  deleteGroup: change('Group')('group.delete', group),
  addGroupMembers: change('Group')(
    'group.update',
    members,
    withInput(({ outsider }) => ({ userIds: [outsider.keyId] })),
  ),
  removeGroupMembers: change('Group')(
    'group.update',
    after('addGroupMembers', members),
    withInput(() => ({ groupId: UNKNOWN })),
  ),
  createProject: make('Project')(
    'project.create',
    ({ organizationId, groupId }) => ({
      input: { organizationId, code: 'new', name: 'New', accessGroupIds: [groupId], metadata: { a: 1 } },
    }),
    withInput(() => ({ accessGroupIds: [UNKNOWN] })),
  ),
  updateProject: change('Project')('project.update', async (scene) => ({
    ...(await project(scene)),
    input: { code: 'other', ownerId: await memberIn(scene), metadata: { b: 2 } },
  })),
  suspendProject: change('Project')('project.suspend', async (scene) => ({
    ...(await project(scene)),
    reason: 'Audit',
  })),
  resumeProject: change('Project')('project.resume', after('suspendProject', project)),
  deleteProject: change('Project')('project.delete', async (scene) => {
    const id = await projectIn(scene);
    await run('createApiKey', { input: { projectId: id, name: 'CI' } });
    return { id };
  }),
  setProjectAccess: change('Project')(
    'project.grant_access',
    async (scene) => ({ projectId: await projectIn(scene), accessGroupIds: [scene.groupId] }),
    (valid) => ({ ...valid, accessGroupIds: [UNKNOWN] }),
  ),
  setProjectCache: change('Project')(
    'project.set_cache',
    async (scene) => ({ projectId: await projectIn(scene), ttlSeconds: 60, price: 'FULL' }),
    otherProject,
  ),
  emptyProjectCache: change('Project')('project.empty_cache', keeping, otherProject),
  setProjectRetention: change('Project')(
    'project.set_retention',
    async (scene) => ({ projectId: await projectIn(scene), days: 30 }),
    otherProject,
  ),
  deleteProjectBodies: change('Project')('project.delete_bodies', keeping, otherProject),
  createApiKey: make('Key')(
    'key.create',
    async (scene) => ({ input: { projectId: await projectIn(scene), name: 'CI', validityDays: 30 } }),
    withInput(() => ({ projectId: UNKNOWN })),
  ),
  createUserToken: make('Key')(
    'key.create',
    async (scene) => ({
      input: { projectId: await projectIn(scene), userId: await memberIn(scene), name: 'Laptop' },
    }),
    withInput(() => ({ userId: UNKNOWN })),
  ),
};

tryMutations(MUTATIONS);

it('has in its table what is said to be there', () => {
  expect(Object.keys(MUTATIONS).sort()).toEqual([...TABLES['scopes']!].sort());
});
