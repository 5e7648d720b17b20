import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  sign,
  verify as verifySignature,
} from 'node:crypto';
import { canonicalJson, canonicalOrNull } from './canonical-json.js';

/** A statement, the Ed25519 signature over its canonical JSON in base64, and the public key as base64 of SPKI DER. */
export interface Signed<T> {
  readonly statement: T;
  readonly signature: string;
  readonly key: string;
}

/** What stands before the 32 bytes of a private Ed25519 key in PKCS #8 (RFC 8410, section 7). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const INFO = 'tollkeeper audit signing key';

/** Signs with the Ed25519 key that HKDF-SHA256 derives from a secret of any length. */
export class Signer {
  readonly publicKey: string;
  private readonly key: KeyObject;

  constructor(secret: string) {
    const seed = Buffer.from(hkdfSync('sha256', secret, '', INFO, 32));
    this.key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
    this.publicKey = createPublicKey(this.key).export({ format: 'der', type: 'spki' }).toString('base64');
  }

  sign<T>(statement: T): Signed<T> {
    const signature = sign(null, Buffer.from(canonicalJson(statement)), this.key).toString('base64');
    return { statement, signature, key: this.publicKey };
  }
}

/** Whether the signature is that of the key it names; whose key that is, is another question. */
export function isSignedByItsKey({ statement, signature, key }: Signed<unknown>): boolean {
  const publicKey = readPublicKey(key);
  const text = canonicalOrNull(statement);
  if (!publicKey || text === null) return false;
  return verifySignature(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64'));
}

function readPublicKey(base64: string): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null; // No key at all signs nothing.
  }
}

/** A public key from a PEM or base64 file, in the form that signatures name it; null when the text holds none. */
export function parsePublicKey(text: string): string | null {
  const base64 = text.replace(/-----[A-Z ]+-----/g, '').replace(/\s/g, '');
  const key = readPublicKey(base64);
  return key && key.export({ format: 'der', type: 'spki' }).toString('base64');
}

/** Short name of a public key, as OpenSSH prints fingerprints. */
export const fingerprint = (key: string): string =>
  `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`;

export const pemOf = (key: string): string =>
  `-----BEGIN PUBLIC KEY-----\n${key.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PUBLIC KEY-----\n`;
