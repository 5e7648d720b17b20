import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCOPE = "(SELECT current_setting('app.organization', true))";

/** access_grants has a wall of its own, so that these look at the grants of the organization only. */
const granted = (group: string): string =>
  `EXISTS (SELECT FROM access_grants own WHERE own.access_group_id = ${group} AND own.organization_id = ${SCOPE})`;

/* Each follows the table before it, whose own wall is looked through again: what is no longer granted is gone at once. */
const VISIBLE: Readonly<Record<string, string>> = {
  access_groups: granted('access_groups.id'),
  access_group_aliases: granted('access_group_aliases.access_group_id'),
  aliases: 'EXISTS (SELECT FROM access_group_aliases link WHERE link.alias_id = aliases.id)',
  alias_targets: 'EXISTS (SELECT FROM aliases WHERE aliases.id = alias_targets.alias_id)',
  models: 'EXISTS (SELECT FROM alias_targets target WHERE target.model_id = models.id)',
  prices: 'EXISTS (SELECT FROM models WHERE models.id = prices.model_id)',
};

/** The catalogue belongs to the platform; an organization sees of it what is granted to its teams, and changes nothing. */
export class CatalogWalls1763800000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX alias_targets_model ON alias_targets (model_id)');
    for (const [table, condition] of Object.entries(VISIBLE)) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await runner.query(`CREATE POLICY platform ON ${table} USING (${SCOPE} = '*')`);
      await runner.query(`CREATE POLICY organization ON ${table} FOR SELECT USING (${condition})`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(VISIBLE).reverse()) {
      await runner.query(`DROP POLICY organization ON ${table}`);
      await runner.query(`DROP POLICY platform ON ${table}`);
      await runner.query(`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`);
    }
    await runner.query('DROP INDEX alias_targets_model');
  }
}
