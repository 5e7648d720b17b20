import type { Secret } from '../../../core/secret.js';

const HINT_CHARS = 4;
/** Of a shorter credential four characters would give away too much. */
const MIN_CHARS = 12;

/** What people tell credentials apart by: the last four characters, or null. */
export function credentialHint(credential: Secret): string | null {
  const text = credential.reveal();
  return text.length < MIN_CHARS ? null : text.slice(-HINT_CHARS);
}
