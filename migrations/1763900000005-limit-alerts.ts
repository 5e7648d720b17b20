import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Alerts of limits get a number to page by and a mark that they were told; any scope gets its name from one place. */
export class LimitAlerts1763900000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE limit_alerts
        ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
        ADD COLUMN announced_at timestamptz;
      CREATE INDEX limit_alerts_unannounced ON limit_alerts (id) WHERE announced_at IS NULL;
      CREATE INDEX limit_windows_limit ON limit_windows (limit_id, ends_at DESC, id);
      CREATE INDEX limit_alerts_limit ON limit_alerts (limit_id, created_at DESC);
      GRANT USAGE ON SEQUENCE limit_alerts_id_seq TO tollkeeper_app;
      GRANT UPDATE (announced_at) ON limit_alerts TO tollkeeper_app`);
    await runner.query(SCOPE_NAME);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION scope_name(text, text, text);
      REVOKE UPDATE (announced_at) ON limit_alerts FROM tollkeeper_app;
      DROP INDEX limit_alerts_limit, limit_windows_limit, limit_alerts_unannounced;
      ALTER TABLE limit_alerts DROP COLUMN announced_at, DROP COLUMN id`);
  }
}

/* How people call a scope; null for one that is gone, or that whoever asks may not see. */
const SCOPE_NAME = `
CREATE FUNCTION scope_name(p_type text, p_id text, p_member text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE p_type
    WHEN 'organization' THEN (SELECT name FROM organizations WHERE id = p_id)
    WHEN 'group' THEN (SELECT name FROM groups WHERE id = p_id)
    WHEN 'project' THEN (SELECT name FROM projects WHERE id = p_id)
    WHEN 'team' THEN (SELECT name FROM teams WHERE id = p_id)
    WHEN 'user' THEN (SELECT name FROM users WHERE id = p_id)
    WHEN 'key' THEN (SELECT name FROM keys WHERE id = p_id)
    WHEN 'user_in_project' THEN CASE WHEN p_member IS NULL THEN 'Each user'
      ELSE (SELECT name FROM users WHERE id = p_member) END || ' in ' || (SELECT name FROM projects WHERE id = p_id)
    WHEN 'group_in_project' THEN CASE WHEN p_member IS NULL THEN 'Each group'
      ELSE (SELECT name FROM groups WHERE id = p_member) END || ' in ' || (SELECT name FROM projects WHERE id = p_id)
    WHEN 'user_in_group' THEN CASE WHEN p_member IS NULL THEN 'Each user'
      ELSE (SELECT name FROM users WHERE id = p_member) END || ' in ' || (SELECT name FROM groups WHERE id = p_id)
  END
$$`;
