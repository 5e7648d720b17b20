import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;
const FORM = /^[\w-]{43}$/;

/** 256 random bits, for cookies and one-time links; only the hash is kept. */
export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

export const isToken = (text: string): boolean => FORM.test(text);

/** SHA-256, hex. The token is random, so a slow or keyed hash would add nothing. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
