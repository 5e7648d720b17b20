import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCOPE = "(SELECT current_setting('app.organization', true))";

/** Chains the audit log, each organization's rows on their own, and keeps signed checkpoints of the chains. */
export class AuditChain1763800000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ENTRIES);
    await runner.query(CHAINS);
    await runner.query(`
      GRANT SELECT, INSERT ON audit_heads, audit_checkpoints, audit_anchors TO tollkeeper_app;
      GRANT UPDATE (entries, hash) ON audit_heads TO tollkeeper_app`);
    for (const table of ['audit_heads', 'audit_anchors']) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await runner.query(`CREATE POLICY organization ON ${table} USING (organization_id = ${SCOPE} OR ${SCOPE} = '*')`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_anchors, audit_checkpoints, audit_heads');
    await runner.query(`
      DROP INDEX audit_entries_chain, audit_entries_at;
      ALTER TABLE audit_entries
        DROP COLUMN actor_email, DROP COLUMN scope_type, DROP COLUMN scope_id, DROP COLUMN entity_name,
        DROP COLUMN details, DROP COLUMN chain_seq, DROP COLUMN previous_hash, DROP COLUMN hash,
        ALTER COLUMN at TYPE timestamptz, ALTER COLUMN at SET DEFAULT now()`);
  }
}

/* Rows from before stay out of the chain: nobody can tell any more what they held when they were written. The time is
   kept to the millisecond, because that is what is hashed: no digit may hide behind it. */
const ENTRIES = `
ALTER TABLE audit_entries
  ALTER COLUMN at DROP DEFAULT,
  ALTER COLUMN at TYPE timestamptz(3),
  ADD COLUMN actor_email text,
  ADD COLUMN scope_type text,
  ADD COLUMN scope_id text,
  ADD COLUMN entity_name text,
  ADD COLUMN details jsonb,
  ADD COLUMN chain_seq bigint CHECK (chain_seq > 0),
  ADD COLUMN previous_hash text,
  ADD COLUMN hash text,
  ADD CONSTRAINT audit_entries_linked CHECK (num_nonnulls(chain_seq, previous_hash, hash) IN (0, 3));
CREATE UNIQUE INDEX audit_entries_chain ON audit_entries (coalesce(organization_id, '*'), chain_seq);
CREATE INDEX audit_entries_at ON audit_entries (at);
`;

/* Here the chain of the platform, whose rows have no organization, is called '*', which no organization can be. */
const CHAINS = `
CREATE TABLE audit_heads (
  organization_id text PRIMARY KEY,
  entries bigint NOT NULL DEFAULT 0 CHECK (entries >= 0),
  hash text NOT NULL DEFAULT repeat('0', 64)
) WITH (fillfactor = 50);
CREATE TABLE audit_checkpoints (
  number bigint PRIMARY KEY,
  at timestamptz(3) NOT NULL,
  entries bigint NOT NULL,
  previous_hash text,
  hash text NOT NULL,
  signature text NOT NULL,
  public_key text NOT NULL
);
CREATE TABLE audit_anchors (
  organization_id text NOT NULL,
  seq bigint NOT NULL,
  hash text NOT NULL,
  number bigint NOT NULL REFERENCES audit_checkpoints,
  PRIMARY KEY (organization_id, seq)
);
CREATE INDEX audit_anchors_number ON audit_anchors (number);
`;
