import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, anyAddress, MASTER_KEY, startTestApp, type TestApp } from '../support/app.js';
import { Browser } from '../support/browser.js';

const PROXY = '10.200.0.1';
const WRONG = 'x'.repeat(40);
const QUERY = { query: '{ teams { total } }' };
const MINUTE = 60_000;

let app: TestApp;
let other: TestApp;

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent', TRUSTED_PROXIES: `${PROXY}, fd00::/8` } });
  other = await startTestApp({ env: { LOG_LEVEL: 'silent', DATABASE_URL: app.config.databaseUrl!.reveal() } });
});
afterAll(async () => {
  await other.close();
  await app.close();
});

const attempt = (address: string, { to = app, master_key = WRONG, headers = {} } = {}): Promise<Answer> =>
  new Browser(to, address).post('/auth/master-key', { master_key }, headers);

/** Time goes on, so that earlier cases do not count. */
const rest = (): void => {
  for (const each of [app, other]) each.clock.advance(2 * MINUTE);
};

const count = (answers: readonly Answer[], status: number): number =>
  answers.filter((answer) => answer.status === status).length;

describe('signing in with the master key', () => {
  it('is tried five times a minute, wherever the attempts come from and whichever instance they reach', async () => {
    rest();
    const answers: Answer[] = [];
    for (let at = 0; at < 12; at++) answers.push(await attempt(anyAddress(), { to: at % 2 ? app : other }));
    expect(answers.map((answer) => answer.status)).toEqual([...Array(5).fill(401), ...Array(7).fill(429)]);
    const last = answers.at(-1)!;
    expect(last.body.code).toBe('rate_limit_exceeded');
    const seconds = Number(last.headers['retry-after']);
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
    expect((await attempt(anyAddress(), { master_key: MASTER_KEY })).status).toBe(429);
  });

  it('works again when the minute is over, however often it was tried meanwhile', async () => {
    for (const each of [app, other]) each.clock.advance(MINUTE + 1_000);
    expect((await attempt(anyAddress(), { master_key: MASTER_KEY })).status).toBe(200);
  });

  it('lets no more than five through of fifty at once', async () => {
    rest();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => attempt(anyAddress(), { to: at % 2 ? app : other })),
    );
    expect([count(answers, 401), count(answers, 429)]).toEqual([5, 45]);
  });

  it('counts a sliding minute: five at its end and five in the next are one too many', async () => {
    rest();
    await attempt(anyAddress());
    app.clock.advance(59_000);
    for (let at = 0; at < 4; at++) expect((await attempt(anyAddress())).status).toBe(401);
    app.clock.advance(2_000);
    expect((await attempt(anyAddress())).status).toBe(401);
    expect((await attempt(anyAddress())).status).toBe(429);
  });
});

describe('an address', () => {
  const wrongHeader = (address: string, headers: Record<string, string> = { 'x-admin-key': WRONG }): Promise<Answer> =>
    app.rest('POST', '/graphql', { body: QUERY, headers, address });
  const codeOf = (answer: Answer): string => answer.body.errors[0].extensions.code;

  it('sends twenty wrong credentials a minute, keys and tokens together', async () => {
    rest();
    const address = anyAddress();
    const bearer = { 'x-admin-key': '', authorization: 'Bearer sk-wrong' };
    const token = { 'x-admin-key': '', authorization: 'Bearer a.b.c' };
    const codes: string[] = [];
    for (const headers of Array(8)
      .fill([{ 'x-admin-key': WRONG }, bearer, token])
      .flat())
      codes.push(codeOf(await wrongHeader(address, headers)));
    expect(codes).toEqual([...Array(20).fill('UNAUTHENTICATED'), ...Array(4).fill('RATE_LIMIT_EXCEEDED')]);
    const { status, headers } = await app.rest('GET', '/api/teams', { headers: { 'x-admin-key': WRONG }, address });
    expect([status, Number(headers['retry-after']) > 0]).toEqual([429, true]);
  });

  it('does not shut out the right key of somebody behind it', async () => {
    const address = anyAddress();
    for (let at = 0; at < 21; at++) await wrongHeader(address);
    expect(codeOf(await wrongHeader(address))).toBe('RATE_LIMIT_EXCEEDED');
    const { status } = await app.rest('GET', '/api/teams', { headers: { 'x-admin-key': MASTER_KEY }, address });
    expect(status).toBe(200);
  });

  it('is not changed by forwarded headers that nobody vouches for', async () => {
    rest();
    const address = anyAddress();
    const spoofed = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip'];
    const codes: string[] = [];
    for (let at = 0; at < 24; at++) {
      const own = anyAddress();
      const headers = Object.fromEntries(spoofed.map((name) => [name, name === 'forwarded' ? `for=${own}` : own]));
      codes.push(codeOf(await wrongHeader(address, { ...headers, 'x-admin-key': WRONG })));
    }
    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(20);
    const { rows } = await app.db.query('SELECT bucket FROM sign_in_attempts WHERE bucket = $1', [`header ${address}`]);
    expect(rows).toHaveLength(1);
  });

  it('is the one that a trusted proxy names, and not one that the client put before it', async () => {
    rest();
    const client = anyAddress();
    for (let at = 0; at < 20; at++)
      await wrongHeader(PROXY, { 'x-admin-key': WRONG, 'x-forwarded-for': `${anyAddress()}, ${client}` });
    const forwarded = { 'x-admin-key': WRONG, 'x-forwarded-for': client };
    expect(codeOf(await wrongHeader(PROXY, forwarded))).toBe('RATE_LIMIT_EXCEEDED');
    expect(codeOf(await wrongHeader(PROXY, { ...forwarded, 'x-forwarded-for': anyAddress() }))).toBe('UNAUTHENTICATED');
  });

  it('of IPv6 is its whole network', async () => {
    rest();
    for (let at = 0; at < 20; at++) await wrongHeader(`2001:db8:1:2::${at.toString(16)}`);
    expect(codeOf(await wrongHeader('2001:db8:1:2:ffff::1'))).toBe('RATE_LIMIT_EXCEEDED');
    expect(codeOf(await wrongHeader('2001:db8:1:3::1'))).toBe('UNAUTHENTICATED');
  });
});
