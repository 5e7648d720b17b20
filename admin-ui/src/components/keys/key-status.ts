export type KeyState = 'ACTIVE' | 'EXPIRED' | 'REVOKED';

/** What a key is to a person: one that has run out is not active, although nobody has revoked it. */
export function keyState({ status, isExpired }: { status: 'ACTIVE' | 'REVOKED'; isExpired: boolean }): KeyState {
  if (status === 'REVOKED') return 'REVOKED';
  return isExpired ? 'EXPIRED' : 'ACTIVE';
}
