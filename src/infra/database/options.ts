import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataSourceOptions } from 'typeorm';
import { SnakeCase } from './snake-case.js';

/** The role that the running product takes; it owns no table and cannot bypass row-level security. */
export const APPLICATION_ROLE = 'tollkeeper_app';

const here = dirname(fileURLToPath(import.meta.url));
const common = {
  type: 'postgres',
  uuidExtension: 'pgcrypto',
  installExtensions: false,
  logging: false,
  synchronize: false,
  namingStrategy: new SnakeCase(),
} as const;

/** Options of the owner's connection, which alone may change the schema. */
export function migrationOptions(url: string, entities: DataSourceOptions['entities'] = []): DataSourceOptions {
  return {
    ...common,
    url,
    entities,
    migrations: [`${here}/../../../migrations/*.{js,ts}`],
    migrationsTransactionMode: 'each',
    applicationName: 'tollkeeper-migrations',
  };
}

/** Options of the running product's connections. */
export function applicationOptions(url: string, poolSize: number): DataSourceOptions {
  return {
    ...common,
    url,
    poolSize,
    applicationName: 'tollkeeper',
    extra: { options: `-c role=${APPLICATION_ROLE}`, connectionTimeoutMillis: 5_000 },
  };
}
