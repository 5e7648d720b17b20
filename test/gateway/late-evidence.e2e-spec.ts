import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Instance } from '../../src/modules/ledger/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { events, settled } from '../support/streams.js';
import { costUsd, creditsOf, ledgerProblems, makeWorld, must, type World } from '../support/world.js';

const OTHER = `
  INSERT INTO instances (instance_id, host, pid, ended_at) VALUES ('another', 'elsewhere', 1, now()) RETURNING epoch`;
const STATES = '{ jobs(first: 5) { items { calls { id state outcome usageSource tokensOut chargedCost } } } }';
const CORRECTIONS = "SELECT count(*)::int AS n FROM ledger_txs WHERE kind = 'call_correction' AND call_id = $1";
const TOKENS = 20;

let app: TestApp;
let world: World;
beforeAll(async () => {
  app = await startTestApp({ listen: true });
});
afterAll(() => app.close());

const post = (path: string, body: object): Promise<Response> =>
  fetch(`${app.url}/api/jobs/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const sweep = (): Promise<void> => app.app.get(Instance).sweep();
const corrections = async (callId: string): Promise<number> =>
  (await app.db.query<{ n: number }>(CORRECTIONS, [callId])).rows[0]!.n;

/** A stream whose process is taken for dead at its first event, as after a long pause, though it lives on. */
async function takenForDead(path: string): Promise<{ callId: string; tokensIn: number }> {
  const messages = [{ role: 'user', content: `[simulate tokens=${TOKENS} pace_ms=30]` }];
  const response = await post(path, { job_type: 'late', messages });
  const callId = response.headers.get('x-call-id')!;
  const sweeps: Promise<void>[] = [];
  const seen = await events(response, () => {
    sweeps[0] ??= (async () => {
      const { rows } = await app.db.query<{ epoch: string }>(OTHER);
      await app.db.query('UPDATE calls SET epoch = $2 WHERE id = $1', [callId, rows[0]!.epoch]);
      await sweep();
      expect(await settled(app, callId)).toMatchObject({ state: 'recovered', charged_cost: '0', usage_source: null });
    })();
  });
  await sweeps[0];
  expect(seen.at(-1)).toBe('[DONE]');
  const body = await must<{ jobs: { items: { calls: { id: string }[] }[] } }>(app, STATES);
  expect(body.jobs.items.flatMap(({ calls }) => calls).map(({ id }) => id)).toContain(callId);
  return { callId, tokensIn: Math.ceil(messages[0]!.content.length / 4) + 4 };
}

const corrected = async (callId: string): Promise<unknown> => settled(app, callId);

describe('a process that is taken for dead while it runs a call', () => {
  it('has the true cost posted as one correction when the call has ended', async () => {
    world = await makeWorld(app);
    const { callId, tokensIn } = await takenForDead('create-and-call-stream');
    await sweep();
    await sweep();
    const cost = String(Math.round(costUsd(tokensIn, TOKENS) * 1_000_000) * 1_000);
    const exact = { state: 'corrected', usage_source: 'vendor', tokens_out: String(TOKENS), charged_cost: cost };
    expect(await corrected(callId)).toMatchObject({ ...exact, finish_reason: 'stop' });
    expect(await corrections(callId)).toBe(1);
    expect(await ledgerProblems(app)).toEqual([]);
    expect(await creditsOf(app, world.teamId)).toMatchObject({ used: '0', held: '0' });
  });

  it('waits with the correction until the job of the call has closed', async () => {
    world = await makeWorld(app);
    const { job_id: jobId } = (await (await post('create', { job_type: 'late' })).json()) as { job_id: string };
    const { callId } = await takenForDead(`${jobId}/llm-call-stream`);
    await sweep();
    expect(await corrected(callId)).toMatchObject({ state: 'recovered', charged_cost: '0' });
    expect((await post(`${jobId}/complete`, { status: 'completed' })).status).toBe(200);
    await sweep();
    expect(await corrected(callId)).toMatchObject({ state: 'corrected', tokens_out: String(TOKENS) });
    expect(await corrections(callId)).toBe(1);
    expect(await ledgerProblems(app)).toEqual([]);
  });
});
