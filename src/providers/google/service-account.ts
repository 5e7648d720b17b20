import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { VendorError } from '../errors/vendor-error.js';
import { isObject, parseJson, stringOf } from '../json.js';

/** What Google demands; it refuses tokens that live longer. */
const LIFETIME_SECONDS = 3_600;
/** A token is not used in its last minutes, so that it outlives the way to Google and clocks that differ. */
const SPARE_SECONDS = 300;
const MAX_TOKENS = 100;
const AUDIENCE = 'https://aiplatform.googleapis.com/';

/** The key file of a service account, as it is or in base64; null when the text is neither, as an API key. */
export function keyFileIn(credential: string): string | null {
  if (credential.startsWith('{')) return credential;
  const decoded = Buffer.from(credential, 'base64').toString('utf8').trimStart();
  return decoded.startsWith('{') ? decoded : null;
}

/**
 * Bearer tokens of service accounts: JWTs that the account's own key signs, which Google's APIs take in place of an
 * access token (https://google.aip.dev/auth/4111), so that none has to be fetched. They are kept for most of their life.
 */
export class ServiceAccountTokens {
  private readonly tokens = new Map<string, { readonly token: string; readonly untilSeconds: number }>();

  constructor(private readonly nowMs: () => number = Date.now) {}

  /** @throws VendorError authentication, which shows nothing of the key */
  tokenFor(keyFile: string): string {
    const nowSeconds = Math.floor(this.nowMs() / 1_000);
    const hash = createHash('sha256').update(keyFile).digest('base64');
    const known = this.tokens.get(hash);
    if (known && known.untilSeconds > nowSeconds) return known.token;
    const token = signedToken(keyFile, nowSeconds);
    this.tokens.delete(hash);
    const [oldest] = this.tokens.keys();
    if (oldest !== undefined && this.tokens.size >= MAX_TOKENS) this.tokens.delete(oldest);
    this.tokens.set(hash, { token, untilSeconds: nowSeconds + LIFETIME_SECONDS - SPARE_SECONDS });
    return token;
  }
}

function signedToken(keyFile: string, nowSeconds: number): string {
  const account = parseJson(keyFile);
  if (!isObject(account)) throw unusable();
  const email = stringOf(account['client_email']);
  const kid = stringOf(account['private_key_id']);
  if (email === null || kid === null) throw unusable();
  const key = privateKey(stringOf(account['private_key']) ?? '');
  const claims = { iss: email, sub: email, aud: AUDIENCE, iat: nowSeconds, exp: nowSeconds + LIFETIME_SECONDS };
  const unsigned = `${base64Url({ alg: 'RS256', typ: 'JWT', kid })}.${base64Url(claims)}`;
  return `${unsigned}.${sign('RSA-SHA256', Buffer.from(unsigned), key).toString('base64url')}`;
}

function privateKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // What is wrong with a key is told by showing it, so nothing of the cause is kept.
    throw unusable();
  }
  if (key.asymmetricKeyType !== 'rsa') throw unusable();
  return key;
}

const base64Url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const unusable = (): VendorError =>
  new VendorError('authentication', "The provider's credential is not the key file of a Google service account.");
