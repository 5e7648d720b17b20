import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { MASTER_KEY, startTestApp, type TestApp } from '../../test/support/app.js';
import { makeWorld, must } from '../../test/support/world.js';
import { accessibilityFindings, launch, overflow, picture, settled, signIn, watchedPage } from './browser.js';

const LIST = {
  models: [
    { provider_kind: 'simulator', name: 'test-model', prices: { input: '1.5', output: '20' } },
    { provider_kind: 'openai', name: 'listed-model', prices: { input: '1.25', cache_write_1h: '2' } },
    { provider_kind: 'openai', name: 'broken-model', prices: { input: 1.25 } },
  ],
};
const MODELS = '{ models(search: "e") { items { name prices { prices { input output } } } } }';

let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  app = await startTestApp({ listen: true, env: { DEMO: 'off' } });
  browser = await launch();
  await makeWorld(app);
});

afterAll(async () => {
  await browser.close();
  await app.close();
});

const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });

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
] as const)('the built-in list is compared, in %s at %i pixels', async (colorScheme, width) => {
  const watched = await watchedPage(browser, app.url, { colorScheme, width });
  await signIn(watched, app.url, MASTER_KEY);
  const { page } = watched;
  await page.goto(`${app.url}/models`);
  await page.getByRole('link', { name: 'Import price list' }).click();
  await button(page, 'Compare').click();
  await page
    .getByText('claude-opus-4-8', { exact: true })
    .or(page.getByText('gpt-5.5', { exact: true }))
    .first()
    .waitFor();
  await look(page, `price-import-${colorScheme}-${width}`);
  await page.getByRole('combobox', { name: 'Difference' }).click();
  await page.getByRole('option', { name: 'Not in list 1' }).click();
  await page.getByText('test-model').waitFor();
  await look(page, `price-import-missing-${colorScheme}-${width}`);
  expect(watched.faults).toEqual([]);
  await watched.context.close();
});

it('a pasted list is compared, chosen from and imported', async () => {
  const watched = await watchedPage(browser, app.url);
  await signIn(watched, app.url, MASTER_KEY);
  const { page } = watched;
  await page.goto(`${app.url}/models/import`);
  await page.getByText('Your own', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Or paste it' }).fill('{"models": ');
  await button(page, 'Compare').click();
  await page.getByText(/This is no JSON/).waitFor();
  await page.getByRole('textbox', { name: 'Or paste it' }).fill(JSON.stringify(LIST));
  await button(page, 'Compare').click();
  await page.getByText('models[2].prices.input:').waitFor();
  const changed = page.getByRole('row', { name: /test-model/ });
  expect((await changed.textContent())!.replace(/\s+/g, ' ')).toMatch(
    /Input\$3\.00\$1\.50.*50%.*Output\$15\.00\$20\.00.*\+33/,
  );
  await look(page, 'price-import-pasted');
  await button(page, 'Choose all 2 that match').click();
  await page.getByText('2 models chosen').waitFor();
  await button(page, 'Import').click();
  await page.getByText('1 model gets a new price').waitFor();
  await look(page, 'price-import-confirm');
  await button(page, 'Import them').click();
  await page.getByText('2 prices were added, 1 of a new model.').waitFor();
  await look(page, 'price-import-done');
  expect(await must(app, MODELS)).toEqual({
    models: {
      items: expect.arrayContaining([
        { name: 'listed-model', prices: [{ prices: { input: '1.25', output: null } }] },
        {
          name: 'test-model',
          prices: [{ prices: { input: '1.5', output: '20' } }, { prices: { input: '3', output: '15' } }],
        },
      ]),
    },
  });
  expect(watched.faults).toEqual([]);
  await watched.context.close();
});

it('a model is made available to some plans, and an organization gets its plan', async () => {
  const watched = await watchedPage(browser, app.url);
  await signIn(watched, app.url, MASTER_KEY);
  const { page } = watched;
  await page.goto(`${app.url}/models`);
  await page.getByRole('link', { name: 'test-model' }).click();
  await page.getByText('Every plan').waitFor();
  await button(page, 'Edit').click();
  await page.getByRole('dialog').getByLabel('Enterprise').check();
  await look(page, 'model-plans-edit');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByText('Enterprise', { exact: true }).waitFor();
  await page.goto(`${app.url}/organizations`);
  await page.getByRole('link', { name: 'Test' }).click();
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('combobox', { name: 'Plan' }).click();
  await page.getByRole('option', { name: 'Enterprise' }).click();
  await page.getByText('The plan is Enterprise now.').waitFor();
  await look(page, 'organization-plan');
  expect(await must(app, '{ organizations { items { plan } } }')).toEqual({
    organizations: { items: [{ plan: 'ENTERPRISE' }] },
  });
  expect(watched.faults).toEqual([]);
  await watched.context.close();
});
