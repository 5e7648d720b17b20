import { DataSource } from 'typeorm';
import { migrationOptions } from './options.js';

/** Any constant, the same in every process: instances that start at once migrate one after the other. */
const MIGRATION_LOCK = 7_463_021;

/**
 * Brings the schema up to date as its owner.
 * @returns names of the migrations that were run
 */
export async function migrate(url: string): Promise<string[]> {
  const dataSource = await new DataSource(migrationOptions(url)).initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const done = await dataSource.runMigrations();
    return done.map((each) => each.name);
  } finally {
    await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await lock.release();
    await dataSource.destroy();
  }
}
