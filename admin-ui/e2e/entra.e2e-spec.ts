import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startTestApp, type TestApp } from '../../test/support/app.js';
import { type Entra, startEntra } from '../../test/support/entra/entra.mjs';
import { launch, watchedPage } from './browser.js';

let app: TestApp;
let browser: Browser;
let entra: Entra;
let origin: string;

/** The product must know its public address before it listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  entra = await startEntra({
    people: [
      { name: 'Olivia Owner', email: 'olivia@example.com', roles: ['Tollkeeper.Owner'] },
      { name: 'Nora Nobody', email: 'nora@example.com', groups: [randomUUID()] },
    ],
  });
  app = await startTestApp({ env: { ...entra.env, PUBLIC_URL: origin } });
  await app.app.listen(port, '127.0.0.1');
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await app.close();
  await entra.close();
});

async function signInAs(page: Page, name: string): Promise<void> {
  await page.goto(`${origin}/teams`);
  await page.getByRole('link', { name: 'Sign in with Microsoft' }).click();
  await page.getByText(name).first().click();
}

it('somebody with an app role comes back to the page that was asked for, and signs out', async () => {
  const { page, context } = await watchedPage(browser, origin);
  await signInAs(page, 'Olivia Owner');
  await page.waitForURL(`${origin}/teams`);
  await page.getByRole('heading', { name: 'Teams' }).waitFor();
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByText('olivia@example.com').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL((url) => url.pathname !== '/teams');
  expect((await context.request.get(`${origin}/auth/session`)).ok()).toBe(true);
  const session = (await (await context.request.get(`${origin}/auth/session`)).json()) as { signed_in: boolean };
  expect(session.signed_in).toBe(false);
  await context.close();
});

it('somebody without a role gets a clear page, and an audit row', async () => {
  const { page, context } = await watchedPage(browser, origin);
  await signInAs(page, 'Nora Nobody');
  await page.waitForURL(/\/sign-in\?error=not_invited/);
  await page.getByText('You have no role here').waitFor();
  const { rows } = await app.db.query(
    `SELECT 1 FROM audit_entries WHERE action = 'session.create' AND status = 'denied'`,
  );
  expect(rows.length).toBeGreaterThan(0);
  await context.close();
});
