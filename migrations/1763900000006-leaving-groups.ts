import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who leaves an organization, whichever way, leaves its groups: somebody who comes back begins in none. */
export class LeavingGroups1763900000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION leave_groups() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM group_members link USING gone
          WHERE link.user_id = gone.user_id AND link.organization_id = gone.organization_id
          AND NOT EXISTS (SELECT FROM members m
            WHERE m.user_id = link.user_id AND m.organization_id = link.organization_id);
        RETURN NULL;
      END $$;
      CREATE TRIGGER members_left AFTER DELETE ON members REFERENCING OLD TABLE AS gone
        FOR EACH STATEMENT EXECUTE FUNCTION leave_groups()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER members_left ON members; DROP FUNCTION leave_groups');
  }
}
