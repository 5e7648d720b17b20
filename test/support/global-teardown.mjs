import { rmSync } from 'node:fs';
import { withClient } from './global-setup.mjs';

export default async function tearDown() {
  if (!globalThis.tollkeeperPostgres) {
    const { url, template } = globalThis.tollkeeperTemplate;
    await withClient(url, (client) => client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`));
    return;
  }
  await globalThis.tollkeeperPostgres.stop();
  rmSync(globalThis.tollkeeperDataDir, { recursive: true, force: true });
}
