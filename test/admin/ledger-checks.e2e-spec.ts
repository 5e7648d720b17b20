import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerAuditor } from '../../src/modules/ledger/auditing/ledger-auditor.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { makeWorld, must, type World } from '../support/world.js';

interface Check {
  readonly problemCount: number;
  readonly tookMs: number;
  readonly problems: { problem: string; subject: string; expected: string; actual: string }[];
}

const QUERY =
  '{ ledgerChecks(first: 5) { items { problemCount tookMs problems { problem subject expected actual } } } }';

let app: TestApp;
let world: World;

const checks = async (): Promise<Check[]> =>
  (await must<{ ledgerChecks: { items: Check[] } }>(app, QUERY)).ledgerChecks.items;

/** Runs the auditor as its schedule does, a day later, so that it has rested long enough. */
async function check(): Promise<Check> {
  app.clock.advance(24 * 60 * 60 * 1000);
  await app.app.get(LedgerAuditor).check();
  return (await checks())[0]!;
}

beforeAll(async () => {
  app = await startTestApp({ env: { LOG_LEVEL: 'silent', WORKER: 'off' } });
  world = await makeWorld(app);
});
afterAll(() => app.close());

describe('the auditor', () => {
  it('keeps what it found, the newest first, and forgets it after a month', async () => {
    expect(await check()).toMatchObject({ problemCount: 0, problems: [] });
    const account = "kind = 'team_credits' AND scope_id = $1";
    await app.db.query(`UPDATE accounts SET held = held + 5 WHERE ${account}`, [world.teamId]);
    const found = await check();
    expect(found.problemCount).toBe(1);
    expect(found.problems).toEqual([
      {
        problem: 'held differs from open holds (team_credits)',
        subject: expect.any(String),
        expected: '0',
        actual: '5',
      },
    ]);
    await app.db.query(`UPDATE accounts SET held = held - 5 WHERE ${account}`, [world.teamId]);
    expect(await check()).toMatchObject({ problemCount: 0 });
    expect((await checks()).map((each) => each.problemCount)).toEqual([0, 1, 0]);
    app.clock.advance(31 * 24 * 60 * 60 * 1000);
    await check();
    expect(await checks()).toHaveLength(1);
  });

  it('rests as often as it has worked long', async () => {
    await check();
    const before = await checks();
    await app.db.query('UPDATE ledger_checks SET took_ms = 60000');
    app.clock.advance(10 * 60 * 1000);
    await app.app.get(LedgerAuditor).check();
    expect(await checks()).toHaveLength(before.length);
    app.clock.advance(11 * 60 * 1000);
    await app.app.get(LedgerAuditor).check();
    expect(await checks()).toHaveLength(before.length + 1);
  });

  it('is nothing for strangers', async () => {
    const { body } = await app.gql(QUERY, {}, { 'x-admin-key': '' });
    expect(body.errors[0].extensions.code).toBe('UNAUTHENTICATED');
  });
});
