import { startTestApp, type TestApp } from '../../support/app.js';
import { closing, events } from '../../support/streams.js';
import { startVendorServer, type VendorServer } from '../../support/vendor-server.js';
import { creditsOf, makeWorld, must, type World } from '../../support/world.js';
import { JobsService } from '../../../src/modules/gateway/jobs/jobs.service.js';
import { torture } from '../support/torture.js';
import { auditProblems, heldAnywhere } from '../support/watch.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const HELLO = [{ role: 'user', content: 'Hello' }];
const FAILING = [{ role: 'user', content: '[simulate status=503]' }];
const LONG = [{ role: 'user', content: '[simulate tokens=20]' }];
const MODEL = 'vendor-model';
/** The chunk that a stream which runs late waits before. */
const HELD_AT = 4;

/** A vendor whose streams stand still, once begun, for as long as somebody holds them. */
class Vendor {
  private held: Promise<void> | undefined;
  private server!: VendorServer;

  static async start(): Promise<Vendor> {
    const vendor = new Vendor();
    const beforeChunk = (number: number): Promise<void> | undefined => (number < HELD_AT ? undefined : vendor.held);
    vendor.server = await startVendorServer({ models: [MODEL], beforeChunk });
    return vendor;
  }

  world(app: TestApp, credits: number): Promise<World> {
    return makeWorld(app, { baseUrl: this.server.url, model: MODEL, credits: String(credits) });
  }

  /** Gives what lets them go on. */
  hold(): () => void {
    let letGo!: () => void;
    this.held = new Promise((resolve) => (letGo = resolve));
    return letGo;
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

/** Where scenes are played. */
interface Stage {
  readonly app: TestApp;
  readonly vendor: Vendor;
}

interface Scene extends Stage {
  readonly world: World;
  post(path: string, body: unknown): ReturnType<TestApp['asKey']>;
  open(more?: object): Promise<string>;
}

/** What happens to a job; gives what was not as promised besides the charge. */
interface Scenario {
  readonly name: string;
  readonly credits: 0 | 1;
  /** What the team has; one when left out, so that a charge without a hold would take it below zero. */
  readonly given?: number;
  play(scene: Scene): Promise<string[]>;
}

const expectEqual = (what: string, found: unknown, expected: unknown): string[] =>
  JSON.stringify(found) === JSON.stringify(expected)
    ? []
    : [`${what}: ${JSON.stringify(found)} in place of ${JSON.stringify(expected)}`];

const complete = (scene: Scene, id: string, status = 'completed') => scene.post(`${id}/complete`, { status });
const call = (scene: Scene, id: string, messages: object) => scene.post(`${id}/llm-call`, { messages, max_tokens: 50 });

async function threeAtOnce(scene: Scene, statuses: readonly string[]): Promise<string[]> {
  const id = await scene.open();
  await call(scene, id, HELLO);
  const answers = await Promise.all(statuses.map((status) => complete(scene, id, status)));
  return answers.flatMap(({ status, body }) => [
    ...expectEqual('status', status, 200),
    ...expectEqual('answer', body, answers[0]!.body),
  ]);
}

/** A stream that still runs when its job is closed; `leave` ends it by its client's leaving. */
async function late(scene: Scene, close: (id: string) => Promise<unknown>, leave = false): Promise<string[]> {
  const { app, world, vendor } = scene;
  const id = await scene.open();
  const letGo = vendor.hold();
  const client = new AbortController();
  const response = await fetch(`${app.url}/api/jobs/${id}/llm-call-stream`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: LONG, max_tokens: 400 }),
    signal: client.signal,
  });
  const copy = response.clone();
  await closing(copy, 2);
  await close(id);
  if (leave) client.abort();
  else {
    letGo();
    await events(response);
  }
  await ended(app, id);
  const order = await app.db.query(
    'SELECT c.ended_at > j.completed_at AS late FROM calls c JOIN jobs j ON j.id = c.job_id WHERE j.id = $1',
    [id],
  );
  const isLate = (order.rows as { late: boolean }[])[0]!.late;
  return isLate ? [] : ['the call ended before its job was closed'];
}

/** The credit of a job whose only call still runs is not free for another job. */
async function contested(scene: Scene): Promise<string[]> {
  const wrong: string[] = [];
  const close = async (id: string): Promise<void> => {
    await complete(scene, id);
    const other = await scene.post('create', { job_type: 'torture' });
    wrong.push(...expectEqual('another job', [other.status, other.body.code], [402, 'insufficient_credits']));
  };
  return [...(await late(scene, close)), ...wrong];
}

const MAX_LOOKS = 2_000;

async function ended(app: TestApp, jobId: string): Promise<void> {
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const { rows } = await app.db.query("SELECT FROM calls WHERE job_id = $1 AND state = 'reserved'", [jobId]);
    if (rows.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`the call of job ${jobId} does not end`);
}

async function abandoned(scene: Scene, messages: object | null): Promise<string[]> {
  const id = await scene.open();
  if (messages) await call(scene, id, messages);
  scene.app.clock.advance(DAY_MS + 1_000);
  const refused = await call(scene, id, HELLO);
  await scene.app.app.get(JobsService).expire();
  await scene.app.app.get(JobsService).expire();
  const { rows } = await scene.app.db.query('SELECT status FROM jobs WHERE id = $1', [id]);
  return [...expectEqual('status', rows, [{ status: 'expired' }]), ...expectEqual('late', refused.status, 409)];
}

/** A ceiling holds on the limit from the start; calls draw from it; what is left comes free when the job is closed. */
async function ceiling(scene: Scene): Promise<string[]> {
  const { app, world } = scene;
  const query = 'mutation ($input: CreateLimitInput!) { made: createLimit(input: $input) { id } }';
  const place = { organizationId: world.organizationId, scopeType: 'TEAM', scopeId: world.teamId };
  const input = { ...place, unit: 'USD', period: 'TOTAL', amount: '0.01' };
  const { made } = await must<{ made: { id: string } }>(app, query, { input });
  const window = async (): Promise<unknown> =>
    (await app.db.query('SELECT posted, held FROM limit_windows WHERE limit_id = $1', [made.id])).rows[0];
  const id = await scene.open({ max_cost_usd: 0.008 });
  const wrong = expectEqual('held at open', await window(), { posted: '0', held: '8000000' });
  const tooMuch = await scene.post('create', { job_type: 'torture', max_cost_usd: 0.003 });
  wrong.push(...expectEqual('a second ceiling', [tooMuch.status, tooMuch.body.code], [402, 'spend_limit_exceeded']));
  const first = await call(scene, id, HELLO);
  wrong.push(...expectEqual('first call', first.status, 200));
  const { rows } = await app.db.query('SELECT charged_cost AS cost FROM calls WHERE job_id = $1', [id]);
  const cost = BigInt((rows as { cost: string }[])[0]!.cost);
  const drawn = { posted: cost.toString(), held: (8_000_000n - cost).toString() };
  wrong.push(...expectEqual('after a call', await window(), drawn));
  const long = [{ role: 'user', content: 'x'.repeat(3_000) }];
  const above = await scene.post(`${id}/llm-call`, { messages: long, max_tokens: 50 });
  wrong.push(
    ...expectEqual('above it', [above.status, above.body.code, above.body.scope], [402, 'spend_limit_exceeded', 'job']),
  );
  await complete(scene, id);
  wrong.push(...expectEqual('after closing', await window(), { posted: cost.toString(), held: '0' }));
  await must(app, 'mutation ($id: ID!) { deleteLimit(id: $id) { id } }', { id: made.id });
  return wrong;
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'completed three times at once',
    credits: 1,
    play: (scene) => threeAtOnce(scene, ['completed', 'completed', 'completed']),
  },
  {
    name: 'completed after it failed',
    credits: 0,
    async play(scene) {
      const id = await scene.open();
      await call(scene, id, HELLO);
      const first = await complete(scene, id, 'failed');
      return expectEqual('second answer', (await complete(scene, id)).body, first.body);
    },
  },
  {
    name: 'called after it was completed',
    credits: 1,
    async play(scene) {
      const id = await scene.open();
      await call(scene, id, HELLO);
      await complete(scene, id);
      const refused = await call(scene, id, HELLO);
      return expectEqual('call', [refused.status, refused.body.code], [409, 'job_closed']);
    },
  },
  {
    name: 'completed without a call',
    credits: 0,
    play: async (scene) => expectEqual('status', (await complete(scene, await scene.open())).status, 200),
  },
  {
    name: 'completed after all calls failed',
    credits: 0,
    async play(scene) {
      const id = await scene.open();
      for (let calls = 0; calls < 3; calls++) await call(scene, id, FAILING);
      return expectEqual('status', (await complete(scene, id)).status, 200);
    },
  },
  { name: 'abandoned after a good call', credits: 1, play: (scene) => abandoned(scene, HELLO) },
  { name: 'abandoned after a failed call', credits: 0, play: (scene) => abandoned(scene, FAILING) },
  { name: 'abandoned without a call', credits: 0, play: (scene) => abandoned(scene, null) },
  { name: 'completed while its only call runs', credits: 1, play: (scene) => late(scene, (id) => complete(scene, id)) },
  { name: 'the same, while others ask for its credit', credits: 1, play: contested },
  {
    name: 'failed while its only call runs',
    credits: 0,
    play: (scene) => late(scene, (id) => complete(scene, id, 'failed')),
  },
  {
    name: 'completed, then its only client leaves',
    credits: 0,
    play: (scene) => late(scene, (id) => complete(scene, id), true),
  },
  {
    name: 'completed, with a good call before and one that runs',
    credits: 1,
    play: (scene) =>
      late(scene, async (id) => {
        await call(scene, id, HELLO);
        await complete(scene, id);
      }),
  },
  { name: 'a ceiling', credits: 1, given: 2, play: ceiling },
];

async function play({ app, vendor }: Stage, { name, credits, given = 1, play: run }: Scenario): Promise<string[]> {
  const world = await vendor.world(app, given);
  const post: Scene['post'] = (path, body) => app.asKey(world.key, 'POST', `/api/jobs/${path}`, body);
  const open: Scene['open'] = async (more = {}) =>
    (await post('create', { job_type: 'torture', ...more })).body.job_id as string;
  const wrong = await run({ app, vendor, world, post, open });
  const left = await creditsOf(app, world.teamId);
  wrong.push(
    ...expectEqual('credits', [left.used, left.remaining, left.held], [String(credits), String(given - credits), '0']),
  );
  return wrong.map((each) => `${name}: ${each}`);
}

torture({
  id: 'J01',
  title: `${SCENARIOS.length + 1} ways of a job: three times at once, late, abandoned, failed, with a ceiling`,
  target: 'one charge or none, as promised',
  async run({ long }) {
    const [app, vendor] = [await startTestApp({ listen: true }), await Vendor.start()];
    const rounds = long ? 25 : 2;
    const wrong: string[] = [];
    try {
      for (let round = 0; round < rounds; round++)
        for (const scenario of SCENARIOS) wrong.push(...(await play({ app, vendor }, scenario)));
      wrong.push(...(await raced({ app, vendor }, long ? 200 : 20)));
      wrong.push(...(await heldAnywhere(app.db)), ...(await auditProblems(app.db)));
      const figure = `${rounds * SCENARIOS.length} scenes, ${wrong.length} differences`;
      return { figure, passed: wrong.length === 0, details: [...new Set(wrong)] };
    } finally {
      await app.close();
      await vendor.close();
    }
  },
});

/** Three closings that disagree: one of them counts, all get its answer, and the charge is what it says. */
async function raced({ app, vendor }: Stage, times: number): Promise<string[]> {
  const world = await vendor.world(app, times);
  const post: Scene['post'] = (path, body) => app.asKey(world.key, 'POST', `/api/jobs/${path}`, body);
  const open = async (): Promise<string> => (await post('create', { job_type: 'torture' })).body.job_id as string;
  const wrong: string[] = [];
  for (let time = 0; time < times; time++)
    wrong.push(...(await threeAtOnce({ app, vendor, world, post, open }, ['failed', 'completed', 'failed'])));
  const { rows } = await app.db.query(
    "SELECT count(*) AS completed FROM jobs WHERE team_id = $1 AND status = 'completed'",
    [world.teamId],
  );
  const { used } = await creditsOf(app, world.teamId);
  return [...wrong, ...expectEqual('charged of raced jobs', used, (rows as { completed: string }[])[0]!.completed)];
}
