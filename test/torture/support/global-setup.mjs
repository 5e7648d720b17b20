import setUp, { inDatabase, withClient } from '../../support/global-setup.mjs';

const GUARD = 'free[i] < change';

/**
 * As for every other test. With TORTURE_WITHOUT_GUARD the check that keeps money within its bounds is taken out of the
 * decision, on the template that all test databases are copied from: the cases that are about it must notice.
 */
export default async function setUpTorture() {
  await setUp();
  if (process.env.TORTURE_WITHOUT_GUARD !== '1') return;
  const { url, template } = globalThis.tollkeeperTemplate;
  await withClient(inDatabase(url, template), removeGuard);
}

async function removeGuard(client) {
  const { rows } = await client.query("SELECT pg_get_functiondef('ledger_apply'::regproc) AS sql");
  const parts = rows[0].sql.split(GUARD);
  if (parts.length !== 2) throw new Error(`ledger_apply has '${GUARD}' ${parts.length - 1} times, not once`);
  await client.query(parts.join('false'));
}
