import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { MASTER_KEY, startTestApp, type TestApp } from '../../test/support/app.js';
import { contentStored, makeProject, setCache, setRetention } from '../../test/support/projects.js';
import { makeWorld, must, type World } from '../../test/support/world.js';
import {
  accessibilityFindings,
  launch,
  overflow,
  picture,
  settled,
  shows,
  signIn,
  type Watched,
  watchedPage,
} from './browser.js';

let app: TestApp;
let browser: Browser;
let world: World;
let jobId: string;
let keptJobId: string;

async function post(path: string, body: object, key = world.key): Promise<Record<string, unknown>> {
  const answer = await app.asKey(key, 'POST', `/api/jobs/${path}`, body);
  if (answer.status >= 300) throw new Error(`${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body as Record<string, unknown>;
}

beforeAll(async () => {
  app = await startTestApp({ listen: true });
  browser = await launch();
  world = await makeWorld(app);
  const { teamId: team_id, alias: model } = world;
  const messages = [{ role: 'user', content: 'What does a call cost?' }];
  const job = await post('create', { team_id, job_type: 'contract_review', metadata: { contract: '2026-114' } });
  jobId = job.job_id as string;
  for (const purpose of ['outline', 'risk']) await post(`${jobId}/llm-call`, { model, purpose, messages });
  await post(`${jobId}/complete`, { status: 'completed' });
  const failed = await post('create', { team_id, job_type: 'extraction' });
  await post(`${failed.job_id as string}/complete`, { status: 'failed', error_message: 'No text layer' });
});

afterAll(async () => {
  await browser.close();
  await app.close();
});

/** A job of a project that keeps content: its second call is served by the answer of the first. */
async function makeKeptJob(): Promise<string> {
  const { id, key } = await makeProject(app, world);
  await setRetention(app, id, 30);
  await setCache(app, id, 3_600);
  const { job_id: kept } = await post('create', { job_type: 'kept_answers' }, key);
  const messages = [{ role: 'user', content: 'Which clause is the riskiest?' }];
  for (const purpose of ['first', 'again']) {
    await post(`${kept as string}/llm-call`, { model: world.alias, purpose, messages }, key);
    await contentStored(app);
  }
  return kept as string;
}

async function open(path: string, colorScheme: 'light' | 'dark' = 'light', width = 1280): Promise<Watched> {
  const watched = await watchedPage(browser, app.url, { colorScheme, width });
  await signIn(watched, app.url, MASTER_KEY);
  await watched.page.goto(app.url + path);
  await settled(watched.page);
  return watched;
}

it('narrows the list by status, type and team, and leads to a job', async () => {
  const { page, context, faults } = await open('/jobs');
  await shows(page.getByRole('row'), 3);
  await page.getByRole('combobox', { name: 'Status' }).click();
  await page.getByRole('option', { name: 'Completed' }).click();
  await page.getByRole('combobox', { name: 'Type' }).click();
  await page.getByRole('option', { name: 'contract_review' }).click();
  await page.waitForURL(/status=COMPLETED.*jobType=contract_review/);
  await page.getByRole('link', { name: 'extraction' }).waitFor({ state: 'detached' });
  await shows(page.getByRole('row'), 2);
  await page.getByRole('link', { name: 'contract_review' }).click();
  await page.waitForURL(`${app.url}/jobs/${jobId}`);
  await page.getByRole('heading', { name: 'contract_review', level: 1 }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

it('narrows the list to a range of time by keyboard alone', async () => {
  const { page, context, faults } = await open('/jobs');
  await page.getByRole('button', { name: 'Any time' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(/range=H1/);
  await page.locator('button[aria-haspopup="dialog"]').filter({ hasText: 'Last hour' }).waitFor();
  await settled(page);
  await shows(page.getByRole('row'), 3);
  expect(faults).toEqual([]);
  await context.close();
});

it('a range of its own hides what lies outside, and can be cleared', async () => {
  const { page, context, faults } = await open('/jobs?to=2020-01-01T00:00:00.000Z');
  await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('link', { name: 'contract_review' }).waitFor();
  expect(new URL(page.url()).search).toBe('');
  expect(faults).toEqual([]);
  await context.close();
});

it.each(['light', 'dark'] as const)('shows what a job cost, call by call and in the ledger, in %s', async (scheme) => {
  const { page, context, faults } = await open(`/jobs/${jobId}`, scheme);
  const query = '{ job(id: "ID") { costCharged creditsCharged calls { chargedCost tokensIn } } }';
  const { job } = await must<{ job: { creditsCharged: string; calls: { chargedCost: string; tokensIn: string }[] } }>(
    app,
    query.replace('ID', jobId),
  );
  const outline = page.getByRole('button', { name: /outline/ });
  expect(await outline.getAttribute('aria-expanded')).toBe('false');
  await outline.focus();
  await page.keyboard.press('Enter');
  const usage = page.getByRole('table', { name: 'Usage by class' }).first();
  await usage.waitFor();
  expect(await usage.getByRole('row', { name: 'Input' }).getByRole('cell').textContent()).toBe(job.calls[0]!.tokensIn);
  expect(await page.getByRole('row', { name: 'Charged cost' }).first().textContent()).toContain(
    job.calls[0]!.chargedCost,
  );
  const moved = page.getByRole('region', { name: 'Effect on the ledger' });
  expect(await moved.getByRole('row', { name: /Job charge/ }).textContent()).toContain(`-${job.creditsCharged}`);
  await shows(page.getByText('"contract": "2026-114"'), 1);
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(faults).toEqual([]);
  await context.close();
});

it.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
] as const)('shows what a call was asked, to who asks for it, in %s at %i pixels', async (scheme, width) => {
  keptJobId ??= await makeKeptJob();
  const { page, context, faults } = await open(`/jobs/${keptJobId}`, scheme, width);
  await page.getByText('Cached', { exact: true }).waitFor();
  await page.getByRole('button', { name: /again/ }).click();
  const call = page.getByRole('region', { name: /again/ });
  await call.getByText('From the response cache').waitFor();
  await call.getByText('Each look is written to the audit log.').waitFor();
  await shows(page.getByText('Which clause'), 0);
  await settled(page); // While the call unfolds, the button moves away under the pointer.
  await call.getByRole('button', { name: 'Show content' }).click();
  const asked = call.getByRole('region', { name: 'Request' });
  await asked.getByText('Which clause is the riskiest?').waitFor();
  await call.getByRole('region', { name: 'Answer' }).getByText('"finish_reason": "stop"').waitFor();
  const { rows } = await app.db.query("SELECT FROM audit_entries WHERE action = 'call_body.read'");
  expect(rows.length).toBeGreaterThan(0);
  await settled(page);
  expect([await overflow(page), await accessibilityFindings(page), faults]).toEqual([0, [], []]);
  await asked.scrollIntoViewIfNeeded();
  await picture(page, `call-content-${scheme}-${width}`);
  await context.close();
});
