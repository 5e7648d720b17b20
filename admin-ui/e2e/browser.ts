import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Locator, type Page, type Request } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Debian's Chromium, or the browser that CHROMIUM names. */
export async function launch(): Promise<Browser> {
  const executablePath = [process.env.CHROMIUM ?? '', ...CANDIDATES].find((path) => path !== '' && existsSync(path));
  if (!executablePath) throw new Error('Chromium is not installed; on Debian: apt-get install chromium');
  return chromium.launch({ executablePath, args: [...FLAGS, '--no-first-run', '--disable-component-update'] });
}

/** What a page has asked a server for and not got yet. Its load state tells of its first load only, not of what follows. */
class Requests {
  private readonly open = new Set<Request>();
  private waiting: (() => void)[] = [];

  constructor(page: Page) {
    page.on('request', (request) => request.url().startsWith('http') && this.open.add(request));
    page.on('requestfinished', (request) => this.end(request));
    page.on('requestfailed', (request) => this.end(request));
  }

  get isIdle(): boolean {
    return this.open.size === 0;
  }

  async idle(): Promise<void> {
    while (!this.isIdle) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private end(request: Request): void {
    this.open.delete(request);
    if (this.isIdle) for (const go of this.waiting.splice(0)) go();
  }
}

const requests = new WeakMap<Page, Requests>();

export interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, policy violations, failed and foreign requests so far. */
  readonly faults: string[];
}

/** A page on which everything that must not happen is written down. */
export async function watchedPage(
  browser: Browser,
  origin: string,
  options: { colorScheme?: 'light' | 'dark'; width?: number } = {},
): Promise<Watched> {
  const { colorScheme = 'light', width = 1280 } = options;
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: false });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin });
  // Below the time of a test, so that what was waited for is named.
  context.setDefaultTimeout(45_000);
  const page = await context.newPage();
  requests.set(page, new Requests(page));
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== origin) faults.push(`foreign: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  return { page, context, faults };
}

/**
 * What axe finds wrong with the page once it stands still: in the middle of a transition it would measure colours that
 * nobody reads. The page's own policy would refuse the script, so it goes in past it.
 */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  await still(page);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map((each) => `${each.id}: ${each.nodes[0]?.html ?? ''}`);
  });
}

/** Pixels by which the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Keeps a picture for a person to look at, in the folder that SCREENSHOTS names; none without. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** The session that each server gave last: the master key may sign in five times a minute and no more. */
const sessions = new Map<string, Awaited<ReturnType<BrowserContext['cookies']>>>();

/** Signs the browser in with the master key, as the form of the sign-in page does; a session that still serves is kept. */
export async function signIn({ context }: Watched, origin: string, masterKey: string): Promise<void> {
  await context.addCookies(sessions.get(origin) ?? []);
  const known = await context.request.get(`${origin}/auth/session`);
  if (((await known.json()) as { signed_in: boolean }).signed_in) return;
  const answer = await context.request.post(`${origin}/auth/master-key`, {
    data: { master_key: masterKey },
    headers: { origin },
  });
  if (!answer.ok()) throw new Error(`sign-in was answered ${answer.status()}: ${await answer.text()}`);
  sessions.set(origin, await context.cookies());
}

/** Waits until the page has what it asked for and stands still. */
export async function settled(page: Page): Promise<void> {
  const asked = requests.get(page)!;
  await page.waitForLoadState('networkidle');
  do {
    await asked.idle();
    await page.waitForFunction(() => document.querySelector('[aria-busy="true"], .mantine-Loader-root') === null);
    await still(page);
  } while (!asked.isIdle); // What came may have led to more.
}

const SHOWN_MS = 45_000;

/** Waits until so many are on the page. @throws Error that tells how many there are instead */
export async function shows(found: Locator, count: number): Promise<void> {
  const untilMs = performance.now() + SHOWN_MS;
  for (;;) {
    const there = await found.count();
    if (there === count) return;
    if (performance.now() > untilMs) throw new Error(`${String(found)}: ${there} in place of ${count}`);
    await found.page().evaluate(() => new Promise(requestAnimationFrame));
  }
}

/** Waits until the clipboard holds the text. */
export async function copied(page: Page, text: string): Promise<void> {
  await page.waitForFunction(async (wanted) => (await navigator.clipboard.readText()) === wanted, text);
}

/** Shows the page in the scheme that the system asks for from now on. */
export async function inScheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
}

/** Waits until nothing that ends by itself has moved for some frames; a change may begin a frame after its cause. */
async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const isFinite = ({ effect }: Animation): boolean => effect?.getComputedTiming().endTime !== Infinity;
    for (let frames = 0; frames < 3; frames++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const moving = document.getAnimations().filter((each) => isFinite(each) && each.playState === 'running');
      if (moving.length > 0) frames = -1;
      await Promise.allSettled(moving.map(({ finished }) => finished));
    }
  });
}
