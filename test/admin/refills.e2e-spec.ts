import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RefillsTask } from '../../src/modules/ledger/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { auditRows, type Json, look, move } from '../support/movements.js';
import { asUser, letUsersIn, makeUser } from '../support/people.js';
import { creditsOf, ledgerProblems, makeWorld, must, type World } from '../support/world.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOON_MS = DAY_MS / 2;
const selection = 'id mode credits period zone status nextAt lastAt';
const REFUSED_INPUT = /^(INVALID_REQUEST|GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT)$/;

let app: TestApp;
let world: World;
let other: World;

/** Turns the clock to the next noon of UTC, so that no boundary of a day comes by itself. */
function toNoon(): void {
  const now = app.clock.now().getTime();
  app.clock.advance(DAY_MS - ((now - NOON_MS) % DAY_MS));
}

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent' } });
  letUsersIn(app);
  other = await makeWorld(app);
});
beforeEach(async () => {
  world = await makeWorld(app);
  toNoon();
});
afterAll(async () => {
  const problems = await ledgerProblems(app);
  await app.close();
  expect(problems).toEqual([]);
});

const set = (input: object = {}, headers: Record<string, string> = {}): Promise<Json> => {
  const whole = { teamId: world.teamId, mode: 'ADD', credits: '10', period: 'DAY', ...input };
  return move(app, 'setRefill', whole, { selection, headers });
};
const run = (): Promise<number> => app.app.get(RefillsTask, { strict: false }).run();
const remaining = async (): Promise<string> => (await creditsOf(app, world.teamId)).remaining!;
const refill = async (): Promise<Json> =>
  (await look(app, `query ($id: ID!) { team(id: $id) { refill { ${selection} } } }`, { id: world.teamId })).refill;
const remove = async (teamId = world.teamId, headers = {}): Promise<Json> => {
  const { body } = await app.gql(
    'mutation ($id: ID!) { removeRefill(teamId: $id) { id teamId } }',
    { id: teamId },
    headers,
  );
  return body.errors ? body.errors[0].extensions.code : body.data.removeRefill;
};

/** The starts of the periods that were posted, the earliest first, and the amounts. */
async function posted(): Promise<[at: string, amount: string][]> {
  const { rows } = await app.db.query<{ at: Date; amount: string }>(
    `SELECT t.period_at AS at, e.amount FROM ledger_txs t JOIN ledger_entries e ON e.tx_id = t.id AND e.account_id <> 1
     WHERE t.kind = 'credit_refill' AND t.team_id = $1 ORDER BY t.period_at`,
    [world.teamId],
  );
  return rows.map((row) => [row.at.toISOString(), String(BigInt(row.amount) / 1_000_000n)]);
}

/** Midnights of UTC after now, as many as asked for. */
function midnights(count: number): string[] {
  const first = Math.floor(app.clock.now().getTime() / DAY_MS) + 1;
  return Array.from({ length: count }, (_, index) => new Date((first + index) * DAY_MS).toISOString());
}

describe('a refill', () => {
  it('comes at the start of each period, and not before', async () => {
    const [first, second] = midnights(2);
    expect(await set()).toMatchObject({ credits: '10', zone: 'UTC', status: 'ACTIVE', nextAt: first, lastAt: null });
    await run();
    expect(await remaining()).toBe('1000');
    app.clock.advance(DAY_MS);
    await run();
    await run();
    expect(await posted()).toEqual([[first, '10']]);
    expect(await refill()).toMatchObject({ lastAt: first, nextAt: second });
    expect(await creditsOf(app, world.teamId)).toMatchObject({ allocated: '1010', remaining: '1010' });
  });

  it('catches up every period that was missed, each once, however many do so at once', async () => {
    const days = midnights(4);
    await set();
    app.clock.advance(4 * DAY_MS);
    await Promise.all(Array.from({ length: 8 }, run));
    expect(await posted()).toEqual(days.map((day) => [day, '10']));
    expect(await remaining()).toBe('1040');
  });

  it('that fills up does so once after any time, and only when something lacks', async () => {
    const days = midnights(6);
    await set({ mode: 'FILL_UP', credits: '1005' });
    app.clock.advance(3 * DAY_MS);
    await run();
    expect(await posted()).toEqual([[days[2], '5']]);
    app.clock.advance(2 * DAY_MS);
    await run();
    expect(await posted()).toHaveLength(1);
    expect(await refill()).toMatchObject({ lastAt: days[4], nextAt: days[5] });
  });

  it('is whole or not at all when its process dies in the middle, and then done once', async () => {
    const days = midnights(3);
    await set();
    app.clock.advance(3 * DAY_MS);
    await app.db.query(`CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'the process is gone'; END $$`);
    await app.db.query(`CREATE TRIGGER dies BEFORE INSERT ON ledger_txs FOR EACH ROW
      WHEN (NEW.team_id = '${world.teamId}' AND NEW.period_at = '${days[1]}') EXECUTE FUNCTION dies()`);
    await run();
    expect(await posted()).toEqual([]);
    expect(await refill()).toMatchObject({ lastAt: null });
    await app.db.query('DROP TRIGGER dies ON ledger_txs; DROP FUNCTION dies');
    await run();
    expect(await posted()).toEqual(days.map((day) => [day, '10']));
  });

  it('cannot be posted twice for one period, whoever tries', async () => {
    await set();
    app.clock.advance(DAY_MS);
    await run();
    const again = app.db.query(
      `INSERT INTO ledger_txs (id, kind, refill_id, period_at, actor_kind, actor_name)
       SELECT gen_random_uuid(), kind, refill_id, period_at, 'system', 'twice' FROM ledger_txs WHERE team_id = $1
         AND kind = 'credit_refill'`,
      [world.teamId],
    );
    await expect(again).rejects.toMatchObject({ code: '23505' });
  });

  it('keeps to the calendar of its zone', async () => {
    await set({ period: 'MONTH', zone: 'Asia/Kathmandu' });
    expect((await refill()).nextAt).toMatch(/-\d\dT18:15:00\.000Z$/);
    await set({ period: 'WEEK', zone: 'UTC' });
    expect(new Date((await refill()).nextAt).getUTCDay()).toBe(1);
  });

  it('that is paused gives nothing, then or later', async () => {
    await set();
    await set({ status: 'PAUSED' });
    app.clock.advance(2 * DAY_MS);
    await run();
    const [next] = midnights(1);
    expect(await set({ status: 'ACTIVE' })).toMatchObject({ nextAt: next });
    await run();
    expect(await posted()).toEqual([]);
  });

  it('posts by the terms before what was due when they change', async () => {
    const [first] = midnights(1);
    await set();
    app.clock.advance(DAY_MS);
    const [next] = midnights(1);
    expect(await set({ credits: '99' })).toMatchObject({ lastAt: first, nextAt: next });
    expect(await posted()).toEqual([[first, '10']]);
  });

  it('ends with its team', async () => {
    await set();
    await must(app, 'mutation ($id: ID!) { deleteTeam(id: $id) { id } }', { id: world.teamId });
    app.clock.advance(DAY_MS);
    await run();
    expect(await posted()).toEqual([]);
  });
});

describe('setRefill and removeRefill', () => {
  it('leave audit rows that tell what was before and after', async () => {
    const made = await set();
    await set({ credits: '20', mode: 'FILL_UP' });
    expect(await remove()).toEqual({ id: made.id, teamId: world.teamId });
    expect(await refill()).toBeNull();
    const [first, second, third] = await auditRows(app, 'credit.set_refill', world.organizationId);
    expect(first.changes).toMatchObject([{ entity: 'Refill', before: null, after: { credits: '10000000' } }]);
    expect(second.changes).toMatchObject([
      { before: { mode: 'add' }, after: { mode: 'fill_up', credits: '20000000' } },
    ]);
    expect(third.changes).toMatchObject([{ before: { mode: 'fill_up' }, after: null }]);
  });

  it('are refused to all but the administrators of the platform', async () => {
    await set();
    const users = [await makeUser(app, { role: 'auditor' })];
    for (const role of ['owner', 'admin', 'viewer', 'member'] as const)
      users.push(await makeUser(app, { memberships: { [world.organizationId]: role } }));
    for (const user of users) {
      expect(await set({ credits: '1' }, asUser(user))).toBe('FORBIDDEN');
      expect(await remove(world.teamId, asUser(user))).toBe('FORBIDDEN');
    }
    expect(await refill()).toMatchObject({ credits: '10' });
  });

  it.each([
    ['nothing', { credits: '0' }],
    ['less than nothing', { credits: '-1' }],
    ['more than any movement', { credits: '99999999999' }],
    ['no credits', { credits: null }],
    ['a number', { credits: 1 }],
    ['an unknown mode', { mode: 'DOUBLE' }],
    ['an unknown period', { period: 'YEAR' }],
    ['an unknown zone', { zone: 'Mars/Olympus' }],
    ['an empty zone', { zone: '' }],
    ['a zone with a NUL', { zone: 'UTC\0' }],
    ['an endless zone', { zone: 'U'.repeat(65) }],
    ['an unknown status', { status: 'GONE' }],
  ])('refuse %s', async (_name, input) => {
    expect(await set(input)).toMatch(REFUSED_INPUT);
    expect(await refill()).toBeNull();
  });

  it('know no team that does not exist, nor a refill that was never made', async () => {
    expect(await set({ teamId: 'nobody' })).toBe('NOT_FOUND');
    expect(await remove('nobody')).toBe('NOT_FOUND');
    expect(await remove()).toBe('NOT_FOUND');
  });

  it('make one when two are made at once', async () => {
    const both = await Promise.all([set(), set({ credits: '20' })]);
    expect(both.filter((each) => typeof each === 'object' || each === 'CONFLICT')).toHaveLength(2);
    const { rows } = await app.db.query('SELECT id FROM refills WHERE team_id = $1', [world.teamId]);
    expect(rows).toHaveLength(1);
  });

  it('are seen by who may see credits', async () => {
    await set();
    const query = 'query ($id: ID!) { team(id: $id) { refill { credits } } }';
    const ask = async (role: 'viewer' | 'member'): Promise<Json> => {
      const headers = asUser(await makeUser(app, { memberships: { [world.organizationId]: role } }));
      return (await app.gql(query, { id: world.teamId }, headers)).body.data.team.refill;
    };
    expect(await ask('viewer')).toEqual({ credits: '10' });
    expect(await ask('member')).toBeNull();
  });
});

describe('POST /api/credits/teams/:id/configure-auto-refill', () => {
  const configure = (body: object, team = world.teamId): ReturnType<TestApp['rest']> =>
    app.rest('POST', `/api/credits/teams/${team}/configure-auto-refill`, { body });

  it('enables and disables, in the original’s words', async () => {
    const answer = await configure({ enabled: true, refill_amount: 100, refill_period: 'monthly' });
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        team_id: world.teamId,
        auto_refill_enabled: true,
        refill_amount: 100,
        refill_period: 'monthly',
        last_refill_at: null,
        message: 'Auto-refill enabled successfully',
      },
    ]);
    expect(await refill()).toMatchObject({ mode: 'ADD', credits: '100', period: 'MONTH', status: 'ACTIVE' });
    const off = await configure({ enabled: false });
    expect(off.body).toMatchObject({ auto_refill_enabled: false, refill_amount: 100, refill_period: 'monthly' });
    expect(off.body.message).toBe('Auto-refill disabled successfully');
    const on = await configure({ enabled: true, refill_period: 'daily' });
    expect(on.body).toMatchObject({ auto_refill_enabled: true, refill_amount: 100, refill_period: 'daily' });
  });

  it('disables what was never enabled', async () => {
    const { status, body } = await configure({ enabled: false });
    expect([status, body.auto_refill_enabled, body.refill_amount]).toEqual([200, false, null]);
  });

  it.each([
    ['no amount', { enabled: true, refill_period: 'daily' }, 'refill_amount'],
    ['no period', { enabled: true, refill_amount: 5 }, 'refill_period'],
    ['a strange period', { enabled: true, refill_amount: 5, refill_period: 'yearly' }, 'refill_period'],
    ['nothing', { enabled: true, refill_amount: 0, refill_period: 'daily' }, 'refill_amount'],
    ['less than nothing', { enabled: true, refill_amount: -1, refill_period: 'daily' }, 'refill_amount'],
    ['too much', { enabled: true, refill_amount: 1e12, refill_period: 'daily' }, 'refill_amount'],
    ['no word on being enabled', { refill_amount: 5, refill_period: 'daily' }, 'enabled'],
  ])('refuses %s', async (_name, body, field) => {
    const answer = await configure(body);
    expect([answer.status, answer.body.field]).toEqual([422, field]);
  });

  it('knows no team that does not exist, and no virtual key may call it', async () => {
    const body = { enabled: true, refill_amount: 5, refill_period: 'daily' };
    expect((await configure(body, 'nobody')).status).toBe(404);
    const path = `/api/credits/teams/${other.teamId}/configure-auto-refill`;
    expect((await app.asKey(other.key, 'POST', path, body)).status).toBe(403);
  });
});
