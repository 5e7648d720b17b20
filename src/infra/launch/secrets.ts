import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../core/secret.js';

const RANDOM_BYTES = 32;

export interface KeptSecret {
  readonly secret: Secret;
  /** Whether it was made just now, and so has to be shown once. */
  readonly isNew: boolean;
  readonly path: string;
}

/** A secret that is made at the first start and kept in the data directory, readable by its owner alone. */
export function keptSecret(dataDir: string, name: string, prefix = ''): KeptSecret {
  const path = join(dataDir, name);
  if (existsSync(path)) return { secret: new Secret(readFileSync(path, 'utf8').trim()), isNew: false, path };
  const text = prefix + randomBytes(RANDOM_BYTES).toString('base64url');
  writeFileSync(path, `${text}\n`, { mode: 0o600, flag: 'wx' });
  return { secret: new Secret(text), isNew: true, path };
}
