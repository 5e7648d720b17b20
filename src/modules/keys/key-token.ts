import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Secret } from '../../core/secret.js';

const PREFIX = 'sk-';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 43 base-62 characters hold 256 random bits. */
const BODY_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const TOKEN = new RegExp(`^${PREFIX}[0-9A-Za-z]{${BODY_LENGTH + CHECKSUM_LENGTH}}$`);

function base62(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  for (let digit = 0; digit < length; digit++) {
    text = BASE62[Number(rest % 62n)]! + text;
    rest /= 62n;
  }
  return text;
}

/** CRC-32 of the body: lets a mistyped or truncated key, and a secret scanner's find, be told without the database. */
const checksum = (body: string): string => base62(BigInt(crc32(body)), CHECKSUM_LENGTH);

/** A new token: `sk-`, 256 random bits, checksum. Shown once and kept only as its hash. */
export function generateToken(): Secret {
  const body = base62(BigInt(`0x${randomBytes(32).toString('hex')}`), BODY_LENGTH);
  return new Secret(PREFIX + body + checksum(body));
}

/** Whether the text has the form and the checksum of a token; says nothing about whether the key exists. */
export function isWellFormed(token: string): boolean {
  if (!TOKEN.test(token)) return false;
  const body = token.slice(PREFIX.length, PREFIX.length + BODY_LENGTH);
  return token.slice(PREFIX.length + BODY_LENGTH) === checksum(body);
}

/** SHA-256, hex. The token is 256 random bits, so a slow or keyed hash would add nothing. */
export const hashToken = (token: string): string => hash('sha256', token);

export const lastFour = (token: Secret): string => token.reveal().slice(-4);
