import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../core/secret.js';

const RANDOM_BYTES = 32;
const MIN_LENGTH = 32;

export interface KeptSecret {
  readonly secret: Secret;
  /** Whether it was made just now, and so has to be shown once. */
  readonly isNew: boolean;
  readonly path: string;
}

/**
 * A secret that is made at the first start and kept in the data directory, readable by its owner alone. It is written
 * aside and renamed, so that a start that breaks off in the middle leaves no half of one.
 * @throws Error when the file holds too little to be a secret
 */
export function keptSecret(dataDir: string, name: string, prefix = ''): KeptSecret {
  const path = join(dataDir, name);
  if (existsSync(path)) {
    const kept = readFileSync(path, 'utf8').trim();
    if (kept.length >= MIN_LENGTH) return { secret: new Secret(kept), isNew: false, path };
    throw new Error(`${path} holds no secret of ${MIN_LENGTH} characters or more; restore it from a backup`);
  }
  const text = prefix + randomBytes(RANDOM_BYTES).toString('base64url');
  writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  return { secret: new Secret(text), isNew: true, path };
}
