import { expect } from '@jest/globals';
import type { TestApp } from './app.js';
import type { World } from './world.js';

/** Answers are JSON whose shape is what specs check. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
export type Json = any;

const upper = (name: string): string => `${name[0]!.toUpperCase()}${name.slice(1)}`;

/** What a mutation of one input answers, or the code of its refusal. */
export async function move(
  app: TestApp,
  mutation: string,
  input: object,
  options: { selection?: string; headers?: Record<string, string> } = {},
): Promise<Json> {
  const { selection = 'id kind amount balanceBefore balanceAfter reason', headers = {} } = options;
  const query = `mutation ($input: ${upper(mutation)}Input!) { made: ${mutation}(input: $input) { ${selection} } }`;
  const { body } = await app.gql(query, { input }, headers);
  return body.errors ? body.errors[0].extensions.code : body.data.made;
}

/** What a query answers under its first field. */
export async function look(app: TestApp, query: string, variables: object = {}): Promise<Json> {
  const { body } = await app.gql(query, variables);
  expect(body.errors).toBeUndefined();
  return Object.values(body.data as object)[0];
}

/** A job of one call, done and charged; gives the ids of the job, of its call and of the transaction that charged it. */
export async function chargedJob(
  app: TestApp,
  world: World,
): Promise<{ jobId: string; callId: string; chargeId: string }> {
  const messages = [{ role: 'user', content: 'Hello' }];
  const done = await app.asKey(world.key, 'POST', '/api/jobs/create-and-call', { job_type: 'movement', messages });
  expect(done.status).toBe(200);
  const jobId = String(done.body.job_id);
  const { rows } = await app.db.query<{ callId: string; chargeId: string }>(
    `SELECT c.id AS "callId", t.id AS "chargeId" FROM calls c JOIN ledger_txs t ON t.job_id = c.job_id
     WHERE c.job_id = $1 AND t.kind = 'job_charge'`,
    [jobId],
  );
  return { jobId, ...rows[0]! };
}

/** The audit rows of an action in an organization, the oldest first. */
export async function auditRows(app: TestApp, action: string, organizationId: string): Promise<Json[]> {
  const { rows } = await app.db.query<object>(
    'SELECT * FROM audit_entries WHERE action = $1 AND organization_id = $2 ORDER BY seq',
    [action, organizationId],
  );
  return rows;
}
