import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { MASTER_KEY, startTestApp, type TestApp } from '../../test/support/app.js';
import { makeWorld, must, type World } from '../../test/support/world.js';
import {
  accessibilityFindings,
  launch,
  overflow,
  picture,
  settled,
  signIn,
  type Watched,
  watchedPage,
} from './browser.js';

const TIER = { abovePromptTokens: 200_000, prices: { input: '6', output: '22.5' } };
const PRICES = { input: '3', cachedRead: '0.3', output: '15', tiers: [TIER] };
const OVERRIDE = { input: '2', tiers: [{ abovePromptTokens: 400_000, prices: { input: '9' } }] };
const BOOK = 'input output tiers { abovePromptTokens prices { input cachedRead output } }';
const ALIAS = `query ($name: String) { aliases(search: $name) { items { id priceOverride { ${BOOK} }
  targets { model { id currentPrice { prices { ${BOOK} } } } } } } }`;
const LIST = {
  models: [
    {
      ...{ provider_kind: 'simulator', name: 'test-model' },
      prices: { input: '3', output: '15', tiers: [{ above_prompt_tokens: 272_000, prices: { input: '6' } }] },
    },
    {
      ...{ provider_kind: 'openai', name: 'bad-tiers' },
      prices: { input: '1', tiers: [{ above_prompt_tokens: 0, prices: {} }] },
    },
  ],
};
const ADD_TIER = 'Other prices for long prompts';

interface AliasRow {
  readonly id: string;
  readonly priceOverride: object | null;
  readonly targets: readonly { readonly model: { readonly id: string; readonly currentPrice: { prices: object } } }[];
}

let app: TestApp;
let browser: Browser;
let world: World;
/** Whose model has tiers, and whose override has some too. */
let tiered: World;

beforeAll(async () => {
  app = await startTestApp({ listen: true, env: { DEMO: 'off' } });
  browser = await launch();
  world = await makeWorld(app);
  tiered = await makeWorld(app, { model: 'long-context-model', prices: PRICES, priceOverride: OVERRIDE });
});

afterAll(async () => {
  await browser.close();
  await app.close();
});

const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
const dialog = (page: Page): Locator => page.getByRole('dialog');
const group = (page: Page, name: string): Locator => dialog(page).getByRole('group', { name });
const field = (within: Locator, name: string): Locator => within.getByRole('textbox', { name, exact: true });
/** Spaces as one, and without those that only keep words together. */
const words = async (found: Locator): Promise<string> => ((await found.textContent()) ?? '').replace(/\s+/g, ' ');

const aliasOf = async ({ alias }: World): Promise<AliasRow> =>
  (await must<{ aliases: { items: AliasRow[] } }>(app, ALIAS, { name: alias })).aliases.items[0]!;

async function visit(path: string, options: Parameters<typeof watchedPage>[2] = {}): Promise<Watched> {
  const watched = await watchedPage(browser, app.url, options);
  await signIn(watched, app.url, MASTER_KEY);
  await goTo(watched.page, path);
  return watched;
}

async function goTo(page: Page, path: string): Promise<void> {
  await page.goto(app.url + path);
  await page.locator('h1').first().waitFor();
  await settled(page);
}

async function look(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
  await picture(page, name);
}

it.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
] as const)('prices of long prompts are shown, in %s at %i pixels', async (colorScheme, width) => {
  const { id, targets } = await aliasOf(tiered);
  const at = `${colorScheme}-${width}`;
  const { page, context, faults } = await visit(`/models/${targets[0]!.model.id}`, { colorScheme, width });
  await page.getByText('$6.00 above 200,000 prompt tokens').waitFor();
  const row = page.getByRole('row', { name: /^Above 200,000 prompt tokens/ });
  expect(await words(row)).toBe('Above 200,000 prompt tokens$6.00$22.50$0.30');
  await look(page, `tiers-model-${at}`);
  await button(page, 'Add price').click();
  await group(page, 'Above 200,000 prompt tokens').waitFor();
  await look(page, `tiers-add-price-${at}`);
  await button(page, ADD_TIER).click();
  await button(page, 'Add it').click();
  await dialog(page).getByText('A whole number of tokens').first().waitFor();
  await look(page, `tiers-add-price-wrong-${at}`);
  await goTo(page, `/model-aliases/${id}`);
  await page.getByText('Above 400,000 prompt tokens').waitFor();
  await look(page, `tiers-alias-${at}`);
  await button(page, 'Edit override').click();
  await group(page, 'Above 400,000 prompt tokens').waitFor();
  await look(page, `tiers-override-${at}`);
  await goTo(page, '/models');
  expect(await page.content()).toContain('Above 200,000 prompt tokens $6.00');
  await look(page, `tiers-models-${at}`);
  await goTo(page, '/model-aliases');
  expect(await page.content()).toContain('Above 400,000 prompt tokens $9.00');
  await look(page, `tiers-aliases-${at}`);
  expect(faults).toEqual([]);
  await context.close();
});

it.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
] as const)('an import shows tiers and what is wrong with them, in %s at %i pixels', async (colorScheme, width) => {
  const { page, context, faults } = await visit('/models/import', { colorScheme, width });
  await page.getByText('Your own', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Or paste it' }).fill(JSON.stringify(LIST));
  await button(page, 'Compare').click();
  await page.getByText('models[1].prices.tiers[0].above_prompt_tokens:').waitFor();
  const changed = page.getByRole('row', { name: /test-model/ });
  expect(await words(changed)).toContain('Above 272,000 prompt tokensInputnone$6.00');
  await changed.scrollIntoViewIfNeeded();
  await look(page, `tiers-import-${colorScheme}-${width}`);
  expect(faults).toEqual([]);
  await context.close();
});

it('a tier is added to a price, and the price of long prompts of an alias is changed and taken back', async () => {
  const { id, targets } = await aliasOf(world);
  const { page, context, faults } = await visit(`/models/${targets[0]!.model.id}`);
  await button(page, 'Add price').click();
  await button(page, ADD_TIER).click();
  await page.keyboard.type('200000');
  const tier = group(page, 'Above 200,000 prompt tokens');
  await field(tier, 'Input').fill('6');
  await field(tier, 'Output').fill('22.5');
  expect(await words(dialog(page).getByRole('table'))).toContain('InputAbove 200,000 prompt tokensnone$6.00');
  await button(page, 'Add it').click();
  await dialog(page).waitFor({ state: 'detached' });
  await page.getByText('$6.00 above 200,000 prompt tokens').waitFor();
  const [target] = (await aliasOf(world)).targets;
  const prices = { input: '6', cachedRead: null, output: '22.5' };
  expect(target!.model.currentPrice.prices).toEqual({
    ...{ input: '3', output: '15' },
    tiers: [{ abovePromptTokens: 200_000, prices }],
  });

  await goTo(page, `/model-aliases/${id}`);
  await button(page, 'Edit override').click();
  await button(page, ADD_TIER).click();
  await page.keyboard.type('200000');
  const own = group(page, 'Above 200,000 prompt tokens');
  expect(await field(own, 'Output').getAttribute('placeholder')).toBe('22.50');
  await field(own, 'Output').fill('20');
  await button(page, 'Save').click();
  await dialog(page).waitFor({ state: 'detached' });
  expect((await aliasOf(world)).priceOverride).toEqual({
    ...{ input: null, output: null },
    tiers: [{ abovePromptTokens: 200_000, prices: { input: null, cachedRead: null, output: '20' } }],
  });
  const paid = page.getByRole('row', { name: /^Output/ }).last();
  await paid.getByText('$20.00').first().waitFor();
  expect(await words(paid)).toBe('Output$22.50$20.00$20.00');

  await button(page, 'Edit override').click();
  await button(page, 'Remove tier 1').click();
  await button(page, 'Save').click();
  await dialog(page).waitFor({ state: 'detached' });
  expect((await aliasOf(world)).priceOverride).toBeNull();
  expect(faults).toEqual([]);
  await context.close();
});
