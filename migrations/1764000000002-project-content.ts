import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCOPE = "(SELECT current_setting('app.organization', true))";

/** What a project may keep of the content of its calls: answers for repeats, and bodies to look at later. */
export class ProjectContent1764000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SETTINGS);
    await runner.query(SOURCES("'vendor', 'estimated', 'cache'"));
    await runner.query(TABLES);
    for (const table of ['response_cache', 'response_cache_days', 'call_bodies']) {
      await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO tollkeeper_app`);
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await runner.query(`CREATE POLICY organization ON ${table} USING (organization_id = ${SCOPE} OR ${SCOPE} = '*')`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE call_bodies, response_cache_days, response_cache');
    await runner.query("UPDATE calls SET usage_source = NULL WHERE usage_source = 'cache'");
    await runner.query(SOURCES("'vendor', 'estimated'"));
    await runner.query(
      'ALTER TABLE projects DROP COLUMN cache_ttl_seconds, DROP COLUMN cache_price, DROP COLUMN retention_days',
    );
  }
}

const SETTINGS = `
ALTER TABLE projects
  ADD COLUMN cache_ttl_seconds integer CHECK (cache_ttl_seconds BETWEEN 60 AND 2592000),
  ADD COLUMN cache_price text NOT NULL DEFAULT 'free' CHECK (cache_price IN ('free', 'full')),
  ADD COLUMN retention_days integer CHECK (retention_days BETWEEN 1 AND 365)`;

/* A call that a kept answer served is marked by where its usage comes from: no vendor has counted it. */
const SOURCES = (allowed: string): string => `
ALTER TABLE calls DROP CONSTRAINT calls_usage_source_check,
  ADD CONSTRAINT calls_usage_source_check CHECK (usage_source IN (${allowed}))`;

/* Whatever people wrote is sealed; the key of an answer is a keyed digest, which tells nothing of the call. */
const TABLES = `
CREATE TABLE response_cache (
  project_id text NOT NULL REFERENCES projects,
  key bytea NOT NULL CHECK (length(key) = 32),
  organization_id text NOT NULL,
  answer text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
  PRIMARY KEY (project_id, key)
);
CREATE INDEX response_cache_expiry ON response_cache (expires_at);
CREATE INDEX response_cache_project_expiry ON response_cache (project_id, expires_at);
CREATE TABLE response_cache_days (
  project_id text NOT NULL REFERENCES projects,
  day date NOT NULL,
  organization_id text NOT NULL,
  hits bigint NOT NULL DEFAULT 0,
  misses bigint NOT NULL DEFAULT 0,
  saved bigint NOT NULL DEFAULT 0,
  provider_saved bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (project_id, day)
);
CREATE TABLE call_bodies (
  call_id uuid PRIMARY KEY REFERENCES calls ON DELETE CASCADE,
  organization_id text NOT NULL,
  project_id text NOT NULL REFERENCES projects,
  ciphertext text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > created_at)
);
CREATE INDEX call_bodies_expiry ON call_bodies (expires_at);
CREATE INDEX call_bodies_project_expiry ON call_bodies (project_id, expires_at)`;
