import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts as administrators move them: transfers, refunds, refills, corrections by what a vendor says, reconciliation. */
export class Accounts1763900000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [RELATIONS, OPEN, POST, TRANSFER, REFUND, CORRECT, RECONCILE, HOLDS, SECURE])
      await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP VIEW ledger_holds;
      DROP FUNCTION provider_reconcile, call_correct, account_refund, account_transfer, account_post, account_open;
      DROP TABLE provider_reconciliations, refills;
      ALTER TABLE ledger_txs DROP COLUMN refunds_id, DROP COLUMN refill_id, DROP COLUMN period_at`);
  }
}

const SCOPE = "(SELECT current_setting('app.organization', true))";

/* A refund names the charge that it gives back, in part or whole. A refill names the boundary of the period that it is
   for, so that no second one can stand for the same. */
const RELATIONS = `
ALTER TABLE ledger_txs
  ADD COLUMN refunds_id uuid REFERENCES ledger_txs,
  ADD COLUMN refill_id text,
  ADD COLUMN period_at timestamptz,
  ADD CONSTRAINT ledger_txs_refund CHECK ((kind = 'credit_refund') = (refunds_id IS NOT NULL)),
  ADD CONSTRAINT ledger_txs_refill CHECK ((refill_id IS NULL) = (period_at IS NULL));
CREATE INDEX ledger_txs_refunds ON ledger_txs (refunds_id) WHERE refunds_id IS NOT NULL;
CREATE UNIQUE INDEX ledger_txs_refill_period ON ledger_txs (refill_id, period_at) WHERE refill_id IS NOT NULL;
CREATE TABLE refills (
  id text PRIMARY KEY,
  team_id text NOT NULL UNIQUE,
  organization_id text NOT NULL,
  mode text NOT NULL CHECK (mode IN ('add', 'fill_up')),
  credits bigint NOT NULL CHECK (credits > 0),
  period text NOT NULL CHECK (period IN ('day', 'week', 'month')),
  zone text NOT NULL DEFAULT 'UTC',
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused')),
  next_at timestamptz NOT NULL,
  last_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id)
);
CREATE INDEX refills_due ON refills (next_at) WHERE status = 'active';
CREATE TABLE provider_reconciliations (
  id text PRIMARY KEY,
  provider_id text NOT NULL REFERENCES providers,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
  reported_cost bigint NOT NULL CHECK (reported_cost >= 0),
  recorded_cost bigint NOT NULL,
  transaction_id uuid REFERENCES ledger_txs,
  actor_name text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX provider_reconciliations_provider ON provider_reconciliations (provider_id, starts_at)`;

/* The account of a team or organization under its row lock, made when it is first needed; null when its owner does not
   exist or is deleted. */
const OPEN = `
CREATE FUNCTION account_open(p_kind text, p_scope text) RETURNS accounts LANGUAGE plpgsql AS $$
DECLARE
  account accounts; organization text;
  place text := CASE p_kind WHEN 'team_credits' THEN 'team' ELSE 'organization' END;
  measure text := CASE p_kind WHEN 'team_credits' THEN 'micro_credit' ELSE 'nano_usd' END;
BEGIN
  IF p_kind = 'team_credits' THEN
    SELECT organization_id INTO organization FROM teams WHERE id = p_scope AND status <> 'deleted';
  ELSIF p_kind = 'organization_balance' THEN
    SELECT id INTO organization FROM organizations WHERE id = p_scope AND status <> 'deleted';
  END IF;
  IF organization IS NULL THEN RETURN NULL; END IF;
  SELECT * INTO account FROM accounts
    WHERE kind = p_kind AND scope_type = place AND scope_id = p_scope AND unit = measure FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    INSERT INTO accounts (kind, organization_id, scope_type, scope_id, unit)
      VALUES (p_kind, organization, place, p_scope, measure) ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT account FROM accounts
      WHERE kind = p_kind AND scope_type = place AND scope_id = p_scope AND unit = measure FOR NO KEY UPDATE;
  END IF;
  RETURN account;
END $$`;

/* One transaction with all its sides, which one statement inserts: [{account, amount, after}], amount above zero for a
   credit and below for a debit. Sides of nothing are left out. */
const POST = `
CREATE FUNCTION account_post(p_id uuid, p_tx ledger_txs, p_actor jsonb, p_now timestamptz, p_sides jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger_txs (id, kind, organization_id, team_id, job_id, call_id, refunds_id, refill_id, period_at, reason,
    actor_kind, actor_id, actor_name, request_id, created_at)
  VALUES (p_id, p_tx.kind, p_tx.organization_id, p_tx.team_id, p_tx.job_id, p_tx.call_id, p_tx.refunds_id,
    p_tx.refill_id, p_tx.period_at, p_tx.reason,
    p_actor->>'kind', p_actor->>'id', p_actor->>'name', p_actor->>'requestId', p_now);
  INSERT INTO ledger_entries (tx_id, account_id, organization_id, direction, amount, unit, balance_after, created_at)
    SELECT p_id, a.id, p_tx.organization_id, CASE WHEN side.amount > 0 THEN 'credit' ELSE 'debit' END,
      abs(side.amount), a.unit, side.after, p_now
    FROM jsonb_to_recordset(p_sides) AS side (account bigint, amount bigint, after bigint)
    JOIN accounts a ON a.id = side.account WHERE side.amount <> 0;
END $$`;

/* Amounts above zero come from the account of issue, those below go back to it. What is held cannot be taken, and under
   a hard mode nothing that is not there. */
const TRANSFER = `
CREATE FUNCTION account_transfer(p_id uuid, p_account_kind text, p_scope text, p_amount bigint, p_tx jsonb,
  p_reason text, p_actor jsonb, p_now timestamptz,
  OUT code text, OUT organization text, OUT balance_before bigint, OUT balance_after bigint, OUT held bigint)
LANGUAGE plpgsql AS $$
DECLARE account accounts; tx ledger_txs;
BEGIN
  account := account_open(p_account_kind, p_scope);
  IF account.id IS NULL THEN code := 'not_found'; RETURN; END IF;
  organization := account.organization_id; balance_before := account.balance; balance_after := account.balance;
  held := account.held;
  IF p_amount < 0 AND account.credit_mode = 'hard' AND account.balance - account.held + p_amount < 0 THEN
    code := 'too_little'; RETURN;
  END IF;
  UPDATE accounts SET balance = balance + p_amount, allocated = allocated + p_amount
    WHERE id = account.id RETURNING balance INTO balance_after;
  tx.kind := p_tx->>'kind'; tx.reason := p_reason; tx.organization_id := account.organization_id;
  tx.team_id := CASE account.scope_type WHEN 'team' THEN account.scope_id END;
  tx.refill_id := p_tx->>'refillId'; tx.period_at := (p_tx->>'periodAt')::timestamptz;
  PERFORM account_post(p_id, tx, p_actor, p_now, jsonb_build_array(
    jsonb_build_object('account', account.id, 'amount', p_amount, 'after', balance_after),
    jsonb_build_object('account', CASE account.unit WHEN 'micro_credit' THEN 1 ELSE 7 END, 'amount', -p_amount)));
  code := 'ok';
END $$`;

/* Gives back what a charge took from a team's credits, or a part. The lock of the account puts refunds of one charge in
   a row, and each sums those before it, so that together they never exceed it. Naming a column that stays as it is tells
   the processes that hold the account for empty. */
const REFUND = `
CREATE FUNCTION account_refund(p_id uuid, p_charge uuid, p_amount bigint, p_reason text, p_actor jsonb,
  p_now timestamptz, OUT code text, OUT organization text, OUT team text, OUT amount bigint, OUT refundable bigint,
  OUT balance_before bigint, OUT balance_after bigint)
LANGUAGE plpgsql AS $$
DECLARE charge ledger_txs; account accounts; taken bigint; paid bigint; tx ledger_txs;
BEGIN
  SELECT * INTO charge FROM ledger_txs WHERE id = p_charge;
  IF NOT FOUND THEN code := 'not_found'; RETURN; END IF;
  SELECT e.account_id, e.amount INTO account.id, taken FROM ledger_entries e
    JOIN accounts a ON a.id = e.account_id AND a.kind = 'team_credits'
    WHERE e.tx_id = p_charge AND e.direction = 'debit' AND charge.kind IN ('job_charge', 'late_charge');
  IF NOT FOUND THEN code := 'no_charge'; RETURN; END IF;
  SELECT * INTO STRICT account FROM accounts WHERE id = account.id FOR NO KEY UPDATE;
  SELECT coalesce(sum(e.amount), 0) INTO paid FROM ledger_txs t
    JOIN ledger_entries e ON e.tx_id = t.id AND e.account_id = account.id WHERE t.refunds_id = p_charge;
  organization := account.organization_id; team := account.scope_id; refundable := taken - paid;
  amount := coalesce(p_amount, refundable);
  IF refundable = 0 OR amount > refundable THEN code := 'too_much'; RETURN; END IF;
  balance_before := account.balance;
  UPDATE accounts a SET balance = a.balance + account_refund.amount, spent = a.spent - account_refund.amount,
    allocated = a.allocated WHERE id = account.id RETURNING balance INTO balance_after;
  tx.kind := 'credit_refund'; tx.reason := p_reason; tx.organization_id := organization; tx.team_id := team;
  tx.refunds_id := p_charge;
  PERFORM account_post(p_id, tx, p_actor, p_now, jsonb_build_array(
    jsonb_build_object('account', account.id, 'amount', amount, 'after', balance_after),
    jsonb_build_object('account', 2, 'amount', -amount)));
  code := 'ok';
END $$`;

/* What a vendor says later of a call: the differences to what was posted, once, to the accounts of its posting. Where
   the provider's bill of that time was reconciled already, the difference explains a part of what was unexplained then.
   Locks are taken in the one order: job, accounts, windows, each by id. */
const CORRECT = `
CREATE FUNCTION call_correct(p_id uuid, p_call uuid, p_truth jsonb, p_reason text, p_actor jsonb, p_now timestamptz,
  OUT code text, OUT provider_difference bigint, OUT charged_difference bigint, OUT balance_after bigint)
LANGUAGE plpgsql AS $$
DECLARE
  call calls; job jobs; slots bigint[]; usage_account bigint; payer bigint; tokens bigint; payable bigint;
  tx ledger_txs;
BEGIN
  SELECT * INTO call FROM calls WHERE id = p_call;
  IF NOT FOUND THEN code := 'not_found'; RETURN; END IF;
  INSERT INTO accounts (kind, organization_id, scope_type, scope_id, unit, credit_mode)
    VALUES ('organization_usage', call.organization_id, 'organization', call.organization_id, 'nano_usd', 'unlimited')
    ON CONFLICT DO NOTHING;
  PERFORM 1 FROM providers WHERE id = call.provider_id FOR SHARE;
  SELECT * INTO job FROM jobs WHERE id = call.job_id FOR NO KEY UPDATE;
  slots := job.path || call.path;
  PERFORM 1 FROM accounts WHERE id = ANY(slots) ORDER BY id FOR NO KEY UPDATE;
  PERFORM 1 FROM limit_windows WHERE id = ANY(slots) ORDER BY id FOR NO KEY UPDATE;
  SELECT * INTO call FROM calls WHERE id = p_call FOR NO KEY UPDATE;
  IF call.state = 'corrected' THEN code := 'corrected'; RETURN; END IF;
  IF NOT (call.state = 'recovered' OR (call.state = 'settled' AND call.usage_source = 'estimated')) THEN
    code := 'exact'; RETURN;
  END IF;
  IF job.status IN ('pending', 'in_progress') THEN code := 'job_open'; RETURN; END IF;
  provider_difference := (p_truth->>'providerCost')::bigint - call.provider_cost;
  charged_difference := (p_truth->>'chargedCost')::bigint - call.charged_cost;
  tokens := (p_truth->>'tokensIn')::bigint + (p_truth->>'tokensOut')::bigint - call.tokens_in - call.tokens_out;
  SELECT id INTO STRICT usage_account FROM accounts WHERE kind = 'organization_usage'
    AND scope_type = 'organization' AND scope_id = call.organization_id AND unit = 'nano_usd';
  UPDATE accounts SET balance = balance - charged_difference, spent = spent + charged_difference,
    allocated = allocated WHERE id = ANY(slots) AND kind = 'organization_balance' RETURNING id, balance INTO payer, balance_after;
  payable := CASE WHEN EXISTS (SELECT FROM provider_reconciliations r WHERE r.provider_id = call.provider_id
    AND r.starts_at <= call.created_at AND r.ends_at > call.created_at) THEN 6 ELSE 5 END;
  IF provider_difference <> 0 OR charged_difference <> 0 THEN
    tx.kind := 'call_correction'; tx.reason := p_reason; tx.organization_id := call.organization_id;
    tx.team_id := call.team_id; tx.job_id := call.job_id; tx.call_id := p_call;
    PERFORM account_post(p_id, tx, p_actor, p_now, jsonb_build_array(
      jsonb_build_object('account', usage_account, 'amount', -charged_difference),
      jsonb_build_object('account', 3, 'amount', charged_difference),
      jsonb_build_object('account', 4, 'amount', -provider_difference),
      jsonb_build_object('account', payable, 'amount', provider_difference),
      jsonb_build_object('account', payer, 'amount', -charged_difference, 'after', balance_after),
      jsonb_build_object('account', CASE WHEN payer IS NOT NULL THEN 8 END, 'amount', charged_difference)));
  END IF;
  UPDATE limit_windows w SET posted = greatest(0, w.posted + CASE l.unit
      WHEN 'nano_usd' THEN charged_difference WHEN 'token' THEN tokens ELSE 0 END)
    FROM limits l WHERE l.id = w.limit_id AND w.id = ANY(CASE WHEN l.unit = 'nano_usd' AND job.max_cost IS NOT NULL
      THEN job.path ELSE call.path END);
  UPDATE jobs SET cost_charged = cost_charged + charged_difference, tokens_charged = tokens_charged + tokens,
    updated_at = p_now WHERE id = job.id;
  UPDATE calls SET state = 'corrected', usage = p_truth->'usage', usage_source = 'vendor',
    tokens_in = (p_truth->>'tokensIn')::bigint, tokens_out = (p_truth->>'tokensOut')::bigint,
    provider_cost = provider_cost + provider_difference, charged_cost = charged_cost + charged_difference
    WHERE id = p_call;
  code := 'ok';
END $$`;

/* What a provider billed for the calls of a range, against what they are recorded with. The lock of the provider puts
   reconciliations in a row. The range must have no call that still runs: it may end at any provider. */
const RECONCILE = `
CREATE FUNCTION provider_reconcile(p_tx uuid, p_id text, p_provider text, p_range jsonb, p_reported bigint,
  p_actor jsonb, p_now timestamptz, OUT code text, OUT recorded bigint)
LANGUAGE plpgsql AS $$
DECLARE
  tx ledger_txs; difference bigint; starts timestamptz := p_range->>'from'; ends timestamptz := p_range->>'to';
BEGIN
  PERFORM 1 FROM providers WHERE id = p_provider AND status <> 'deleted' FOR NO KEY UPDATE;
  IF NOT FOUND THEN code := 'not_found'; RETURN; END IF;
  IF EXISTS (SELECT FROM provider_reconciliations
    WHERE provider_id = p_provider AND starts_at < ends AND ends_at > starts) THEN code := 'overlap'; RETURN; END IF;
  IF EXISTS (SELECT FROM calls WHERE state = 'reserved' AND created_at >= starts AND created_at < ends) THEN
    code := 'running'; RETURN;
  END IF;
  SELECT coalesce(sum(provider_cost), 0) INTO recorded FROM calls
    WHERE provider_id = p_provider AND created_at >= starts AND created_at < ends;
  difference := p_reported - recorded;
  IF difference <> 0 THEN
    tx.kind := 'provider_reconciliation';
    tx.reason := format('Provider %s reported its cost from %s to %s', p_provider, p_range->>'from', p_range->>'to');
    PERFORM account_post(p_tx, tx, p_actor, p_now, jsonb_build_array(
      jsonb_build_object('account', 6, 'amount', -difference), jsonb_build_object('account', 5, 'amount', difference)));
  END IF;
  INSERT INTO provider_reconciliations (id, provider_id, starts_at, ends_at, reported_cost, recorded_cost,
    transaction_id, actor_name, created_at)
  VALUES (p_id, p_provider, starts, ends, p_reported, recorded, CASE WHEN difference <> 0 THEN p_tx END,
    p_actor->>'name', p_now);
  code := 'ok';
END $$`;

/* What is held now, a row for each account or limit window that a job or a running call holds something of. A path holds
   what its own row of jobs or calls says in the unit of each of its places. */
const HOLDS = `
CREATE VIEW ledger_holds WITH (security_invoker = true) AS
  SELECT h.holder || ':' || p.id AS id, h.organization_id, h.team_id, h.key_id, h.job_id, h.call_id,
    a.id AS account_id, w.id AS window_id, w.limit_id, u.unit, m.amount, h.created_at
  FROM (
    SELECT 'call:' || c.id AS holder, c.organization_id, c.team_id, c.key_id, c.job_id, c.id AS call_id, c.path,
      0::bigint AS credits, c.cost_held AS cost, c.tokens_held AS tokens, 1::bigint AS requests, c.created_at
    FROM calls c WHERE c.state = 'reserved'
    UNION ALL
    SELECT 'job:' || j.id, j.organization_id, j.team_id, j.key_id, j.id, NULL, j.path,
      j.credits_held, j.ceiling_held, 0, 0, j.created_at
    FROM jobs j WHERE j.status IN ('pending', 'in_progress')
      OR j.id IN (SELECT c.job_id FROM calls c WHERE c.state = 'reserved')
  ) h
  CROSS JOIN LATERAL unnest(h.path) AS p (id)
  LEFT JOIN accounts a ON a.id = p.id
  LEFT JOIN limit_windows w ON w.id = p.id
  LEFT JOIN limits l ON l.id = w.limit_id
  CROSS JOIN LATERAL (SELECT coalesce(a.unit, l.unit) AS unit) u
  CROSS JOIN LATERAL (SELECT CASE u.unit WHEN 'micro_credit' THEN h.credits WHEN 'nano_usd' THEN h.cost
    WHEN 'token' THEN h.tokens WHEN 'request' THEN h.requests END AS amount) m
  WHERE m.amount > 0`;

/* What a vendor billed concerns the platform alone. */
const SECURE = `
GRANT SELECT, INSERT, UPDATE, DELETE ON refills TO tollkeeper_app;
GRANT SELECT, INSERT ON provider_reconciliations TO tollkeeper_app;
GRANT SELECT ON ledger_holds TO tollkeeper_app;
ALTER TABLE refills ENABLE ROW LEVEL SECURITY;
CREATE POLICY organization ON refills USING (organization_id = ${SCOPE} OR ${SCOPE} = '*');
ALTER TABLE provider_reconciliations ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON provider_reconciliations USING (${SCOPE} = '*')`;
