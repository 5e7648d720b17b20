import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCOPE = "(SELECT current_setting('app.organization', true))";

/** How many requests and tokens a scope may ask for in a time, and how many calls may run at once. */
export class RateLimits1763900000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rate_limits (
        id text PRIMARY KEY,
        organization_id text NOT NULL REFERENCES organizations,
        scope_type text NOT NULL CHECK (scope_type IN ('organization', 'group', 'project', 'team', 'user', 'key',
          'user_in_project', 'group_in_project', 'user_in_group')),
        scope_id text NOT NULL,
        member_id text CHECK (member_id IS NULL OR scope_type LIKE '%\\_in\\_%'),
        unit text NOT NULL CHECK (unit IN ('request', 'token', 'concurrent')),
        per text CHECK (CASE unit WHEN 'concurrent' THEN per IS NULL
          ELSE per IS NOT NULL AND per IN ('second', 'minute', 'hour', 'day') END),
        amount bigint NOT NULL CHECK (amount > 0),
        note text,
        status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'deleted')),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX rate_limits_organization ON rate_limits (organization_id, created_at DESC, id);
      CREATE INDEX rate_limits_scope ON rate_limits (scope_type, scope_id) WHERE status = 'active';
      GRANT SELECT, INSERT, UPDATE ON rate_limits TO tollkeeper_app;
      ALTER TABLE rate_limits ENABLE ROW LEVEL SECURITY;
      CREATE POLICY organization ON rate_limits USING (organization_id = ${SCOPE} OR ${SCOPE} = '*')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE rate_limits');
  }
}
