import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { MASTER_KEY, startTestApp, type TestApp } from '../../test/support/app.js';
import { makeWorld, must, type World } from '../../test/support/world.js';
import { accessibilityFindings, inScheme, launch, overflow, picture, settled, signIn, watchedPage } from './browser.js';

const LOOKS = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
] as const;

/** Scripts and styles over the wire, compressed. */
const LIST_BUDGET = 340_000;
const CHART_BUDGET = 460_000;

let app: TestApp;
let browser: Browser;
let world: World;
let ids: Readonly<Record<'alias' | 'model' | 'job' | 'user', string>>;

/** Every page of the portal by the name of its pictures, with what it is allowed to weigh. */
const PAGES: Readonly<Record<string, [path: () => string, budget: number]>> = {
  dashboard: [() => '/', CHART_BUDGET],
  organizations: [() => '/organizations', LIST_BUDGET],
  organization: [() => `/organizations/${world.organizationId}`, CHART_BUDGET],
  'organization-teams': [() => `/organizations/${world.organizationId}?tab=teams`, CHART_BUDGET],
  'organization-members': [() => `/organizations/${world.organizationId}?tab=members`, CHART_BUDGET],
  'organization-keys': [() => `/organizations/${world.organizationId}?tab=keys`, CHART_BUDGET],
  'organization-jobs': [() => `/organizations/${world.organizationId}?tab=jobs`, CHART_BUDGET],
  'organization-audit': [() => `/organizations/${world.organizationId}?tab=audit`, CHART_BUDGET],
  'organization-settings': [() => `/organizations/${world.organizationId}?tab=settings`, CHART_BUDGET],
  teams: [() => '/teams', LIST_BUDGET],
  team: [() => `/teams/${world.teamId}`, CHART_BUDGET],
  'team-keys': [() => `/teams/${world.teamId}?tab=keys`, CHART_BUDGET],
  'team-access': [() => `/teams/${world.teamId}?tab=access`, CHART_BUDGET],
  'team-usage': [() => `/teams/${world.teamId}?tab=usage`, CHART_BUDGET],
  'team-jobs': [() => `/teams/${world.teamId}?tab=jobs`, CHART_BUDGET],
  'team-audit': [() => `/teams/${world.teamId}?tab=audit`, CHART_BUDGET],
  'team-settings': [() => `/teams/${world.teamId}?tab=settings`, CHART_BUDGET],
  keys: [() => '/keys', LIST_BUDGET],
  key: [() => `/keys/${world.keyId}`, CHART_BUDGET],
  jobs: [() => '/jobs', LIST_BUDGET],
  job: [() => `/jobs/${ids.job}`, CHART_BUDGET],
  aliases: [() => '/model-aliases', LIST_BUDGET],
  alias: [() => `/model-aliases/${ids.alias}`, CHART_BUDGET],
  'access-groups': [() => '/model-access', LIST_BUDGET],
  'access-group': [() => `/model-access/group-${world.organizationId.slice(4)}`, CHART_BUDGET],
  models: [() => '/models', LIST_BUDGET],
  'price-import': [() => '/models/import', CHART_BUDGET],
  model: [() => `/models/${ids.model}`, CHART_BUDGET],
  providers: [() => '/providers', LIST_BUDGET],
  provider: [() => `/providers/${world.providerId}`, CHART_BUDGET],
  audit: [() => '/audit', LIST_BUDGET],
  users: [() => '/users', LIST_BUDGET],
  user: [() => `/users/${ids.user}`, CHART_BUDGET],
  'not-there': [() => '/teams/not-there', CHART_BUDGET],
  unknown: [() => '/organizations/x/y/z', LIST_BUDGET],
};

/** Pages that say that there is nothing. */
const NOT_FOUND = ['not-there', 'unknown'];
const SAYS_NOTHING = /^(Not found|There is no such page)$/;

/** A job with one call that has ended. */
async function run(status: 'completed' | 'failed', text: string): Promise<string> {
  const post = async (path: string, body: object): Promise<{ job_id: string }> => {
    const answer = await app.asKey(world.key, 'POST', path, body);
    if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}`);
    return answer.body as { job_id: string };
  };
  const { job_id: id } = await post('/api/jobs/create', { team_id: world.teamId, job_type: 'chat' });
  await post(`/api/jobs/${id}/llm-call`, { model: world.alias, messages: [{ role: 'user', content: text }] });
  await post(`/api/jobs/${id}/complete`, { status });
  return id;
}

beforeAll(async () => {
  app = await startTestApp({ listen: true });
  browser = await launch();
  world = await makeWorld(app);
  const job = await run('completed', 'What does a call cost?');
  await run('failed', 'And one that fails?');
  const { rows } = await app.db.query<{ alias: string; model: string }>(
    'SELECT alias_id AS alias, model_id AS model FROM alias_targets LIMIT 1',
  );
  await app.db.query(`INSERT INTO users (id, email, name, manual_role)
    VALUES ('user_ada', 'ada@example.com', 'Ada Lovelace', 'admin')`);
  ids = { ...rows[0]!, job, user: 'user_ada' };
  await must(app, 'mutation ($id: ID!) { suspendTeam(id: $id, reason: "Under review") { id } }', { id: world.teamId });
});

afterAll(async () => {
  await browser.close();
  await app.close();
});

it.each(Object.entries(PAGES))(
  'the page %s shows in every look without a fault, a foreign request or overflow',
  async (name, [path, budget]) => {
    const watched = await watchedPage(browser, app.url, { colorScheme: LOOKS[0][0], width: LOOKS[0][1] });
    const { page, context, faults } = watched;
    await signIn(watched, app.url, MASTER_KEY);
    await page.goto(app.url + path());
    await page.locator('h1').first().waitFor();
    await settled(page);
    const missing = await page.getByRole('heading', { name: SAYS_NOTHING }).count();
    expect(missing).toBe(NOT_FOUND.includes(name) ? 1 : 0);
    const bytes = await page.evaluate(() =>
      (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
        .filter(({ name }) => /\/assets\/.*\.(js|css)$/.test(name))
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
    );
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(budget);
    for (const [colorScheme, width] of LOOKS) {
      const look = `${colorScheme}-${width}`;
      await inScheme(page, colorScheme);
      await page.setViewportSize({ width, height: 900 });
      await settled(page);
      await picture(page, `${name}-${look}`);
      const found = { look, isTooWide: (await overflow(page)) > 0, findings: await accessibilityFindings(page) };
      expect(found).toEqual({ look, isTooWide: false, findings: [] });
    }
    expect(faults).toEqual([]);
    await context.close();
  },
);

it('without a session every page leads to sign-in, and from there back', async () => {
  const { page, context } = await watchedPage(browser, app.url);
  await page.goto(`${app.url}/teams?q=abc`);
  await page.getByLabel('Master key').first().fill(MASTER_KEY);
  await page.keyboard.press('Enter');
  await page.waitForURL(`${app.url}/teams?q=abc`);
  await page.getByRole('heading', { name: 'Teams' }).waitFor();
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).not.toContain(
    MASTER_KEY,
  );
  await context.close();
});

it('a wrong master key is refused at its field, and what was typed stays', async () => {
  const { page, context } = await watchedPage(browser, app.url);
  await page.goto(`${app.url}/sign-in`);
  await page.getByLabel('Master key').first().fill('not-the-master-key');
  await page.keyboard.press('Enter');
  await page.getByText('This is not the master key').waitFor();
  expect(await page.getByLabel('Master key').first().inputValue()).toBe('not-the-master-key');
  await context.close();
});

it('says that the session has ended, over the page, and leads back to it', async () => {
  const watched = await watchedPage(browser, app.url);
  const { page, context } = watched;
  await signIn(watched, app.url, MASTER_KEY);
  await page.goto(`${app.url}/organizations`);
  await page.getByRole('heading', { name: 'Organizations' }).waitFor();
  await app.db.query('UPDATE sessions SET ended_at = now()');
  // Not by the mouse: a poll of the page may find it out first, and its dialog then covers the link.
  await page.getByRole('link', { name: 'Teams' }).dispatchEvent('click');
  await page.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${app.url}/sign-in?return_to=%2Fteams`);
  await context.close();
});
