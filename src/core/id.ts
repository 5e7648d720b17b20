import { randomFillSync } from 'node:crypto';

/** Prefix of each kind of generated id, so that a stray id in a log tells what it names. */
export const ID_PREFIX = Object.freeze({
  accessGroup: 'grp',
  account: 'acc',
  alias: 'als',
  audit: 'aud',
  group: 'ugr',
  instance: 'ins',
  invitation: 'inv',
  key: 'key',
  ledgerTx: 'ltx',
  limit: 'lim',
  limitGrant: 'lgr',
  member: 'mem',
  model: 'mdl',
  price: 'prc',
  project: 'prj',
  provider: 'prv',
  rateLimit: 'rlm',
  reconciliation: 'rcn',
  refill: 'rfl',
  request: 'req',
  roleMapping: 'map',
  session: 'ses',
  target: 'tgt',
  user: 'usr',
});
export type IdKind = keyof typeof ID_PREFIX;

const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';

/** Drawn ahead, because a draw costs as much as the rest of an id. Of no use for secrets, which must not lie about. */
const drawn = Buffer.alloc(4_096);
let used = drawn.length;

function random(count: number): Buffer {
  if (used + count > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += count;
  return drawn.subarray(used - count, used);
}

/** 48 bits of Unix milliseconds and 80 random bits, as 16 bytes: sorts by time of creation. */
function timeSortedBytes(nowMs: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  random(10).copy(bytes, 6);
  return bytes;
}

/** A new id such as `key_06f9...`: prefix, then 26 base-32 characters that sort by time of creation. */
export function newId(kind: IdKind, nowMs: number = Date.now()): string {
  let text = '';
  let rest = 0;
  // 26 digits hold two bits more than 16 bytes; they lead, as zeros.
  let bits = 2;
  for (const byte of timeSortedBytes(nowMs)) {
    rest = (rest << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32[(rest >> (bits - 5)) & 31]!;
    rest &= 31;
  }
  return `${ID_PREFIX[kind]}_${text}`;
}

/** A UUID version 7 (RFC 9562, section 5.7), for jobs and calls, whose ids existing clients expect to be UUIDs. */
export function newUuid(nowMs: number = Date.now()): string {
  const bytes = timeSortedBytes(nowMs);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const isUuid = (text: string): boolean => UUID.test(text);

/** The least and the greatest UUID that start with the text; null when none does. */
export function uuidRange(prefix: string): { low: string; high: string } | null {
  const filled = (digit: string): string =>
    prefix.toLowerCase() + '########-####-####-####-############'.slice(prefix.length).replaceAll('#', digit);
  const [low, high] = [filled('0'), filled('f')];
  return isUuid(low) && isUuid(high) ? { low, high } : null;
}

/** Ids that people choose (organizations, teams): the rule, and its words for an error message. */
export const SLUG = /^[a-z][a-z0-9_-]{1,62}$/;
export const SLUG_RULE =
  'must start with a lowercase letter and hold 2 to 63 lowercase letters, digits, hyphens or underscores';
