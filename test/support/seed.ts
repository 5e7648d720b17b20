import type pg from 'pg';

export interface SeedSize {
  readonly organizations: number;
  readonly teams: number;
  readonly keys: number;
  readonly jobs: number;
  readonly callsPerJob: number;
  /** How far back the calls reach, evenly; the last is made at `now`. */
  readonly days: number;
}

const CATALOG = `
INSERT INTO providers (id, kind, name, base_url) VALUES
  ('prv_seed1', 'openai', 'Seed One', 'https://one.example'), ('prv_seed2', 'openai', 'Seed Two', 'https://two.example'),
  ('prv_seed3', 'simulator', 'Seed Three', NULL);
INSERT INTO models (id, provider_id, provider_kind, name, context_window, created_at)
  SELECT 'mdl_seed' || n, CASE WHEN n % 3 < 2 THEN 'prv_seed' || (n % 3 + 1) END, 'openai', 'seed-model-' || n, n * 1000,
    now() - n * interval '1 minute' FROM generate_series(1, 6) n;
INSERT INTO prices (id, model_id, valid_from, prices)
  SELECT 'prc_seed' || n, 'mdl_seed' || n, now() - interval '2 years',
    jsonb_build_object('input', (n * 1000000000::bigint)::text, 'output', ((7 - n) * 3000000000)::text)
  FROM generate_series(1, 5) n;
INSERT INTO aliases (id, name, display_name, price_override, created_at)
  SELECT 'als_seed' || n, 'seed-alias-' || n, 'Alias ' || chr(80 - n), CASE WHEN n = 2 THEN '{"input": "77"}'::jsonb END,
    now() - n * interval '1 minute' FROM generate_series(1, 6) n;
INSERT INTO alias_targets (id, alias_id, model_id, position)
  SELECT 'tgt_seed' || n || '_' || p, 'als_seed' || n, 'mdl_seed' || ((n + p - 1) % 6 + 1), p
  FROM generate_series(1, 5) n, LATERAL generate_series(0, n % 3) p;
INSERT INTO access_groups (id, display_name, created_at)
  SELECT 'seed-group-' || n, 'Group ' || chr(70 - n), now() - n * interval '1 minute' FROM generate_series(1, 4) n;
INSERT INTO access_group_aliases
  SELECT 'seed-group-' || g, 'als_seed' || n FROM generate_series(1, 3) g, LATERAL generate_series(1, g * 2) n`;

/* $1 organizations, $2 teams, $3 keys, $4 now. */
const TENANTS = [
  `INSERT INTO organizations (id, name, status, created_at)
   SELECT 'seed-org-' || n, 'Seed ' || chr(65 + (n * 7) % 26) || n, CASE WHEN n % 5 = 4 THEN 'suspended' ELSE 'active' END,
     $4::timestamptz - n * interval '1 hour'
   FROM generate_series(1, $1::int) n WHERE $2::int > 0 AND $3::int > 0`,
  `INSERT INTO teams (id, organization_id, name, status, budget_mode, created_at)
   SELECT 'seed-team-' || n, 'seed-org-' || (n % $1::int + 1), 'Team ' || chr(65 + (n * 11) % 26) || n,
     (ARRAY['active', 'active', 'active', 'suspended', 'paused'])[n % 5 + 1],
     (ARRAY['job_based', 'consumption_usd', 'consumption_tokens'])[n % 3 + 1], $4::timestamptz - n * interval '1 minute'
   FROM generate_series(1, $2::int) n WHERE $3::int > 0`,
  `INSERT INTO accounts (kind, organization_id, scope_type, scope_id, unit, allocated, spent, balance)
   SELECT 'team_credits', organization_id, 'team', id, 'micro_credit', f.allocated, f.spent, f.allocated - f.spent
   FROM teams, LATERAL (SELECT (length(id) * 1000 + ascii(right(id, 1)) * 77) * 1000000::bigint AS allocated,
     ascii(right(id, 1)) * 13 * 1000000::bigint AS spent) f
   WHERE id LIKE 'seed-team-%' AND $1::int + $2::int + $3::int > 0 AND $4::timestamptz IS NOT NULL`,
  `INSERT INTO access_grants (access_group_id, scope_type, scope_id, organization_id)
   SELECT 'seed-group-' || (ascii(right(id, 1)) % 3 + 1), 'team', id, organization_id FROM teams
   WHERE id LIKE 'seed-team-%' AND $1::int + $2::int + $3::int > 0 AND $4::timestamptz IS NOT NULL`,
  `INSERT INTO keys (id, kind, organization_id, team_id, name, token_hash, last_four, status, expires_at, last_used_at,
     created_at)
   SELECT 'key_seed' || n, 'virtual', team.organization_id, team.id, 'key ' || chr(97 + (n * 5) % 26), 'seed hash ' || n,
     lpad((n * 37 % 10000)::text, 4, '0'), CASE WHEN n % 6 = 5 THEN 'revoked' ELSE 'active' END,
     CASE n % 4 WHEN 1 THEN $4::timestamptz + n * interval '1 day' WHEN 3 THEN $4::timestamptz - n * interval '1 day' END,
     CASE WHEN n % 3 > 0 THEN $4::timestamptz - n * interval '1 minute' END, $4::timestamptz - n * interval '1 minute'
   FROM generate_series(1, $3::int) n JOIN teams team ON team.id = 'seed-team-' || (n % $2::int + 1)
   WHERE $1::int > 0`,
];

/* $1 jobs, $2 calls a job, $3 keys, $4 now, $5 seconds that lie between two jobs. */
const CALLS = [
  `INSERT INTO jobs (id, organization_id, team_id, key_id, job_type, user_id, status, budget_mode, credits_per_dollar,
     tokens_per_credit, created_at, completed_at, expires_at)
   SELECT md5('job' || n)::uuid, key.organization_id, key.team_id, key.id, 'type-' || n % 7,
     CASE WHEN n % 2 = 0 THEN 'user-' || n % 50 END, s.status, 'job_based', 10000000, 10000, s.at,
     CASE WHEN s.status <> 'in_progress' THEN s.at + (n % 90) * interval '1 second' END, s.at + interval '1 day'
   FROM generate_series(1, $1::int) n
   JOIN keys key ON key.id = 'key_seed' || (n % $3::int + 1)
   CROSS JOIN LATERAL (SELECT $4::timestamptz - ($1::int - n) * $5::float8 * interval '1 second' AS at,
     (ARRAY['failed', 'cancelled', 'in_progress'])[n % 11 + 1] AS unusual) u
   CROSS JOIN LATERAL (SELECT u.at, coalesce(u.unusual, 'completed') AS status) s WHERE $2::int > 0`,
  `INSERT INTO calls (id, job_id, organization_id, team_id, key_id, alias, streamed, state, outcome, credits_held,
     cost_held, input_bound, epoch, model_id, provider_id, tokens_in, tokens_out, provider_cost, charged_cost, attempts,
     latency_ms, created_at, ended_at)
   SELECT md5('call' || n || '-' || c)::uuid, job.id, job.organization_id, job.team_id, job.key_id,
     'seed-alias-' || (m % 5 + 1), false, 'settled', CASE WHEN m % 13 = 0 THEN 'error' WHEN m % 29 = 0 THEN 'aborted'
     ELSE 'success' END, 0, 0, 1, 1, 'mdl_seed' || (m % 4 + 1), 'prv_seed' || (m % 2 + 1), 100 + m % 900, m % 700,
     (m % 97) * 100003, (m % 97) * 200007 + m % 3, jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('id', m::text,
       'provider_id', 'prv_seed' || (m % 2 + 1), 'provider', 'Seed', 'kind', 'openai', 'model', 'seed-model-1',
       'ms', 100 + m % 50, 'error', CASE WHEN m % 13 = 0 THEN 'unavailable' END))),
     100 + m % 50, job.created_at + (c - 1) * interval '1 millisecond', job.created_at + interval '1 second'
   FROM generate_series(1, $1::int) n JOIN jobs job ON job.id = md5('job' || n)::uuid
   CROSS JOIN LATERAL generate_series(1, $2::int) c CROSS JOIN LATERAL (SELECT n * 31 + c AS m) k
   WHERE $3::int > 0 AND $4::timestamptz IS NOT NULL AND $5::float8 >= 0`,
  `UPDATE jobs SET cost_charged = cost.sum FROM (SELECT job_id, sum(charged_cost) FROM calls GROUP BY job_id) cost
   WHERE cost.job_id = jobs.id AND $1::int + $2::int + $3::int > 0 AND $4::timestamptz IS NOT NULL AND $5::float8 >= 0`,
];

/** Rows of every kind in great number, with figures that differ from each other, written past the product. */
export async function seed(db: pg.Client, size: SeedSize, now: Date): Promise<void> {
  await db.query(CATALOG);
  for (const sql of TENANTS) await db.query(sql, [size.organizations, size.teams, size.keys, now]);
  const apartSeconds = (size.days * 24 * 60 * 60) / size.jobs;
  for (const sql of CALLS) await db.query(sql, [size.jobs, size.callsPerJob, size.keys, now, apartSeconds]);
}
