import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProviderHealths } from '../../src/modules/usage/health/provider-health.service.js';
import { UsageBreakdowns } from '../../src/modules/usage/reports/usage-breakdowns.service.js';
import { UsageWindow } from '../../src/modules/usage/reports/usage-window.js';
import { UsageDimension } from '../../src/modules/usage/reports/usage.inputs.js';
import { UsageReports } from '../../src/modules/usage/reports/usage.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ctxOf } from '../support/ctx.js';
import { makeUser } from '../support/people.js';
import { seed } from '../support/seed.js';
import { makeWorld, must } from '../support/world.js';

interface Figures {
  readonly calls: number;
  readonly errors: number;
  readonly tokensIn: string;
  readonly tokensOut: string;
  readonly chargedCost: string;
  readonly providerCost: string | null;
  readonly margin: string | null;
}

interface Report {
  readonly from: string;
  readonly to: string;
  readonly bucketSeconds: number;
  readonly points: (Figures & { at: string })[];
  readonly totals: Figures;
  readonly previous: Figures;
}

interface Part extends Figures {
  readonly id: string | null;
  readonly name: string | null;
  readonly share: number;
}

const FIGURES = 'calls errors tokensIn tokensOut chargedCost providerCost margin';
const USAGE = `query ($window: UsageWindow!, $filter: UsageFilter, $timeZone: String) {
  usage(window: $window, filter: $filter, timeZone: $timeZone) {
    from to bucketSeconds points { at ${FIGURES} } totals { ${FIGURES} } previous { ${FIGURES} } } }`;
const BREAKDOWN = `query ($by: UsageDimension!, $first: Int, $filter: UsageFilter) {
  usageBreakdown(window: LAST_30D, by: $by, first: $first, filter: $filter) {
    from to rows { id name share ${FIGURES} } other { id name share ${FIGURES} } } }`;

let app: TestApp;

async function makeProject(name: string): Promise<string> {
  const query = 'mutation ($input: CreateProjectInput!) { createProject(input: $input) { id } }';
  const input = { organizationId: 'seed-org-2', code: name, name };
  return (await must<{ createProject: { id: string } }>(app, query, { input })).createProject.id;
}

async function usage(window: string, variables: object = {}): Promise<Report> {
  return (await must<{ usage: Report }>(app, USAGE, { window, ...variables })).usage;
}

/** Dollars as whole nano-dollars. */
const nanos = (text: string | null): bigint => {
  const [whole = '0', fraction = ''] = (text ?? '0').split('.');
  return BigInt(whole + fraction.padEnd(9, '0'));
};

const AMOUNTS = ['chargedCost', 'providerCost', 'margin'] as const;
const COUNTS = ['calls', 'errors', 'tokensIn', 'tokensOut'] as const;

/** Figures as exact numbers, added up. */
function exact(parts: readonly Figures[]): Record<string, bigint> {
  const sum = (pick: (part: Figures) => bigint): bigint => parts.reduce((total, part) => total + pick(part), 0n);
  return Object.fromEntries([
    ...COUNTS.map((name) => [name, sum((part) => BigInt(part[name]))]),
    ...AMOUNTS.map((name) => [name, sum((part) => nanos(part[name]))]),
  ]) as Record<string, bigint>;
}

/** The same figures, counted by the owner of the tables without any window, filter or policy of the product. */
async function counted(from: string, to: string, where = 'true'): Promise<Record<string, bigint>> {
  const { rows } = await app.db.query<Record<string, string>>(
    `SELECT count(*) AS calls, count(*) FILTER (WHERE outcome = 'error') AS errors,
       coalesce(sum(tokens_in), 0) AS "tokensIn", coalesce(sum(tokens_out), 0) AS "tokensOut",
       coalesce(sum(charged_cost), 0) AS "chargedCost", coalesce(sum(provider_cost), 0) AS "providerCost",
       coalesce(sum(charged_cost - provider_cost), 0) AS margin
     FROM calls WHERE created_at >= $1 AND created_at < $2 AND ${where}`,
    [from, to],
  );
  return Object.fromEntries(Object.entries(rows[0]!).map(([name, value]) => [name, BigInt(value)]));
}

beforeAll(async () => {
  app = await startTestApp();
  const size = { organizations: 4, teams: 9, keys: 20, jobs: 3_000, callsPerJob: 2, days: 150 };
  await seed(app.db, size, app.clock.now());
  await app.db.query(`UPDATE jobs SET created_at = created_at - interval '1 second'`);
});
afterAll(() => app.close());

describe('usage over a window', () => {
  it.each(['LAST_1H', 'LAST_4H', 'LAST_12H', 'LAST_1D', 'LAST_7D', 'LAST_30D', 'LAST_90D', 'LAST_365D'])(
    '%s: points, totals and the window before are what the calls add up to',
    async (window) => {
      const { from, to, points, totals, previous, bucketSeconds } = await usage(window);
      const lengthMs = Date.parse(to) - Date.parse(from);
      expect(points).toHaveLength(lengthMs / 1000 / bucketSeconds);
      expect(points[0]!.at).toBe(from);
      expect(exact(points)).toEqual(exact([totals]));
      expect(exact([totals])).toEqual(await counted(from, to));
      expect(totals.calls).toBeGreaterThan(0);
      const before = new Date(Date.parse(from) - lengthMs).toISOString();
      expect(exact([previous])).toEqual(await counted(before, from));
    },
  );

  it('puts every call into its bucket', async () => {
    const { points, to } = await usage('LAST_30D');
    for (const [index, point] of points.entries())
      expect([point.at, exact([point])]).toEqual([point.at, await counted(point.at, points[index + 1]?.at ?? to)]);
  });

  it('has buckets of calendar days in the zone of the viewer', async () => {
    const { points, totals, from, to } = await usage('LAST_90D', { timeZone: 'America/New_York' });
    expect(points).toHaveLength(90);
    const hour = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', hour: 'numeric', hour12: false });
    expect(new Set(points.map((point) => Number(hour.format(new Date(point.at))) % 24))).toEqual(new Set([0]));
    expect(exact(points)).toEqual(exact([totals]));
    expect(exact([totals])).toEqual(await counted(from, to));
  });

  it.each([
    [{ organizationId: 'seed-org-2' }, "organization_id = 'seed-org-2'"],
    [{ teamId: 'seed-team-3' }, "team_id = 'seed-team-3'"],
    [{ alias: 'seed-alias-1' }, "alias = 'seed-alias-1'"],
    [{ keyId: 'key_seed5' }, "key_id = 'key_seed5'"],
    [{ teamId: 'seed-team-3', alias: 'seed-alias-1' }, "team_id = 'seed-team-3' AND alias = 'seed-alias-1'"],
    [{ organizationId: 'unknown' }, 'false'],
    [{ teamId: "' OR true --" }, 'false'],
  ])('counts only what matches %j', async (filter, where) => {
    const { from, to, totals, points } = await usage('LAST_90D', { filter });
    expect(exact([totals])).toEqual(await counted(from, to, where));
    expect(points).toHaveLength(90);
  });

  it('counts a real call to the nano-dollar, and in the running minute', async () => {
    const world = await makeWorld(app);
    const body = { job_type: 'usage', messages: [{ role: 'user', content: 'How much?' }] };
    expect((await app.asKey(world.key, 'POST', '/api/jobs/create-and-call', body)).status).toBe(200);
    const { points, totals, from, to } = await usage('LAST_1H', { filter: { organizationId: world.organizationId } });
    expect(totals.calls).toBe(1);
    expect(nanos(totals.chargedCost)).toBeGreaterThan(0n);
    expect(exact([totals])).toEqual(await counted(from, to, `organization_id = '${world.organizationId}'`));
    const { organization } = await must<{ organization: { totalSpent: string } }>(
      app,
      'query ($id: ID!) { organization(id: $id) { totalSpent } }',
      { id: world.organizationId },
    );
    expect(organization.totalSpent).toBe(totals.chargedCost);
    expect(points.findLastIndex((point) => point.calls > 0)).toBeGreaterThanOrEqual(58);
  });

  it.each([
    [{ window: 'LAST_1H', timeZone: 'Mars/Olympus' }, 'timeZone'],
    [{ window: 'LAST_1H', timeZone: 'x'.repeat(65) }, 'timeZone'],
    [{ window: 'LAST_1H', filter: { teamId: 'x'.repeat(101) } }, 'filter.teamId'],
  ])('refuses %j, naming %s', async (variables, field) => {
    const { body } = await app.gql(USAGE, variables);
    expect(body.errors[0].extensions).toMatchObject({ code: 'INVALID_REQUEST', field });
  });
});

describe('usage divided', () => {
  const divided = async (variables: object): Promise<{ from: string; to: string; rows: Part[]; other: Part | null }> =>
    (await must<{ usageBreakdown: never }>(app, BREAKDOWN, variables)).usageBreakdown;

  it.each(['ORGANIZATION', 'TEAM', 'ALIAS', 'MODEL', 'PROVIDER', 'JOB_TYPE', 'KEY'])(
    'by %s: rows and "other" add up to the whole, the dearest first',
    async (by) => {
      const { from, to, rows, other } = await divided({ by, first: 1 });
      expect(rows).toHaveLength(1);
      expect(other).not.toBeNull();
      expect([other!.id, other!.name]).toEqual([null, null]);
      expect(exact([...rows, other!])).toEqual(await counted(from, to));
      const all = await divided({ by, first: 50 });
      const costs = all.rows.map((row) => nanos(row.chargedCost));
      expect(costs).toEqual([...costs].sort((a, b) => Number(b - a)));
      expect(exact(all.rows)).toEqual(await counted(from, to));
      expect(all.other).toBeNull();
      expect(all.rows[0]).toEqual(rows[0]);
      expect(all.rows.every((row) => row.name !== null)).toBe(true);
      const shares = all.rows.reduce((sum, row) => sum + row.share, 0);
      expect(shares).toBeCloseTo(1, 4);
    },
  );

  it('names what each part is about', async () => {
    const { rows } = await divided({ by: 'TEAM', first: 50, filter: { organizationId: 'seed-org-2' } });
    const { rows: teams } = await app.db.query<{ id: string; name: string }>(
      "SELECT id, name FROM teams WHERE organization_id = 'seed-org-2' ORDER BY id",
    );
    expect(rows.map(({ id, name }) => ({ id, name })).sort((a, b) => (a.id! < b.id! ? -1 : 1))).toEqual(teams);
  });

  it.each([
    ['PROJECT', 'project_id', 'projectId'],
    ['USER', 'person_id', 'userId'],
  ])('by %s: every call that names none is in one part without a name', async (by, column, field) => {
    const ids = by === 'USER' ? [await makeUser(app, { name: 'Ada' }), await makeUser(app, { name: 'Bob' })] : [];
    for (const code of by === 'PROJECT' ? ['Ada', 'Bob'] : []) ids.push(await makeProject(code));
    await app.db.query(
      `UPDATE calls SET ${column} = CASE WHEN tokens_in % 3 = 0 THEN $1 WHEN tokens_in % 3 = 1 THEN $2 END`,
      ids,
    );
    const { from, to, rows, other } = await divided({ by, first: 50 });
    const named = rows.map(({ id, name }) => [id, name]);
    expect(named.sort()).toEqual(
      [
        [ids[0], 'Ada'],
        [ids[1], 'Bob'],
        [null, null],
      ].sort(),
    );
    expect([exact(rows), other]).toEqual([await counted(from, to), null]);
    const one = await divided({ by, filter: { [field]: ids[0] } });
    expect(one.rows.map(({ id }) => id)).toEqual([ids[0]]);
    expect(exact(one.rows)).toEqual(await counted(from, to, `${column} = '${ids[0]}'`));
  });

  it('has no rows when there are no calls', async () => {
    expect(await divided({ by: 'KEY', filter: { teamId: 'unknown' } })).toMatchObject({ rows: [], other: null });
  });

  it.each([0, 51, -1])('refuses %d rows', async (first) => {
    const { body } = await app.gql(BREAKDOWN, { by: 'TEAM', first });
    expect(body.errors[0].extensions).toMatchObject({ code: 'INVALID_REQUEST', field: 'first' });
  });
});

describe('somebody of one organization', () => {
  const window = UsageWindow.LAST_90D;

  it('gets the figures of that organization, whatever is asked for', async () => {
    const reports = app.app.get(UsageReports);
    const own = await reports.report(ctxOf(app, 'seed-org-2'), { window });
    const [from, to] = [own.from.toISOString(), own.to.toISOString()];
    const expected = await counted(from, to, "organization_id = 'seed-org-2'");
    expect(own.totals).toMatchObject({ calls: Number(expected.calls), chargedCost: expected.chargedCost });
    const foreign = { window, filter: { organizationId: 'seed-org-3' } };
    expect((await reports.report(ctxOf(app, 'seed-org-2'), foreign)).totals.calls).toBe(0);
    const by = { window, by: UsageDimension.ORGANIZATION };
    const { rows } = await app.app.get(UsageBreakdowns).breakdown(ctxOf(app, 'seed-org-2'), by);
    expect(rows.map((row) => row.id)).toEqual(['seed-org-2']);
  });

  it('is told nothing of vendor costs without the right to', async () => {
    const ctx = ctxOf(app, 'seed-org-2', ['margin.read', 'model.read', 'provider.read']);
    const { totals, previous, points } = await app.app.get(UsageReports).report(ctx, { window });
    for (const figures of [totals, previous, ...points])
      expect([figures.providerCost, figures.margin]).toEqual([null, null]);
    expect(totals.chargedCost).toBeGreaterThan(0n);
    for (const by of [UsageDimension.MODEL, UsageDimension.PROVIDER])
      await expect(app.app.get(UsageBreakdowns).breakdown(ctx, { window, by })).rejects.toMatchObject({
        code: 'forbidden',
      });
  });

  it('sees the health of a shared provider from its own calls alone', async () => {
    await app.db.query(`UPDATE calls SET created_at = $1 WHERE team_id = 'seed-team-2' AND provider_id = 'prv_seed1'`, [
      app.clock.now(),
    ]);
    const healths = app.app.get(ProviderHealths);
    const [team] = (
      await app.db.query<{ organizationId: string }>(
        `SELECT organization_id AS "organizationId" FROM teams WHERE id = 'seed-team-2'`,
      )
    ).rows;
    const own = (await healths.of(ctxOf(app, team!.organizationId), ['prv_seed1'])).get('prv_seed1')!;
    const all = (await healths.of(ctxOf(app, '*'), ['prv_seed1'])).get('prv_seed1')!;
    const none = (await healths.of(ctxOf(app, 'seed-org-4'), ['prv_seed1'])).get('prv_seed1')!;
    expect(own.calls).toBeGreaterThan(0);
    expect(all.calls).toBeGreaterThanOrEqual(own.calls);
    expect(none.calls).toBeLessThan(own.calls);
  });
});
