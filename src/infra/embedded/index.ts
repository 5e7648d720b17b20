export { lockDataDir } from './data-dir.js';
export { startEmbeddedPostgres } from './embedded-postgres.js';
