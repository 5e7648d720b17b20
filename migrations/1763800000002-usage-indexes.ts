import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What lists sort by and analytics sum up: figures over several tables, and the index that makes windows fast. */
export class UsageIndexes1763800000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [INDEXES, ORGANIZATIONS, TEAMS, ATTEMPTS]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION IF EXISTS provider_attempts, team_figures, organization_figures');
    await runner.query(`
      DROP INDEX IF EXISTS jobs_created, calls_usage, calls_job;
      CREATE INDEX calls_job ON calls (job_id, created_at, id)`);
  }
}

/* They hold all that a window of usage or a list of jobs sums up, and the column of the row-level policy, so that the
   wide rows stay unread. */
const INDEXES = `
CREATE INDEX calls_usage ON calls (created_at, organization_id)
  INCLUDE (team_id, key_id, alias, model_id, provider_id, outcome, tokens_in, tokens_out, charged_cost, provider_cost);
DROP INDEX calls_job;
CREATE INDEX calls_job ON calls (job_id, created_at, id)
  INCLUDE (organization_id, alias, tokens_in, tokens_out, provider_cost);
CREATE INDEX jobs_created ON jobs (created_at, id) INCLUDE (organization_id, job_type);
`;

/* Functions and not views, because whether a key has expired depends on the product's clock. The planner inlines them
   and leaves out every join whose figure nobody asks for; each joined part has one row an organization or team. */
const ORGANIZATIONS = `
CREATE FUNCTION organization_figures(p_now timestamptz) RETURNS TABLE (organization_id text, team_count bigint,
  active_key_count bigint, credits_allocated bigint, credits_remaining bigint, credits_used bigint, total_spent bigint)
LANGUAGE sql STABLE AS $$
  SELECT o.id, coalesce(t.teams, 0), coalesce(k.keys, 0), coalesce(a.allocated, 0)::bigint,
    coalesce(a.balance, 0)::bigint, coalesce(a.spent, 0)::bigint, coalesce(c.spent, 0)::bigint
  FROM organizations o
  LEFT JOIN (SELECT teams.organization_id, count(*) AS teams FROM teams WHERE status <> 'deleted'
    GROUP BY teams.organization_id) t ON t.organization_id = o.id
  LEFT JOIN (SELECT keys.organization_id, count(*) AS keys FROM keys
    WHERE status = 'active' AND (expires_at IS NULL OR expires_at > p_now)
    GROUP BY keys.organization_id) k ON k.organization_id = o.id
  LEFT JOIN (SELECT team.organization_id, sum(account.allocated) AS allocated, sum(account.balance) AS balance,
      sum(account.spent) AS spent
    FROM teams team JOIN accounts account ON account.kind = 'team_credits' AND account.scope_type = 'team'
      AND account.scope_id = team.id
    WHERE team.status <> 'deleted' GROUP BY team.organization_id) a ON a.organization_id = o.id
  LEFT JOIN (SELECT calls.organization_id, sum(charged_cost) AS spent FROM calls
    GROUP BY calls.organization_id) c ON c.organization_id = o.id
$$`;

const TEAMS = `
CREATE FUNCTION team_figures(p_now timestamptz) RETURNS TABLE (team_id text, active_key_count bigint,
  credits_allocated bigint, credits_remaining bigint, credits_used bigint, access_groups text[])
LANGUAGE sql STABLE AS $$
  SELECT team.id, coalesce(k.keys, 0), coalesce(account.allocated, 0), coalesce(account.balance, 0),
    coalesce(account.spent, 0), coalesce(g.groups, '{}')
  FROM teams team
  LEFT JOIN accounts account ON account.kind = 'team_credits' AND account.scope_type = 'team'
    AND account.scope_id = team.id AND account.unit = 'micro_credit'
  LEFT JOIN (SELECT keys.team_id, count(*) AS keys FROM keys
    WHERE status = 'active' AND (expires_at IS NULL OR expires_at > p_now) GROUP BY keys.team_id) k
    ON k.team_id = team.id
  LEFT JOIN (SELECT scope_id, array_agg(access_group_id) AS groups FROM access_grants
    WHERE scope_type = 'team' GROUP BY scope_id) g ON g.scope_id = team.id
$$`;

/* Every request that was sent to a vendor by a call made since. A refusal or a client that left is no fault of the
   vendor; an address or a credential that it does not know is a fault of the connection. */
const ATTEMPTS = `
CREATE FUNCTION provider_attempts(p_since timestamptz) RETURNS TABLE (organization_id text, provider_id text,
  made_at timestamptz, latency_ms integer, is_fault boolean, message text)
LANGUAGE sql STABLE AS $$
  SELECT call.organization_id, attempt->>'provider_id', coalesce(call.ended_at, call.created_at), (attempt->>'ms')::integer,
    attempt->>'error' IS NOT NULL AND attempt->>'error' <> 'aborted'
      AND (attempt->>'error' <> 'refused' OR coalesce(attempt->>'status', '') = '404'),
    attempt->>'message'
  FROM calls call CROSS JOIN LATERAL jsonb_array_elements(call.attempts) AS attempt
  WHERE call.created_at >= p_since
$$`;
