import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { MASTER_KEY, startTestApp, type TestApp } from '../../test/support/app.js';
import { creditsOf, makeWorld, must, type World } from '../../test/support/world.js';
import {
  accessibilityFindings,
  copied,
  inScheme,
  launch,
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
  await watched.page.locator('h1').first().waitFor();
  await settled(watched.page);
  return watched;
}

const dialog = (page: Page): Locator => page.getByRole('dialog');
const field = (page: Page, name: string): Locator => dialog(page).getByRole('textbox', { name });
const press = (within: Page | Locator, name: string): Promise<void> =>
  within.getByRole('button', { name, exact: true }).first().click();

interface TeamNow {
  readonly status: string;
  readonly statusReason: string | null;
  readonly pauseUntil: string | null;
  readonly allowedAliases: readonly string[];
  readonly defaultAlias: string | null;
}

async function teamNow(id: string): Promise<TeamNow> {
  const query = 'query ($id: ID!) { team(id: $id) { status statusReason pauseUntil allowedAliases defaultAlias } }';
  return (await must<{ team: TeamNow }>(app, query, { id })).team;
}

/** What the gateway answers to a job that is opened with a key. */
const tryKey = async (token: string, { teamId }: World = world): Promise<number> =>
  (await app.asKey(token, 'POST', '/api/jobs/create', { team_id: teamId, job_type: 'try' })).status;

const SERVED = 200;
const UNAUTHORIZED = 401;

describe('credits', () => {
  it('are added and removed with a reason; a large amount is typed twice', async () => {
    const { page, context, faults } = await open(`/teams/${world.teamId}`);
    await press(page, 'Add credits');
    await field(page, 'Credits').fill('25000.5');
    await field(page, 'Reason').fill('Contract of the year');
    await press(dialog(page), 'Add credits');
    await field(page, 'The same amount again').fill('25000.5');
    await press(dialog(page), 'Add credits');
    await page.getByText('25,000.5 credits were added; 26,000.5 are left now.').waitFor();
    expect(await creditsOf(app, world.teamId)).toMatchObject({ remaining: '26000.5' });
    await page.getByRole('cell', { name: '+25,000.5' }).waitFor();

    await press(page, 'Remove');
    await field(page, 'Credits').fill('9999');
    await field(page, 'Reason').fill('Too much');
    await press(dialog(page), 'Remove credits');
    await page.getByText('9,999 credits were removed; 16,001.5 are left now.').waitFor();
    expect(await creditsOf(app, world.teamId)).toMatchObject({ remaining: '16001.5', allocated: '16001.5' });
    expect(faults).toEqual([]);
    await context.close();
  });

  it('stay as they are when the server refuses, and so does the dialog', async () => {
    const other = await makeWorld(app, { credits: '10' });
    const { page, context } = await open(`/teams/${other.teamId}`);
    await press(page, 'Remove');
    await field(page, 'Credits').fill('10.000001');
    await field(page, 'Reason').fill('More than there is');
    await press(dialog(page), 'Remove credits');
    await dialog(page)
      .getByRole('alert')
      .getByText(/cannot be taken/)
      .waitFor();
    expect(await field(page, 'Reason').inputValue()).toBe('More than there is');
    expect(await creditsOf(app, other.teamId)).toMatchObject({ remaining: '10', allocated: '10' });
    await context.close();
  });

  it('are added by keyboard alone, from the list on', async () => {
    const other = await makeWorld(app, { credits: '10' });
    const { page, context } = await open('/teams');
    await page.keyboard.press('/');
    await page.keyboard.type(other.teamId);
    await page.getByRole('link', { name: other.teamId }).and(page.locator('td a')).first().waitFor();
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
    await tabTo(page, other.teamId);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/teams/${other.teamId}`);
    await settled(page);
    await tabTo(page, 'Add credits');
    await page.keyboard.press('Enter');
    await dialog(page).waitFor();
    await page.keyboard.type('5.25');
    await page.keyboard.press('Tab');
    await page.keyboard.type('By keyboard');
    await tabTo(page, 'Add credits');
    await page.keyboard.press('Enter');
    await dialog(page).waitFor({ state: 'hidden' });
    expect(await creditsOf(app, other.teamId)).toMatchObject({ remaining: '15.25' });
    await context.close();
  });
});

/** Moves the focus on until it is on what bears the name, as somebody without a mouse does. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let step = 0; step < 80; step++) {
    const at = await page.evaluate(() => document.activeElement?.textContent.trim() ?? '');
    if (at === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach "${name}"`);
}

describe('keys', () => {
  it('are made, rotated with an overlap and revoked by typing; each token is shown once', async () => {
    const { page, context, faults } = await open(`/teams/${world.teamId}?tab=keys`);
    await press(page, 'New key');
    await field(page, 'Name').fill('Flow');
    await press(dialog(page), 'Create key');
    const first = (await page.getByTestId('secret').textContent())!;
    await press(dialog(page), 'Copy');
    await copied(page, first);
    await press(dialog(page), 'Done');
    expect(await tryKey(first)).toBe(SERVED);
    await settled(page);
    expect(await page.content()).not.toContain(first);

    await page.getByRole('button', { name: `Actions for Flow …${first.slice(-4)}` }).click();
    await page.getByRole('menuitem', { name: 'Rotate' }).click();
    await press(dialog(page), '1 day');
    await press(dialog(page), 'Make the new key');
    const second = (await page.getByTestId('secret').textContent())!;
    await dialog(page).getByRole('checkbox').check();
    await press(dialog(page), 'Done');
    expect([await tryKey(first), await tryKey(second)]).toEqual([SERVED, SERVED]);

    await page.getByRole('button', { name: `Actions for Flow …${first.slice(-4)}` }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    const id = await dialog(page).locator('code').textContent();
    await dialog(page).getByRole('textbox').fill(id!);
    await press(dialog(page), 'Revoke key');
    await page.getByText('The key “Flow” was revoked.').waitFor();
    expect([await tryKey(first), await tryKey(second)]).toEqual([UNAUTHORIZED, SERVED]);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('show what they replaced, and are found by their last four', async () => {
    const { page, context, faults } = await open('/keys');
    const query = 'mutation ($id: ID!) { rotateKey(id: $id) { key { id lastFour } } }';
    const { keyId } = await makeWorld(app);
    const { rotateKey } = await must<{ rotateKey: { key: { id: string; lastFour: string } } }>(app, query, {
      id: keyId,
    });
    await page.getByRole('searchbox').fill(rotateKey.key.lastFour);
    await page.waitForURL(/q=/);
    await page.locator(`a[href="/keys/${rotateKey.key.id}"]`).click();
    await page.getByRole('heading', { name: 'Rotations' }).waitFor();
    await page.locator(`a[href="/keys/${keyId}"]`).click();
    await page.waitForURL(`${app.url}/keys/${keyId}`);
    await page.getByText('this key', { exact: true }).waitFor();
    await shows(page.getByRole('button', { name: 'Revoke' }), 0);
    expect(faults).toEqual([]);
    await context.close();
  });
});

describe('a team', () => {
  it('is paused until a time, resumed, suspended with a reason and deleted by typing its id', async () => {
    const other = await makeWorld(app);
    const { page, context, faults } = await open(`/teams/${other.teamId}?tab=settings`);
    await press(page, 'Pause');
    await field(page, 'Reason').fill('Maintenance');
    await dialog(page).getByLabel('Until').fill('2040-01-01T08:00');
    await press(dialog(page), 'Pause');
    await page
      .getByText(/Paused until Jan 1, 2040/)
      .first()
      .waitFor();
    expect(await teamNow(other.teamId)).toMatchObject({ status: 'PAUSED', statusReason: 'Maintenance' });

    await press(page, 'Resume');
    await page.getByText(`${other.teamId} was resumed.`).waitFor();
    expect(await teamNow(other.teamId)).toMatchObject({ status: 'ACTIVE', statusReason: null, pauseUntil: null });

    await press(page, 'Suspend');
    await field(page, 'Reason').fill('Not paid');
    await press(dialog(page), 'Suspend');
    await page
      .getByText(/Suspended: its keys are refused/)
      .first()
      .waitFor();
    expect(await teamNow(other.teamId)).toMatchObject({ status: 'SUSPENDED', statusReason: 'Not paid' });

    await press(page, 'Delete');
    await dialog(page).getByRole('textbox').fill('something else');
    await press(dialog(page), 'Delete');
    expect(await teamNow(other.teamId)).toMatchObject({ status: 'SUSPENDED' });
    await dialog(page).getByRole('textbox').fill(other.teamId);
    await press(dialog(page), 'Delete');
    await page.waitForURL(`${app.url}/teams`);
    const { body } = await app.gql('query ($id: ID!) { team(id: $id) { id } }', { id: other.teamId });
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    expect(faults).toEqual([]);
    await context.close();
  });

  it('gets other access groups, which can be undone, and a default alias', async () => {
    const other = await makeWorld(app);
    const { page, context, faults } = await open(`/teams/${world.teamId}?tab=access`);
    await press(page, 'Change');
    await dialog(page).getByRole('combobox').fill(other.organizationId.slice(4));
    await page.getByRole('option').first().click();
    await page.keyboard.press('Escape');
    await press(dialog(page), 'Save');
    await page.getByRole('link', { name: other.alias }).waitFor();
    expect((await teamNow(world.teamId)).allowedAliases).toEqual([other.alias, world.alias].sort());
    await press(page, 'Undo');
    await page.getByRole('link', { name: other.alias }).waitFor({ state: 'detached' });
    expect((await teamNow(world.teamId)).allowedAliases).toEqual([world.alias]);

    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByRole('combobox', { name: 'Default alias' }).fill(world.alias);
    await page.getByRole('option', { name: world.alias }).click();
    await page.getByRole('button', { name: 'Save' }).nth(1).click();
    await page.getByText('The default alias was saved.').waitFor();
    expect((await teamNow(world.teamId)).defaultAlias).toBe(world.alias);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('cannot be made with an id that is taken; the dialog says so at the field', async () => {
    const { page, context } = await open(`/teams?organizationId=${world.organizationId}`);
    await page.keyboard.press('n');
    await field(page, 'Name').fill('Twice');
    await dialog(page).getByRole('textbox', { name: 'Id', exact: true }).fill(world.teamId);
    await press(dialog(page), 'Create team');
    await dialog(page)
      .getByText(/already exists/)
      .waitFor();
    expect(await field(page, 'Name').inputValue()).toBe('Twice');
    await context.close();
  });
});

/** Every dialog of these pages: where it is, and what opens it. */
const DIALOGS: Readonly<Record<string, [path: () => string, how: (page: Page) => Promise<void>]>> = {
  'team-create': [() => '/teams?new', () => Promise.resolve()],
  'credits-add': [() => `/teams/${world.teamId}`, (page) => press(page, 'Add credits')],
  'credits-remove': [() => `/teams/${world.teamId}`, (page) => press(page, 'Remove')],
  'team-budget': [() => `/teams/${world.teamId}`, (page) => press(page, 'Edit: Budget')],
  'team-access': [() => `/teams/${world.teamId}?tab=access`, (page) => press(page, 'Change')],
  'team-pause': [() => `/teams/${world.teamId}?tab=settings`, (page) => press(page, 'Pause')],
  'team-suspend': [() => `/teams/${world.teamId}?tab=settings`, (page) => press(page, 'Suspend')],
  'team-delete': [() => `/teams/${world.teamId}?tab=settings`, (page) => press(page, 'Delete')],
  'key-create': [() => '/keys?new', () => Promise.resolve()],
  'key-rotate': [() => `/keys/${world.keyId}`, (page) => press(page, 'Rotate')],
  'key-revoke': [() => `/keys/${world.keyId}`, (page) => press(page, 'Revoke')],
};

it.each(Object.entries(DIALOGS))(
  'the dialog %s has nothing that axe finds, in either scheme',
  async (name, [path, how]) => {
    const { page, context, faults } = await open(path());
    await how(page);
    await dialog(page).waitFor();
    for (const scheme of ['light', 'dark'] as const) {
      await inScheme(page, scheme);
      await settled(page);
      await picture(page, `dialog-${name}-${scheme}`);
      expect({ scheme, findings: await accessibilityFindings(page) }).toEqual({ scheme, findings: [] });
    }
    expect(faults).toEqual([]);
    await context.close();
  },
);
