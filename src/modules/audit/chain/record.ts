import { createHash } from 'node:crypto';
import { canonicalOrNull } from './canonical-json.js';

/** The chain of what concerns no organization; no organization can have this name. */
export const PLATFORM_CHAIN = '*';

/** What the first row of a chain names as the hash before it. */
export const GENESIS = '0'.repeat(64);

/** A row of the audit log as exports show it and as its hash covers it: fields in snake case, those without a value left out. */
export interface AuditRecord {
  readonly id: string;
  readonly organization_id?: string;
  /** Place in the chain, from 1. Missing, like both hashes, in rows that are older than the chain. */
  readonly chain_seq?: number;
  readonly previous_hash?: string;
  readonly hash?: string;
  readonly [field: string]: unknown;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * SHA-256 over the canonical JSON of all fields but the hash itself, in hexadecimal. A field without a value is not
 * hashed, so a column that is added later leaves the hashes of older rows as they are. Null when it has no such text.
 */
export function recordHash(record: AuditRecord): string | null {
  const { hash: _own, ...covered } = record;
  const text = canonicalOrNull(covered);
  return text === null ? null : sha256(text);
}

export const chainOf = (record: AuditRecord): string => record.organization_id ?? PLATFORM_CHAIN;

/** How people read the name of a chain. */
export const chainName = (chain: string): string => (chain === PLATFORM_CHAIN ? 'the platform' : `'${chain}'`);
