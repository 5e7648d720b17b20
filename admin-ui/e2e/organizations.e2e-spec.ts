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
const box = (page: Page, name: string) => dialog(page).getByRole('textbox', { name, exact: true });
const press = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true }).click();

beforeAll(async () => {
  app = await startTestApp({ listen: true });
  browser = await launch();
  world = await makeWorld(app);
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

/** What the server has of an organization; null when there is none. */
async function stored(id: string): Promise<Record<string, unknown> | null> {
  const query = 'query ($id: ID!) { organization(id: $id) { name status metadata teamCount credits { allocated } } }';
  const { body } = (await app.gql(query, { id })) as {
    body: { data: { organization: Record<string, unknown> } | null };
  };
  return body.data?.organization ?? null;
}

async function make(id: string, name: string): Promise<void> {
  const query =
    'mutation ($input: CreateOrganizationInput!) { createOrganization(input: $input) { organization { id } } }';
  await must(app, query, { input: { id, name } });
}

/** Waits for the toast, which comes after the server has answered. */
const told = (page: Page, message: string) => page.getByText(message, { exact: true }).waitFor();

it('makes an organization with a team by mouse; a taken id is refused at its field', async () => {
  const { page, context, faults } = await open('/organizations');
  await page.getByRole('button', { name: 'New organization' }).click();
  await box(page, 'Name').fill('Contoso Bank');
  await box(page, 'Id').fill(world.organizationId);
  await box(page, 'Credits to begin with').fill('75.5');
  await dialog(page)
    .getByRole('combobox', { name: 'Access groups' })
    .fill(`group-${world.organizationId.slice(4)}`);
  await page.getByRole('option').first().click();
  await press(page, 'Create organization');
  await dialog(page).getByText('already exists').waitFor();
  expect(await box(page, 'Name').inputValue()).toBe('Contoso Bank');
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  await box(page, 'Id').fill('contoso');
  await press(page, 'Create organization');
  const key = (await page.getByTestId('secret').textContent())!;
  expect(await page.getByTestId('first-call').textContent()).toContain(`"model":"${world.alias}"`);
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  await press(page, 'Copy');
  await copied(page, key);
  await press(page, 'Done');
  await page.getByRole('heading', { name: 'Contoso Bank', level: 1 }).waitFor();
  expect(page.url()).toBe(`${app.url}/organizations/contoso`);
  expect(await stored('contoso')).toMatchObject({ name: 'Contoso Bank', teamCount: 1, credits: { allocated: '75.5' } });
  expect(faults).toEqual([]);
  await context.close();
});

it('makes one by keyboard alone, the id following the name', async () => {
  const { page, context, faults } = await open('/');
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await page.getByRole('heading', { name: 'Organizations', level: 1 }).waitFor();
  await settled(page);
  await page.keyboard.press('n');
  await page.waitForFunction(() => document.activeElement?.closest('[role="dialog"]')?.querySelector('input:focus'));
  await page.keyboard.type('Umbrella & Söhne');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Umbrella & Söhne', level: 1 }).waitFor();
  expect(await stored('umbrella-sohne')).toMatchObject({ name: 'Umbrella & Söhne', teamCount: 0 });
  expect(faults).toEqual([]);
  await context.close();
});

it('edits metadata in rows and as JSON, and keeps what is wrong in the form', async () => {
  await make('meta', 'Meta');
  const { page, context, faults } = await open('/organizations/meta');
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await box(page, 'Key of row 1').fill('cost_center');
  await box(page, 'Value of row 1').fill('4711');
  await press(page, 'Add a row');
  await press(page, 'Save');
  await dialog(page).getByRole('alert').waitFor();
  await box(page, 'Key of row 2').fill('cost_center');
  await press(page, 'Save');
  await dialog(page).getByText('“cost_center” stands there twice.').waitFor();
  await box(page, 'Key of row 2').fill('owner');
  await box(page, 'Value of row 2').fill('Ada');
  await press(page, 'Save');
  await told(page, 'The metadata was saved.');
  expect(await stored('meta')).toMatchObject({ metadata: { cost_center: '4711', owner: 'Ada' } });
  await dialog(page).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await dialog(page).getByRole('switch', { name: 'Edit as JSON' }).check();
  await box(page, 'Metadata').fill('{"seats": 12, "regions": ["eu"]}');
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  await press(page, 'Save');
  await dialog(page).waitFor({ state: 'detached' });
  expect(await stored('meta')).toMatchObject({ metadata: { seats: 12, regions: ['eu'] } });
  expect(faults).toEqual([]);
  await context.close();
});

it('renames, suspends, resumes and deletes; deleting needs the id typed and no active team', async () => {
  const { page, context, faults } = await open(`/organizations/${world.organizationId}?tab=settings`);
  const { organizationId: id } = world;
  await page.getByRole('textbox', { name: 'Name' }).fill('Renamed');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Renamed', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Suspend' }).click();
  await press(page, 'Suspend');
  expect(await stored(id)).toMatchObject({ name: 'Renamed', status: 'ACTIVE' });
  await dialog(page).getByRole('textbox').fill(id);
  await press(page, 'Suspend');
  await told(page, 'Renamed was suspended.');
  expect(await stored(id)).toMatchObject({ status: 'SUSPENDED' });
  await page.getByRole('button', { name: 'Resume' }).first().click();
  await told(page, 'Renamed was resumed.');
  expect(await stored(id)).toMatchObject({ status: 'ACTIVE' });
  await page.getByRole('button', { name: 'Delete' }).click();
  await dialog(page).getByRole('textbox').fill(id);
  await press(page, 'Delete');
  await dialog(page).getByText('Organization has active teams').waitFor();
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  await must(app, 'mutation ($id: ID!) { suspendTeam(id: $id) { id } }', { id: world.teamId });
  await press(page, 'Delete');
  await page.waitForURL(`${app.url}/organizations`);
  await settled(page);
  await shows(page.getByText('Renamed', { exact: true }), 0);
  expect(await stored(id)).toBeNull();
  expect(faults).toEqual([]);
  await context.close();
});

it('suspends several at once after the word is typed, and resumes them', async () => {
  await make('bulk-one', 'Bulk one');
  await make('bulk-two', 'Bulk two');
  const { page, context, faults } = await open('/organizations?q=bulk');
  await page.getByRole('checkbox', { name: 'Select all organizations on this page' }).check();
  await page.getByRole('button', { name: 'Suspend' }).click();
  await dialog(page).getByRole('textbox').fill('suspend');
  await press(page, 'Suspend');
  await told(page, 'Done for 2.');
  for (const id of ['bulk-one', 'bulk-two']) expect(await stored(id)).toMatchObject({ status: 'SUSPENDED' });
  await page.getByRole('checkbox', { name: 'Select bulk-one' }).check();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('row', { name: /bulk-one.*Active/ }).waitFor();
  expect(await stored('bulk-one')).toMatchObject({ status: 'ACTIVE' });
  expect(await stored('bulk-two')).toMatchObject({ status: 'SUSPENDED' });
  expect(faults).toEqual([]);
  await context.close();
});

async function members(id: string): Promise<unknown[]> {
  const query = 'query ($id: ID!) { organization(id: $id) { members { items { role user { name } } } } }';
  const data = await must<{ organization: { members: { items: unknown[] } } }>(app, query, { id });
  return data.organization.members.items;
}

it('adds a member, changes the role, removes the member, and invites somebody else', async () => {
  await make('people', 'People');
  await makeUser(app, { name: 'Grace Hopper' });
  const { page, context, faults } = await open('/organizations/people?tab=members');
  await page.getByRole('button', { name: 'Add member' }).click();
  await dialog(page).getByRole('combobox', { name: 'Person' }).fill('grace');
  await page.getByRole('option', { name: /Grace Hopper/ }).click();
  await dialog(page).getByRole('radio', { name: 'Viewer' }).check();
  await press(page, 'Add member');
  await told(page, 'Grace Hopper is a member now.');
  expect(await members('people')).toEqual([{ role: 'VIEWER', user: { name: 'Grace Hopper' } }]);
  await page.getByRole('combobox', { name: 'Role of Grace Hopper' }).click();
  await page.getByRole('option', { name: 'Admin' }).click();
  await told(page, 'Grace Hopper has the role “Admin” now.');
  expect(await members('people')).toEqual([{ role: 'ADMIN', user: { name: 'Grace Hopper' } }]);
  await page.getByRole('button', { name: 'Remove Grace Hopper' }).click();
  await dialog(page).getByRole('textbox').fill('grace.hopper@example.com');
  await press(page, 'Remove');
  await page.getByText('No members yet').waitFor();
  expect(await members('people')).toEqual([]);
  await page.getByRole('button', { name: 'Invite' }).click();
  await box(page, 'Name').fill('Alan Turing');
  await box(page, 'E-mail').fill('alan@example.com');
  await press(page, 'Make the invitation');
  expect(await page.getByTestId('secret').textContent()).toContain('/invitation#token=');
  await dialog(page).getByRole('checkbox').check();
  await press(page, 'Done');
  await page.getByRole('button', { name: 'Revoke the invitation of Alan Turing' }).click();
  await told(page, 'The invitation of Alan Turing was revoked.');
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(faults).toEqual([]);
  await context.close();
});
