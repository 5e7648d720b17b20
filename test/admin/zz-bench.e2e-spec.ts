import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { seed } from '../support/seed.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  const t = Date.now();
  const n = Number(process.env.BENCH_CALLS ?? 1000000);
  await seed(
    app.db,
    { organizations: 50, teams: 400, keys: 1500, jobs: n / 2, callsPerJob: 2, days: 365 },
    app.clock.now(),
  );
  await app.db.query('VACUUM (ANALYZE)');
  console.log('seeded', Date.now() - t);
}, 600000);
afterAll(() => app.close());

const F = '{ calls errors tokensIn tokensOut chargedCost providerCost }';
const Q: Record<string, string> = {};
for (const w of ['1H', '1D', '7D', '30D', '90D', '365D'])
  Q[`usage ${w}`] =
    `{ usage(window: LAST_${w}, timeZone: "Europe/Berlin") { points { at calls chargedCost } totals ${F} previous ${F} } }`;
Q['usage 365D org'] = `{ usage(window: LAST_365D, filter: {organizationId: "seed-org-3"}) { totals ${F} } }`;
Q['usage 365D team'] = `{ usage(window: LAST_365D, filter: {teamId: "seed-team-3"}) { totals ${F} } }`;
Q['usage 30D team'] = `{ usage(window: LAST_30D, filter: {teamId: "seed-team-3"}) { totals ${F} } }`;
for (const b of ['ORGANIZATION', 'TEAM', 'ALIAS', 'MODEL', 'PROVIDER', 'JOB_TYPE', 'KEY'])
  for (const w of ['30D', '365D'])
    Q[`breakdown ${b} ${w}`] =
      `{ usageBreakdown(window: LAST_${w}, by: ${b}) { rows { id name share chargedCost } other { calls } } }`;
Q['dashboard'] =
  '{ dashboard { organizations teams activeKeys spendToday { current previous } spendThisMonth { current previous } jobs { count successRate } calls { count errorRate } attention { kind title message linkId } } }';
for (const o of [
  'CREATED_DESC',
  'TOTAL_SPENT_DESC',
  'CREDITS_REMAINING_ASC',
  'TEAM_COUNT_DESC',
  'ACTIVE_KEY_COUNT_DESC',
])
  Q[`organizations ${o}`] =
    `{ organizations(orderBy: ${o}) { total items { id name teamCount activeKeyCount credits { remaining } totalSpent } } }`;
Q['organization'] =
  `{ organization(id: "seed-org-3") { id name teamCount activeKeyCount credits { remaining } totalSpent } }`;
for (const o of ['CREATED_DESC', 'CREDITS_REMAINING_ASC', 'ORGANIZATION_ASC', 'ACTIVE_KEY_COUNT_DESC', 'STATUS_ASC'])
  Q[`teams ${o}`] =
    `{ teams(orderBy: ${o}) { total items { id name organization { name } credits { remaining } activeKeyCount } } }`;
for (const o of ['CREATED_DESC', 'STATUS_ASC', 'TEAM_ASC'])
  Q[`keys ${o}`] = `{ keys(orderBy: ${o}) { total items { id isExpired team { name } organization { name } } } }`;
const J =
  '{ total items { id status callCount tokensIn tokensOut providerCost margin durationMs team { name } key { name lastFour } organization { name } } }';
for (const o of ['CREATED_DESC', 'COST_DESC', 'STATUS_ASC', 'TYPE_ASC', 'TOKENS_DESC', 'DURATION_DESC', 'TEAM_ASC'])
  Q[`jobs ${o}`] = `{ jobs(orderBy: ${o}) ${J} }`;
Q['jobs team'] = `{ jobs(filter: {teamId: "seed-team-3"}) ${J} }`;
Q['jobs team tokens'] = `{ jobs(filter: {teamId: "seed-team-3"}, orderBy: TOKENS_DESC) ${J} }`;
Q['jobs search'] = `{ jobs(search: "type-3") ${J} }`;
Q['jobs alias'] = `{ jobs(filter: {alias: "seed-alias-2"}) ${J} }`;
Q['providers'] =
  '{ providers(orderBy: ERROR_RATE_DESC) { total items { id modelCount health { calls errors state p50LatencyMs lastError } } } }';
Q['aliases'] =
  '{ aliases(orderBy: INPUT_PRICE_DESC) { total items { id targetCount providerKinds currentPrice { input output } targets { model { name provider { name } } } } } }';
Q['search'] = '{ search(text: "seed") { type id title subtitle } }';
Q['search id'] = '{ search(text: "a1b2c") { type id title subtitle } }';

it('is fast', async () => {
  const lines: string[] = [];
  for (const [name, query] of Object.entries(Q)) {
    const ms: number[] = [];
    for (let i = 0; i < 8; i++) {
      const t = performance.now();
      const { body } = await app.gql(query);
      ms.push(performance.now() - t);
      if (body.errors) {
        lines.push(name + ' ' + JSON.stringify(body.errors).slice(0, 300));
        break;
      }
    }
    ms.sort((a, b) => a - b);
    lines.push(`${name.padEnd(40)} p50 ${ms[Math.floor(ms.length / 2)]!.toFixed(0)} max ${ms.at(-1)!.toFixed(0)}`);
  }
  console.log(lines.join('\n'));
  expect(1).toBe(1);
}, 600000);
