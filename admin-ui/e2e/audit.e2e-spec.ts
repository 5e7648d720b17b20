import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { MASTER_KEY, startTestApp, type TestApp } from '../../test/support/app.js';
import { makeWorld, must, type World } from '../../test/support/world.js';
import { accessibilityFindings, copied, launch, settled, shows, signIn, type Watched, watchedPage } from './browser.js';

let app: TestApp;
let browser: Browser;
let world: World;

/** Waits until the rows about teams are these, from the newest on. */
async function showsTeamActions(page: Page, actions: readonly string[]): Promise<void> {
  const isShown = (wanted: string): boolean => {
    const links = [...document.querySelectorAll('td a')].map((link) => link.textContent ?? '');
    return links.filter((name) => name.startsWith('team.')).join() === wanted;
  };
  await page.waitForFunction(isShown, actions.join());
}

const drawer = (page: Page) => page.getByRole('dialog', { name: 'Entry' });

beforeAll(async () => {
  app = await startTestApp({ listen: true });
  browser = await launch();
  world = await makeWorld(app);
  const rename = 'mutation ($id: ID!) { updateTeam(id: $id, input: { name: "Renamed" }) { id } }';
  await must(app, rename, { id: world.teamId });
  await app.gql('mutation { deleteTeam(id: "not-there") { id } }');
});

afterAll(async () => {
  await browser.close();
  await app.close();
});

async function open(path: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Watched> {
  const watched = await watchedPage(browser, app.url, { colorScheme });
  await signIn(watched, app.url, MASTER_KEY);
  await watched.page.goto(app.url + path);
  await settled(watched.page);
  return watched;
}

it.each(['light', 'dark'] as const)('opens a row with what changed, side by side, in %s', async (scheme) => {
  const { page, context, faults } = await open('/audit?action=team.update', scheme);
  await page.getByRole('link', { name: 'team.update' }).click();
  const name = drawer(page).getByRole('row', { name: /^name/ });
  await name.waitFor();
  expect(await name.getByRole('cell').allTextContents()).toEqual(['name', world.teamId, 'Renamed']);
  await shows(name.locator('[data-mark="old"]'), 1);
  await shows(name.locator('[data-mark="new"]'), 1);
  await shows(drawer(page).getByRole('row', { name: /^budgetMode/ }), 0);
  await drawer(page)
    .getByRole('button', { name: /unchanged/ })
    .click();
  await shows(drawer(page).getByRole('row', { name: /^budgetMode/ }), 1);
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  await drawer(page).getByText('JSON', { exact: true }).click();
  await drawer(page).getByText('"name": "Renamed"').waitFor();
  await page.keyboard.press('Escape');
  await drawer(page).waitFor({ state: 'detached' });
  await page.waitForURL(`${app.url}/audit?action=team.update`);
  expect(faults).toEqual([]);
  await context.close();
});

it('leads from a row to everything about its entity', async () => {
  const { page, context, faults } = await open('/audit?action=team.update');
  await page.getByRole('link', { name: 'team.update' }).click();
  await drawer(page).getByRole('link', { name: 'Everything about this entity' }).click();
  await page.waitForURL(new RegExp(`entityType=Team&entityId=${world.teamId}`));
  await drawer(page).waitFor({ state: 'detached' });
  await showsTeamActions(page, ['team.update', 'team.create']);
  await page.getByRole('button', { name: 'Remove the filter Entity' }).click();
  await page.waitForURL(/entityType=Team$/);
  expect(faults).toEqual([]);
  await context.close();
});

it('narrows by several actions and by status, by keyboard alone', async () => {
  const { page, context, faults } = await open('/audit');
  await page.getByRole('button', { name: 'Any action' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  for (const action of ['team.delete', 'team.update']) {
    await page.getByRole('checkbox', { name: action }).focus();
    await page.keyboard.press('Space');
    await page.waitForURL(new RegExp(action));
  }
  await page.keyboard.press('Escape');
  await showsTeamActions(page, ['team.delete', 'team.update']);
  await page.getByRole('radio', { name: 'Failed' }).focus();
  await page.keyboard.press('Space');
  await page.waitForURL(/status=FAILED/);
  await showsTeamActions(page, ['team.delete']);
  await shows(page.getByText(/not_found: Team 'not-there'/), 1);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.waitForURL(`${app.url}/audit`);
  expect(faults).toEqual([]);
  await context.close();
});

it('keeps views in this browser', async () => {
  const { page, context, faults } = await open('/audit?status=FAILED&action=team.delete');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('textbox', { name: 'Save these filters' }).fill('Failed deletions');
  await page.keyboard.press('Enter');
  await page.getByText('is saved in this browser').waitFor();
  await page.goto(`${app.url}/audit`);
  await page.getByRole('button', { name: 'Views' }).click();
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('link', { name: 'Failed deletions' }).click();
  await page.waitForURL(/status=FAILED&action=team.delete/);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('button', { name: 'Delete the view Failed deletions' }).click();
  await page.waitForFunction(() => localStorage.getItem('tollkeeper:audit-views') === '[]');
  expect(faults).toEqual([]);
  await context.close();
});

it('saves what the filters show as the server exports it, and leaves a row of that', async () => {
  const { page, context, faults } = await open('/audit?action=team.update,team.delete');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /JSON lines/ }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe('audit-log.jsonl');
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
  const actions = lines.flatMap((line) => (JSON.parse(line) as { action?: string }).action ?? []);
  expect(actions).toEqual(['team.update', 'team.delete']);
  const { rows } = await app.db.query("SELECT actor_kind FROM audit_entries WHERE action = 'audit.export'");
  expect(rows).toEqual([{ actor_kind: 'master_key' }]);
  expect(faults).toEqual([]);
  await context.close();
});

it('verifies the log, and names the first row that was tampered with', async () => {
  const { page, context, faults } = await open('/audit');
  const verify = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByRole('button', { name: 'Verify now' }).click();
  };
  await verify();
  await page.getByText('Nothing was changed').waitFor();
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  const { rows } = await app.db.query<{ id: string; chain_seq: string }>(
    `UPDATE audit_entries SET actor_name = 'somebody else' WHERE organization_id IS NULL AND chain_seq = 2
     RETURNING id, chain_seq`,
  );
  await verify();
  await page.getByText('The log was tampered with').waitFor();
  await page.getByText('Row 2').waitFor();
  await page.getByRole('link', { name: 'Open it' }).click();
  await page.waitForURL(`${app.url}/audit?entry=${rows[0]!.id}`);
  expect(faults).toEqual([]);
  await context.close();
});

it('shows the signed checkpoints and the key that signed them', async () => {
  const { page, context, faults } = await open('/audit?tab=checkpoints');
  const { auditSigningKey: key } = await must<{ auditSigningKey: { fingerprint: string; pem: string } }>(
    app,
    '{ auditSigningKey { fingerprint pem } }',
  );
  await shows(page.getByText(key.fingerprint), 1);
  await page.getByRole('button', { name: 'Copy the key' }).click();
  await copied(page, key.pem);
  expect(faults).toEqual([]);
  await context.close();
});
