import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCOPE = "(SELECT current_setting('app.organization', true))";

/** What was answered to requests that came with a key of their own, so that a repeat gets the same answer. */
export class Idempotency1763900000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RECORDS);
    await runner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_records TO tollkeeper_app');
    await runner.query('ALTER TABLE idempotency_records ENABLE ROW LEVEL SECURITY');
    await runner.query(
      `CREATE POLICY organization ON idempotency_records USING (organization_id = ${SCOPE} OR ${SCOPE} = '*')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotency_records');
  }
}

/* The organization is '*' for somebody who reaches all of them. Each claim has an id: whoever lost a record to another
   process can no longer write to it. The body is sealed; a done record without one was too large to keep. */
const RECORDS = `
CREATE TABLE idempotency_records (
  scope text NOT NULL,
  key text NOT NULL CHECK (key ~ '^[!-~]{1,255}$'),
  organization_id text NOT NULL,
  operation text NOT NULL,
  request_hash bytea NOT NULL CHECK (length(request_hash) = 32),
  state text NOT NULL DEFAULT 'in_progress' CHECK (state IN ('in_progress', 'done')),
  claim_id uuid NOT NULL,
  epoch bigint,
  notes jsonb NOT NULL DEFAULT '{}',
  status integer,
  headers jsonb,
  body text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
  PRIMARY KEY (scope, key),
  CHECK ((state = 'done') = (status IS NOT NULL))
);
CREATE INDEX idempotency_records_expiry ON idempotency_records (expires_at);
`;
