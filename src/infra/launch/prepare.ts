import { resolve } from 'node:path';
import type { Config } from '../../config/index.js';
import { Secret } from '../../core/secret.js';
import { migrate } from '../database/index.js';
import { lockDataDir, startEmbeddedPostgres } from '../embedded/index.js';
import { type KeptSecret, keptSecret } from './secrets.js';

export interface Prepared {
  /** Complete: with database, data directory and both secrets. */
  readonly config: Config;
  readonly masterKey: KeptSecret | null;
  /** Notes the address for whoever starts a second time on the same data directory. */
  describe(address: string): Promise<void>;
  /** Stops what was started here; for after the application has closed. */
  stop(): Promise<void>;
}

/**
 * Makes ready what the application needs: its data directory, locked against a second process; its secrets; a
 * PostgreSQL, its own when none is configured; and the schema.
 * @param progress is told a line for each step that takes time
 */
export async function prepare(config: Config, progress: (line: string) => void): Promise<Prepared> {
  const dataDir = resolve(config.dataDir);
  const lock = await lockDataDir(dataDir);
  const stops = [(): Promise<void> => lock.release()];
  const stop = async (): Promise<void> => {
    for (const each of [...stops].reverse()) await each();
  };
  try {
    const isKeyNeeded = config.masterKeyEnabled && !config.masterKey;
    const masterKey = isKeyNeeded ? keptSecret(dataDir, 'master-key', 'mk-') : null;
    const encryptionKey = config.encryptionKey ?? keptSecret(dataDir, 'encryption-key').secret;
    let databaseUrl = config.databaseUrl;
    if (!databaseUrl) {
      progress('starting the embedded PostgreSQL');
      const embedded = await startEmbeddedPostgres({ dataDir, progress });
      stops.push(() => embedded.stop());
      databaseUrl = new Secret(embedded.url);
    }
    const migrations = await migrate(databaseUrl.reveal());
    if (migrations.length > 0) progress(`database schema brought up to date (${migrations.length} migrations)`);
    const secrets = { encryptionKey, masterKey: config.masterKey ?? masterKey?.secret ?? null };
    const complete = config.with({ dataDir, databaseUrl, ...secrets });
    return { config: complete, masterKey, describe: (address) => lock.describe(address), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
