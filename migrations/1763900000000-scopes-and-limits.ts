import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables with rows of one organization each; `*` sees all of them. */
const TENANT_TABLES = [
  'groups',
  'group_members',
  'projects',
  'limits',
  'limit_grants',
  'limit_windows',
  'limit_alerts',
  'limit_versions',
];

/** What a call can be charged to besides its team, and the spend limits on all of it. */
export class ScopesAndLimits1763900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [SCOPES, PAYERS, LIMITS, VERSIONS]) await runner.query(sql);
    const tables = TENANT_TABLES.join(', ');
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${tables} TO tollkeeper_app`);
    await runner.query('GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tollkeeper_app');
    await runner.query('REVOKE DELETE ON groups, projects, limits, limit_grants, limit_windows FROM tollkeeper_app');
    await runner.query('REVOKE UPDATE, DELETE ON limit_alerts FROM tollkeeper_app');
    for (const table of TENANT_TABLES) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await runner.query(`CREATE POLICY organization ON ${table} USING (${visible('organization_id')})`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE IF EXISTS limit_alerts, limit_windows, limit_grants, limits, limit_versions CASCADE;
      DROP FUNCTION IF EXISTS limit_amount, bump_limit_version CASCADE;
      ALTER TABLE calls DROP COLUMN path, DROP COLUMN tokens_held, DROP COLUMN project_id, DROP COLUMN person_id,
        DROP CONSTRAINT calls_state_check, ALTER COLUMN team_id SET NOT NULL,
        ADD CONSTRAINT calls_state_check CHECK (state IN ('reserved', 'settled', 'voided', 'recovered'));
      ALTER TABLE jobs DROP COLUMN path, DROP COLUMN project_id, DROP COLUMN ceiling_held, DROP COLUMN tokens_charged,
        DROP COLUMN calls_succeeded, DROP COLUMN calls_running, DROP COLUMN account_id,
        ALTER COLUMN team_id SET NOT NULL;
      ALTER TABLE accounts DROP CONSTRAINT accounts_kind_check, ADD CONSTRAINT accounts_kind_check
        CHECK (kind IN ('team_credits', 'organization_usage', 'system'));
      ALTER TABLE keys DROP COLUMN user_id, DROP COLUMN project_id, DROP CONSTRAINT IF EXISTS keys_kind_check,
        ADD CONSTRAINT keys_kind_check CHECK (kind IN ('virtual'));
      ALTER TABLE organizations DROP COLUMN billing;
      DROP TABLE IF EXISTS projects, group_members, groups`);
  }
}

const SCOPE = "(SELECT current_setting('app.organization', true))";
const visible = (column: string): string => `${column} = ${SCOPE} OR ${SCOPE} = '*'`;

const SCOPES = `
CREATE TABLE groups (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations,
  name text NOT NULL,
  directory_object_id text,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'deleted')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, id)
);
CREATE UNIQUE INDEX groups_directory ON groups (organization_id, directory_object_id) WHERE status = 'active';
CREATE INDEX groups_organization ON groups (organization_id, created_at DESC, id);
CREATE TABLE group_members (
  group_id text NOT NULL,
  user_id text NOT NULL REFERENCES users,
  organization_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (group_id, user_id),
  FOREIGN KEY (organization_id, group_id) REFERENCES groups (organization_id, id)
);
CREATE INDEX group_members_user ON group_members (user_id, organization_id);
CREATE TABLE projects (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations,
  code text NOT NULL,
  name text NOT NULL,
  owner_id text REFERENCES users,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'deleted')),
  status_reason text,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  UNIQUE (organization_id, id)
);
CREATE UNIQUE INDEX projects_code ON projects (organization_id, code) WHERE status <> 'deleted';
CREATE INDEX projects_organization ON projects (organization_id, created_at DESC, id);
ALTER TABLE keys ADD COLUMN project_id text, ADD COLUMN user_id text REFERENCES users,
  ADD FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
  DROP CONSTRAINT keys_kind_check,
  ADD CONSTRAINT keys_kind_check CHECK (CASE kind
    WHEN 'virtual' THEN team_id IS NOT NULL
    WHEN 'api' THEN team_id IS NULL AND project_id IS NOT NULL AND user_id IS NULL
    WHEN 'user_token' THEN team_id IS NULL AND project_id IS NOT NULL AND user_id IS NOT NULL
    ELSE false END);
CREATE INDEX keys_project ON keys (project_id, created_at DESC, id) WHERE project_id IS NOT NULL;
CREATE INDEX keys_user ON keys (user_id) WHERE user_id IS NOT NULL;
ALTER TABLE organizations
  ADD COLUMN billing text NOT NULL DEFAULT 'invoiced' CHECK (billing IN ('invoiced', 'prepaid'));
`;

/* A path names the limit windows and accounts that a job or call holds money on; window ids begin at 2^40, where no
   account id comes, so that one sorted list is the one order in which all of them are locked. */
const PAYERS = `
ALTER TABLE accounts DROP CONSTRAINT accounts_kind_check, ADD CONSTRAINT accounts_kind_check
  CHECK (kind IN ('team_credits', 'organization_balance', 'organization_usage', 'system'));
INSERT INTO accounts (id, kind, name, scope_type, scope_id, unit, credit_mode) VALUES
  (6, 'system', 'unreconciled_provider_cost', 'platform', 'unreconciled_provider_cost', 'nano_usd', 'unlimited'),
  (7, 'system', 'balance_issued', 'platform', 'balance_issued', 'nano_usd', 'unlimited'),
  (8, 'system', 'balance_used', 'platform', 'balance_used', 'nano_usd', 'unlimited');
ALTER TABLE jobs ALTER COLUMN team_id DROP NOT NULL,
  ADD COLUMN project_id text,
  ADD COLUMN account_id bigint REFERENCES accounts,
  ADD COLUMN path bigint[] NOT NULL DEFAULT '{}',
  ADD COLUMN ceiling_held bigint NOT NULL DEFAULT 0 CHECK (ceiling_held >= 0),
  ADD COLUMN tokens_charged bigint NOT NULL DEFAULT 0,
  ADD COLUMN calls_succeeded integer NOT NULL DEFAULT 0,
  ADD COLUMN calls_running integer NOT NULL DEFAULT 0 CHECK (calls_running >= 0);
CREATE INDEX jobs_project ON jobs (project_id, created_at DESC, id) WHERE project_id IS NOT NULL;
UPDATE jobs SET tokens_charged = c.tokens, calls_succeeded = c.succeeded, calls_running = c.running
  FROM (SELECT job_id, sum(tokens_in + tokens_out) AS tokens, count(*) FILTER (WHERE outcome = 'success') AS succeeded,
    count(*) FILTER (WHERE state = 'reserved') AS running FROM calls GROUP BY job_id) c WHERE c.job_id = jobs.id;
UPDATE jobs SET account_id = a.id FROM accounts a
  WHERE a.kind = 'team_credits' AND a.scope_type = 'team' AND a.scope_id = jobs.team_id;
UPDATE jobs SET path = ARRAY[account_id] WHERE account_id IS NOT NULL;
ALTER TABLE calls ALTER COLUMN team_id DROP NOT NULL,
  ADD COLUMN project_id text,
  ADD COLUMN person_id text,
  ADD COLUMN path bigint[] NOT NULL DEFAULT '{}',
  ADD COLUMN tokens_held bigint NOT NULL DEFAULT 0,
  DROP CONSTRAINT calls_state_check,
  ADD CONSTRAINT calls_state_check CHECK (state IN ('reserved', 'settled', 'voided', 'recovered', 'corrected'));
`;

const LIMITS = `
CREATE TABLE limits (
  id text PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations,
  scope_type text NOT NULL CHECK (scope_type IN ('organization', 'group', 'project', 'team', 'user', 'key',
    'user_in_project', 'group_in_project', 'user_in_group')),
  scope_id text NOT NULL,
  member_id text CHECK (member_id IS NULL OR scope_type LIKE '%\\_in\\_%'),
  unit text NOT NULL CHECK (unit IN ('nano_usd', 'micro_credit', 'token', 'request')),
  period text NOT NULL CHECK (period IN ('day', 'week', 'month', 'total')),
  zone text NOT NULL DEFAULT 'UTC',
  amount bigint NOT NULL CHECK (amount >= 0),
  enforcement text NOT NULL DEFAULT 'hard' CHECK (enforcement IN ('hard', 'soft', 'observe')),
  alerts smallint[] NOT NULL DEFAULT '{50,80,100}',
  note text,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'deleted')),
  anchored_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, id)
);
CREATE INDEX limits_organization ON limits (organization_id, created_at DESC, id);
CREATE INDEX limits_scope ON limits (scope_type, scope_id) WHERE status = 'active';
CREATE TABLE limit_grants (
  id text PRIMARY KEY,
  limit_id text NOT NULL,
  organization_id text NOT NULL,
  amount bigint NOT NULL CHECK (amount > 0),
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
  reason text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text,
  actor_name text NOT NULL,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (organization_id, limit_id) REFERENCES limits (organization_id, id)
);
CREATE INDEX limit_grants_limit ON limit_grants (limit_id, ends_at);
CREATE TABLE limit_windows (
  id bigint GENERATED ALWAYS AS IDENTITY (START WITH 1099511627776) PRIMARY KEY,
  limit_id text NOT NULL,
  organization_id text NOT NULL,
  subject text NOT NULL DEFAULT '',
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
  posted bigint NOT NULL DEFAULT 0 CHECK (posted >= 0),
  held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
  overrun bigint NOT NULL DEFAULT 0 CHECK (overrun >= 0),
  alerted smallint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (limit_id, subject, starts_at),
  FOREIGN KEY (organization_id, limit_id) REFERENCES limits (organization_id, id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX limit_windows_organization ON limit_windows (organization_id, ends_at DESC, id);
CREATE TABLE limit_alerts (
  window_id bigint NOT NULL REFERENCES limit_windows,
  percent smallint NOT NULL,
  organization_id text NOT NULL,
  limit_id text NOT NULL,
  posted bigint NOT NULL,
  amount bigint NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (window_id, percent)
);
CREATE INDEX limit_alerts_organization ON limit_alerts (organization_id, created_at DESC);
/* What a limit allows at an instant: its amount and the grants that run then. */
CREATE FUNCTION limit_amount(p_limit text, p_amount bigint, p_now timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT p_amount + coalesce((SELECT sum(amount) FROM limit_grants WHERE limit_id = p_limit
    AND starts_at <= p_now AND ends_at > p_now AND revoked_at IS NULL), 0)::bigint
$$;
`;

/* Processes remember which limits a key falls under together with this version; the ledger compares it inside its
   transaction, so that what was remembered is never used after it has changed. */
const VERSIONS = `
CREATE TABLE limit_versions (organization_id text PRIMARY KEY REFERENCES organizations, version bigint NOT NULL);
CREATE FUNCTION bump_limit_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO limit_versions AS v (organization_id, version)
    SELECT DISTINCT organization_id, 1 FROM changed ORDER BY organization_id
    ON CONFLICT (organization_id) DO UPDATE SET version = v.version + 1;
  RETURN NULL;
END $$;
CREATE TRIGGER limits_added AFTER INSERT ON limits REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION bump_limit_version();
CREATE TRIGGER limits_changed AFTER UPDATE ON limits REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION bump_limit_version();
CREATE TRIGGER group_members_added AFTER INSERT ON group_members REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION bump_limit_version();
CREATE TRIGGER group_members_removed AFTER DELETE ON group_members REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION bump_limit_version();
CREATE TRIGGER groups_changed AFTER UPDATE ON groups REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION bump_limit_version();
`;
