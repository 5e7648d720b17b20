import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** The secret of a one-time link: 256 random bits. Shown once and kept only as its hash. */
export const generateInvitationToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** SHA-256, hex. The token is random, so a slow or keyed hash would add nothing. */
export const hashInvitationToken = (token: string): string => createHash('sha256').update(token).digest('hex');
