import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Instance } from '../../src/modules/ledger/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { instance, type KeyedPost, plant, post, type RawAnswer } from '../support/keyed.js';
import { startVendorServer } from '../support/vendor-server.js';
import { ledgerProblems, makeWorld, type World } from '../support/world.js';

const SINGLE = 'create-and-call';

let app: TestApp;
let vendor: Awaited<ReturnType<typeof startVendorServer>>;
let world: World;
let dead: string;
let alive: string;

const send = (request: KeyedPost): Promise<RawAnswer> => post(app.url, world.key, request);
const asked = (): number => vendor.requests.length;
const nothing = (): { jobId: string; callId: string } => ({ jobId: randomUUID(), callId: randomUUID() });
const single = (content = 'Hello'): KeyedPost => ({
  path: SINGLE,
  body: { job_type: 'crash', messages: [{ role: 'user', content }] },
  key: randomUUID(),
});

/** A job with one call that has ended; what the ledger says of a request whose answer was lost. */
async function ended(content = 'Hello'): Promise<{ jobId: string; callId: string }> {
  const answer = await send({ ...single(content), path: SINGLE, key: randomUUID() });
  const { rows } = await app.db.query<{ id: string; job_id: string }>(
    'SELECT id, job_id FROM calls ORDER BY created_at DESC, id DESC LIMIT 1',
  );
  if (answer.status === 200) expect(rows[0]!.job_id).toBe(answer.json.job_id);
  return { jobId: rows[0]!.job_id, callId: rows[0]!.id };
}

async function jobs(): Promise<number> {
  return (await app.db.query<{ n: number }>('SELECT count(*)::int AS n FROM jobs')).rows[0]!.n;
}

beforeAll(async () => {
  vendor = await startVendorServer({ models: ['vendor-model'] });
  app = await startTestApp({ listen: true, env: { LOG_LEVEL: 'silent' } });
  world = await makeWorld(app, { baseUrl: vendor.url, model: 'vendor-model' });
  dead = await instance(app, false);
  alive = await instance(app, true);
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
  await vendor.close();
});

describe('a request whose process died', () => {
  it('before it did anything runs, once, for whoever repeats it', async () => {
    const request = single();
    await plant(app, world, request, { epoch: dead, notes: nothing() });
    const before = asked();
    const answers = await Promise.all([send(request), send(request), send(request)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(asked() - before).toBe(1);
  });

  it('runs as the call that the dead process had in mind, so that both can never make one', async () => {
    const [request, notes] = [single(), nothing()];
    await plant(app, world, request, { epoch: dead, notes });
    expect((await send(request)).json.job_id).toBe(notes.jobId);
    const { rows } = await app.db.query('SELECT id FROM calls WHERE id = $1', [notes.callId]);
    expect(rows).toHaveLength(1);
  });

  it('after it had opened its job answers with that job, and opens no other', async () => {
    const request = { path: 'create', body: { job_type: 'crash' }, key: randomUUID() };
    const job = await send({ ...request, key: randomUUID() });
    await plant(app, world, request, { epoch: dead, notes: { jobId: job.json.job_id, callId: randomUUID() } });
    const before = await jobs();
    expect((await send(request)).json).toMatchObject({ job_id: job.json.job_id, status: 'pending' });
    expect(await jobs()).toBe(before);
  });

  it('after a vendor was asked is answered 502, the same to everybody, and no vendor is asked again', async () => {
    for (const content of ['Hello', '[simulate status=500]']) {
      const request = single();
      await plant(app, world, request, { epoch: dead, notes: await ended(content) });
      const before = [asked(), await jobs()];
      const answers = await Promise.all([send(request), send(request), send(request)]);
      for (const { status, json, text } of [...answers, await send(request)]) {
        expect([status, json.code]).toEqual([502, 'provider_error']);
        expect(json.detail).toBe('The gateway stopped while this request ran; its cost was recovered');
        expect(text).toBe(answers[0].text);
      }
      expect([asked(), await jobs()]).toEqual(before);
    }
  });

  it('before its call was sent runs as another call, in a job of its own', async () => {
    const [request, notes] = [single(), await ended('[simulate status=500]')];
    await app.db.query("UPDATE calls SET attempts = '[]' WHERE id = $1", [notes.callId]);
    await plant(app, world, request, { epoch: dead, notes });
    const before = asked();
    const answer = await send(request);
    expect([answer.status, answer.json.job_id === notes.jobId]).toEqual([200, false]);
    expect((await send(request)).text).toBe(answer.text);
    expect(asked() - before).toBe(1);
  });

  it('is still running as long as nobody knows how its call ended', async () => {
    const [request, notes] = [single(), await ended()];
    const state = async (to: string): Promise<void> => {
      await app.db.query('UPDATE calls SET state = $2 WHERE id = $1', [notes.callId, to]);
    };
    await plant(app, world, request, { epoch: dead, notes });
    await state('reserved');
    const early = await send(request);
    await state('recovered');
    expect([early.status, early.json.code]).toEqual([409, 'conflict']);
    expect((await send(request)).status).toBe(502);
  });
});

describe('a request without an answer', () => {
  it('of a process that lives is still running', async () => {
    const request = single();
    await plant(app, world, request, { epoch: alive, notes: nothing() });
    const before = asked();
    const answer = await send(request);
    expect([answer.status, answer.json.code, answer.headers.get('retry-after')]).toEqual([409, 'conflict', '1']);
    expect(asked()).toBe(before);
    await app.db.query('UPDATE instances SET heartbeat_at = $2 WHERE epoch = $1', [alive, new Date(0)]);
    expect((await send(request)).status).toBe(200);
  });

  it('of this very process, which does not run it, runs', async () => {
    const request = single();
    const { epoch } = app.app.get(Instance, { strict: false });
    await plant(app, world, request, { epoch: epoch.toString(), notes: nothing() });
    expect((await send(request)).status).toBe(200);
  });
});
