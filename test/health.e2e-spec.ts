import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from './support/app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ listen: true });
});
afterAll(() => app.close());

const ready = async (): Promise<unknown[]> => {
  const response = await fetch(`${app.url}/health/ready`);
  return [response.status, await response.json()];
};

it('a migrated product is ready', async () => {
  expect(await ready()).toEqual([200, { status: 'ready', checks: { database: 'ok', migrations: 'ok', queue: 'ok' } }]);
});

it('without the function of the ledger it is not, and says what lacks', async () => {
  await app.db.query('ALTER FUNCTION ledger_apply RENAME TO ledger_applied');
  expect(await ready()).toEqual([
    503,
    { status: 'unavailable', checks: { database: 'ok', migrations: 'failed', queue: 'ok' } },
  ]);
  await app.db.query('ALTER FUNCTION ledger_applied RENAME TO ledger_apply');
});
