import type { MigrationInterface, QueryRunner } from 'typeorm';

/*
 * One function per money operation. Each is one statement for the caller, so one transaction and one round trip.
 * Every function takes its row locks in the same order: job, call, account. Refusals are return codes, not errors.
 */
export class LedgerFunctions1763700000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [GATE, ACCOUNT, ENTRIES, TRANSFER, CREDITS, JOB_OPEN, CALL_RESERVE, CALL_END, JOB_CLOSE, AUDIT])
      await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER IF EXISTS ledger_txs_balanced ON ledger_txs;
      DROP FUNCTION IF EXISTS ledger_audit, job_close, call_end, call_reserve, job_open, ledger_credits,
        ledger_transfer, ledger_charge, ledger_tx, ledger_entry, ledger_balanced, ledger_team_account, key_gate CASCADE`);
  }
}

/* Reads the state of key, team and organization at the moment of the decision: a revoked key or a suspended team is
   refused on the very next call, whatever any cache believes. */
const GATE = `
CREATE FUNCTION key_gate(p_key text, p_now timestamptz, OUT code text, OUT team teams, OUT reason text)
LANGUAGE plpgsql STABLE AS $$
DECLARE k keys; organization_status text;
BEGIN
  SELECT * INTO k FROM keys WHERE id = p_key;
  IF NOT FOUND OR k.status <> 'active' OR k.expires_at <= p_now THEN code := 'invalid_api_key'; RETURN; END IF;
  SELECT * INTO team FROM teams WHERE id = k.team_id;
  SELECT status INTO organization_status FROM organizations WHERE id = k.organization_id;
  IF team.status = 'deleted' OR organization_status = 'deleted' THEN code := 'invalid_api_key';
  ELSIF organization_status <> 'active' THEN code := 'suspended'; reason := 'Organization is ' || organization_status;
  ELSIF team.status = 'suspended' OR (team.status = 'paused' AND coalesce(team.pause_until > p_now, true))
    THEN code := 'suspended'; reason := 'Team access is ' || team.status;
  ELSE code := 'ok';
  END IF;
END $$`;

const ACCOUNT = `
CREATE FUNCTION ledger_team_account(p_team teams) RETURNS accounts LANGUAGE plpgsql AS $$
DECLARE account accounts;
BEGIN
  SELECT * INTO account FROM accounts
    WHERE kind = 'team_credits' AND scope_type = 'team' AND scope_id = p_team.id AND unit = 'micro_credit'
    FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    INSERT INTO accounts (kind, organization_id, scope_type, scope_id, unit)
      VALUES ('team_credits', p_team.organization_id, 'team', p_team.id, 'micro_credit') ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT account FROM accounts
      WHERE kind = 'team_credits' AND scope_type = 'team' AND scope_id = p_team.id AND unit = 'micro_credit'
      FOR NO KEY UPDATE;
  END IF;
  RETURN account;
END $$`;

const ENTRIES = `
CREATE FUNCTION ledger_tx(p_id uuid, p_kind text, p_organization text, p_team text, p_job uuid, p_call uuid,
  p_reason text, p_actor jsonb, p_now timestamptz) RETURNS void LANGUAGE sql AS $$
  INSERT INTO ledger_txs
    (id, kind, organization_id, team_id, job_id, call_id, reason, actor_kind, actor_id, actor_name, request_id, created_at)
  VALUES (p_id, p_kind, p_organization, p_team, p_job, p_call, p_reason,
    p_actor->>'kind', p_actor->>'id', p_actor->>'name', p_actor->>'requestId', p_now)
$$;
CREATE FUNCTION ledger_entry(p_tx uuid, p_account bigint, p_organization text, p_direction text, p_amount bigint,
  p_unit text, p_balance_after bigint, p_now timestamptz) RETURNS void LANGUAGE sql AS $$
  INSERT INTO ledger_entries (tx_id, account_id, organization_id, direction, amount, unit, balance_after, created_at)
  VALUES (p_tx, p_account, p_organization, p_direction, p_amount, p_unit, p_balance_after, p_now)
$$;
CREATE FUNCTION ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE units int; entries int;
BEGIN
  SELECT count(*) FILTER (WHERE net <> 0), coalesce(sum(n), 0) INTO units, entries FROM (
    SELECT sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) AS net, count(*) AS n
    FROM ledger_entries WHERE tx_id = NEW.id GROUP BY unit) AS by_unit;
  IF units > 0 OR entries < 2 THEN RAISE EXCEPTION 'ledger transaction % is not balanced', NEW.id; END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_txs_balanced AFTER INSERT ON ledger_txs
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balanced();
CREATE FUNCTION ledger_charge(p_tx uuid, p_kind text, p_account accounts, p_job uuid, p_call uuid, p_amount bigint,
  p_reason text, p_actor jsonb, p_now timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE after bigint;
BEGIN
  UPDATE accounts SET balance = balance - p_amount, spent = spent + p_amount
    WHERE id = p_account.id RETURNING balance INTO after;
  PERFORM ledger_tx(p_tx, p_kind, p_account.organization_id, p_account.scope_id, p_job, p_call, p_reason, p_actor, p_now);
  PERFORM ledger_entry(p_tx, p_account.id, p_account.organization_id, 'debit', p_amount, p_account.unit, after, p_now);
  PERFORM ledger_entry(p_tx, 2, p_account.organization_id, 'credit', p_amount, p_account.unit, NULL, p_now);
  RETURN after;
END $$`;

/* Positive amounts come from the issue account, negative ones go back to it; neither can touch what is held. */
const TRANSFER = `
CREATE FUNCTION ledger_transfer(p_tx uuid, p_kind text, p_team text, p_amount bigint, p_reason text, p_actor jsonb,
  p_now timestamptz, OUT code text, OUT balance_before bigint, OUT balance_after bigint, OUT held bigint)
LANGUAGE plpgsql AS $$
DECLARE team teams; account accounts;
BEGIN
  SELECT * INTO team FROM teams WHERE id = p_team AND status <> 'deleted';
  IF NOT FOUND THEN code := 'not_found'; RETURN; END IF;
  account := ledger_team_account(team);
  balance_before := account.balance; balance_after := account.balance; held := account.held;
  IF p_amount < 0 AND account.balance - account.held + p_amount < 0 THEN code := 'insufficient_credits'; RETURN; END IF;
  UPDATE accounts SET balance = balance + p_amount, allocated = allocated + p_amount
    WHERE id = account.id RETURNING balance INTO balance_after;
  PERFORM ledger_tx(p_tx, p_kind, team.organization_id, team.id, NULL, NULL, p_reason, p_actor, p_now);
  PERFORM ledger_entry(p_tx, account.id, team.organization_id, CASE WHEN p_amount > 0 THEN 'credit' ELSE 'debit' END,
    abs(p_amount), 'micro_credit', balance_after, p_now);
  PERFORM ledger_entry(p_tx, 1, team.organization_id, CASE WHEN p_amount > 0 THEN 'debit' ELSE 'credit' END,
    abs(p_amount), 'micro_credit', NULL, p_now);
  code := 'ok';
END $$`;

/* Micro-credits of a cost or of tokens at the mode and rates that the job was opened with, exact; the caller rounds. */
const CREDITS = `
CREATE FUNCTION ledger_credits(p_job jobs, p_cost numeric, p_tokens numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE p_job.budget_mode
    WHEN 'consumption_usd' THEN p_cost * p_job.credits_per_dollar / 1000000000
    WHEN 'consumption_tokens' THEN p_tokens * 1000000 / p_job.tokens_per_credit
    ELSE 0 END
$$`;

const JOB_OPEN = `
CREATE FUNCTION job_open(p_id uuid, p_key text, p_job jsonb, p_expires timestamptz, p_now timestamptz,
  OUT code text, OUT reason text, OUT balance bigint, OUT held bigint, OUT required bigint)
LANGUAGE plpgsql AS $$
DECLARE gate record; account accounts; team teams;
BEGIN
  SELECT * INTO gate FROM key_gate(p_key, p_now);
  code := gate.code; reason := gate.reason; team := gate.team;
  IF code <> 'ok' THEN RETURN; END IF;
  required := CASE WHEN team.budget_mode = 'job_based' THEN 1000000 ELSE 0 END;
  IF required > 0 THEN
    account := ledger_team_account(team);
    balance := account.balance; held := account.held;
    IF account.credit_mode = 'hard' AND account.balance - account.held < required THEN
      code := 'insufficient_credits'; RETURN;
    END IF;
    UPDATE accounts SET held = accounts.held + required WHERE id = account.id;
  END IF;
  INSERT INTO jobs (id, organization_id, team_id, key_id, job_type, user_id, status, implicit, metadata, budget_mode,
    credits_per_dollar, tokens_per_credit, credits_held, max_cost, created_at, updated_at, expires_at)
  VALUES (p_id, team.organization_id, team.id, p_key, p_job->>'jobType', p_job->>'userId', 'pending',
    coalesce((p_job->>'implicit')::boolean, false), coalesce(p_job->'metadata', '{}'), team.budget_mode,
    team.credits_per_dollar, team.tokens_per_credit, required, (p_job->>'maxCost')::bigint, p_now, p_now, p_expires);
END $$`;

const CALL_RESERVE = `
CREATE FUNCTION call_reserve(p_id uuid, p_job uuid, p_key text, p_call jsonb, p_epoch bigint, p_now timestamptz,
  OUT code text, OUT reason text, OUT balance bigint, OUT held bigint, OUT required bigint)
LANGUAGE plpgsql AS $$
DECLARE gate record; account accounts; team teams; job jobs; cost bigint := (p_call->>'costBound')::bigint;
BEGIN
  SELECT * INTO gate FROM key_gate(p_key, p_now);
  code := gate.code; reason := gate.reason; team := gate.team;
  IF code <> 'ok' THEN RETURN; END IF;
  SELECT * INTO job FROM jobs WHERE id = p_job AND team_id = team.id FOR NO KEY UPDATE;
  IF NOT FOUND THEN code := 'not_found'; RETURN; END IF;
  IF job.status NOT IN ('pending', 'in_progress') OR job.expires_at <= p_now THEN
    code := 'job_closed'; reason := job.status; RETURN;
  END IF;
  IF job.cost_charged + job.cost_held + cost > job.max_cost THEN
    code := 'job_ceiling'; balance := job.max_cost; held := job.cost_charged + job.cost_held; required := cost; RETURN;
  END IF;
  required := ceil(ledger_credits(job, cost, (p_call->>'tokensBound')::numeric));
  IF required > 0 THEN
    account := ledger_team_account(team);
    balance := account.balance; held := account.held;
    IF account.credit_mode = 'hard' AND account.balance - account.held < required THEN
      code := 'insufficient_credits'; RETURN;
    END IF;
    UPDATE accounts SET held = accounts.held + required WHERE id = account.id;
  END IF;
  INSERT INTO calls (id, job_id, organization_id, team_id, key_id, user_id, alias, purpose, streamed, metadata,
    credits_held, cost_held, input_bound, epoch, model_id, provider_id, price_id, created_at)
  VALUES (p_id, p_job, team.organization_id, team.id, p_key, coalesce(p_call->>'userId', job.user_id),
    p_call->>'alias', p_call->>'purpose', (p_call->>'streamed')::boolean, coalesce(p_call->'metadata', '{}'),
    required, cost, (p_call->>'inputBound')::integer, p_epoch, p_call->>'modelId', p_call->>'providerId',
    p_call->>'priceId', p_now);
  UPDATE jobs SET status = 'in_progress', started_at = coalesce(started_at, p_now), updated_at = p_now,
    metadata = metadata || coalesce(p_call->'metadata', '{}'),
    cost_held = cost_held + cost, credits_held = credits_held + required WHERE id = p_job;
END $$`;

/* Ends a call once: settled or recovered with a cost, voided without. What the call held is released; what it really
   used stays held on its job until the job is posted, or is charged at once when the job has closed in the meantime. */
const CALL_END = `
CREATE FUNCTION call_end(p_id uuid, p_state text, p_end jsonb, p_actor jsonb, p_now timestamptz,
  OUT code text, OUT charged bigint)
LANGUAGE plpgsql AS $$
DECLARE
  job jobs; call calls; team teams; account accounts; used bigint; is_open boolean; usage_account bigint; late bigint := 0;
  provider_cost_now bigint := coalesce((p_end->>'providerCost')::bigint, 0);
  tokens bigint := coalesce((p_end->>'tokensIn')::bigint, 0) + coalesce((p_end->>'tokensOut')::bigint, 0);
BEGIN
  charged := coalesce((p_end->>'chargedCost')::bigint, 0);
  SELECT * INTO job FROM jobs WHERE id = (SELECT job_id FROM calls WHERE id = p_id) FOR NO KEY UPDATE;
  IF NOT FOUND THEN code := 'not_found'; RETURN; END IF;
  SELECT * INTO call FROM calls WHERE id = p_id FOR NO KEY UPDATE;
  IF call.state <> 'reserved' THEN code := 'already_ended'; charged := call.charged_cost; RETURN; END IF;
  SELECT * INTO STRICT team FROM teams WHERE id = job.team_id;
  is_open := job.status IN ('pending', 'in_progress');
  used := ceil(ledger_credits(job, charged, tokens));
  IF NOT is_open AND job.status IN ('completed', 'expired') THEN
    late := CASE WHEN job.budget_mode <> 'job_based' THEN used
      WHEN p_end->>'outcome' = 'success' AND NOT job.credit_applied THEN 1000000 ELSE 0 END;
  END IF;
  IF call.credits_held > 0 OR used > 0 OR late > 0 THEN
    account := ledger_team_account(team);
    UPDATE accounts SET held = held - call.credits_held + CASE WHEN is_open THEN used ELSE 0 END WHERE id = account.id;
  END IF;
  IF late > 0 THEN
    PERFORM ledger_charge(gen_random_uuid(), 'late_charge', account, job.id, p_id, late,
      'Call ended after job ' || job.job_type || ' was closed', p_actor, p_now);
  END IF;
  UPDATE jobs SET cost_held = cost_held - call.cost_held, cost_charged = cost_charged + charged, updated_at = p_now,
    credits_held = credits_held - call.credits_held + CASE WHEN is_open THEN used ELSE 0 END,
    credits_charged = credits_charged + late, credit_applied = credit_applied OR late > 0 WHERE id = job.id;
  UPDATE calls SET state = p_state, outcome = p_end->>'outcome', ended_at = p_now, credits_held = 0, cost_held = 0,
    model_id = coalesce(p_end->>'modelId', model_id), provider_id = coalesce(p_end->>'providerId', provider_id),
    price_id = coalesce(p_end->>'priceId', price_id),
    usage = coalesce(p_end->'usage', '{}'), usage_source = p_end->>'usageSource',
    tokens_in = coalesce((p_end->>'tokensIn')::bigint, 0), tokens_out = coalesce((p_end->>'tokensOut')::bigint, 0),
    provider_cost = provider_cost_now, charged_cost = charged, overrun = greatest(0, charged - call.cost_held),
    attempts = coalesce(p_end->'attempts', '[]'), latency_ms = (p_end->>'latencyMs')::integer,
    finish_reason = p_end->>'finishReason', error_code = p_end->>'errorCode', error_message = p_end->>'errorMessage'
    WHERE id = p_id;
  IF charged > 0 OR provider_cost_now > 0 THEN
    INSERT INTO accounts (kind, organization_id, scope_type, scope_id, unit, credit_mode)
      VALUES ('organization_usage', job.organization_id, 'organization', job.organization_id, 'nano_usd', 'unlimited')
      ON CONFLICT DO NOTHING;
    SELECT id INTO STRICT usage_account FROM accounts WHERE kind = 'organization_usage'
      AND scope_type = 'organization' AND scope_id = job.organization_id AND unit = 'nano_usd';
    PERFORM ledger_tx(p_id, 'call_usage', job.organization_id, job.team_id, job.id, p_id, NULL, p_actor, p_now);
    IF charged > 0 THEN
      PERFORM ledger_entry(p_id, usage_account, job.organization_id, 'debit', charged, 'nano_usd', NULL, p_now);
      PERFORM ledger_entry(p_id, 3, job.organization_id, 'credit', charged, 'nano_usd', NULL, p_now);
    END IF;
    IF provider_cost_now > 0 THEN
      PERFORM ledger_entry(p_id, 4, job.organization_id, 'debit', provider_cost_now, 'nano_usd', NULL, p_now);
      PERFORM ledger_entry(p_id, 5, job.organization_id, 'credit', provider_cost_now, 'nano_usd', NULL, p_now);
    END IF;
  END IF;
  code := 'ok';
END $$`;

/* Closes a job once and posts its credits once: for a completed or expired job with at least one successful call.
   Holds of calls that still run stay with those calls. */
const JOB_CLOSE = `
CREATE FUNCTION job_close(p_id uuid, p_team text, p_status text, p_close jsonb, p_actor jsonb, p_now timestamptz,
  OUT code text)
LANGUAGE plpgsql AS $$
DECLARE job jobs; team teams; account accounts; amount bigint := 0; running bigint; remaining bigint; totals record;
BEGIN
  SELECT * INTO job FROM jobs WHERE id = p_id AND team_id = p_team FOR NO KEY UPDATE;
  IF NOT FOUND THEN code := 'not_found'; RETURN; END IF;
  IF job.status NOT IN ('pending', 'in_progress') THEN code := 'already_closed'; RETURN; END IF;
  SELECT * INTO STRICT team FROM teams WHERE id = job.team_id;
  SELECT count(*) FILTER (WHERE outcome = 'success') AS successes, coalesce(sum(charged_cost), 0) AS cost,
    coalesce(sum(tokens_in + tokens_out), 0) AS tokens, coalesce(sum(credits_held), 0) AS held
    INTO totals FROM calls WHERE job_id = p_id;
  running := totals.held;
  IF p_status IN ('completed', 'expired') AND totals.successes > 0 THEN
    amount := CASE WHEN job.budget_mode = 'job_based' THEN 1000000
      ELSE round(ledger_credits(job, totals.cost, totals.tokens)) END;
  END IF;
  account := ledger_team_account(team);
  remaining := account.balance;
  UPDATE accounts SET held = held - (job.credits_held - running) WHERE id = account.id;
  IF amount > 0 THEN
    remaining := ledger_charge(gen_random_uuid(), 'job_charge', account, p_id, NULL, amount,
      format('Job %s %s (%s mode)', job.job_type, p_status, job.budget_mode), p_actor, p_now);
  END IF;
  UPDATE jobs SET status = p_status, completed_at = p_now, updated_at = p_now, credits_held = running,
    credits_charged = amount, credit_applied = amount > 0, credits_remaining = remaining,
    metadata = metadata || coalesce(p_close->'metadata', '{}'), error_message = p_close->>'errorMessage'
    WHERE id = p_id;
  code := 'ok';
END $$`;

/* Recomputes everything that is stored twice; a healthy ledger gives no rows. */
const AUDIT = `
CREATE FUNCTION ledger_audit() RETURNS TABLE (problem text, subject text, expected numeric, actual numeric)
LANGUAGE sql STABLE AS $$
  SELECT 'unbalanced transaction', tx_id::text, 0::numeric, sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END)
    FROM ledger_entries GROUP BY tx_id, unit HAVING sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) <> 0
  UNION ALL
  SELECT 'balance differs from entries', a.id::text, coalesce(e.net, 0), a.balance FROM accounts a
    LEFT JOIN (SELECT account_id, sum(CASE direction WHEN 'credit' THEN amount ELSE -amount END) AS net
      FROM ledger_entries GROUP BY account_id) e ON e.account_id = a.id
    WHERE a.kind = 'team_credits' AND a.balance <> coalesce(e.net, 0)
  UNION ALL
  SELECT 'balance differs from allocated - spent', id::text, allocated - spent, balance FROM accounts
    WHERE kind = 'team_credits' AND balance <> allocated - spent
  UNION ALL
  SELECT 'held differs from holds of jobs', a.id::text, coalesce(j.held, 0), a.held FROM accounts a
    LEFT JOIN (SELECT team_id, sum(credits_held) AS held FROM jobs GROUP BY team_id) j ON j.team_id = a.scope_id
    WHERE a.kind = 'team_credits' AND a.held <> coalesce(j.held, 0)
  UNION ALL
  SELECT 'job cost differs from its calls', j.id::text, coalesce(c.cost, 0), j.cost_charged FROM jobs j
    LEFT JOIN (SELECT job_id, sum(charged_cost) AS cost FROM calls GROUP BY job_id) c ON c.job_id = j.id
    WHERE j.cost_charged <> coalesce(c.cost, 0)
  UNION ALL
  SELECT 'call cost differs from its posting', c.id::text, c.charged_cost, coalesce(e.amount, 0) FROM calls c
    LEFT JOIN (SELECT t.call_id, sum(e.amount) AS amount FROM ledger_txs t
      JOIN ledger_entries e ON e.tx_id = t.id AND e.account_id = 3 WHERE t.kind = 'call_usage' GROUP BY t.call_id) e
      ON e.call_id = c.id
    WHERE c.charged_cost <> coalesce(e.amount, 0)
  UNION ALL
  SELECT 'ended call still holds', id::text, 0, credits_held + cost_held FROM calls
    WHERE state <> 'reserved' AND credits_held + cost_held <> 0
  UNION ALL
  SELECT 'credits charged differ from ledger', j.id::text, coalesce(e.amount, 0), j.credits_charged FROM jobs j
    LEFT JOIN (SELECT t.job_id, sum(e.amount) AS amount FROM ledger_txs t
      JOIN ledger_entries e ON e.tx_id = t.id AND e.account_id = 2 GROUP BY t.job_id) e ON e.job_id = j.id
    WHERE j.credits_charged <> coalesce(e.amount, 0)
$$`;
