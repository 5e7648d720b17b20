import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from '../../src/infra/telemetry/index.js';
import { ContentPurge } from '../../src/modules/gateway/content/content-purge.service.js';
import { type Answer, startTestApp, type TestApp } from '../support/app.js';
import { asUser, letUsersIn, makeUser } from '../support/people.js';
import { contentStored, issueKey, makeProject, setCache, setRetention, type TestProject } from '../support/projects.js';
import { closing, settled } from '../support/streams.js';
import { startVendorServer, type VendorServer } from '../support/vendor-server.js';
import { ledgerProblems, makeWorld, must, type World } from '../support/world.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const CHAT = '/v1/chat/completions';
const BODY = `query ($id: ID!) { callBody(id: $id) {
  callId request answer isRequestCut isAnswerCut createdAt expiresAt } }`;

let app: TestApp;
let vendor: VendorServer;
let world: World;
let theirs: World;
let project: TestProject;

interface Shown {
  readonly request: string;
  readonly answer: string | null;
  readonly isRequestCut: boolean;
  readonly isAnswerCut: boolean;
  readonly createdAt: string;
  readonly expiresAt: string;
}

const bodyOf = (content: string, more: object = {}): object => ({ messages: [{ role: 'user', content }], ...more });
async function ask(body: object, path = CHAT): Promise<Answer> {
  const answer = await app.asKey(project.key, 'POST', path, { model: world.alias, ...body });
  await contentStored(app);
  return answer;
}
const idOf = ({ headers }: Answer): string => String(headers['x-call-id']);
const read = async (id: string): Promise<Shown> => (await must<{ callBody: Shown }>(app, BODY, { id })).callBody;
const refusal = async (id: string, headers = {}): Promise<string> =>
  (await app.gql(BODY, { id }, headers)).body.errors[0].extensions.code as string;
async function callOf({ headers }: Answer): Promise<string> {
  const query = 'query ($id: ID!) { job(id: $id) { calls { id } } }';
  const { job } = await must<{ job: { calls: { id: string }[] } }>(app, query, { id: headers['x-job-id'] });
  return job.calls[0]!.id;
}
const dropped = async (): Promise<unknown[]> =>
  (await app.app.get(Metrics, { strict: false }).contentDropped.get()).values.map(({ labels, value }) => [
    labels,
    value,
  ]);

beforeAll(async () => {
  vendor = await startVendorServer({ models: ['test-model'] });
  app = await startTestApp({ listen: true, env: { LOG_LEVEL: 'silent' } });
  letUsersIn(app);
  world = await makeWorld(app, { baseUrl: vendor.url });
  theirs = await makeWorld(app);
});
beforeEach(async () => {
  project = await makeProject(app, world);
  await setRetention(app, project.id, 7);
});
afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
  await vendor.close();
});

describe('the body of a call', () => {
  it('is what was asked and what was answered, until its days are over', async () => {
    const answer = await ask(bodyOf('Hello', { temperature: 0.5, user: 'u' }));
    const shown = await read(idOf(answer));
    expect(JSON.parse(shown.request)).toEqual(bodyOf('Hello', { temperature: 0.5, user: 'u' }));
    expect(JSON.parse(shown.answer!)).toEqual(answer.body);
    expect([shown.isRequestCut, shown.isAnswerCut]).toEqual([false, false]);
    expect(Date.parse(shown.expiresAt) - Date.parse(shown.createdAt)).toBe(7 * DAY_MS);
    const query = 'query ($id: ID!) { job(id: $id) { calls { bodyUntil } project { bodiesUntil } } }';
    const until = shown.expiresAt;
    expect(await must(app, query, { id: answer.headers['x-job-id'] })).toEqual({
      job: { calls: [{ bodyUntil: until }], project: { bodiesUntil: until } },
    });
    app.clock.advance(7 * DAY_MS + 1);
    expect(await refusal(idOf(answer))).toBe('NOT_FOUND');
    expect(await must(app, query, { id: answer.headers['x-job-id'] })).toEqual({
      job: { calls: [{ bodyUntil: null }], project: { bodiesUntil: null } },
    });
    await app.app.get(ContentPurge, { strict: false }).purge();
    expect((await app.db.query('SELECT FROM call_bodies WHERE call_id = $1', [idOf(answer)])).rows).toEqual([]);
  });

  it('is sealed in the table, and bound to its call', async () => {
    const [one, other] = [await ask(bodyOf('the canary of one')), await ask(bodyOf('the canary of another'))];
    const ids = [idOf(one), idOf(other)];
    const { rows } = await app.db.query('SELECT b::text AS text FROM call_bodies b WHERE call_id = ANY($1)', [ids]);
    expect([rows.length, rows.filter(({ text }) => text.includes('canary'))]).toEqual([2, []]);
    const swap =
      'UPDATE call_bodies SET ciphertext = (SELECT ciphertext FROM call_bodies WHERE call_id = $2) WHERE call_id = $1';
    await app.db.query(swap, ids);
    expect(await refusal(ids[0]!)).toBe('INTERNAL');
  });

  it.each([
    ['/v1/messages', { ...bodyOf('By messages'), max_tokens: 100 }],
    ['/v1/responses', { input: 'By responses' }],
    ['/api/jobs/create-and-call', { ...bodyOf('By job'), job_type: 'review' }],
    ['/v1/embeddings', { input: 'By embedding' }],
  ])('is there by %s too, in the one form of the gateway', async (path, body) => {
    const answer = await ask(body, path);
    expect(answer.status).toBe(200);
    const { job_id: jobId } = answer.body as { job_id?: string };
    const headers = { 'x-job-id': answer.headers['x-job-id'] ?? jobId };
    const { request, answer: answered } = await read(await callOf({ ...answer, headers }));
    expect(request).toMatch(/By \w+/);
    expect(JSON.parse(answered!)).toMatchObject({ object: expect.stringMatching(/^(chat.completion|list)$/) });
  });

  it('of a stream is the completion that its chunks make', async () => {
    const answer = await ask(bodyOf('Streamed', { stream: true }));
    const shown = await read(idOf(answer));
    const completion = JSON.parse(shown.answer!);
    expect(completion).toMatchObject({ id: `chatcmpl-${idOf(answer)}`, choices: [{ finish_reason: 'stop' }] });
    const chunks = String(answer.body)
      .match(/^data: \{.*$/gm)!
      .map((line) => JSON.parse(line.slice('data: '.length)));
    const said = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(completion.choices[0].message.content).toBe(said);
  });

  it('of a stream that its client left is what had come by then', async () => {
    const headers = { authorization: `Bearer ${project.key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({
      model: world.alias,
      ...bodyOf('[simulate tokens=300 pace_ms=20] Left', { stream: true }),
    });
    const gone = new AbortController();
    const response = await fetch(app.url + CHAT, { method: 'POST', headers, body, signal: gone.signal });
    await closing(response, 3);
    gone.abort();
    const id = response.headers.get('x-call-id')!;
    await settled(app, id);
    const deadline = Date.now() + 5_000;
    while ((await app.gql(BODY, { id })).body.errors && Date.now() < deadline) await contentStored(app);
    const completion = JSON.parse((await read(id)).answer!);
    expect(completion.choices[0]).toMatchObject({
      message: { content: expect.stringMatching(/./) },
      finish_reason: null,
    });
  });

  it('of a call that failed is what was asked', async () => {
    const answer = await ask(bodyOf('[simulate status=500] Fail'));
    expect(answer.status).toBe(502);
    const shown = await read(await callOf(answer));
    expect([JSON.parse(shown.request), shown.answer]).toEqual([bodyOf('[simulate status=500] Fail'), null]);
  });

  it('of a call that a kept answer served is that answer', async () => {
    await setCache(app, project.id, 60);
    await ask(bodyOf('Twice'));
    const again = await ask(bodyOf('Twice'));
    expect(again.headers['x-tollkeeper-cache']).toBe('hit');
    expect(JSON.parse((await read(idOf(again))).answer!)).toEqual(again.body);
  });

  it('is cut where it is longer than the bound, at a whole character', async () => {
    const { retainedBytes } = app.config.bounds;
    const shown = await read(idOf(await ask(bodyOf(`x${'é'.repeat(retainedBytes / 2)}`))));
    expect([shown.isRequestCut, shown.isAnswerCut]).toEqual([true, false]);
    const bytes = Buffer.byteLength(shown.request);
    expect([retainedBytes, retainedBytes - 1]).toContain(bytes);
    expect(shown.request).toMatch(/é$/);
  });

  it('is stored by a project that has asked for it, and by no other', async () => {
    const id = idOf(await ask(bodyOf('Stored')));
    project = await makeProject(app, world);
    const other = idOf(await ask(bodyOf('Not stored')));
    expect([(await read(id)).isRequestCut, await refusal(other)]).toEqual([false, 'NOT_FOUND']);
  });
});

describe('turning retention off', () => {
  it('stores nothing from then on, whatever a process still believes; what is stored stays', async () => {
    const before = idOf(await ask(bodyOf('Before')));
    await setRetention(app, project.id, null);
    expect(await refusal(idOf(await ask(bodyOf('After'))))).toBe('NOT_FOUND');
    project = { ...project, key: await issueKey(app, project.id) };
    expect(await refusal(idOf(await ask(bodyOf('Later'))))).toBe('NOT_FOUND');
    expect(JSON.parse((await read(before)).request)).toEqual(bodyOf('Before'));
    await must(app, 'mutation ($id: ID!) { deleteProjectBodies(projectId: $id) { id } }', { id: project.id });
    expect(await refusal(before)).toBe('NOT_FOUND');
  });

  it('and deleting the project leaves nothing', async () => {
    const id = idOf(await ask(bodyOf('Deleted')));
    await must(app, 'mutation ($id: ID!) { deleteProject(id: $id) { id } }', { id: project.id });
    await app.app.get(ContentPurge, { strict: false }).purge();
    expect(await refusal(id)).toBe('NOT_FOUND');
  });
});

describe('a body is read', () => {
  it('by who holds the right to, and each look leaves an audit row that shows nothing of it', async () => {
    const id = idOf(await ask(bodyOf('the canary')));
    const admin = await makeUser(app, { memberships: { [world.organizationId]: 'admin' } });
    expect(
      (await app.gql(BODY, { id }, { ...asUser(admin), 'x-request-id': 'look-at-body' })).body.data.callBody.callId,
    ).toBe(id);
    const { rows } = await app.db.query(
      `SELECT action, status, entity_id, actor_id, e::text AS text FROM audit_entries e WHERE request_id = 'look-at-body'`,
    );
    expect(rows).toMatchObject([{ action: 'call_body.read', status: 'success', entity_id: id, actor_id: admin }]);
    expect(rows[0].text).not.toContain('canary');
  });

  it('by nobody else: a viewer is denied, which is on record, and a stranger finds nothing', async () => {
    const answer = await ask(bodyOf('Private'));
    const id = idOf(answer);
    for (const role of ['viewer', 'member'] as const) {
      const reader = asUser(await makeUser(app, { memberships: { [world.organizationId]: role } }));
      expect(await refusal(id, { ...reader, 'x-request-id': `denied-${role}` })).toBe('FORBIDDEN');
      const { rows } = await app.db.query('SELECT status FROM audit_entries WHERE request_id = $1', [`denied-${role}`]);
      expect(rows).toEqual([{ status: 'denied' }]);
    }
    const viewer = asUser(await makeUser(app, { memberships: { [world.organizationId]: 'viewer' } }));
    const query = 'query ($id: ID!) { job(id: $id) { calls { bodyUntil } } }';
    const seen = await app.gql(query, { id: answer.headers['x-job-id'] }, viewer);
    expect(seen.body.data.job).toEqual({ calls: [{ bodyUntil: null }] });
    const stranger = asUser(await makeUser(app, { memberships: { [theirs.organizationId]: 'owner' } }));
    for (const asked of [id, '018f0000-0000-7000-8000-000000000000', 'no-uuid'])
      expect(await refusal(asked, stranger)).toBe('NOT_FOUND');
  });
});

describe('when bodies cannot be stored', () => {
  it('the call goes well, and what is lost is counted', async () => {
    await app.db.query('ALTER TABLE call_bodies RENAME TO hidden');
    const before = await dropped();
    const answer = await ask(bodyOf('Lost'));
    await app.db.query('ALTER TABLE hidden RENAME TO call_bodies');
    expect([answer.status, before]).toEqual([200, []]);
    expect(await settled(app, idOf(answer))).toMatchObject({ state: 'settled', outcome: 'success' });
    expect(await dropped()).toEqual([[{ kind: 'body', reason: 'failed' }, 1]]);
    expect(await refusal(idOf(answer))).toBe('NOT_FOUND');
    expect((await read(idOf(await ask(bodyOf('Kept'))))).isRequestCut).toBe(false);
  });
});
