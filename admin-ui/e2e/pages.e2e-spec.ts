import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { MASTER_KEY, startTestApp, type TestApp } from '../../test/support/app.js';
import { accessibilityFindings, launch, overflow, picture, watchedPage } from './browser.js';

const PAGES = [
  ['/sign-in', 'sign-in', 'h1'],
  ['/playground', 'playground', '.graphiql-container .monaco-editor'],
  ['/docs', 'docs', '.swagger-ui .opblock-tag'],
] as const;
const LOOKS = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
] as const;

/** Findings inside the bundled editors themselves, which are not ours to mend. */
const EDITOR_PAGES = ['/playground', '/docs'];

let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  app = await startTestApp({ listen: true });
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await app.close();
});

describe.each(PAGES)('%s', (path, name, landmark) => {
  it.each(LOOKS)('in %s at %i px shows without a fault, a foreign request or overflow', async (colorScheme, width) => {
    const { page, context, faults } = await watchedPage(browser, app.url, { colorScheme, width });
    await page.goto(app.url + path);
    await page.waitForSelector(landmark);
    await page.waitForLoadState('networkidle');
    await picture(page, `${name}-${colorScheme}-${width}`);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    if (!EDITOR_PAGES.includes(path)) expect(await accessibilityFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });
});

/** A new key makes GraphiQL read the schema again, and it drops an operation that is started meanwhile. */
async function runUntilAnswered(page: Page): Promise<void> {
  const answered = (): boolean => Boolean(document.querySelector('.graphiql-response')?.textContent?.includes('total'));
  for (let attempt = 1; ; attempt++) {
    await page.getByRole('button', { name: /execute query/i }).click();
    try {
      await page.waitForFunction(answered, undefined, { timeout: 2_000 });
      return;
    } catch (error) {
      if (attempt === 10) throw error;
    }
  }
}

describe('the playground', () => {
  it('runs an operation with the admin key, and keeps the key nowhere', async () => {
    const { page, context, faults } = await watchedPage(browser, app.url);
    await page.goto(`${app.url}/playground`);
    await page.waitForSelector('.monaco-editor');
    await page.waitForLoadState('networkidle');
    await page.getByLabel(/admin.key/i).fill(MASTER_KEY);
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Organizations', exact: true }).click();
    await runUntilAnswered(page);
    await picture(page, 'playground-answer');
    const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(stored).not.toContain(MASTER_KEY);
    // Asking for the schema before the key is given is refused; nothing else may fail.
    expect(faults.filter((fault) => !/graphql|status of 4/.test(fault))).toEqual([]);
    await context.close();
  });
});
