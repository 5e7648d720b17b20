import { withClient } from './database.mjs';

const PART = 100_000;

/** Older than what the bench itself adds, and spread over a year; the ids sort by time, as real ones do. */
const AT = "now() - interval '365 days' + n * (interval '364 days' / $2::bigint)";
const UUID = "(lpad(to_hex(n), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid";
const PLACE = '$3::text, $4::text, $5::text';
const SERIES = 'FROM generate_series($1::bigint, least($1::bigint + $6::bigint - 1, $2::bigint)) n';

/* Each parameter is named once in every statement, since PostgreSQL refuses those that are not. */
const JOBS = `
  INSERT INTO jobs (id, organization_id, team_id, key_id, job_type, status, implicit, budget_mode, credits_per_dollar,
    tokens_per_credit, credits_charged, credit_applied, cost_charged, calls_succeeded, created_at, started_at,
    completed_at, updated_at, expires_at)
  SELECT ${UUID}, ${PLACE}, 'bench', 'completed', true, 'job_based', 1, 1, 1000000, true, 5000, 1, ${AT}, ${AT},
    ${AT}, ${AT}, ${AT} ${SERIES}`;
const CALLS = `
  INSERT INTO calls (id, job_id, organization_id, team_id, key_id, alias, streamed, state, outcome, credits_held,
    cost_held, input_bound, epoch, model_id, provider_id, price_id, usage, tokens_in, tokens_out, provider_cost,
    charged_cost, latency_ms, created_at, ended_at, path)
  SELECT ${UUID}, ${UUID}, ${PLACE}, 'bench', false, 'settled', 'success', 0, 0, 400, 1, 'bench', 'bench',
    'bench', '{"input": 120, "output": 80}', 120, 80, 5000, 5000, 100, ${AT}, ${AT}, '{}' ${SERIES}`;
const TXS = `
  INSERT INTO ledger_txs (id, kind, organization_id, team_id, actor_kind, actor_id, actor_name, job_id, call_id,
    created_at)
  SELECT ${UUID}, 'call_usage', $3::text, $4::text, 'key', $5::text, 'bench', ${UUID}, ${UUID}, ${AT}
  ${SERIES}`;
const ENTRIES = `
  INSERT INTO ledger_entries (tx_id, account_id, organization_id, direction, amount, unit, created_at)
  SELECT ${UUID}, side.account_id, $3::text, side.direction, 5000, 'nano_usd', ${AT}
  FROM generate_series($1::bigint, least($1::bigint + $6::bigint - 1, $2::bigint)) n,
    (VALUES (4, 'debit'), (5, 'credit'), (3, 'credit'), (3, 'debit')) AS side (account_id, direction)
  WHERE $4::text IS NOT NULL AND $5::text IS NOT NULL`;
const TABLES = { jobs: JOBS, calls: CALLS, ledger_txs: TXS, ledger_entries: ENTRIES };

/**
 * As many calls as if they had been made, each with its job, a ledger transaction and four entries. Triggers are left
 * out while they are written, since nothing here is decided by them.
 */
export async function writeHistory(url, { organizationId, teamId, keyId }, count) {
  await withClient(url, async (client) => {
    for (const [table, sql] of Object.entries(TABLES)) {
      await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
      for (let first = 1; first <= count; first += PART)
        await client.query(sql, [first, count, organizationId, teamId, keyId, PART]);
      await client.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
    }
    // As autovacuum would have done in the course of a year.
    for (const table of Object.keys(TABLES)) await client.query(`VACUUM ANALYZE ${table}`);
    await client.query('CHECKPOINT');
  });
}
