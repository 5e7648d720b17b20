import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AttentionService } from '../../src/modules/usage/dashboard/attention.service.js';
import { DashboardService } from '../../src/modules/usage/dashboard/dashboard.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ctxOf } from '../support/ctx.js';
import { seed } from '../support/seed.js';
import { must } from '../support/world.js';

interface Tile {
  readonly count: number;
  readonly previousCount: number;
}

interface Dashboard {
  readonly organizations: number;
  readonly teams: number;
  readonly activeKeys: number;
  readonly creditsInCirculation: string;
  readonly spendToday: { from: string; current: string; previous: string };
  readonly spendThisMonth: { from: string; current: string; previous: string };
  readonly jobs: Tile & { successRate: number; previousSuccessRate: number };
  readonly calls: Tile & { errorRate: number; previousErrorRate: number };
  readonly attention: {
    kind: string;
    severity: string;
    title: string;
    message: string;
    linkType: string;
    linkId: string;
  }[];
}

const DASHBOARD = `query ($timeZone: String) { dashboard(timeZone: $timeZone) {
  organizations teams activeKeys creditsInCirculation
  spendToday { from current previous } spendThisMonth { from current previous }
  jobs { count previousCount successRate previousSuccessRate }
  calls { count previousCount errorRate previousErrorRate }
  attention { kind severity title message linkType linkId } } }`;

const DAY_MS = 24 * 60 * 60 * 1000;
let app: TestApp;

const dashboard = async (timeZone?: string): Promise<Dashboard> =>
  (await must<{ dashboard: Dashboard }>(app, DASHBOARD, { timeZone })).dashboard;

async function value(sql: string, values: unknown[] = []): Promise<number> {
  const { rows } = await app.db.query<{ value: string | null }>(`SELECT (${sql})::text AS value`, values);
  return Number(rows[0]!.value ?? 0);
}

/** Charged between two instants, in dollars as GraphQL shows them. */
const charged = async (from: Date, to: Date): Promise<number> =>
  (await value('SELECT sum(charged_cost) FROM calls WHERE created_at >= $1 AND created_at < $2', [from, to])) / 1e9;

beforeAll(async () => {
  app = await startTestApp();
  const size = { organizations: 6, teams: 15, keys: 30, jobs: 1_500, callsPerJob: 2, days: 70 };
  await seed(app.db, size, app.clock.now());
  await app.db.query("UPDATE jobs SET status = 'completed' WHERE status = 'in_progress'");
});
afterAll(() => app.close());

describe('the tiles', () => {
  it('count what there is', async () => {
    const tiles = await dashboard();
    const now = app.clock.now();
    expect(tiles).toMatchObject({
      organizations: await value("SELECT count(*) FROM organizations WHERE status = 'active'"),
      teams: await value("SELECT count(*) FROM teams WHERE status <> 'deleted'"),
      activeKeys: await value(
        "SELECT count(*) FROM keys WHERE status = 'active' AND (expires_at IS NULL OR expires_at > $1)",
        [now],
      ),
    });
    const balance = await value("SELECT sum(balance) FROM accounts WHERE kind = 'team_credits'");
    expect(Number(tiles.creditsInCirculation)).toBe(balance / 1e6);
  });

  it('compare the last 24 hours with those before', async () => {
    const { jobs, calls } = await dashboard();
    const now = app.clock.nowMs();
    const [day, twoDays] = [new Date(now - DAY_MS), new Date(now - 2 * DAY_MS)];
    const count = (what: string): Promise<number> => value(`SELECT count(*) FROM ${what}`, [day]);
    const before = (what: string): Promise<number> => value(`SELECT count(*) FROM ${what}`, [twoDays, day]);
    expect([jobs.count, calls.count]).toEqual([
      await count('jobs WHERE created_at >= $1'),
      await count('calls WHERE created_at >= $1'),
    ]);
    const between = 'created_at >= $1 AND created_at < $2';
    expect([jobs.previousCount, calls.previousCount]).toEqual([
      await before(`jobs WHERE ${between}`),
      await before(`calls WHERE ${between}`),
    ]);
    const errors = await count("calls WHERE outcome = 'error' AND created_at >= $1");
    expect(calls.errorRate).toBeCloseTo(errors / calls.count, 9);
    const completed = await count("jobs WHERE status = 'completed' AND created_at >= $1");
    expect(jobs.successRate).toBeCloseTo(completed / jobs.count, 9);
  });

  it.each(['UTC', 'Asia/Tokyo', 'America/Los_Angeles'])(
    'show what was spent today and this month in %s, and up to the same moment before',
    async (timeZone) => {
      const { spendToday, spendThisMonth } = await dashboard(timeZone);
      const now = app.clock.now();
      const [today, month] = [new Date(spendToday.from), new Date(spendThisMonth.from)];
      const parts = (at: Date): string =>
        at.toLocaleString('en-GB', { timeZone, day: 'numeric', hour: 'numeric', minute: 'numeric' });
      expect(parts(today)).toMatch(/^\d+, 00:00$/);
      expect(parts(month)).toBe('1, 00:00');
      expect(now.getTime() - today.getTime()).toBeLessThan(25 * 60 * 60 * 1000);
      expect(Number(spendToday.current)).toBeCloseTo(await charged(today, now), 6);
      expect(Number(spendThisMonth.current)).toBeCloseTo(await charged(month, now), 6);
      const yesterday = new Date(today.getTime() - DAY_MS);
      const then = new Date(yesterday.getTime() + now.getTime() - today.getTime());
      expect(Number(spendToday.previous)).toBeCloseTo(await charged(yesterday, then), 1);
      expect(Number(spendThisMonth.previous)).toBeGreaterThan(0);
    },
  );

  it('refuse an unknown time zone', async () => {
    const { body } = await app.gql(DASHBOARD, { timeZone: 'Nowhere' });
    expect(body.errors[0].extensions).toMatchObject({ code: 'INVALID_REQUEST', field: 'timeZone' });
  });

  it('are of the own organization for somebody of one', async () => {
    const own = await app.app.get(DashboardService).tiles(ctxOf(app, 'seed-org-2'), 'UTC');
    expect(own).toMatchObject({
      organizations: 1,
      teams: await value("SELECT count(*) FROM teams WHERE organization_id = 'seed-org-2'"),
    });
    const calls = await value("SELECT count(*) FROM calls WHERE organization_id = 'seed-org-2' AND created_at >= $1", [
      new Date(app.clock.nowMs() - DAY_MS),
    ]);
    expect(own.calls.count).toBe(calls);
    const blind = await app.app.get(DashboardService).tiles(ctxOf(app, 'seed-org-2', ['credit.read']), 'UTC');
    expect(blind.creditsInCirculation).toBeNull();
  });
});

describe('what needs attention', () => {
  beforeAll(async () => {
    const now = app.clock.now();
    await app.db.query(`
      UPDATE organizations SET status = 'active';
      UPDATE teams SET status = 'active', status_reason = NULL, pause_until = NULL;
      UPDATE accounts SET balance = allocated, spent = 0 WHERE kind = 'team_credits';
      UPDATE keys SET expires_at = NULL;
      UPDATE calls SET attempts = '[]';
      UPDATE accounts SET balance = 0, spent = allocated WHERE scope_id = 'seed-team-1';
      UPDATE accounts SET balance = allocated / 10, spent = allocated - allocated / 10 WHERE scope_id = 'seed-team-2';
      UPDATE accounts SET balance = 0, spent = allocated, credit_mode = 'unlimited' WHERE scope_id = 'seed-team-3';
      UPDATE teams SET status = 'suspended', status_reason = 'Unpaid' WHERE id = 'seed-team-4';
      UPDATE teams SET status = 'paused', status_reason = 'Holiday' WHERE id = 'seed-team-6';
      UPDATE teams SET name = id`);
    await app.db.query("UPDATE teams SET status = 'paused', pause_until = $1 WHERE id = 'seed-team-7'", [
      new Date(now.getTime() - 1),
    ]);
    await app.db.query("UPDATE keys SET expires_at = $1, status = 'active' WHERE id IN ('key_seed1', 'key_seed2')", [
      new Date(now.getTime() + 6.5 * DAY_MS),
    ]);
    await app.db.query("UPDATE keys SET expires_at = $1 WHERE id = 'key_seed2'", [
      new Date(now.getTime() + 7.1 * DAY_MS),
    ]);
    const job = '(SELECT id FROM jobs ORDER BY created_at DESC LIMIT 1)';
    await app.db.query(`UPDATE jobs SET status = 'in_progress', created_at = $1 WHERE id = ${job}`, [
      new Date(now.getTime() - 3 * 60 * 60 * 1000),
    ]);
    const attempts = (faults: number, all: number): string =>
      JSON.stringify(
        Array.from({ length: all }, (_, index) => ({
          id: String(index),
          provider_id: faults > 0 ? 'prv_seed1' : 'prv_seed2',
          ms: 100 + index,
          ...(index < faults && { error: 'unavailable', status: 503, message: 'Away' }),
          ...(faults === 0 && index < 5 && { error: 'refused', status: 400, message: 'Wrong' }),
        })),
      );
    const { rows } = await app.db.query<{ id: string }>('SELECT id FROM calls ORDER BY created_at LIMIT 2');
    for (const [index, text] of [attempts(2, 10), attempts(0, 10)].entries())
      await app.db.query('UPDATE calls SET attempts = $1, created_at = $2, ended_at = $2 WHERE id = $3', [
        text,
        new Date(now.getTime() - 60_000),
        rows[index]!.id,
      ]);
  });

  it('is named, the most urgent first, with what it is about', async () => {
    const { attention } = await dashboard();
    expect(attention.map(({ kind, severity, linkType, linkId }) => [kind, severity, linkType, linkId])).toEqual([
      ['NO_CREDITS', 'CRITICAL', 'TEAM', 'seed-team-1'],
      ['PROVIDER_FAILING', 'CRITICAL', 'PROVIDER', 'prv_seed1'],
      ['LOW_CREDITS', 'WARNING', 'TEAM', 'seed-team-2'],
      ['TEAM_SUSPENDED', 'WARNING', 'TEAM', 'seed-team-4'],
      ['KEY_EXPIRING', 'WARNING', 'KEY', 'key_seed1'],
      ['TEAM_PAUSED', 'INFO', 'TEAM', 'seed-team-6'],
      ['JOB_OPEN_LONG', 'INFO', 'JOB', expect.any(String)],
    ]);
    const words = Object.fromEntries(attention.map(({ kind, title, message }) => [kind, `${title}. ${message}`]));
    expect(words).toMatchObject({
      NO_CREDITS: 'seed-team-1 has no credits. Its calls are refused until it gets some.',
      PROVIDER_FAILING: 'Seed One is failing. 2 of its last 10 requests failed within an hour.',
      LOW_CREDITS: expect.stringMatching(/^seed-team-2 is low on credits\. [\d.]+ of [\d.]+ credits are left\.$/),
      TEAM_SUSPENDED: 'seed-team-4 is suspended. Its calls are refused: Unpaid.',
      KEY_EXPIRING: expect.stringMatching(/ends in 0037 works for 7 days more\.$/),
      TEAM_PAUSED: 'seed-team-6 is paused. Its calls are refused: Holiday.',
      JOB_OPEN_LONG: expect.stringMatching(/opened it 3 hours ago/),
    });
  });

  it('is told to those only who may read what it is about', async () => {
    const attentions = app.app.get(AttentionService);
    const kinds = async (organizationId: string, ...without: never[]): Promise<string[]> =>
      (await attentions.list(ctxOf(app, organizationId, without))).map(({ kind }) => kind);
    const { rows } = await app.db.query<{ id: string }>(
      "SELECT organization_id AS id FROM teams WHERE id = 'seed-team-2'",
    );
    expect(await kinds(rows[0]!.id)).toContain('low_credits');
    expect(await kinds('seed-org-2')).not.toContain('low_credits');
    expect(await kinds('*', ...(['credit.read', 'key.read', 'team.read', 'job.read'] as never[]))).toEqual([
      'provider_failing',
    ]);
    const all = ['credit.read', 'key.read', 'team.read', 'job.read', 'provider.read'] as never[];
    expect(await kinds('*', ...all)).toEqual([]);
  });

  it('agrees with the health of the providers', async () => {
    const query =
      '{ providers(orderBy: NAME_ASC) { items { id health { calls errors errorRate p50LatencyMs lastError state } } } }';
    const { providers } = await must<{ providers: { items: { id: string; health: object }[] } }>(app, query);
    expect(providers.items.map(({ id, health }) => [id, health])).toEqual([
      ['prv_seed1', { calls: 10, errors: 2, errorRate: 0.2, p50LatencyMs: 105, lastError: 'Away', state: 'FAILING' }],
      ['prv_seed3', { calls: 0, errors: 0, errorRate: 0, p50LatencyMs: null, lastError: null, state: 'UNUSED' }],
      ['prv_seed2', { calls: 10, errors: 0, errorRate: 0, p50LatencyMs: 104, lastError: null, state: 'HEALTHY' }],
    ]);
  });
});
