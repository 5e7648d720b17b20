import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { MASTER_KEY, startTestApp, type TestApp } from '../../test/support/app.js';
import { ledgerProblems, makeWorld, type World } from '../../test/support/world.js';
import { copied, launch, settled, watchedPage } from './browser.js';

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

/** How one and the same thing is done with the mouse, and with the keyboard alone. */
interface Hand {
  signIn(page: Page): Promise<void>;
  /** Opens the list and its dialog for something new. */
  openNew(page: Page, place: string, keys: string, button: string): Promise<void>;
  fill(page: Page, label: string, text: string): Promise<void>;
  /** Chooses an entry of a field that searches on the server. */
  choose(page: Page, label: string, typed: string, entry: string): Promise<void>;
  press(page: Page, button: string): Promise<void>;
  /** Switches a switch of a dialog. */
  toggle(page: Page, label: string): Promise<void>;
  goTo(page: Page, place: string, keys: string): Promise<void>;
}

const dialog = (page: Page) => page.getByRole('dialog');

const MOUSE: Hand = {
  async signIn(page) {
    await page.getByLabel('Master key').first().fill(MASTER_KEY);
    await page.getByRole('button', { name: 'Sign in with the master key' }).click();
  },
  async openNew(page, place, _keys, button) {
    await page.getByRole('navigation').getByRole('link', { name: place }).click();
    await page.getByRole('heading', { name: place, level: 1 }).waitFor();
    await page.getByRole('button', { name: button }).first().click();
  },
  async fill(page, label, text) {
    await dialog(page).getByRole('textbox', { name: label, exact: true }).fill(text);
  },
  async choose(page, label, typed, entry) {
    await dialog(page).getByRole('combobox', { name: label }).click();
    await dialog(page).getByRole('combobox', { name: label }).fill(typed);
    await page.getByRole('option', { name: entry }).click();
    await dialog(page).getByRole('heading').click();
  },
  async press(page, button) {
    await dialog(page).getByRole('button', { name: button, exact: true }).click();
  },
  async toggle(page, label) {
    await dialog(page).getByRole('switch', { name: label }).click();
  },
  async goTo(page, place) {
    await page.getByRole('navigation').getByRole('link', { name: place }).click();
  },
};

/** Moves the focus on until it is where it should be, as somebody without a mouse does. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let step = 0; step < 60; step++) {
    const reached = await page.evaluate((wanted) => {
      const at = document.activeElement as HTMLInputElement | null;
      const labels = [...(at?.labels ?? [])].map((each) => each.textContent).join('');
      const label = labels || at?.getAttribute('aria-label') || at?.textContent || '';
      // A switch's label goes on with its description.
      return label.replace(/[\s*]+$/, '').trim() === wanted || (at?.role === 'switch' && label.startsWith(wanted));
    }, name);
    if (reached) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach "${name}"`);
}

const KEYBOARD: Hand = {
  async signIn(page) {
    await tabTo(page, 'Master key');
    await page.keyboard.type(MASTER_KEY);
    await page.keyboard.press('Enter');
  },
  async openNew(page, place, keys) {
    await KEYBOARD.goTo(page, place, keys);
    await page.getByRole('heading', { name: place, level: 1 }).waitFor();
    await settled(page);
    await page.keyboard.press('n');
    await dialog(page).waitFor();
  },
  async fill(page, label, text) {
    await tabTo(page, label);
    await page.keyboard.type(text);
  },
  async choose(page, label, typed, entry) {
    await tabTo(page, label);
    await page.keyboard.type(typed);
    await page.getByRole('option', { name: entry }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
  },
  async press(page, button) {
    await tabTo(page, button);
    await page.keyboard.press('Enter');
  },
  async toggle(page, label) {
    await tabTo(page, label);
    await page.keyboard.press('Space');
  },
  async goTo(page, place, keys) {
    if (keys === '') {
      await page.keyboard.press('Control+k');
      await page.getByPlaceholder(/^Search organizations/).waitFor();
      await page.keyboard.type(place);
      await page.getByText(`Go to ${place}`).waitFor();
      await page.keyboard.press('Enter');
      return;
    }
    for (const key of keys.split(' ')) await page.keyboard.press(key);
  },
};

describe.each([
  ['the mouse', 'mouse', MOUSE],
  ['the keyboard alone', 'keys', KEYBOARD],
] as const)('from sign-in to the first call with %s', (_how, tag, hand) => {
  it('makes organization, access group and team, copies the key once, runs the example and finds the job', async () => {
    const { page, context, faults } = await watchedPage(browser, app.url);
    await page.goto(app.url);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await hand.signIn(page);
    await page.getByRole('heading', { name: 'Dashboard' }).waitFor();

    await hand.openNew(page, 'Organizations', 'g o', 'New organization');
    await hand.fill(page, 'Name', `Northwind ${tag}`);
    await hand.toggle(page, 'With a first team');
    await hand.press(page, 'Create organization');
    await page.getByRole('heading', { name: `Northwind ${tag}`, level: 1 }).waitFor();

    await hand.openNew(page, 'Access groups', '', 'New access group');
    await hand.fill(page, 'Name', `Chat ${tag}`);
    await hand.choose(page, 'Aliases', world.alias, world.alias);
    await hand.press(page, 'Create access group');
    await page.getByRole('heading', { name: `Chat ${tag}`, level: 1 }).waitFor();

    await hand.openNew(page, 'Teams', 'g t', 'New team');
    await hand.choose(page, 'Organization', `northwind-${tag}`, `Northwind ${tag}`);
    await hand.fill(page, 'Name', `Search ${tag}`);
    await hand.choose(page, 'Access groups', `chat-${tag}`, `Chat ${tag}`);
    await hand.fill(page, 'Credits to begin with', '25');
    await hand.press(page, 'Create team');

    const key = (await page.getByTestId('secret').textContent())!;
    expect(key).toMatch(/^sk-/);
    const example = (await page.getByTestId('first-call').textContent())!;
    await hand.press(page, 'Copy');
    await copied(page, key);
    await hand.press(page, 'Done');
    await page.getByRole('heading', { name: `Search ${tag}`, level: 1 }).waitFor();
    await settled(page);
    expect(await page.content()).not.toContain(key);

    const { stdout } = await promisify(execFile)('bash', ['-c', example]);
    const answer = JSON.parse(stdout) as { job_id: string; costs: { total_cost_usd: number } };
    expect(answer.costs.total_cost_usd).toBeGreaterThan(0);

    await hand.goTo(page, 'Jobs', 'g j');
    const row = page.getByRole('row', { name: `Search ${tag}` });
    await row.waitFor();
    expect(await row.textContent()).toContain(answer.costs.total_cost_usd.toFixed(6).replace(/0+$/, ''));

    await hand.goTo(page, 'Audit log', 'g a');
    await page.getByRole('heading', { name: 'Audit log' }).waitFor();
    await settled(page);
    for (const made of [`Northwind ${tag}`, `Chat ${tag}`, `Search ${tag}`])
      await page.getByRole('row').filter({ hasText: made }).first().waitFor();
    expect(faults).toEqual([]);
    expect(await ledgerProblems(app)).toEqual([]);
    await context.close();
  });
});
