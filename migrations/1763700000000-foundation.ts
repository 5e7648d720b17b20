import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables with a column `organization_id` that row-level security compares with the session's organization. */
const TENANT_TABLES = [
  'teams',
  'keys',
  'providers',
  'access_grants',
  'accounts',
  'ledger_txs',
  'ledger_entries',
  'jobs',
  'calls',
  'audit_entries',
];
/** Rows the application may add but never change or remove. */
const APPEND_ONLY_TABLES = ['ledger_txs', 'ledger_entries', 'audit_entries', 'prices'];

export class Foundation1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createApplicationRole(runner);
    await runner.query(TENANCY);
    await runner.query(CATALOG);
    await runner.query(LEDGER);
    await runner.query(OPERATIONS);
    await secure(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    const tables = [
      ...[...TENANT_TABLES].reverse(),
      'access_group_aliases',
      'access_groups',
      'alias_targets',
      'aliases',
      'prices',
      'models',
      'organizations',
      'instances',
      'installation',
    ];
    await runner.query(`DROP TABLE IF EXISTS ${[...new Set(tables)].join(', ')} CASCADE`);
  }
}

/** Roles belong to the whole cluster, so several databases may race to create this one. */
async function createApplicationRole(runner: QueryRunner): Promise<void> {
  await runner.query(`
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tollkeeper_app') THEN
        CREATE ROLE tollkeeper_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$`);
  await runner.query(`
    DO $$ BEGIN
      IF NOT pg_has_role(current_user, 'tollkeeper_app', 'MEMBER') THEN
        EXECUTE format('GRANT tollkeeper_app TO %I', current_user);
      END IF;
    EXCEPTION WHEN unique_violation OR invalid_grant_operation THEN NULL;
    END $$`);
}

/* Foreign keys are not bound by row-level security, so those to a team name its organization too. */
const TENANCY = `
CREATE TABLE organizations (
  id text PRIMARY KEY CHECK (id ~ '^[a-z][a-z0-9_-]{1,62}$'),
  name text NOT NULL,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'deleted')),
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
CREATE TABLE teams (
  id text PRIMARY KEY CHECK (id ~ '^[a-z][a-z0-9_-]{1,62}$'),
  organization_id text NOT NULL REFERENCES organizations,
  name text NOT NULL,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'paused', 'deleted')),
  status_reason text,
  pause_until timestamptz,
  budget_mode text NOT NULL DEFAULT 'job_based'
    CHECK (budget_mode IN ('job_based', 'consumption_usd', 'consumption_tokens')),
  credits_per_dollar bigint NOT NULL DEFAULT 10000000 CHECK (credits_per_dollar > 0),
  tokens_per_credit bigint NOT NULL DEFAULT 10000 CHECK (tokens_per_credit > 0),
  default_alias text,
  is_default boolean NOT NULL DEFAULT false,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  UNIQUE (organization_id, id)
);
CREATE INDEX teams_organization ON teams (organization_id, created_at DESC, id);
CREATE TABLE keys (
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('virtual')),
  organization_id text NOT NULL REFERENCES organizations,
  team_id text,
  name text NOT NULL,
  token_hash text NOT NULL UNIQUE,
  last_four text NOT NULL,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'revoked')),
  expires_at timestamptz,
  revoked_at timestamptz,
  rotated_from text REFERENCES keys,
  last_used_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id)
);
CREATE INDEX keys_team ON keys (team_id, created_at DESC, id);
CREATE INDEX keys_organization ON keys (organization_id, created_at DESC, id);
`;

const CATALOG = `
CREATE TABLE providers (
  id text PRIMARY KEY,
  kind text NOT NULL,
  organization_id text REFERENCES organizations,
  name text NOT NULL,
  base_url text,
  status text NOT NULL DEFAULT 'enabled' CHECK (status IN ('enabled', 'disabled', 'deleted')),
  credential_ciphertext text,
  credential_hint text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX providers_name ON providers (coalesce(organization_id, ''), name) WHERE status <> 'deleted';
CREATE TABLE models (
  id text PRIMARY KEY,
  provider_id text REFERENCES providers,
  provider_kind text NOT NULL,
  name text NOT NULL,
  context_window integer CHECK (context_window > 0),
  max_output_tokens integer CHECK (max_output_tokens > 0),
  capabilities jsonb NOT NULL DEFAULT '[]',
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'deleted')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX models_name ON models (coalesce(provider_id, ''), provider_kind, name) WHERE status <> 'deleted';
CREATE TABLE prices (
  id text PRIMARY KEY,
  model_id text NOT NULL REFERENCES models,
  valid_from timestamptz NOT NULL,
  prices jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (model_id, valid_from)
);
CREATE TABLE aliases (
  id text PRIMARY KEY,
  name text NOT NULL,
  display_name text NOT NULL,
  description text,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'deleted')),
  price_override jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX aliases_name ON aliases (name) WHERE status <> 'deleted';
CREATE TABLE alias_targets (
  id text PRIMARY KEY,
  alias_id text NOT NULL REFERENCES aliases ON DELETE CASCADE,
  model_id text NOT NULL REFERENCES models,
  position integer NOT NULL CHECK (position >= 0),
  weight integer NOT NULL DEFAULT 1 CHECK (weight > 0),
  UNIQUE (alias_id, position) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE access_groups (
  id text PRIMARY KEY CHECK (id ~ '^[a-z][a-z0-9_-]{1,62}$'),
  display_name text NOT NULL,
  description text,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE access_group_aliases (
  access_group_id text NOT NULL REFERENCES access_groups ON DELETE CASCADE,
  alias_id text NOT NULL REFERENCES aliases ON DELETE CASCADE,
  PRIMARY KEY (access_group_id, alias_id)
);
CREATE INDEX access_group_aliases_alias ON access_group_aliases (alias_id);
CREATE TABLE access_grants (
  access_group_id text NOT NULL REFERENCES access_groups,
  scope_type text NOT NULL CHECK (scope_type IN ('team', 'project')),
  scope_id text NOT NULL,
  organization_id text NOT NULL REFERENCES organizations,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope_type, scope_id, access_group_id)
);
CREATE INDEX access_grants_group ON access_grants (access_group_id);
`;

/* System accounts have the fixed ids 1 to 9 and no running balance: one row that every call updates would serialise
   the whole product, and their balance is a sum over entries anyway. */
const LEDGER = `
CREATE TABLE accounts (
  id bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 1000) PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('team_credits', 'organization_usage', 'system')),
  name text,
  organization_id text REFERENCES organizations,
  scope_type text NOT NULL,
  scope_id text NOT NULL,
  unit text NOT NULL CHECK (unit IN ('micro_credit', 'nano_usd')),
  credit_mode text NOT NULL DEFAULT 'hard' CHECK (credit_mode IN ('hard', 'soft', 'unlimited')),
  balance bigint NOT NULL DEFAULT 0,
  held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
  allocated bigint NOT NULL DEFAULT 0,
  spent bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (kind, scope_type, scope_id, unit)
) WITH (fillfactor = 60);
INSERT INTO accounts (id, kind, name, scope_type, scope_id, unit, credit_mode) VALUES
  (1, 'system', 'credits_issued', 'platform', 'credits_issued', 'micro_credit', 'unlimited'),
  (2, 'system', 'credits_used', 'platform', 'credits_used', 'micro_credit', 'unlimited'),
  (3, 'system', 'revenue', 'platform', 'revenue', 'nano_usd', 'unlimited'),
  (4, 'system', 'provider_cost', 'platform', 'provider_cost', 'nano_usd', 'unlimited'),
  (5, 'system', 'provider_payable', 'platform', 'provider_payable', 'nano_usd', 'unlimited');
CREATE TABLE ledger_txs (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  organization_id text REFERENCES organizations,
  team_id text,
  job_id uuid,
  call_id uuid,
  reason text,
  actor_kind text NOT NULL,
  actor_id text,
  actor_name text NOT NULL,
  request_id text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX ledger_txs_call ON ledger_txs (call_id, kind) WHERE call_id IS NOT NULL;
CREATE UNIQUE INDEX ledger_txs_job ON ledger_txs (job_id, kind) WHERE call_id IS NULL AND job_id IS NOT NULL;
CREATE INDEX ledger_txs_team ON ledger_txs (team_id, created_at DESC, id) WHERE team_id IS NOT NULL;
CREATE TABLE ledger_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tx_id uuid NOT NULL REFERENCES ledger_txs,
  account_id bigint NOT NULL REFERENCES accounts,
  organization_id text,
  direction text NOT NULL CHECK (direction IN ('debit', 'credit')),
  amount bigint NOT NULL CHECK (amount > 0),
  unit text NOT NULL,
  balance_after bigint,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ledger_entries_tx ON ledger_entries (tx_id);
CREATE INDEX ledger_entries_account ON ledger_entries (account_id, id DESC);
CREATE TABLE jobs (
  id uuid PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations,
  team_id text NOT NULL,
  key_id text NOT NULL REFERENCES keys,
  job_type text NOT NULL,
  user_id text,
  status text NOT NULL
    CHECK (status IN ('pending', 'in_progress', 'completed', 'failed', 'cancelled', 'expired')),
  implicit boolean NOT NULL DEFAULT false,
  metadata jsonb NOT NULL DEFAULT '{}',
  error_message text,
  budget_mode text NOT NULL,
  credits_per_dollar bigint NOT NULL,
  tokens_per_credit bigint NOT NULL,
  credits_held bigint NOT NULL DEFAULT 0 CHECK (credits_held >= 0),
  credits_charged bigint NOT NULL DEFAULT 0,
  credits_remaining bigint,
  credit_applied boolean NOT NULL DEFAULT false,
  max_cost bigint CHECK (max_cost > 0),
  cost_held bigint NOT NULL DEFAULT 0 CHECK (cost_held >= 0),
  cost_charged bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id)
) WITH (fillfactor = 80);
CREATE INDEX jobs_team ON jobs (team_id, created_at DESC, id);
CREATE INDEX jobs_organization ON jobs (organization_id, created_at DESC, id);
CREATE INDEX jobs_open ON jobs (expires_at) WHERE status IN ('pending', 'in_progress');
CREATE TABLE calls (
  id uuid PRIMARY KEY,
  job_id uuid NOT NULL REFERENCES jobs,
  organization_id text NOT NULL,
  team_id text NOT NULL,
  key_id text NOT NULL,
  user_id text,
  alias text NOT NULL,
  purpose text,
  streamed boolean NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  state text NOT NULL DEFAULT 'reserved' CHECK (state IN ('reserved', 'settled', 'voided', 'recovered')),
  outcome text CHECK (outcome IN ('success', 'error', 'aborted')),
  credits_held bigint NOT NULL,
  cost_held bigint NOT NULL,
  input_bound integer NOT NULL,
  epoch bigint NOT NULL,
  model_id text,
  provider_id text,
  price_id text,
  usage jsonb NOT NULL DEFAULT '{}',
  usage_source text CHECK (usage_source IN ('vendor', 'estimated')),
  tokens_in bigint NOT NULL DEFAULT 0,
  tokens_out bigint NOT NULL DEFAULT 0,
  provider_cost bigint NOT NULL DEFAULT 0,
  charged_cost bigint NOT NULL DEFAULT 0,
  overrun bigint NOT NULL DEFAULT 0,
  attempts jsonb NOT NULL DEFAULT '[]',
  latency_ms integer,
  finish_reason text,
  error_code text,
  error_message text,
  created_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX calls_job ON calls (job_id, created_at, id);
CREATE INDEX calls_team ON calls (team_id, created_at DESC, id);
CREATE INDEX calls_open ON calls (epoch) WHERE state = 'reserved';
`;

const OPERATIONS = `
CREATE TABLE instances (
  epoch bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  instance_id text NOT NULL,
  host text NOT NULL,
  pid integer NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  heartbeat_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz
);
CREATE TABLE installation (
  name text PRIMARY KEY,
  value text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE audit_entries (
  id text PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  at timestamptz NOT NULL DEFAULT now(),
  organization_id text,
  actor_kind text NOT NULL,
  actor_id text,
  actor_name text NOT NULL,
  action text NOT NULL,
  status text NOT NULL CHECK (status IN ('success', 'failed', 'denied')),
  message text,
  entity_type text,
  entity_id text,
  changes jsonb NOT NULL DEFAULT '[]',
  address text,
  user_agent text,
  request_id text NOT NULL
);
CREATE INDEX audit_entries_organization ON audit_entries (organization_id, seq DESC);
CREATE INDEX audit_entries_entity ON audit_entries (entity_type, entity_id, seq DESC);
`;

/**
 * The second wall: the application's role owns nothing and sees only the organization that its session names in
 * `app.organization`; '*' is every organization, unset is none.
 */
async function secure(runner: QueryRunner): Promise<void> {
  await runner.query(`
    GRANT USAGE ON SCHEMA public TO tollkeeper_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tollkeeper_app;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tollkeeper_app`);
  await runner.query('REVOKE ALL ON migrations FROM tollkeeper_app');
  for (const table of APPEND_ONLY_TABLES) await runner.query(`REVOKE UPDATE, DELETE ON ${table} FROM tollkeeper_app`);
  await runner.query('REVOKE DELETE ON accounts, jobs, calls, organizations, teams, keys FROM tollkeeper_app');
  const visible = (column: string): string =>
    `${column} = (SELECT current_setting('app.organization', true))
     OR (SELECT current_setting('app.organization', true)) = '*'`;
  await runner.query('ALTER TABLE organizations ENABLE ROW LEVEL SECURITY');
  await runner.query(`CREATE POLICY organization ON organizations USING (${visible('id')})`);
  for (const table of TENANT_TABLES) {
    await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
    await runner.query(`CREATE POLICY organization ON ${table} USING (${visible('organization_id')})`);
  }
}
