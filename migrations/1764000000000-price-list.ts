import type { MigrationInterface, QueryRunner } from 'typeorm';

const PLANS = "'free', 'pro', 'enterprise'";

/** The plan of each organization, and the plans that each model is for: none named is all of them. */
export class PriceList1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE organizations ADD COLUMN plan text NOT NULL DEFAULT 'free' CHECK (plan IN (${PLANS}));
      ALTER TABLE models ADD COLUMN plans jsonb NOT NULL DEFAULT '[]'
        CHECK (jsonb_typeof(plans) = 'array' AND plans <@ jsonb_build_array(${PLANS}))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE models DROP COLUMN plans; ALTER TABLE organizations DROP COLUMN plan');
  }
}
