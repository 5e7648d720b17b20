import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeLimit } from '../support/limits.js';
import { ledgerProblems, makeWorld, must, type World } from '../support/world.js';

let app: TestApp;
let world: World;
let limits: string[] = [];

interface WindowRow {
  readonly starts: string;
  readonly ends: string;
  readonly requests: string;
}

beforeAll(async () => {
  app = await startTestApp();
  // Before all that happens here, so that the prices of the world hold then.
  app.clock.standAt(new Date('2026-01-01T00:00:00.000Z'));
  world = await makeWorld(app);
});

afterEach(async () => {
  for (const id of limits) await must(app, 'mutation ($id: ID!) { deleteLimit(id: $id) { id } }', { id });
  limits = [];
});

afterAll(async () => {
  expect(await ledgerProblems(app)).toEqual([]);
  await app.close();
});

async function limit(period: string, zone: string, amount = '100'): Promise<string> {
  const id = await makeLimit(app, world, { unit: 'REQUEST', period, zone, amount });
  limits.push(id);
  return id;
}

/** A call that is admitted at this very instant. */
async function callAt(instant: string): Promise<number> {
  app.clock.standAt(new Date(instant));
  const body = { job_type: 'windows', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 5 };
  return (await app.asKey(world.key, 'POST', '/api/jobs/create-and-call', body)).status;
}

/** All windows of a limit, the first first, with what was counted in each. */
async function windowsOf(id: string): Promise<WindowRow[]> {
  const { rows } = await app.db.query<{ starts_at: Date; ends_at: Date; posted: string }>(
    'SELECT starts_at, ends_at, posted FROM limit_windows WHERE limit_id = $1 ORDER BY starts_at',
    [id],
  );
  return rows.map(({ starts_at: starts, ends_at: ends, posted }) => ({
    starts: starts.toISOString(),
    ends: ends.toISOString(),
    requests: posted,
  }));
}

describe('a window of a limit', () => {
  it('ends with the last millisecond before midnight in its zone, and the next is a row of its own', async () => {
    const id = await limit('DAY', 'Europe/Berlin', '1');
    expect(await callAt('2026-05-10T21:59:59.999Z')).toBe(200);
    expect(await callAt('2026-05-10T21:59:59.999Z')).toBe(402);
    expect(await callAt('2026-05-10T22:00:00.000Z')).toBe(200);
    expect(await callAt('2026-05-10T22:00:00.000Z')).toBe(402);
    expect(await windowsOf(id)).toEqual([
      { starts: '2026-05-09T22:00:00.000Z', ends: '2026-05-10T22:00:00.000Z', requests: '1' },
      { starts: '2026-05-10T22:00:00.000Z', ends: '2026-05-11T22:00:00.000Z', requests: '1' },
    ]);
  });

  it('is told when it is full, with when the next begins', async () => {
    const id = await limit('DAY', 'America/New_York', '0');
    app.clock.standAt(new Date('2026-07-01T12:00:00.000Z'));
    const body = { job_type: 'windows', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 5 };
    const refused = await app.asKey(world.key, 'POST', '/api/jobs/create-and-call', body);
    expect([refused.status, refused.body]).toEqual([
      402,
      expect.objectContaining({ limit_id: id, period: 'day', resets_at: '2026-07-02T04:00:00.000Z' }),
    ]);
  });

  it('lasts 23 hours on the day that clocks go forward, and 25 on the day that they go back', async () => {
    const id = await limit('DAY', 'Europe/Berlin');
    for (const instant of [
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T21:59:59.999Z',
      '2026-03-29T22:00:00.000Z',
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T22:59:59.999Z',
      '2026-10-25T23:00:00.000Z',
    ])
      expect(await callAt(instant)).toBe(200);
    expect(await windowsOf(id)).toEqual([
      { starts: '2026-03-28T23:00:00.000Z', ends: '2026-03-29T22:00:00.000Z', requests: '2' },
      { starts: '2026-03-29T22:00:00.000Z', ends: '2026-03-30T22:00:00.000Z', requests: '1' },
      { starts: '2026-10-24T22:00:00.000Z', ends: '2026-10-25T23:00:00.000Z', requests: '2' },
      { starts: '2026-10-25T23:00:00.000Z', ends: '2026-10-26T23:00:00.000Z', requests: '1' },
    ]);
  });

  it('knows the leap day: it is a day of February', async () => {
    const [day, month] = [await limit('DAY', 'UTC'), await limit('MONTH', 'UTC')];
    for (const instant of ['2028-02-28T23:59:59.999Z', '2028-02-29T00:00:00.000Z', '2028-02-29T23:59:59.999Z'])
      expect(await callAt(instant)).toBe(200);
    expect(await callAt('2028-03-01T00:00:00.000Z')).toBe(200);
    expect((await windowsOf(day)).map(({ starts, requests }) => [starts, requests])).toEqual([
      ['2028-02-28T00:00:00.000Z', '1'],
      ['2028-02-29T00:00:00.000Z', '2'],
      ['2028-03-01T00:00:00.000Z', '1'],
    ]);
    expect(await windowsOf(month)).toEqual([
      { starts: '2028-02-01T00:00:00.000Z', ends: '2028-03-01T00:00:00.000Z', requests: '3' },
      { starts: '2028-03-01T00:00:00.000Z', ends: '2028-04-01T00:00:00.000Z', requests: '1' },
    ]);
  });

  it('begins on Monday for a week, and may span two years', async () => {
    const id = await limit('WEEK', 'Asia/Kolkata');
    expect(await callAt('2027-01-03T18:29:59.999Z')).toBe(200);
    expect(await callAt('2027-01-03T18:30:00.000Z')).toBe(200);
    expect(await windowsOf(id)).toEqual([
      { starts: '2026-12-27T18:30:00.000Z', ends: '2027-01-03T18:30:00.000Z', requests: '1' },
      { starts: '2027-01-03T18:30:00.000Z', ends: '2027-01-10T18:30:00.000Z', requests: '1' },
    ]);
  });

  it('runs to its end when the zone of its limit changes; the next begins there and none overlaps', async () => {
    const id = await limit('DAY', 'Europe/Berlin');
    expect(await callAt('2026-05-10T12:00:00.000Z')).toBe(200);
    const query = 'mutation ($id: ID!, $input: UpdateLimitInput!) { updateLimit(id: $id, input: $input) { id } }';
    await must(app, query, { id, input: { zone: 'Asia/Tokyo' } });
    for (const instant of ['2026-05-10T21:59:59.999Z', '2026-05-10T22:00:00.000Z', '2026-05-11T15:00:00.000Z'])
      expect(await callAt(instant)).toBe(200);
    expect(await windowsOf(id)).toEqual([
      { starts: '2026-05-09T22:00:00.000Z', ends: '2026-05-10T22:00:00.000Z', requests: '2' },
      { starts: '2026-05-10T22:00:00.000Z', ends: '2026-05-11T15:00:00.000Z', requests: '1' },
      { starts: '2026-05-11T15:00:00.000Z', ends: '2026-05-12T15:00:00.000Z', requests: '1' },
    ]);
  });

  it('keeps a call that ends after it, and is never emptied', async () => {
    const id = await limit('DAY', 'UTC');
    app.clock.standAt(new Date('2026-06-01T23:59:59.999Z'));
    const { body } = await app.asKey(world.key, 'POST', '/api/jobs/create', { job_type: 'windows' });
    const call = { messages: [{ role: 'user', content: '[simulate delay_ms=400] Hello' }], max_tokens: 5 };
    const running = app.asKey(world.key, 'POST', `/api/jobs/${body.job_id}/llm-call`, call);
    await held(id);
    app.clock.standAt(new Date('2026-06-02T00:00:00.000Z'));
    expect((await running).status).toBe(200);
    await app.asKey(world.key, 'POST', `/api/jobs/${body.job_id}/complete`, { status: 'completed' });
    const [first, ...later] = await windowsOf(id);
    expect(first).toEqual({ starts: '2026-06-01T00:00:00.000Z', ends: '2026-06-02T00:00:00.000Z', requests: '1' });
    // Whoever reads what is left makes the window that has begun, without drawing on it.
    expect(later.filter(({ requests }) => requests !== '0')).toEqual([]);
    expect(await callAt('2026-06-02T00:00:00.000Z')).toBe(200);
    expect((await windowsOf(id)).map((window) => window.requests)).toEqual(['1', '1']);
  });
});

const MAX_LOOKS = 1_000;

/** Resolves once a call is held on the limit. */
async function held(id: string): Promise<void> {
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const { rows } = await app.db.query('SELECT FROM limit_windows WHERE limit_id = $1 AND held > 0', [id]);
    if (rows.length > 0) return;
  }
  throw new Error('the call is never held');
}
