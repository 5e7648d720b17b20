import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { MASTER_KEY, startTestApp, type TestApp } from '../../test/support/app.js';
import { makeUser } from '../../test/support/people.js';
import { makeWorld, must, type World } from '../../test/support/world.js';
import { accessibilityFindings, copied, launch, settled, shows, signIn, type Watched, watchedPage } from './browser.js';

let app: TestApp;
let browser: Browser;
let world: World;

const dialog = (page: Page) => page.getByRole('dialog');
const GROUP = '0e7ab2c4-3a53-4f0e-9d1c-5a2b8c6f1d10';

beforeAll(async () => {
  app = await startTestApp({ listen: true });
  browser = await launch();
  world = await makeWorld(app);
  await makeUser(app, { name: 'Olivia Owner', role: 'owner' });
});

afterAll(async () => {
  await browser.close();
  await app.close();
});

async function open(path: string): Promise<Watched> {
  const watched = await watchedPage(browser, app.url);
  await signIn(watched, app.url, MASTER_KEY);
  await watched.page.goto(app.url + path);
  await settled(watched.page);
  return watched;
}

async function sessionOf(userId: string, id: string): Promise<void> {
  await app.db.query(
    `INSERT INTO sessions (id, token_hash, user_id, method, address, user_agent, created_at, last_seen_at, expires_at)
     VALUES ($1, $1, $2, 'entra', '127.0.0.1', 'Firefox/140.0 Linux', now(), now(), now() + interval '12 hours')`,
    [id, userId],
  );
}

const endedSessions = async (userId: string): Promise<string[]> => {
  const query = 'SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NOT NULL ORDER BY id';
  return (await app.db.query<{ id: string }>(query, [userId])).rows.map(({ id }) => id);
};

it('invites somebody by keyboard alone, shows the link once, and revokes it', async () => {
  const { page, context, faults } = await open('/users');
  await page.keyboard.press('n');
  await dialog(page).getByRole('textbox', { name: 'Name' }).waitFor();
  await page.keyboard.type('Walter Invited');
  await page.keyboard.press('Tab');
  await page.keyboard.type('not an address');
  await page.keyboard.press('Enter');
  await page.getByText('Enter an e-mail address').waitFor();
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.keyboard.press('Control+A');
  await page.keyboard.type('walter@example.com');
  await page.keyboard.press('Enter');
  const link = (await page.getByTestId('secret').textContent())!;
  expect(link).toMatch(new RegExp(`^${app.url}/invitation#token=[\\w-]{40,}$`));
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await copied(page, link);
  await dialog(page).getByRole('button', { name: 'Done' }).focus();
  await page.keyboard.press('Enter');
  await dialog(page).waitFor({ state: 'detached' });
  await page.goto(`${app.url}/users?tab=invitations`);
  await page.getByRole('row', { name: /Walter Invited.*Auditor.*Open/ }).waitFor();
  await page.getByRole('button', { name: 'Revoke the invitation of Walter Invited' }).click();
  await page.getByRole('row', { name: /Walter Invited.*Revoked/ }).waitFor();
  const { invitations } = await must<{ invitations: unknown }>(
    app,
    '{ invitations(search: "walter") { items { status platformRole } } }',
  );
  expect(invitations).toEqual({ items: [{ status: 'REVOKED', platformRole: 'AUDITOR' }] });
  expect(faults).toEqual([]);
  await context.close();
});

it('maps a group of the directory to a role in an organization, and deletes the mapping by typing its value', async () => {
  const { page, context, faults } = await open('/users?tab=mappings');
  await page.getByRole('button', { name: 'New mapping' }).first().click();
  await dialog(page).getByRole('textbox', { name: 'Object id of the group' }).fill('finance');
  await dialog(page).getByText('A role in an organization').click();
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  await page.getByText('Enter a UUID').waitFor();
  await page.getByText('Choose an organization').waitFor();
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  await dialog(page).getByRole('textbox', { name: 'Object id of the group' }).fill(GROUP);
  await dialog(page).getByRole('textbox', { name: 'Name' }).fill('Finance');
  await dialog(page).getByRole('combobox', { name: 'Organization' }).fill(world.organizationId);
  await page.getByRole('option').first().click();
  await dialog(page).getByRole('radio', { name: 'Viewer' }).check();
  await dialog(page).getByRole('button', { name: 'Create' }).click();
  await page.getByRole('row', { name: /Finance.*Group.*Test \(Viewer\)/ }).waitFor();
  await page.getByRole('button', { name: 'Delete the mapping of Finance' }).click();
  await dialog(page).getByRole('textbox').fill(GROUP);
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'No mappings yet' }).waitFor();
  const { rows } = await app.db.query(
    "SELECT action FROM audit_entries WHERE action LIKE 'role_mapping.%' ORDER BY seq",
  );
  expect(rows).toEqual([{ action: 'role_mapping.create' }, { action: 'role_mapping.delete' }]);
  expect(faults).toEqual([]);
  await context.close();
});

it('changes the role of a person, and the organizations', async () => {
  const id = await makeUser(app, { name: 'Mia Member' });
  const { page, context, faults } = await open('/users');
  await page.getByRole('link', { name: 'Mia Member' }).click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await dialog(page).getByRole('radio', { name: 'Auditor' }).check();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await page.getByText('Mia Member was changed').waitFor();
  await page.getByRole('button', { name: 'Add to an organization' }).click();
  await dialog(page).getByRole('combobox', { name: 'Organization' }).fill(world.organizationId);
  await page.getByRole('option').first().click();
  await dialog(page).getByRole('button', { name: 'Add to an organization' }).click();
  const role = page.getByRole('combobox', { name: 'Role in Test' });
  await role.click();
  await page.getByRole('option', { name: 'Viewer' }).click();
  await page.getByText('Viewer in Test now').waitFor();
  const read = 'query ($id: ID!) { user(id: $id) { manualRole memberships { role } } }';
  expect(await must(app, read, { id })).toEqual({ user: { manualRole: 'AUDITOR', memberships: [{ role: 'VIEWER' }] } });
  await page.getByRole('button', { name: 'Remove from Test' }).click();
  await dialog(page).getByRole('textbox').fill(world.organizationId);
  await dialog(page).getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Not a member of any organization').waitFor();
  expect(await must(app, read, { id })).toEqual({ user: { manualRole: 'AUDITOR', memberships: [] } });
  expect(faults).toEqual([]);
  await context.close();
});

it('ends one session of a person, then all', async () => {
  const id = await makeUser(app, { name: 'Sam Sessions' });
  for (const session of ['ses_a', 'ses_b', 'ses_c']) await sessionOf(id, session);
  const { page, context, faults } = await open(`/users/${id}?tab=sessions`);
  await page.getByRole('button', { name: 'End the session in Firefox on Linux' }).first().click();
  await page.getByText('1–2 of 2').waitFor();
  expect(await endedSessions(id)).toHaveLength(1);
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  await dialog(page).getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('heading', { name: 'Not signed in anywhere' }).waitFor();
  expect(await endedSessions(id)).toEqual(['ses_a', 'ses_b', 'ses_c']);
  expect(faults).toEqual([]);
  await context.close();
});

it('suspends, resumes and deletes a person by typing the e-mail', async () => {
  const id = await makeUser(app, { name: 'Lena Leaver', role: 'auditor' });
  const statusOf = async () => (await app.db.query('SELECT status FROM users WHERE id = $1', [id])).rows[0] as unknown;
  const { page, context, faults } = await open(`/users/${id}`);
  const choose = async (item: string): Promise<void> => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await choose('Suspend');
  await dialog(page).getByRole('button', { name: 'Suspend' }).click();
  await page.getByText('Lena Leaver is suspended').waitFor();
  expect(await statusOf()).toEqual({ status: 'suspended' });
  await choose('Resume');
  await page.getByText('Lena Leaver may enter again').waitFor();
  expect(await statusOf()).toEqual({ status: 'active' });
  await choose('Delete');
  await dialog(page).getByRole('textbox').fill('lena');
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  expect(await statusOf()).toEqual({ status: 'active' });
  await dialog(page).getByRole('textbox').fill('lena.leaver@example.com');
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL(`${app.url}/users`);
  expect(await statusOf()).toEqual({ status: 'deleted' });
  await shows(page.getByRole('link', { name: 'Lena Leaver' }), 0);
  expect(faults).toEqual([]);
  await context.close();
});

it('does not let go of the last owner, and says so in the dialog, which stays', async () => {
  const { page, context } = await open('/users');
  await page.getByRole('link', { name: 'Olivia Owner' }).click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await dialog(page).getByRole('radio', { name: 'None' }).check();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  expect(await dialog(page).getByRole('alert').textContent()).toMatch(/owner/i);
  expect(await dialog(page).getByRole('radio', { name: 'None' }).isChecked()).toBe(true);
  const { rows } = await app.db.query("SELECT manual_role FROM users WHERE name = 'Olivia Owner'");
  expect(rows).toEqual([{ manual_role: 'owner' }]);
  await context.close();
});
