import type { MigrationInterface, QueryRunner } from 'typeorm';
import { LedgerFunctions1763700000001 } from './1763700000001-ledger-functions.js';

/*
 * Many money operations of one process in one statement, and so in one transaction and one round trip. All of them
 * lock in one order: jobs, accounts, limit windows, each by id. What is decided is decided here, on committed rows.
 */
export class LedgerBatch1763900000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER ledger_txs_balanced ON ledger_txs;
      DROP FUNCTION ledger_audit, job_close, call_end, call_reserve, job_open, ledger_transfer, ledger_charge,
        ledger_tx, ledger_entry, ledger_balanced, ledger_team_account, key_gate`);
    for (const sql of [BALANCED, ACCOUNT_CHANGED, TYPES, GATES, SLOTS, OPEN, RESERVE, END, CLOSE, WRITE, APPLY])
      await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER ledger_entries_balanced ON ledger_entries;
      DROP TRIGGER accounts_changed ON accounts;
      ALTER TABLE ledger_entries ADD FOREIGN KEY (tx_id) REFERENCES ledger_txs,
        ADD FOREIGN KEY (account_id) REFERENCES accounts;
      DROP FUNCTION ledger_apply, ledger_alert, ledger_change, ledger_write, ledger_close, ledger_end, ledger_reserve,
        ledger_open, ledger_slots, ledger_prepare, key_gates, account_changed, ledger_balanced,
        ledger_credits;
      DROP TYPE ledger_op, ledger_gate, ledger_step, ledger_head, ledger_side`);
    await new LedgerFunctions1763700000001().up(runner);
  }
}

/* All entries of a transaction are added by one statement, so that a statement is checked as a whole: that it balances,
   and that its transactions and accounts exist, which costs a tenth of what a foreign key asks for each row. */
const BALANCED = `
ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_tx_id_fkey, DROP CONSTRAINT ledger_entries_account_id_fkey;
CREATE FUNCTION ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE tx uuid; txs uuid[]; of bigint[];
BEGIN
  SELECT tx_id INTO tx FROM added GROUP BY tx_id, unit
    HAVING sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) <> 0 LIMIT 1;
  IF tx IS NOT NULL THEN RAISE EXCEPTION 'ledger transaction % is not balanced', tx; END IF;
  -- By list, so that the indexes are asked whatever the planner believes of the tables.
  SELECT array_agg(DISTINCT tx_id), array_agg(DISTINCT account_id) INTO txs, of FROM added;
  IF (SELECT count(*) FROM ledger_txs WHERE id = ANY(txs)) < cardinality(txs)
    OR (SELECT count(*) FROM accounts WHERE id = ANY(of)) < cardinality(of) THEN
    RAISE EXCEPTION 'a ledger entry is of no transaction or account';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_entries_balanced AFTER INSERT ON ledger_entries REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_balanced();
`;

/* Processes that remember that an account has nothing left forget it when somebody has changed that. */
const ACCOUNT_CHANGED = `
CREATE FUNCTION account_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('tollkeeper_events',
    jsonb_build_object('topic', 'account', 'payload', jsonb_build_object('accountId', NEW.id::text))::text);
  RETURN NULL;
END $$;
CREATE TRIGGER accounts_changed AFTER UPDATE ON accounts FOR EACH ROW
  WHEN (NEW.balance > OLD.balance OR NEW.credit_mode <> OLD.credit_mode) EXECUTE FUNCTION account_changed();
`;

/* The state of key, team, project, person and organization at the moment of the decision: a revoked key or a suspended
   team is refused on the very next call, whatever any cache believes. The payer is the account that its calls draw on. */
const GATES = `
CREATE FUNCTION key_gates(p_keys text[], p_now timestamptz) RETURNS SETOF ledger_gate LANGUAGE sql STABLE AS $$
  SELECT k.id,
    CASE WHEN k.status <> 'active' OR k.expires_at <= p_now OR o.status = 'deleted' OR t.status = 'deleted'
        OR p.status = 'deleted' OR u.status = 'deleted'
        OR (k.user_id IS NOT NULL AND NOT EXISTS (SELECT FROM members m
          WHERE m.user_id = k.user_id AND m.organization_id = k.organization_id)) THEN 'invalid_api_key'
      WHEN o.status <> 'active' OR t.status = 'suspended' OR p.status = 'suspended' OR u.status = 'suspended'
        OR (t.status = 'paused' AND coalesce(t.pause_until > p_now, true)) THEN 'suspended'
      ELSE 'ok' END,
    CASE WHEN o.status <> 'active' THEN 'Organization is ' || o.status
      WHEN t.status IN ('suspended', 'paused') THEN 'Team access is ' || t.status
      WHEN p.status = 'suspended' THEN 'Project is suspended'
      WHEN u.status = 'suspended' THEN 'User is suspended' END,
    k.organization_id, k.team_id, k.project_id, k.user_id, coalesce(t.budget_mode, 'none'),
    coalesce(t.credits_per_dollar, 1), coalesce(t.tokens_per_credit, 1),
    CASE WHEN k.team_id IS NOT NULL THEN (SELECT a.id FROM accounts a WHERE a.kind = 'team_credits'
        AND a.scope_type = 'team' AND a.scope_id = k.team_id AND a.unit = 'micro_credit')
      WHEN o.billing = 'prepaid' THEN (SELECT a.id FROM accounts a WHERE a.kind = 'organization_balance'
        AND a.scope_type = 'organization' AND a.scope_id = k.organization_id AND a.unit = 'nano_usd') END,
    coalesce(v.version, 0)
  FROM keys k JOIN organizations o ON o.id = k.organization_id
  LEFT JOIN teams t ON t.id = k.team_id LEFT JOIN projects p ON p.id = k.project_id
  LEFT JOIN users u ON u.id = k.user_id LEFT JOIN limit_versions v ON v.organization_id = k.organization_id
  WHERE k.id = ANY(p_keys)
$$`;

/*
 * Kinds of operation: open a job; reserve a call, opening its job when `job` is given; end a call, closing its job when
 * `close` is given; close a job. A batch holds one operation a job at most. A step is what an operation would change:
 * job and call as they would be, and what is held (and posted) more on the slots of the job's path and of the call's.
 */
const TYPES = `
CREATE TYPE ledger_op AS (ord integer, kind text, at timestamptz, job_id uuid, call_id uuid, key_id text, owner text,
  version bigint, job_path bigint[], path bigint[], job jsonb, call jsonb, cost bigint, tokens bigint, outcome jsonb,
  close jsonb, actor jsonb, epoch bigint);
CREATE TYPE ledger_gate AS (key_id text, code text, reason text, organization_id text, team_id text, project_id text,
  person_id text, budget_mode text, credits_per_dollar bigint, tokens_per_credit bigint, payer_id bigint,
  version bigint);
CREATE TYPE ledger_step AS (refusal jsonb, job jobs, call calls, j_credits bigint, j_credits_post bigint, j_usd bigint,
  j_usd_post bigint, c_usd bigint, c_usd_post bigint, c_tokens bigint, c_tokens_post bigint, c_requests bigint,
  c_requests_post bigint, charge_kind text, overrun bigint);
CREATE TYPE ledger_head AS (id uuid, kind text, organization_id text, team_id text, job_id uuid, call_id uuid,
  reason text, actor jsonb, created_at timestamptz);
CREATE TYPE ledger_side AS (tx_id uuid, account_id bigint, organization_id text, direction text, amount bigint,
  unit text, balance_after bigint, created_at timestamptz);
`;

const SLOTS = `
/* Locks the jobs, and makes the accounts that operations need and that do not exist yet. */
CREATE FUNCTION ledger_prepare(p_ops ledger_op[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM jobs WHERE id IN (SELECT job_id FROM unnest(p_ops)) ORDER BY id FOR NO KEY UPDATE;
  INSERT INTO accounts (kind, organization_id, scope_type, scope_id, unit)
    SELECT DISTINCT 'team_credits', k.organization_id, 'team', k.team_id, 'micro_credit' FROM keys k
    WHERE k.id IN (SELECT key_id FROM unnest(p_ops)) AND k.team_id IS NOT NULL AND NOT EXISTS (SELECT FROM accounts
      WHERE kind = 'team_credits' AND scope_type = 'team' AND scope_id = k.team_id AND unit = 'micro_credit')
    ORDER BY 4 ON CONFLICT DO NOTHING;
  INSERT INTO accounts (kind, organization_id, scope_type, scope_id, unit)
    SELECT DISTINCT 'organization_balance', o.id, 'organization', o.id, 'nano_usd'
    FROM keys k JOIN organizations o ON o.id = k.organization_id
    WHERE k.id IN (SELECT key_id FROM unnest(p_ops)) AND k.team_id IS NULL AND o.billing = 'prepaid'
      AND NOT EXISTS (SELECT FROM accounts WHERE kind = 'organization_balance' AND scope_type = 'organization'
        AND scope_id = o.id AND unit = 'nano_usd')
    ORDER BY 2 ON CONFLICT DO NOTHING;
  INSERT INTO accounts (kind, organization_id, scope_type, scope_id, unit, credit_mode)
    SELECT DISTINCT 'organization_usage', c.organization_id, 'organization', c.organization_id, 'nano_usd', 'unlimited'
    FROM unnest(p_ops) op JOIN calls c ON c.id = op.call_id
    WHERE op.kind = 'end' AND NOT EXISTS (SELECT FROM accounts WHERE kind = 'organization_usage'
      AND scope_type = 'organization' AND scope_id = c.organization_id AND unit = 'nano_usd')
    ORDER BY 2 ON CONFLICT DO NOTHING;
END $$;
/* Accounts and windows with what is left in them, locked in the one order of the product. An alert is due when what is
   posted reaches \`alert_at\`. */
CREATE FUNCTION ledger_slots(p_ids bigint[], p_now timestamptz, p_lock boolean) RETURNS TABLE (id bigint, unit text,
  is_account boolean, is_hard boolean, amount bigint, posted bigint, held bigint, alert_at bigint) LANGUAGE plpgsql AS $$
BEGIN
  IF p_lock THEN
    PERFORM 1 FROM accounts a WHERE a.id = ANY(p_ids) ORDER BY a.id FOR NO KEY UPDATE;
    PERFORM 1 FROM limit_windows w WHERE w.id = ANY(p_ids) ORDER BY w.id FOR NO KEY UPDATE;
  END IF;
  RETURN QUERY
    SELECT a.id, a.unit, true, a.credit_mode = 'hard', a.balance, 0::bigint, a.held, NULL::bigint FROM accounts a
      WHERE a.id = ANY(p_ids);
  RETURN QUERY
    SELECT w.id, l.unit, false, l.enforcement = 'hard' AND l.status = 'active', allowed, w.posted, w.held,
      (SELECT min(ceil(percent * allowed::numeric / 100)) FROM unnest(l.alerts) percent WHERE percent > w.alerted)::bigint
    FROM limit_windows w JOIN limits l ON l.id = w.limit_id
    CROSS JOIN LATERAL (SELECT least(9000000000000000000, l.amount + coalesce(sum(g.amount), 0))::bigint AS allowed
      FROM limit_grants g WHERE g.limit_id = l.id AND g.starts_at <= p_now AND g.ends_at > p_now
        AND g.revoked_at IS NULL) granted
    WHERE w.id = ANY(p_ids);
END $$;
`;

/* A ceiling is held when its job opens, on the windows of dollars; its calls draw from it. */
const OPEN = `
CREATE FUNCTION ledger_open(p_op ledger_op, p_gate ledger_gate) RETURNS jobs LANGUAGE plpgsql AS $$
DECLARE job jobs;
BEGIN
  job.id := p_op.job_id; job.organization_id := p_gate.organization_id; job.team_id := p_gate.team_id;
  job.project_id := p_gate.project_id; job.key_id := p_op.key_id; job.job_type := p_op.job->>'jobType';
  job.user_id := p_op.job->>'userId'; job.status := 'pending';
  job.implicit := coalesce((p_op.job->>'implicit')::boolean, false);
  job.metadata := coalesce(p_op.job->'metadata', '{}'); job.budget_mode := p_gate.budget_mode;
  job.credits_per_dollar := p_gate.credits_per_dollar; job.tokens_per_credit := p_gate.tokens_per_credit;
  job.max_cost := (p_op.job->>'maxCost')::bigint; job.ceiling_held := coalesce(job.max_cost, 0);
  job.credits_held := CASE p_gate.budget_mode WHEN 'job_based' THEN 1000000 ELSE 0 END;
  job.credits_charged := 0; job.credit_applied := false; job.cost_held := 0; job.cost_charged := 0;
  job.tokens_charged := 0; job.calls_succeeded := 0; job.calls_running := 0;
  job.created_at := p_op.at; job.updated_at := p_op.at; job.expires_at := (p_op.job->>'expiresAt')::timestamptz;
  job.account_id := CASE WHEN p_gate.team_id IS NOT NULL THEN p_gate.payer_id END;
  job.path := CASE WHEN p_gate.payer_id IS NOT NULL AND (p_gate.team_id IS NOT NULL OR job.max_cost IS NOT NULL)
    THEN p_gate.payer_id || coalesce(p_op.job_path, '{}') ELSE coalesce(p_op.job_path, '{}') END;
  RETURN job;
END $$`;

const RESERVE = `
CREATE FUNCTION ledger_reserve(p_step ledger_step, p_op ledger_op, p_gate ledger_gate)
RETURNS ledger_step LANGUAGE plpgsql AS $$
DECLARE step ledger_step := p_step; job jobs := p_step.job; call calls; credits bigint := 0;
BEGIN
  IF job.id IS NULL OR job.team_id IS DISTINCT FROM p_gate.team_id
      OR (job.team_id IS NULL AND job.project_id IS DISTINCT FROM p_gate.project_id) THEN
    step.refusal := '{"code":"not_found"}'; RETURN step;
  END IF;
  IF job.status NOT IN ('pending', 'in_progress') OR job.expires_at <= p_op.at THEN
    step.refusal := jsonb_build_object('code', 'job_closed', 'reason', job.status); RETURN step;
  END IF;
  IF job.cost_charged + job.cost_held + p_op.cost > job.max_cost THEN
    step.refusal := jsonb_build_object('code', 'job_ceiling', 'amount', job.max_cost::text,
      'posted', job.cost_charged::text, 'held', job.cost_held::text, 'required', p_op.cost::text,
      'freeUsd', greatest(0, job.max_cost - job.cost_charged - job.cost_held)::text);
    RETURN step;
  END IF;
  IF job.budget_mode LIKE 'consumption%' THEN credits := ceil(ledger_credits(job, p_op.cost, p_op.tokens)); END IF;
  call.id := p_op.call_id; call.job_id := job.id; call.organization_id := job.organization_id;
  call.team_id := job.team_id; call.project_id := p_gate.project_id; call.person_id := p_gate.person_id;
  call.key_id := p_op.key_id; call.user_id := coalesce(p_op.call->>'userId', job.user_id);
  call.alias := p_op.call->>'alias'; call.purpose := p_op.call->>'purpose';
  call.streamed := (p_op.call->>'streamed')::boolean; call.metadata := coalesce(p_op.call->'metadata', '{}');
  call.credits_held := credits; call.cost_held := p_op.cost; call.tokens_held := p_op.tokens;
  call.input_bound := (p_op.call->>'inputBound')::integer; call.epoch := p_op.epoch;
  call.model_id := p_op.call->>'modelId'; call.provider_id := p_op.call->>'providerId';
  call.price_id := p_op.call->>'priceId'; call.state := 'reserved'; call.created_at := p_op.at;
  call.path := CASE WHEN p_gate.team_id IS NULL AND p_gate.payer_id IS NOT NULL AND job.max_cost IS NULL
    THEN p_gate.payer_id || coalesce(p_op.path, '{}') ELSE coalesce(p_op.path, '{}') END;
  job.status := 'in_progress'; job.started_at := coalesce(job.started_at, p_op.at); job.updated_at := p_op.at;
  job.metadata := job.metadata || call.metadata; job.cost_held := job.cost_held + p_op.cost;
  job.credits_held := job.credits_held + credits; job.calls_running := job.calls_running + 1;
  step.job := job; step.call := call; step.j_credits := step.j_credits + credits;
  step.c_usd := CASE WHEN job.max_cost IS NULL THEN p_op.cost ELSE 0 END;
  step.c_tokens := p_op.tokens; step.c_requests := 1;
  RETURN step;
END $$`;

/* Ends a call once: settled or recovered with a cost, voided without. What it really used of credits stays held on its
   job until the job is posted, or is charged at once when the job has closed in the meantime. */
const END = `
CREATE FUNCTION ledger_end(p_step ledger_step, p_op ledger_op) RETURNS ledger_step LANGUAGE plpgsql AS $$
DECLARE
  step ledger_step := p_step; job jobs := p_step.job; call calls := p_step.call; outcome jsonb := p_op.outcome;
  charged bigint := coalesce((outcome->>'chargedCost')::bigint, 0); used bigint := 0; late bigint := 0; drawn bigint;
  tokens bigint := coalesce((outcome->>'tokensIn')::bigint, 0) + coalesce((outcome->>'tokensOut')::bigint, 0);
  is_open boolean := job.status IN ('pending', 'in_progress');
BEGIN
  IF call.id IS NULL OR call.job_id IS DISTINCT FROM job.id THEN
    step.refusal := '{"code":"not_found"}'; RETURN step;
  END IF;
  IF call.state <> 'reserved' THEN step.refusal := '{"code":"already_ended"}'; RETURN step; END IF;
  IF job.budget_mode LIKE 'consumption%' THEN used := ceil(ledger_credits(job, charged, tokens)); END IF;
  IF job.status IN ('completed', 'expired') THEN
    late := CASE WHEN job.budget_mode LIKE 'consumption%' THEN used
      WHEN job.budget_mode = 'job_based' AND outcome->>'outcome' = 'success' AND NOT job.credit_applied THEN 1000000
      ELSE 0 END;
  END IF;
  step.charge_kind := 'late_charge'; step.j_credits_post := late;
  step.j_credits := CASE WHEN is_open THEN used ELSE 0 END - call.credits_held;
  IF NOT is_open AND job.budget_mode = 'job_based' AND (late > 0 OR job.calls_running = 1) THEN
    step.j_credits := -job.credits_held;
  END IF;
  IF job.max_cost IS NULL THEN
    step.c_usd := -call.cost_held; step.c_usd_post := charged;
  ELSE
    drawn := least(CASE WHEN is_open THEN charged ELSE call.cost_held END, job.ceiling_held);
    step.j_usd := -drawn; step.j_usd_post := charged; job.ceiling_held := job.ceiling_held - drawn;
  END IF;
  step.c_tokens := -call.tokens_held; step.c_tokens_post := tokens; step.c_requests := -1;
  step.c_requests_post := CASE outcome->>'state' WHEN 'voided' THEN 0 ELSE 1 END;
  step.overrun := greatest(0, charged - call.cost_held);
  job.cost_held := job.cost_held - call.cost_held; job.cost_charged := job.cost_charged + charged;
  job.tokens_charged := job.tokens_charged + tokens; job.calls_running := job.calls_running - 1;
  job.calls_succeeded := job.calls_succeeded + CASE outcome->>'outcome' WHEN 'success' THEN 1 ELSE 0 END;
  job.credits_held := job.credits_held + step.j_credits; job.credits_charged := job.credits_charged + late;
  job.credit_applied := job.credit_applied OR late > 0; job.updated_at := p_op.at;
  call.state := outcome->>'state'; call.outcome := outcome->>'outcome'; call.ended_at := p_op.at;
  call.credits_held := 0; call.cost_held := 0; call.tokens_held := 0; call.overrun := step.overrun;
  call.model_id := coalesce(outcome->>'modelId', call.model_id);
  call.provider_id := coalesce(outcome->>'providerId', call.provider_id);
  call.price_id := coalesce(outcome->>'priceId', call.price_id);
  call.usage := coalesce(outcome->'usage', '{}'); call.usage_source := outcome->>'usageSource';
  call.tokens_in := coalesce((outcome->>'tokensIn')::bigint, 0);
  call.tokens_out := coalesce((outcome->>'tokensOut')::bigint, 0);
  call.provider_cost := coalesce((outcome->>'providerCost')::bigint, 0); call.charged_cost := charged;
  call.attempts := coalesce(outcome->'attempts', '[]'); call.latency_ms := (outcome->>'latencyMs')::integer;
  call.finish_reason := outcome->>'finishReason'; call.error_code := outcome->>'errorCode';
  call.error_message := outcome->>'errorMessage';
  step.job := job; step.call := call;
  RETURN step;
END $$`;

/* Closes a job once and posts its credits once: for a completed or expired job with at least one successful call.
   Holds of calls that still run stay with those calls. */
const CLOSE = `
CREATE FUNCTION ledger_close(p_step ledger_step, p_op ledger_op) RETURNS ledger_step LANGUAGE plpgsql AS $$
DECLARE step ledger_step := p_step; job jobs := p_step.job; running bigint := 0; amount bigint := 0; kept bigint;
BEGIN
  IF job.id IS NULL OR p_op.owner <> coalesce('team ' || job.team_id, 'project ' || job.project_id) THEN
    step.refusal := '{"code":"not_found"}'; RETURN step;
  END IF;
  IF job.status NOT IN ('pending', 'in_progress') THEN
    IF p_op.kind = 'close' THEN step.refusal := '{"code":"already_closed"}'; END IF;
    RETURN step;
  END IF;
  IF job.calls_running > 0 THEN
    SELECT coalesce(sum(credits_held), 0) INTO running FROM calls
      WHERE job_id = job.id AND state = 'reserved' AND id IS DISTINCT FROM (step.call).id;
  END IF;
  IF p_op.close->>'status' IN ('completed', 'expired') AND job.calls_succeeded > 0 THEN
    amount := CASE WHEN job.budget_mode = 'job_based' THEN 1000000 WHEN job.budget_mode LIKE 'consumption%'
      THEN round(ledger_credits(job, job.cost_charged, job.tokens_charged)) ELSE 0 END;
  END IF;
  IF amount = 0 AND job.budget_mode = 'job_based' AND job.calls_running > 0
      AND p_op.close->>'status' IN ('completed', 'expired') THEN
    running := job.credits_held; -- A call that still runs may turn out well, and is charged then.
  END IF;
  kept := least(job.ceiling_held, job.cost_held);
  step.j_usd := step.j_usd - (job.ceiling_held - kept); job.ceiling_held := kept;
  step.j_credits := step.j_credits - (job.credits_held - running); job.credits_held := running;
  step.j_credits_post := amount; step.charge_kind := 'job_charge';
  job.status := p_op.close->>'status'; job.completed_at := p_op.at; job.updated_at := p_op.at;
  job.credits_charged := amount; job.credit_applied := amount > 0;
  job.metadata := job.metadata || coalesce(p_op.close->'metadata', '{}');
  job.error_message := p_op.close->>'errorMessage';
  step.job := job;
  RETURN step;
END $$`;

const WRITE = `
CREATE FUNCTION ledger_write(p_new_jobs jobs[], p_jobs jobs[], p_new_calls calls[], p_calls calls[],
  p_heads ledger_head[], p_sides ledger_side[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_new_jobs <> '{}' THEN
    INSERT INTO jobs (id, organization_id, team_id, project_id, key_id, job_type, user_id, status, implicit, metadata,
      error_message, budget_mode, credits_per_dollar, tokens_per_credit, credits_held, credits_charged,
      credits_remaining, credit_applied, max_cost, ceiling_held, cost_held, cost_charged, tokens_charged,
      calls_succeeded, calls_running, account_id, path, created_at, started_at, completed_at, updated_at, expires_at)
    SELECT id, organization_id, team_id, project_id, key_id, job_type, user_id, status, implicit, metadata,
      error_message, budget_mode, credits_per_dollar, tokens_per_credit, credits_held, credits_charged,
      credits_remaining, credit_applied, max_cost, ceiling_held, cost_held, cost_charged, tokens_charged,
      calls_succeeded, calls_running, account_id, path, created_at, started_at, completed_at, updated_at, expires_at
    FROM unnest(p_new_jobs);
  END IF;
  IF p_jobs <> '{}' THEN
    UPDATE jobs j SET status = n.status, metadata = n.metadata, error_message = n.error_message,
      credits_held = n.credits_held, credits_charged = n.credits_charged, credits_remaining = n.credits_remaining,
      credit_applied = n.credit_applied, ceiling_held = n.ceiling_held, cost_held = n.cost_held,
      cost_charged = n.cost_charged, tokens_charged = n.tokens_charged, calls_succeeded = n.calls_succeeded,
      calls_running = n.calls_running, started_at = n.started_at, completed_at = n.completed_at,
      updated_at = n.updated_at
    FROM unnest(p_jobs) n WHERE j.id = n.id;
  END IF;
  IF p_new_calls <> '{}' THEN
    INSERT INTO calls (id, job_id, organization_id, team_id, project_id, person_id, key_id, user_id, alias, purpose,
      streamed, metadata, credits_held, cost_held, tokens_held, input_bound, epoch, model_id, provider_id, price_id,
      path, created_at)
    SELECT id, job_id, organization_id, team_id, project_id, person_id, key_id, user_id, alias, purpose,
      streamed, metadata, credits_held, cost_held, tokens_held, input_bound, epoch, model_id, provider_id, price_id,
      path, created_at
    FROM unnest(p_new_calls);
  END IF;
  IF p_calls <> '{}' THEN
    UPDATE calls c SET state = n.state, outcome = n.outcome, ended_at = n.ended_at, credits_held = 0, cost_held = 0,
      tokens_held = 0, overrun = n.overrun, model_id = n.model_id, provider_id = n.provider_id, price_id = n.price_id,
      usage = n.usage, usage_source = n.usage_source, tokens_in = n.tokens_in, tokens_out = n.tokens_out,
      provider_cost = n.provider_cost, charged_cost = n.charged_cost, attempts = n.attempts, latency_ms = n.latency_ms,
      finish_reason = n.finish_reason, error_code = n.error_code, error_message = n.error_message
    -- Said so that the index of open calls does not seem to help: each call is found by its id.
    FROM unnest(p_calls) n WHERE c.id = n.id AND c.state IS NOT DISTINCT FROM 'reserved';
  END IF;
  IF p_heads <> '{}' THEN
    INSERT INTO ledger_txs (id, kind, organization_id, team_id, job_id, call_id, reason, actor_kind, actor_id,
      actor_name, request_id, created_at)
    SELECT id, kind, organization_id, team_id, job_id, call_id, reason, actor->>'kind', actor->>'id', actor->>'name',
      actor->>'requestId', created_at FROM unnest(p_heads);
    INSERT INTO ledger_entries
      (tx_id, account_id, organization_id, direction, amount, unit, balance_after, created_at)
    SELECT * FROM unnest(p_sides);
  END IF;
END $$`;

/* Each operation in order: its step, one check of all slots that it holds on, then all of it or nothing. The answer
   null means that it was done, or had been done before by the same operation, whose answer was lost. Every row is looked
   up by an index: plans are made once a connection, and those made while the tables are small would read them whole
   ever after. */
const APPLY = `
CREATE FUNCTION ledger_apply(p_ops jsonb, p_now timestamptz, p_dry boolean DEFAULT false)
RETURNS jsonb LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
  SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off AS $$
DECLARE
  ops ledger_op[]; keys text[]; item record; op ledger_op; step ledger_step; job jobs; is_new boolean;
  answers jsonb[] := '{}'; new_jobs jobs[] := '{}'; old_jobs jobs[] := '{}'; new_calls calls[] := '{}';
  old_calls calls[] := '{}'; heads ledger_head[] := '{}'; sides ledger_side[] := '{}';
  ids bigint[]; units text[]; accounts boolean[]; hards boolean[]; amounts bigint[]; posted bigint[]; held bigint[];
  free bigint[]; alerts bigint[]; is_due boolean := false; d_held bigint[]; d_posted bigint[]; d_overrun bigint[]; index_of jsonb;
  path bigint[]; job_slots integer; i integer; binding integer; change bigint; post bigint; needs bigint[];
  free_usd bigint; free_credits bigint; free_tokens bigint; charged bigint; provider bigint; tx uuid; made_at timestamptz;
BEGIN
  SELECT array_agg(each ORDER BY each.ord), array_agg(DISTINCT each.key_id) INTO ops, keys
    FROM jsonb_populate_recordset(NULL::ledger_op, p_ops) each;
  PERFORM ledger_prepare(ops);
  SELECT array_agg(DISTINCT n.id) INTO ids FROM (
    SELECT unnest(each.job_path || each.path) AS id FROM unnest(ops) each
    UNION ALL SELECT unnest(j.path) FROM unnest(ops) each JOIN jobs j ON j.id = each.job_id
    UNION ALL SELECT unnest(c.path) FROM unnest(ops) each JOIN calls c ON c.id = each.call_id
    UNION ALL SELECT gate.payer_id FROM key_gates(keys, p_now) gate) n WHERE n.id IS NOT NULL;
  SELECT coalesce(array_agg(s.id), '{}'), array_agg(s.unit), array_agg(s.is_account), array_agg(s.is_hard),
      array_agg(s.amount), array_agg(s.posted), array_agg(s.held), array_agg(s.amount - s.posted - s.held),
      array_agg(s.alert_at), array_agg(0::bigint), array_agg(0::bigint), array_agg(0::bigint),
      jsonb_object_agg(s.id, s.n)
    INTO ids, units, accounts, hards, amounts, posted, held, free, alerts, d_held, d_posted, d_overrun,
      index_of
    FROM (SELECT *, row_number() OVER () AS n FROM ledger_slots(ids, p_now, NOT p_dry)) s;

  FOR item IN
    SELECT each AS op, j AS job, c AS call, gate, usage.id AS usage_account
    FROM unnest(ops) each LEFT JOIN jobs j ON j.id = each.job_id LEFT JOIN calls c ON c.id = each.call_id
    LEFT JOIN key_gates(keys, p_now) gate ON gate.key_id = each.key_id
    LEFT JOIN accounts usage ON usage.kind = 'organization_usage' AND usage.scope_type = 'organization'
      AND usage.scope_id = c.organization_id AND usage.unit = 'nano_usd'
    ORDER BY each.ord
  LOOP
    op := item.op;
    step := ROW(NULL, item.job, item.call, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, 0)::ledger_step;
    is_new := (step.job).id IS NULL;
    IF op.kind IN ('open', 'reserve') THEN
      IF (step.call).id IS NOT NULL OR (op.kind = 'open' AND NOT is_new) THEN
        -- The same operation again, after an answer that was lost; of another process it is not the same.
        answers := answers || CASE WHEN (step.call).state <> 'reserved' OR (step.call).epoch <> op.epoch
          THEN '{"code":"already_ended"}'::jsonb END;
        CONTINUE;
      ELSIF (item.gate).code IS DISTINCT FROM 'ok' THEN
        answers := answers || jsonb_build_object('code', coalesce((item.gate).code, 'invalid_api_key'),
          'reason', (item.gate).reason);
        CONTINUE;
      ELSIF op.version IS DISTINCT FROM (item.gate).version THEN answers := answers || '{"code":"stale"}'::jsonb; CONTINUE;
      END IF;
      IF is_new AND op.job IS NOT NULL THEN
        step.job := ledger_open(op, item.gate);
        step.j_credits := (step.job).credits_held; step.j_usd := (step.job).ceiling_held;
      END IF;
      IF op.kind = 'reserve' THEN step := ledger_reserve(step, op, item.gate); END IF;
    ELSE
      IF op.kind = 'end' THEN step := ledger_end(step, op); END IF;
      IF step.refusal IS NULL AND op.close IS NOT NULL THEN step := ledger_close(step, op); END IF;
    END IF;
    IF step.refusal IS NOT NULL THEN answers := answers || step.refusal; CONTINUE; END IF;

    job := step.job; job_slots := cardinality(job.path);
    path := job.path || CASE WHEN op.kind IN ('reserve', 'end') THEN (step.call).path ELSE '{}' END;
    needs := ARRAY[step.j_credits, step.j_usd, step.c_usd, step.c_tokens, step.c_requests];
    IF op.kind IN ('open', 'reserve') THEN
      binding := NULL; free_usd := NULL; free_credits := NULL; free_tokens := NULL;
      FOR n IN 1 .. cardinality(path) LOOP
        i := (index_of->>path[n]::text)::integer;
        CONTINUE WHEN NOT hards[i];
        change := ledger_change(units[i], n <= job_slots, needs);
        IF change > 0 AND free[i] < change AND (binding IS NULL OR free[i] < free[binding]) THEN binding := i; END IF;
        CASE units[i] WHEN 'micro_credit' THEN free_credits := least(free_credits, free[i]);
          WHEN 'nano_usd' THEN free_usd := least(free_usd, free[i]);
          WHEN 'token' THEN free_tokens := least(free_tokens, free[i]);
          ELSE NULL; END CASE;
      END LOOP;
      IF binding IS NOT NULL THEN
        answers := answers || jsonb_build_object('code', 'exhausted', 'slot', ids[binding]::text, 'unit', units[binding],
          'amount', amounts[binding]::text, 'posted', (posted[binding] + d_posted[binding])::text,
          'held', (held[binding] + d_held[binding])::text, 'required', (CASE units[binding]
            WHEN 'micro_credit' THEN needs[1] WHEN 'token' THEN needs[4] WHEN 'request' THEN needs[5]
            ELSE needs[2] + needs[3] END)::text, 'free', free[binding]::text, 'freeUsd', free_usd::text,
          'freeCredits', free_credits::text, 'freeTokens', free_tokens::text, 'budgetMode', job.budget_mode,
          'creditsPerDollar', job.credits_per_dollar::text, 'tokensPerCredit', job.tokens_per_credit::text);
        CONTINUE;
      END IF;
    END IF;
    answers := answers || NULL::jsonb;
    CONTINUE WHEN p_dry;

    made_at := op.at; charged := 0; provider := 0;
    IF op.kind = 'end' THEN charged := (step.call).charged_cost; provider := (step.call).provider_cost; END IF;
    IF charged > 0 OR provider > 0 THEN
      heads := heads || ROW((step.call).id, 'call_usage', job.organization_id, job.team_id, job.id, (step.call).id, NULL,
        op.actor, made_at)::ledger_head;
    END IF;
    IF charged > 0 THEN
      sides := sides
        || ROW((step.call).id, item.usage_account, job.organization_id, 'debit', charged, 'nano_usd', NULL, made_at)::ledger_side
        || ROW((step.call).id, 3, job.organization_id, 'credit', charged, 'nano_usd', NULL, made_at)::ledger_side;
    END IF;
    IF provider > 0 THEN
      sides := sides
        || ROW((step.call).id, 4, job.organization_id, 'debit', provider, 'nano_usd', NULL, made_at)::ledger_side
        || ROW((step.call).id, 5, job.organization_id, 'credit', provider, 'nano_usd', NULL, made_at)::ledger_side;
    END IF;
    FOR n IN 1 .. cardinality(path) LOOP
      i := (index_of->>path[n]::text)::integer;
      change := ledger_change(units[i], n <= job_slots, needs);
      post := ledger_change(units[i], n <= job_slots, ARRAY[step.j_credits_post, step.j_usd_post, step.c_usd_post,
        step.c_tokens_post, step.c_requests_post]);
      d_held[i] := d_held[i] + change; d_posted[i] := d_posted[i] + post; free[i] := free[i] - change - post;
      IF step.overrun > 0 AND units[i] = 'nano_usd' AND post > 0 THEN d_overrun[i] := d_overrun[i] + step.overrun; END IF;
      IF posted[i] + d_posted[i] >= alerts[i] THEN is_due := true; END IF;
      CONTINUE WHEN NOT accounts[i];
      IF op.close IS NOT NULL AND path[n] = job.account_id THEN job.credits_remaining := amounts[i] - d_posted[i]; END IF;
      CONTINUE WHEN post = 0;
      tx := (step.call).id;
      IF units[i] = 'micro_credit' THEN
        tx := gen_random_uuid();
        heads := heads || ROW(tx, step.charge_kind, job.organization_id, job.team_id, job.id,
          CASE step.charge_kind WHEN 'late_charge' THEN (step.call).id END,
          CASE step.charge_kind WHEN 'late_charge' THEN format('Call ended after job %s was closed', job.job_type)
            ELSE format('Job %s %s (%s mode)', job.job_type, job.status, job.budget_mode) END, op.actor, made_at)::ledger_head;
      END IF;
      sides := sides
        || ROW(tx, path[n], job.organization_id, 'debit', post, units[i], amounts[i] - d_posted[i], made_at)::ledger_side
        || ROW(tx, CASE units[i] WHEN 'micro_credit' THEN 2 ELSE 8 END, job.organization_id, 'credit', post, units[i],
          NULL, made_at)::ledger_side;
    END LOOP;
    IF is_new THEN new_jobs := new_jobs || job; ELSE old_jobs := old_jobs || job; END IF;
    IF op.kind = 'reserve' THEN new_calls := new_calls || step.call;
    ELSIF op.kind = 'end' THEN old_calls := old_calls || step.call; END IF;
  END LOOP;
  IF p_dry THEN RETURN to_jsonb(answers); END IF;

  UPDATE accounts a SET held = a.held + d.held, balance = a.balance - d.posted, spent = a.spent + d.posted
    FROM unnest(ids, d_held, d_posted) AS d (id, held, posted)
    WHERE a.id = d.id AND (d.held <> 0 OR d.posted <> 0);
  UPDATE limit_windows w SET held = w.held + d.held, posted = w.posted + d.posted, overrun = w.overrun + d.overrun
    FROM unnest(ids, d_held, d_posted, d_overrun) AS d (id, held, posted, overrun)
    WHERE w.id = d.id AND (d.held <> 0 OR d.posted <> 0);
  PERFORM ledger_write(new_jobs, old_jobs, new_calls, old_calls, heads, sides);
  IF is_due THEN PERFORM ledger_alert(ids, amounts, p_now); END IF;
  RETURN to_jsonb(answers);
END $$;
/* What a step holds (or posts) more on a slot, by the slot's unit and whether it is on the job's path. */
CREATE FUNCTION ledger_change(p_unit text, p_of_job boolean, p_needs bigint[]) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_unit WHEN 'nano_usd' THEN CASE WHEN p_of_job THEN p_needs[2] ELSE p_needs[3] END
    WHEN 'micro_credit' THEN CASE WHEN p_of_job THEN p_needs[1] ELSE 0 END
    WHEN 'token' THEN CASE WHEN p_of_job THEN 0 ELSE p_needs[4] END
    WHEN 'request' THEN CASE WHEN p_of_job THEN 0 ELSE p_needs[5] END END
$$;
/* Each threshold of a limit is told once a window, in the transaction that crosses it. */
CREATE FUNCTION ledger_alert(p_ids bigint[], p_amounts bigint[], p_now timestamptz) RETURNS void LANGUAGE sql AS $$
  WITH crossed AS (
    SELECT w.id, w.organization_id, w.limit_id, w.posted, d.amount, percent
    FROM unnest(p_ids, p_amounts) AS d (id, amount) JOIN limit_windows w ON w.id = d.id
    JOIN limits l ON l.id = w.limit_id CROSS JOIN unnest(l.alerts) AS percent
    WHERE percent > w.alerted AND w.posted > 0 AND w.posted::numeric * 100 >= percent * d.amount::numeric),
  told AS (INSERT INTO limit_alerts (window_id, percent, organization_id, limit_id, posted, amount, created_at)
    SELECT id, percent, organization_id, limit_id, posted, amount, p_now FROM crossed ON CONFLICT DO NOTHING)
  UPDATE limit_windows w SET alerted = c.percent
    FROM (SELECT id, max(percent) AS percent FROM crossed GROUP BY id) c WHERE w.id = c.id
$$`;
