import { makeWorld, must, type World } from '../../support/world.js';
import { type Fleet, startFleet } from '../support/fleet.js';
import { Random } from '../support/random.js';
import { torture } from '../support/torture.js';
import { auditProblems, heldAnywhere } from '../support/watch.js';

const PROCESSES = 3;

/** What takes the right to call away, and gives it back for the next trial; null for what cannot be undone. */
interface Way {
  readonly name: string;
  take(world: Worldly): Promise<void>;
  giveBack: ((world: Worldly) => Promise<void>) | null;
}

interface Worldly {
  readonly admin: Fleet['products'][number];
  readonly world: World;
  readonly projectId: string;
  readonly keyId: string;
}

const change =
  (field: string, args: string) =>
  async (of: Worldly, id: string): Promise<void> => {
    await must(of.admin, `mutation ($id: ID!) { ${field}(id: $id${args}) { id } }`, { id });
  };

const REASON = ', reason: "torture"';
const suspendTeam = change('suspendTeam', REASON);
const resumeTeam = change('resumeTeam', '');
const suspendOrganization = change('suspendOrganization', '');
const resumeOrganization = change('resumeOrganization', '');
const suspendProject = change('suspendProject', REASON);
const resumeProject = change('resumeProject', '');
const revokeKey = change('revokeKey', '');

const WAYS: readonly Way[] = [
  {
    name: 'suspended team',
    take: (of) => suspendTeam(of, of.world.teamId),
    giveBack: (of) => resumeTeam(of, of.world.teamId),
  },
  {
    name: 'suspended organization',
    take: (of) => suspendOrganization(of, of.world.organizationId),
    giveBack: (of) => resumeOrganization(of, of.world.organizationId),
  },
  {
    name: 'suspended project',
    take: (of) => suspendProject(of, of.projectId),
    giveBack: (of) => resumeProject(of, of.projectId),
  },
  { name: 'revoked key', take: (of) => revokeKey(of, of.keyId), giveBack: null },
];

async function call(url: string, key: string): Promise<number> {
  const body = { job_type: 'revoke', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 5 };
  const response = await fetch(`${url}/api/jobs/create-and-call`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response.status;
}

const CREATE_KEY = `mutation ($input: CreateVirtualKeyInput!) { made: createVirtualKey(input: $input) { token key { id } } }`;
const CREATE_PROJECT = 'mutation ($input: CreateProjectInput!) { made: createProject(input: $input) { id } }';

async function newKey({ admin, world, projectId }: Omit<Worldly, 'keyId'>): Promise<{ token: string; keyId: string }> {
  const input = { teamId: world.teamId, name: 'trial', projectId };
  const { made } = await must<{ made: { token: string; key: { id: string } } }>(admin, CREATE_KEY, { input });
  return { token: made.token, keyId: made.key.id };
}

/** Every process knows the key and has served it; then the right is taken, and each is asked at once. */
async function trial(fleet: Fleet, of: Worldly, token: string, way: Way): Promise<string[]> {
  const urls = fleet.products.map((product) => product.url);
  const before = await Promise.all(urls.map((url) => call(url, token)));
  await way.take(of);
  const after = await Promise.all(urls.map((url) => call(url, token)));
  const wrong = before.filter((status) => status !== 200).map((status) => `${way.name}: ${status} before it`);
  return [...wrong, ...after.filter((status) => status === 200).map(() => `${way.name}: a call was accepted late`)];
}

torture({
  id: 'S22',
  title: `key revoked, team, project or organization suspended: the next call on ${PROCESSES} processes (1,000; short 60)`,
  target: '0 accepted late',
  async run({ long, seed }) {
    const fleet = await startFleet(PROCESSES);
    const random = new Random(seed);
    const trials = long ? 1_000 : 60;
    const wrong: string[] = [];
    try {
      const admin = fleet.products[0]!;
      const world = await makeWorld(admin, { credits: '100000' });
      const project = { organizationId: world.organizationId, code: 'trial', name: 'Trial' };
      const { made } = await must<{ made: { id: string } }>(admin, CREATE_PROJECT, { input: project });
      let of: Worldly = { admin, world, projectId: made.id, keyId: '' };
      let { token, keyId } = await newKey(of);
      for (let index = 0; index < trials; index++) {
        const way = WAYS[index % WAYS.length]!;
        of = { ...of, keyId, admin: random.pick(fleet.products) };
        wrong.push(...(await trial(fleet, of, token, way)));
        if (way.giveBack) await way.giveBack(of);
        else ({ token, keyId } = await newKey(of));
      }
      const { owner } = fleet.database;
      wrong.push(...(await heldAnywhere(owner)), ...(await auditProblems(owner)));
      const late = wrong.filter((each) => each.includes('late')).length;
      const figure = `${trials * PROCESSES} calls after ${trials} changes, ${late} accepted late`;
      return { figure, passed: wrong.length === 0, details: [...new Set(wrong)] };
    } finally {
      await fleet.stop();
    }
  },
});
