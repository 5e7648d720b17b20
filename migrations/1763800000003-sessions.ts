import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows that belong to no organization: only what sees all of them sees these. */
const PLATFORM_TABLES = ['sign_in_flows', 'setup_links', 'sign_in_attempts'];

/** Sessions, what a sign-in on its way remembers, set-up links, and the count of attempts. */
export class Sessions1763800000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
    await runner.query(TAKE_ATTEMPT);
    await runner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON sessions, sign_in_flows TO tollkeeper_app');
    await runner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON setup_links, sign_in_attempts TO tollkeeper_app');
    for (const table of PLATFORM_TABLES)
      await runner.query(`
        ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY platform ON ${table} USING (${SCOPE} = '*')`);
    await runner.query(`
      ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
      CREATE POLICY organization ON sessions USING (${SCOPE} = '*'
        OR EXISTS (SELECT FROM members WHERE members.user_id = sessions.user_id AND members.organization_id = ${SCOPE}))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION IF EXISTS take_sign_in_attempt');
    await runner.query('DROP TABLE IF EXISTS sign_in_attempts, setup_links, sign_in_flows, sessions CASCADE');
  }
}

const SCOPE = "(SELECT current_setting('app.organization', true))";

/* Tokens are kept as SHA-256 hashes. The code verifier is of no use without the code and the client secret. */
const TABLES = `
CREATE TABLE sessions (
  id text PRIMARY KEY,
  token_hash text NOT NULL UNIQUE,
  user_id text REFERENCES users,
  method text NOT NULL CHECK (method IN ('entra', 'master_key')),
  address text,
  user_agent text,
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  CHECK ((user_id IS NULL) = (method = 'master_key'))
);
CREATE INDEX sessions_user ON sessions (user_id, created_at DESC);
CREATE INDEX sessions_expires ON sessions (expires_at);
CREATE TABLE sign_in_flows (
  cookie_hash text PRIMARY KEY,
  state text NOT NULL,
  nonce text NOT NULL,
  code_verifier text NOT NULL,
  return_to text NOT NULL,
  intent text NOT NULL CHECK (intent IN ('sign_in', 'setup', 'invitation')),
  token_hash text,
  expires_at timestamptz NOT NULL,
  CHECK ((token_hash IS NULL) = (intent = 'sign_in'))
);
CREATE INDEX sign_in_flows_expires ON sign_in_flows (expires_at);
CREATE TABLE setup_links (
  token_hash text PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
CREATE TABLE sign_in_attempts (
  bucket text PRIMARY KEY,
  at timestamptz[] NOT NULL
);
`;

/*
 * A window that slides: an attempt is taken when fewer than the limit were in the minute before it. Answers how many
 * seconds to wait, 0 when it was taken. Attempts that were refused do not lengthen the wait.
 */
const TAKE_ATTEMPT = `
CREATE FUNCTION take_sign_in_attempt(p_bucket text, p_most integer, p_now timestamptz) RETURNS double precision
LANGUAGE plpgsql AS $$
DECLARE recent timestamptz[];
BEGIN
  INSERT INTO sign_in_attempts (bucket, at) VALUES (p_bucket, '{}') ON CONFLICT DO NOTHING;
  SELECT ARRAY(SELECT each FROM unnest(at) AS each WHERE each > p_now - interval '1 minute' ORDER BY each)
    INTO recent FROM sign_in_attempts WHERE bucket = p_bucket FOR UPDATE;
  IF cardinality(recent) >= p_most THEN
    RETURN extract(epoch FROM recent[1] + interval '1 minute' - p_now);
  END IF;
  UPDATE sign_in_attempts SET at = recent || p_now WHERE bucket = p_bucket;
  RETURN 0;
END $$;
`;
