import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a key may call, by whom it may be served and from where; and aliases whose targets are drawn by weight. */
export class KeyRules1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE keys ADD COLUMN rules jsonb CHECK (jsonb_typeof(rules) = 'object');
      ALTER TABLE aliases ADD COLUMN routing_strategy text NOT NULL DEFAULT 'ordered'
        CHECK (routing_strategy IN ('ordered', 'weighted'));
      ALTER TABLE alias_targets DROP CONSTRAINT alias_targets_weight_check,
        ADD CONSTRAINT alias_targets_weight_check CHECK (weight BETWEEN 0 AND 1000)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      UPDATE alias_targets SET weight = 1 WHERE weight = 0;
      ALTER TABLE alias_targets DROP CONSTRAINT alias_targets_weight_check,
        ADD CONSTRAINT alias_targets_weight_check CHECK (weight > 0);
      ALTER TABLE aliases DROP COLUMN routing_strategy;
      ALTER TABLE keys DROP COLUMN rules`);
  }
}
