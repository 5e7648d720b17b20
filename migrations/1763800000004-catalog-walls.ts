import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCOPE = "(SELECT current_setting('app.organization', true))";

const OWN = "access_grants own WHERE own.organization_id = current_setting('app.organization', true)";
const LINKED = `access_group_aliases link JOIN access_grants own USING (access_group_id)
  WHERE own.organization_id = current_setting('app.organization', true)`;
const LED_TO = `alias_targets led JOIN access_group_aliases link USING (alias_id) JOIN access_grants own USING (access_group_id)
  WHERE own.organization_id = current_setting('app.organization', true)`;

/** What is granted to a team of the organization. Functions that are not inlined keep the gateway's plans free of it. */
const FUNCTIONS = {
  is_granted_access_group: `${OWN} AND own.access_group_id = $1`,
  is_granted_alias: `${LINKED} AND link.alias_id = $1`,
  is_granted_model: `${LED_TO} AND led.model_id = $1`,
} as const;

const VISIBLE: Readonly<Record<string, string>> = {
  access_groups: 'is_granted_access_group(id)',
  access_group_aliases: 'is_granted_access_group(access_group_id)',
  aliases: 'is_granted_alias(id)',
  alias_targets: 'is_granted_alias(alias_id)',
  models: 'is_granted_model(id)',
  prices: 'is_granted_model(model_id)',
};

/** The catalogue belongs to the platform; an organization sees of it what is granted to its teams, and changes nothing. */
export class CatalogWalls1763800000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX alias_targets_model ON alias_targets (model_id)');
    for (const [name, rows] of Object.entries(FUNCTIONS))
      await runner.query(`
        CREATE FUNCTION ${name}(text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
          SET search_path = public, pg_temp AS $$ SELECT EXISTS (SELECT FROM ${rows}) $$`);
    for (const [table, condition] of Object.entries(VISIBLE)) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await runner.query(`CREATE POLICY platform ON ${table} USING (${SCOPE} = '*')`);
      await runner.query(`CREATE POLICY organization ON ${table} FOR SELECT USING (${SCOPE} <> '*' AND ${condition})`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(VISIBLE).reverse()) {
      await runner.query(`DROP POLICY organization ON ${table}`);
      await runner.query(`DROP POLICY platform ON ${table}`);
      await runner.query(`ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`);
    }
    for (const name of Object.keys(FUNCTIONS)) await runner.query(`DROP FUNCTION ${name}(text)`);
    await runner.query('DROP INDEX alias_targets_model');
  }
}
