import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Recomputes everything that the ledger stores twice; a healthy ledger gives no rows. */
export class LedgerAudit1763900000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(AUDIT);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION ledger_audit');
  }
}

const AUDIT = `
CREATE FUNCTION ledger_audit() RETURNS TABLE (problem text, subject text, expected numeric, actual numeric)
LANGUAGE sql STABLE AS $$
  WITH call_slots AS (
    SELECT slot, count(*) FILTER (WHERE c.state = 'reserved') AS requests_held,
      coalesce(sum(c.cost_held) FILTER (WHERE j.max_cost IS NULL), 0) AS cost_held,
      coalesce(sum(c.tokens_held), 0) AS tokens_held,
      count(*) FILTER (WHERE c.state NOT IN ('reserved', 'voided')) AS requests,
      coalesce(sum(c.charged_cost) FILTER (WHERE j.max_cost IS NULL), 0) AS cost,
      coalesce(sum(c.tokens_in + c.tokens_out), 0) AS tokens
    FROM calls c JOIN jobs j ON j.id = c.job_id CROSS JOIN unnest(c.path) AS slot GROUP BY slot),
  job_slots AS (
    SELECT slot, sum(credits_held) AS credits_held, sum(credits_charged) AS credits, sum(ceiling_held) AS ceiling_held,
      coalesce(sum(cost_charged) FILTER (WHERE max_cost IS NOT NULL), 0) AS cost
    FROM jobs CROSS JOIN unnest(path) AS slot GROUP BY slot),
  slots AS (
    SELECT a.id, a.unit, a.held, a.spent AS posted, a.kind AS what FROM accounts a
      WHERE a.kind IN ('team_credits', 'organization_balance')
    UNION ALL SELECT w.id, l.unit, w.held, w.posted, 'window' FROM limit_windows w JOIN limits l ON l.id = w.limit_id),
  sums AS (
    SELECT s.id, s.what, s.held, s.posted,
      CASE s.unit WHEN 'micro_credit' THEN coalesce(j.credits_held, 0) WHEN 'token' THEN coalesce(c.tokens_held, 0)
        WHEN 'request' THEN coalesce(c.requests_held, 0)
        ELSE coalesce(c.cost_held, 0) + coalesce(j.ceiling_held, 0) END AS holds,
      CASE s.unit WHEN 'micro_credit' THEN coalesce(j.credits, 0) WHEN 'token' THEN coalesce(c.tokens, 0)
        WHEN 'request' THEN coalesce(c.requests, 0) ELSE coalesce(c.cost, 0) + coalesce(j.cost, 0) END AS posts
    FROM slots s LEFT JOIN call_slots c ON c.slot = s.id LEFT JOIN job_slots j ON j.slot = s.id)
  SELECT 'unbalanced transaction', tx_id::text, 0::numeric, sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END)
    FROM ledger_entries GROUP BY tx_id, unit HAVING sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) <> 0
  UNION ALL
  SELECT 'transaction without entries', t.id::text, 2, 0 FROM ledger_txs t
    WHERE NOT EXISTS (SELECT FROM ledger_entries e WHERE e.tx_id = t.id)
  UNION ALL
  SELECT 'entry in a unit that its account does not have', e.id::text, a.id, e.account_id FROM ledger_entries e
    JOIN accounts a ON a.id = e.account_id WHERE a.unit <> e.unit
  UNION ALL
  SELECT 'entry of another organization', e.id::text, a.id, e.account_id FROM ledger_entries e
    JOIN accounts a ON a.id = e.account_id WHERE a.organization_id <> e.organization_id
  UNION ALL
  SELECT 'entry of another organization than its transaction', e.id::text, 0, 1 FROM ledger_entries e
    JOIN ledger_txs t ON t.id = e.tx_id WHERE e.organization_id IS DISTINCT FROM t.organization_id
  UNION ALL
  SELECT 'transaction of a call or job that is not there', t.id::text, 1, 0 FROM ledger_txs t
    LEFT JOIN calls c ON c.id = t.call_id LEFT JOIN jobs j ON j.id = t.job_id
    WHERE (t.call_id IS NOT NULL AND c.job_id IS DISTINCT FROM t.job_id) OR (t.job_id IS NOT NULL AND j.id IS NULL)
  UNION ALL
  SELECT 'balance differs from entries', a.id::text, coalesce(e.net, 0), a.balance FROM accounts a
    LEFT JOIN (SELECT account_id, sum(CASE direction WHEN 'credit' THEN amount ELSE -amount END) AS net
      FROM ledger_entries GROUP BY account_id) e ON e.account_id = a.id
    WHERE a.kind IN ('team_credits', 'organization_balance') AND a.balance <> coalesce(e.net, 0)
  UNION ALL
  SELECT 'balance differs from allocated - spent', id::text, allocated - spent, balance FROM accounts
    WHERE kind IN ('team_credits', 'organization_balance') AND balance <> allocated - spent
  UNION ALL
  SELECT 'running balance differs from entries', e.id::text, e.run, e.balance_after FROM (
      SELECT id, account_id, balance_after, sum(CASE direction WHEN 'credit' THEN amount ELSE -amount END)
        OVER (PARTITION BY account_id ORDER BY id) AS run FROM ledger_entries
        WHERE account_id IN (SELECT a.id FROM accounts a WHERE a.kind IN ('team_credits', 'organization_balance'))) e
    WHERE e.balance_after IS DISTINCT FROM e.run
  UNION ALL
  SELECT 'held differs from open holds (' || what || ')', id::text, holds, held FROM sums WHERE held <> holds
  UNION ALL
  SELECT 'posted differs from what was posted (' || what || ')', id::text, posts, posted FROM sums
    WHERE what = 'window' AND posted <> posts
  UNION ALL
  SELECT 'overrun differs from that of its calls', w.id::text, coalesce(o.overrun, 0), w.overrun FROM limit_windows w
    JOIN limits l ON l.id = w.limit_id AND l.unit = 'nano_usd'
    LEFT JOIN (SELECT slot, sum(c.overrun) AS overrun FROM calls c JOIN jobs j ON j.id = c.job_id
      CROSS JOIN unnest(CASE WHEN j.max_cost IS NULL THEN c.path ELSE j.path END) AS slot
      WHERE c.overrun > 0 GROUP BY slot) o ON o.slot = w.id
    WHERE w.overrun <> coalesce(o.overrun, 0)
  UNION ALL
  SELECT 'ceiling held differs from what the open job has left', id::text, greatest(0, max_cost - cost_charged),
    ceiling_held FROM jobs WHERE status IN ('pending', 'in_progress') AND ceiling_held > 0
      AND ceiling_held <> greatest(0, max_cost - cost_charged)
  UNION ALL
  SELECT 'job credits differ from its calls', j.id::text, coalesce(c.held, 0) +
      CASE WHEN j.status IN ('pending', 'in_progress') AND j.budget_mode = 'job_based' THEN 1000000 ELSE 0 END,
      j.credits_held
    FROM jobs j LEFT JOIN (SELECT job_id, sum(credits_held) AS held FROM calls GROUP BY job_id) c ON c.job_id = j.id
    WHERE j.credits_held <> coalesce(c.held, 0) +
        CASE WHEN j.status IN ('pending', 'in_progress') AND j.budget_mode = 'job_based' THEN 1000000 ELSE 0 END
      AND NOT (j.status IN ('pending', 'in_progress') AND j.budget_mode LIKE 'consumption%')
      AND NOT (j.status IN ('completed', 'expired') AND j.calls_running > 0 AND j.credits_held = 1000000)
  UNION ALL
  SELECT 'job ' || what || ' differs from its calls', job_id, expected, actual FROM (
    SELECT j.id::text AS job_id, sum.* FROM jobs j LEFT JOIN (SELECT job_id, sum(charged_cost) AS cost,
        sum(cost_held) AS held, sum(tokens_in + tokens_out) AS tokens,
        count(*) FILTER (WHERE outcome = 'success') AS succeeded,
        count(*) FILTER (WHERE state = 'reserved') AS running FROM calls GROUP BY job_id) c ON c.job_id = j.id
    CROSS JOIN LATERAL (VALUES ('cost', coalesce(c.cost, 0), j.cost_charged), ('cost held', coalesce(c.held, 0), j.cost_held),
      ('tokens', coalesce(c.tokens, 0), j.tokens_charged), ('successes', coalesce(c.succeeded, 0), j.calls_succeeded),
      ('running calls', coalesce(c.running, 0), j.calls_running)) AS sum (what, expected, actual)) each
    WHERE expected <> actual
  UNION ALL
  SELECT 'call cost differs from its posting', c.id::text, c.charged_cost, coalesce(e.amount, 0) FROM calls c
    LEFT JOIN (SELECT t.call_id, sum(CASE e.direction WHEN 'credit' THEN e.amount ELSE -e.amount END) AS amount
      FROM ledger_txs t JOIN ledger_entries e ON e.tx_id = t.id AND e.account_id = 3
      WHERE t.kind IN ('call_usage', 'call_correction') GROUP BY t.call_id) e ON e.call_id = c.id
    WHERE c.charged_cost <> coalesce(e.amount, 0)
  UNION ALL
  SELECT 'vendor cost differs from its posting', c.id::text, c.provider_cost, coalesce(e.amount, 0) FROM calls c
    LEFT JOIN (SELECT t.call_id, sum(CASE e.direction WHEN 'credit' THEN e.amount ELSE -e.amount END) AS amount
      FROM ledger_txs t JOIN ledger_entries e ON e.tx_id = t.id AND e.account_id IN (5, 6)
      WHERE t.kind IN ('call_usage', 'call_correction') GROUP BY t.call_id) e ON e.call_id = c.id
    WHERE c.provider_cost <> coalesce(e.amount, 0)
  UNION ALL
  SELECT 'ended call still holds', id::text, 0, credits_held + cost_held + tokens_held FROM calls
    WHERE state <> 'reserved' AND credits_held + cost_held + tokens_held <> 0
  UNION ALL
  SELECT 'ended call without an end', id::text, 1, 0 FROM calls
    WHERE (state = 'reserved') <> (ended_at IS NULL)
  UNION ALL
  SELECT 'voided call was charged', id::text, 0, charged_cost + provider_cost FROM calls
    WHERE state = 'voided' AND charged_cost + provider_cost <> 0
  UNION ALL
  SELECT 'closed job still holds its ceiling', id::text, 0, ceiling_held FROM jobs
    WHERE status NOT IN ('pending', 'in_progress') AND calls_running = 0 AND ceiling_held <> 0
  UNION ALL
  SELECT 'job was charged and is said not to be, or the reverse', id::text, credits_charged,
    credit_applied::integer FROM jobs WHERE credit_applied <> (credits_charged > 0)
      OR (credits_charged <> 0 AND status NOT IN ('completed', 'expired'))
  UNION ALL
  SELECT 'credits charged differ from ledger', j.id::text, coalesce(e.amount, 0), j.credits_charged FROM jobs j
    LEFT JOIN (SELECT t.job_id, sum(e.amount) AS amount FROM ledger_txs t
      JOIN ledger_entries e ON e.tx_id = t.id AND e.account_id = 2
      WHERE t.kind IN ('job_charge', 'late_charge') GROUP BY t.job_id) e ON e.job_id = j.id
    WHERE j.credits_charged <> coalesce(e.amount, 0)
  UNION ALL
  SELECT 'spent differs from charges less refunds', a.id::text, coalesce(e.net, 0), a.spent FROM accounts a
    LEFT JOIN (SELECT e.account_id, sum(CASE e.direction WHEN 'debit' THEN e.amount ELSE -e.amount END) AS net
      FROM ledger_txs t JOIN ledger_entries e ON e.tx_id = t.id
      WHERE t.kind IN ('job_charge', 'late_charge', 'call_usage', 'call_correction', 'credit_refund')
      GROUP BY e.account_id) e ON e.account_id = a.id
    WHERE a.kind IN ('team_credits', 'organization_balance') AND a.spent <> coalesce(e.net, 0)
  UNION ALL
  SELECT 'refunds exceed their charge', r.refunds_id::text, c.amount, r.amount FROM
    (SELECT t.refunds_id, sum(e.amount) AS amount FROM ledger_txs t
      JOIN ledger_entries e ON e.tx_id = t.id AND e.direction = 'credit' WHERE t.refunds_id IS NOT NULL GROUP BY 1) r
    LEFT JOIN (SELECT t.id, sum(e.amount) AS amount FROM ledger_txs t
      JOIN ledger_entries e ON e.tx_id = t.id AND e.direction = 'debit' GROUP BY t.id) c ON c.id = r.refunds_id
    WHERE r.amount > coalesce(c.amount, 0)
  UNION ALL
  SELECT 'call is corrected without saying so', c.id::text, 0, 1 FROM calls c
    JOIN ledger_txs t ON t.call_id = c.id AND t.kind = 'call_correction' WHERE c.state <> 'corrected'
  UNION ALL
  SELECT 'job draws on the credits of another team', j.id::text, NULL::numeric, j.account_id FROM jobs j
    JOIN accounts a ON a.id = j.account_id WHERE a.kind <> 'team_credits' OR a.scope_id IS DISTINCT FROM j.team_id
$$`;
