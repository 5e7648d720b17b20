import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { MASTER_KEY, startTestApp, type TestApp } from '../../test/support/app.js';
import { asUser, letUsersIn, makeUser } from '../../test/support/people.js';
import { creditsOf, ledgerProblems, makeWorld, must, type World } from '../../test/support/world.js';
import {
  accessibilityFindings,
  launch,
  picture,
  settled,
  shows,
  signIn,
  type Watched,
  watchedPage,
} from './browser.js';

const CREDENTIAL = 'sk-credential-of-the-portal-spec-4f2a';

let app: TestApp;
let browser: Browser;
let world: World;
let groupId: string;

beforeAll(async () => {
  app = await startTestApp({ listen: true });
  browser = await launch();
  letUsersIn(app);
  world = await makeWorld(app);
  groupId = `group-${world.organizationId.slice(4)}`;
});

afterAll(async () => {
  await browser.close();
  await app.close();
});

/** A browser that is signed in, on a page. */
async function visit(path: string): Promise<Watched> {
  const watched = await watchedPage(browser, app.url);
  await signIn(watched, app.url, MASTER_KEY);
  await goTo(watched.page, path);
  return watched;
}

async function goTo(page: Page, path: string): Promise<void> {
  await page.goto(app.url + path);
  await page.locator('h1').first().waitFor();
  await settled(page);
}

const dialog = (page: Page): Locator => page.getByRole('dialog');
const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
/** A field of the dialog; the star of a required one belongs to its name. */
const field = (page: Page, name: string): Locator =>
  dialog(page).getByRole('textbox', { name: new RegExp(`^${name}( \\*)?$`) });
const press = (page: Page, name: string): Promise<void> => dialog(page).getByRole('button', { name }).click();
const heading = (page: Page, name: string): Promise<void> => page.getByRole('heading', { name, level: 1 }).waitFor();

/** Chooses an entry of a field that searches on the server. */
async function choose(page: Page, name: string, typed: string): Promise<void> {
  await dialog(page).getByRole('combobox', { name }).fill(typed);
  await page.getByRole('option', { name: typed }).click();
  // The menu of a field that takes many stays open over what lies below it.
  await dialog(page).getByRole('heading', { level: 2 }).click();
}

/** What stays in the browser of what was typed, besides the form. */
const kept = (page: Page): Promise<string> =>
  page.evaluate(() => document.body.innerHTML + JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));

const idIn = (page: Page): string => new URL(page.url()).pathname.split('/').at(-1)!;

/** The only answer of a query for one thing. */
async function read<T>(query: string, id: string): Promise<T> {
  return Object.values(await must<Record<string, T>>(app, `query ($id: ID!) { ${query} }`, { id }))[0]!;
}

const ALIAS = `alias(id: $id) { id name displayName status priceOverride { input output }
  targets { model { name } } accessGroups { id } }`;

describe('from a provider to a call, with the mouse', () => {
  let watched: Watched;
  let page: Page;

  beforeAll(async () => {
    watched = await visit('/providers');
    page = watched.page;
  });
  afterAll(async () => {
    expect(watched.faults).toEqual([]);
    await watched.context.close();
  });

  it('adds a provider, whose credential is nowhere afterwards', async () => {
    await button(page, 'New provider').click();
    await field(page, 'Name').fill('Vendor EU');
    await field(page, 'Base URL').fill('https://llm.example.com/v1');
    await dialog(page).getByLabel('Credential').first().fill(CREDENTIAL);
    await press(page, 'Create provider');
    await heading(page, 'Vendor EU');
    await settled(page);
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await kept(page)).not.toContain(CREDENTIAL);
    expect(await kept(page)).toContain('••••4f2a');
    const provider = await read('provider(id: $id) { baseUrl credentialHint status }', idIn(page));
    expect(provider).toEqual({ baseUrl: 'https://llm.example.com/v1', credentialHint: '4f2a', status: 'ENABLED' });
  });

  it('asks for the credential again when the address moves', async () => {
    const id = idIn(page);
    await button(page, 'Edit').click();
    await field(page, 'Base URL').fill('https://else.example.com/v1');
    await press(page, 'Save');
    await page.getByText('Enter the credential.').waitFor();
    await dialog(page).getByLabel('Credential').first().fill('sk-credential-of-the-portal-spec-91bc');
    await press(page, 'Save');
    await dialog(page).waitFor({ state: 'detached' });
    expect(await read('provider(id: $id) { baseUrl credentialHint }', id)).toEqual({
      baseUrl: 'https://else.example.com/v1',
      credentialHint: '91bc',
    });
  });

  it('is disabled at once, and enabled again by undo', async () => {
    const id = idIn(page);
    await button(page, 'Disable').click();
    await button(page, 'Enable').waitFor();
    expect(await read('provider(id: $id) { status }', id)).toEqual({ status: 'DISABLED' });
    await button(page, 'Undo').click();
    await button(page, 'Disable').waitFor();
    expect(await read('provider(id: $id) { status }', id)).toEqual({ status: 'ENABLED' });
  });

  it('adds a model with a price now and one to come', async () => {
    await goTo(page, '/models');
    await button(page, 'New model').click();
    await field(page, 'Name').fill('vendor-large');
    await dialog(page).getByText('One provider', { exact: true }).click();
    await choose(page, 'Provider', 'Vendor EU');
    await dialog(page).getByLabel('Context window').fill('400000');
    await press(page, 'Create model');
    await heading(page, 'vendor-large');
    for (const [when, input] of [
      [null, '1.25'],
      ['2099-01-01T00:00', '1'],
    ] as const) {
      await button(page, 'Add price').click();
      if (when) {
        await dialog(page).getByText('From a date', { exact: true }).click();
        await dialog(page).getByLabel('Date and time').fill(when);
      }
      await field(page, 'Input').fill(input);
      await field(page, 'Output').fill('10');
      await press(page, 'Add it');
      await dialog(page).waitFor({ state: 'detached' });
    }
    await page.getByText('Planned').waitFor();
    const model = await read('model(id: $id) { contextWindow prices { prices { input } } }', idIn(page));
    expect(model).toEqual({
      contextWindow: 400_000,
      prices: [{ prices: { input: '1' } }, { prices: { input: '1.25' } }],
    });
  });

  it('makes an alias with a chain and a group, and calls it at the cost of the team', async () => {
    await goTo(page, '/model-aliases');
    await button(page, 'New alias').click();
    await field(page, 'Name').fill('mouse-chat');
    await choose(page, 'Add a model', 'vendor-large');
    await choose(page, 'Add a model', 'test-model');
    await button(page, 'Move test-model up').click();
    await choose(page, 'Access groups', groupId);
    await press(page, 'Create alias');
    await heading(page, 'mouse-chat');
    await settled(page);
    await picture(page, 'alias-made');
    const alias = await read(ALIAS, idIn(page));
    expect(alias).toMatchObject({
      targets: [{ model: { name: 'test-model' } }, { model: { name: 'vendor-large' } }],
      accessGroups: [{ id: groupId }],
    });
    const before = await creditsOf(app, world.teamId);
    await page.getByRole('tab', { name: 'Test call' }).click();
    await button(page, 'Call it, at the cost of the team').click();
    await page.getByText(/This is a simulated answer/).waitFor();
    await settled(page);
    expect(await accessibilityFindings(page)).toEqual([]);
    const after = await creditsOf(app, world.teamId);
    expect(Number(after.used)).toBeGreaterThan(Number(before.used));
    expect(await ledgerProblems(app)).toEqual([]);
  });

  it('overrides the price, and takes the override back', async () => {
    const id = idIn(page);
    await page.getByRole('tab', { name: 'Overview' }).click();
    await button(page, 'Edit override').click();
    await field(page, 'Input').fill('0.000000001');
    await press(page, 'Save');
    await dialog(page).waitFor({ state: 'detached' });
    expect(await read(ALIAS, id)).toMatchObject({ priceOverride: { input: '0.000000001', output: null } });
    await button(page, 'Edit override').click();
    await field(page, 'Input').fill('');
    await press(page, 'Save');
    await dialog(page).waitFor({ state: 'detached' });
    expect(await read(ALIAS, id)).toMatchObject({ priceOverride: null });
  });

  it('takes it out of its group and puts it back by undo, then deletes it by typing its id', async () => {
    const id = idIn(page);
    await button(page, `Take it out of ${groupId}`).click();
    await page.getByText('No team can call it').waitFor();
    expect(await read(ALIAS, id)).toMatchObject({ accessGroups: [] });
    await button(page, 'Undo').click();
    await page.getByRole('link', { name: groupId }).waitFor();
    await button(page, 'More actions').click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await press(page, 'Delete it');
    expect(await read(ALIAS, id)).toMatchObject({ status: 'ACTIVE' });
    await dialog(page).getByRole('textbox').fill(id);
    await press(page, 'Delete it');
    await heading(page, 'Aliases');
    const { body } = await app.gql('query ($id: ID!) { alias(id: $id) { id } }', { id });
    expect(body.errors[0].extensions.code).toBe('NOT_FOUND');
  });
});

/** Moves the focus on until it is on the control of that name, as somebody without a mouse does. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let step = 0; step < 60; step++) {
    const reached = await page.evaluate((wanted) => {
      const at = document.activeElement as HTMLInputElement | null;
      const named = at?.getAttribute('aria-label') ?? at?.labels?.[0]?.textContent ?? at?.textContent ?? '';
      return named.replace(/[\s*]+$/, '').trim() === wanted;
    }, name);
    if (reached) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach "${name}"`);
}

async function chooseByKeys(page: Page, name: string, typed: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.type(typed);
  await page.getByRole('option', { name: typed }).waitFor();
  // Until the server has answered, the menu still holds what it held before.
  await page.getByRole('option').nth(1).waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await settled(page);
}

it('makes, reorders and deactivates an alias with the keyboard alone', async () => {
  const { page, context, faults } = await visit('/');
  await must(app, 'mutation { createModel(input: { name: "keys-model", providerKind: "simulator" }) { id } }');
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await heading(page, 'Aliases');
  await settled(page);
  await page.keyboard.press('n');
  await dialog(page).waitFor();
  await tabTo(page, 'Name');
  await page.keyboard.type('keys-chat');
  await chooseByKeys(page, 'Add a model', 'test-model');
  await chooseByKeys(page, 'Add a model', 'keys-model');
  await tabTo(page, 'Move keys-model up');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Create alias');
  await page.keyboard.press('Enter');
  await heading(page, 'keys-chat');
  const names = [{ model: { name: 'keys-model' } }, { model: { name: 'test-model' } }];
  expect(await read(ALIAS, idIn(page))).toMatchObject({ name: 'keys-chat', targets: names });
  await settled(page);
  await tabTo(page, 'Deactivate');
  await page.keyboard.press('Enter');
  await button(page, 'Activate').waitFor();
  expect(await read(ALIAS, idIn(page))).toMatchObject({ status: 'INACTIVE' });
  expect(faults).toEqual([]);
  await context.close();
});

describe('what the server refuses', () => {
  it('stands at the field, and keeps what was typed', async () => {
    const { page, context } = await visit('/model-aliases?new');
    await field(page, 'Name').fill(world.alias);
    await field(page, 'Description').fill('Kept');
    await press(page, 'Create alias');
    await page.getByText(`Model alias '${world.alias}' already exists`).waitFor();
    expect(await field(page, 'Description').inputValue()).toBe('Kept');
    expect(await accessibilityFindings(page)).toEqual([]);
    await context.close();
  });

  it('names what a provider is still used by', async () => {
    const { page, context } = await visit(`/providers/${world.providerId}`);
    await button(page, 'More actions').click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog(page).getByRole('textbox').fill(world.providerId);
    await press(page, 'Delete it');
    await dialog(page).getByRole('alert').getByText(world.alias).waitFor();
    expect(await read('provider(id: $id) { status }', world.providerId)).toEqual({ status: 'ENABLED' });
    await context.close();
  });
});

it('shows a member of an organization aliases without what lies behind them, and no providers', async () => {
  const userId = await makeUser(app, { memberships: { [world.organizationId]: 'viewer' } });
  const { page, context, faults } = await visit('/model-access');
  await page.route('**/graphql', (route, request) =>
    route.continue({ headers: { ...request.headers(), ...asUser(userId, world.organizationId) } }),
  );
  await goTo(page, '/model-aliases');
  const row = page.getByRole('row', { name: world.alias });
  expect(await row.textContent()).toContain('It leads to 1 model.');
  await shows(button(page, 'New alias'), 0);
  await row.getByRole('link', { name: world.alias }).click();
  await heading(page, world.alias);
  await settled(page);
  expect(await page.content()).not.toContain('test-model');
  await shows(button(page, 'Deactivate'), 0);
  expect(await page.getByRole('tab').allTextContents()).not.toContain('Test call');
  await goTo(page, `/model-access/${groupId}`);
  await shows(button(page, 'Add aliases'), 0);
  await page.getByRole('tab', { name: 'Teams' }).click();
  await page.getByRole('link', { name: world.teamId }).first().waitFor();
  for (const path of ['/providers', '/models']) {
    await page.goto(app.url + path);
    await page.getByText('You may not see this').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
  }
  expect(faults).toEqual([]);
  await context.close();
});
