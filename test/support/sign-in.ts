import type { Answer, TestApp } from './app.js';
import { Browser } from './browser.js';
import type { Entra } from './entra/entra.mjs';

/** Where the tests' people reach the product. */
export const PUBLIC_URL = 'http://toll.test';

export interface Arrived {
  readonly browser: Browser;
  /** The answer to the call-back. */
  readonly answer: Answer;
  /** Where the browser ends. */
  readonly location: string;
}

/** The path of an address of the product, as its own server wants it. */
const pathOf = (url: string): string => url.replace(PUBLIC_URL, '');

/** The whole way of somebody who presses "Sign in with Microsoft". */
export async function signIn(
  app: Pick<TestApp, 'rest'>,
  entra: Pick<Entra, 'signIn'>,
  email: string,
  { browser = new Browser(app), returnTo = '' } = {},
): Promise<Arrived> {
  const query = returnTo && `?return_to=${encodeURIComponent(returnTo)}`;
  const login = await browser.get(`/auth/entra/login${query}`);
  return comeBack(browser, await entra.signIn(String(login.headers['location']), email));
}

/** Follows the directory's way back. */
export async function comeBack(browser: Browser, callback: string): Promise<Arrived> {
  const answer = await browser.get(pathOf(callback), { 'sec-fetch-site': 'cross-site' });
  return { browser, answer, location: String(answer.headers['location']) };
}
