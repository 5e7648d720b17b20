import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { loadConfig } from './src/config/index.js';
import { migrationOptions } from './src/infra/database/options.js';

const url = loadConfig().databaseUrl;
if (!url) throw new Error('DATABASE_URL names the database that the TypeORM command line works on');

/** Data source of the TypeORM command line: `typeorm migration:run -d dist/ormconfig.js`. */
export default new DataSource(migrationOptions(url.reveal()));
