import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/index.js';
import { Secret } from '../../core/secret.js';

const VERSION = 'v1';
const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FINGERPRINT_BYTES = 8;

/** What the one configured secret is stretched for; each purpose gets a key that tells nothing of the others. */
const SEALING = `tollkeeper vault ${VERSION} sealing`;
const FINGERPRINT = `tollkeeper vault ${VERSION} fingerprint`;
const DIGEST = `tollkeeper vault ${VERSION} digest`;

/**
 * Seals secrets for the database: AES-256-GCM (NIST SP 800-38D) with a random nonce, under a key that HKDF-SHA256
 * (RFC 5869) makes of ENCRYPTION_KEY. The owner's id is authenticated too, so a sealed text moved to another row does
 * not open. Format: `v1.` and base64url of nonce, tag, ciphertext.
 */
@Injectable()
export class Vault {
  readonly #key: Buffer;
  readonly #digestKey: Buffer;
  readonly #fingerprint: string;

  constructor(config: Config) {
    if (!config.encryptionKey) throw new Error('no encryption key is configured');
    this.#key = derive(config.encryptionKey, SEALING, KEY_BYTES);
    this.#digestKey = derive(config.encryptionKey, DIGEST, KEY_BYTES);
    this.#fingerprint = derive(config.encryptionKey, FINGERPRINT, FINGERPRINT_BYTES).toString('hex');
  }

  seal(secret: Secret, owner: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(owner));
    const body = Buffer.concat([cipher.update(secret.reveal(), 'utf8'), cipher.final()]);
    return `${VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
  }

  /** @throws Error, alike for another key, another owner and a text that was changed; it quotes nothing of them */
  open(text: string, owner: string): Secret {
    const [version, payload, ...rest] = text.split('.');
    const bytes = Buffer.from(payload ?? '', 'base64url');
    if (version !== VERSION || rest.length > 0 || bytes.length < NONCE_BYTES + TAG_BYTES) throw refusal();
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(owner));
    decipher.setAuthTag(tag);
    try {
      return new Secret(Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8'));
    } catch {
      throw refusal();
    }
  }

  /** HMAC-SHA256 (RFC 2104), to find a text again: without the key nobody can try texts against it. 32 bytes. */
  digest(text: string): Buffer {
    return createHmac('sha256', this.#digestKey).update(text).digest();
  }

  /** Tells two keys apart without telling anything of them: 16 hexadecimal digits. */
  fingerprint(): string {
    return this.#fingerprint;
  }
}

const refusal = (): Error => new Error('a sealed secret cannot be opened with this encryption key');

const derive = (key: Secret, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', key.reveal(), '', purpose, bytes));
