import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { MASTER_KEY, startTestApp, type TestApp } from '../../test/support/app.js';
import { makeWorld, must, type World } from '../../test/support/world.js';
import { accessibilityFindings, launch, settled, signIn, type Watched, watchedPage } from './browser.js';

let app: TestApp;
let browser: Browser;
let world: World;

beforeAll(async () => {
  app = await startTestApp({ listen: true });
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await app.close();
});

async function open(path: string): Promise<Watched> {
  const watched = await watchedPage(browser, app.url);
  await signIn(watched, app.url, MASTER_KEY);
  await watched.page.goto(app.url + path);
  await watched.page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor();
  return watched;
}

async function call(): Promise<void> {
  const messages = [{ role: 'user', content: 'What does this cost?' }];
  const body = { team_id: world.teamId, job_type: 'chat', model: world.alias, messages };
  const { status } = await app.asKey(world.key, 'POST', '/api/jobs/create-and-call', body);
  if (status >= 300) throw new Error(`the call was answered ${status}`);
}

/** The figure of a tile, as it is shown. */
const tile = (page: Page, label: string) =>
  page.getByText(label, { exact: true }).locator('xpath=following-sibling::*[1]').textContent();

it('leads from nothing to the first call, and shows it live when it comes', async () => {
  const { page, context, faults } = await open('/');
  const steps = page.getByRole('region', { name: 'The way to the first call' });
  await steps.getByText('0 of 5 done').waitFor();
  expect(await steps.getByRole('link').allTextContents()).toEqual(['New organization']);
  await steps.getByRole('link', { name: 'New organization' }).click();
  await page.getByRole('dialog', { name: 'New organization' }).waitFor();
  world = await makeWorld(app);
  await page.goto(app.url);
  await steps.getByText('Waiting for the first call').waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await call();
  // Somebody is there: without a sign of life the page asks nothing of the server.
  await page.mouse.move(400, 400);
  await page.getByText('The first call has arrived').waitFor();
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Hide' }).click();
  await page.getByText('The first call has arrived').waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
  await context.close();
});

it('shows the figures of the server, and what needs attention with the way there', async () => {
  await call();
  await must(app, 'mutation ($id: ID!) { suspendTeam(id: $id, reason: "Contract ended") { id } }', {
    id: world.teamId,
  });
  const { page, context, faults } = await open('/?window=H1');
  await settled(page);
  const { dashboard, usage } = await must<{
    dashboard: { jobs: { count: number }; spendToday: { current: string } };
    usage: { totals: { calls: number } };
  }>(app, '{ dashboard { jobs { count } spendToday { current } } usage(window: LAST_1H) { totals { calls } } }');
  expect(dashboard.jobs.count).toBe(2);
  expect(await tile(page, 'Jobs, 24 hours')).toBe('2');
  expect(await tile(page, 'Spend today')).toBe(`$${dashboard.spendToday.current}`);
  expect(usage.totals.calls).toBe(2);
  await page.getByRole('button', { name: 'Top organizations: Show as table' }).click();
  await page.getByRole('row', { name: /Test 2 0/ }).waitFor();
  const attention = page.getByRole('region', { name: 'Needs attention' });
  await attention.getByText('Contract ended').waitFor();
  await attention.getByRole('link', { name: /is suspended/ }).click();
  await page.waitForURL(`${app.url}/teams/${world.teamId}`);
  expect(faults).toEqual([]);
  await context.close();
});

it('keeps the window in the address bar, chosen by keyboard alone', async () => {
  const { page, context, faults } = await open('/');
  await settled(page);
  await page.getByRole('radio', { name: '7d' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForURL(`${app.url}/?window=D30`);
  await page.reload();
  await page.getByRole('radio', { name: '30d', checked: true }).waitFor({ state: 'attached' });
  expect(faults).toEqual([]);
  await context.close();
});
