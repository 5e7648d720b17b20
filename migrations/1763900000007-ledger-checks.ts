import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the auditor of the ledger found, each time it ran. */
export class LedgerChecks1763900000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ledger_checks (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        started_at timestamptz NOT NULL,
        took_ms integer NOT NULL CHECK (took_ms >= 0),
        problem_count integer NOT NULL CHECK (problem_count >= 0),
        problems jsonb NOT NULL DEFAULT '[]'
      );
      CREATE INDEX ledger_checks_started ON ledger_checks (started_at);
      GRANT SELECT, INSERT, DELETE ON ledger_checks TO tollkeeper_app;
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tollkeeper_app;
      ALTER TABLE ledger_checks ENABLE ROW LEVEL SECURITY;
      CREATE POLICY platform ON ledger_checks USING ((SELECT current_setting('app.organization', true)) = '*')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS ledger_checks');
  }
}
