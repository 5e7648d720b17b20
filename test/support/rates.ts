import type { CallPlace } from '../../src/core/scope.js';
import { type RatePermit, RateLimitExceeded, RateLimits } from '../../src/modules/rates/index.js';
import type { TestApp } from './app.js';
import { must, type World } from './world.js';

export interface RateInput {
  readonly scopeType?: string;
  readonly scopeId?: string;
  readonly memberId?: string | null;
  readonly unit?: string;
  readonly per?: string | null;
  readonly amount?: string;
}

const CREATE = 'mutation ($input: CreateRateLimitInput!) { made: createRateLimit(input: $input) { id } }';

/** A limit on the team of the world, unless it says otherwise; gives its id. */
export async function limitRate(app: TestApp, world: World, fields: RateInput): Promise<string> {
  const { organizationId, teamId } = world;
  const team = { organizationId, scopeType: 'TEAM', scopeId: teamId, unit: 'REQUEST', per: 'MINUTE', amount: '3' };
  const { made } = await must<{ made: { id: string } }>(app, CREATE, { input: { ...team, ...fields } });
  return made.id;
}

export const placeOf = ({ organizationId, keyId, teamId }: World, more: Partial<CallPlace> = {}): CallPlace => ({
  organizationId,
  keyId,
  teamId,
  projectId: null,
  userId: null,
  ...more,
});

let serial = 0;

/** Asks for one call; a refusal by a limit is given, not thrown. */
export async function askRate(
  app: TestApp,
  place: CallPlace,
  { tokens = 0, at = app.clock.now() }: { tokens?: number; at?: Date } = {},
): Promise<{ permit: RatePermit; refusal: null } | { permit: null; refusal: RateLimitExceeded }> {
  try {
    const call = { id: `call-${++serial}`, tokens };
    return { permit: await app.app.get(RateLimits).admit(place, call, at), refusal: null };
  } catch (refusal) {
    if (refusal instanceof RateLimitExceeded) return { permit: null, refusal };
    throw refusal;
  }
}

/** Asks until a refusal; how many calls were let through. */
export async function askAll(
  app: TestApp,
  place: CallPlace,
  ask: { tokens?: number; at?: Date } = {},
): Promise<number> {
  let count = 0;
  while ((await askRate(app, place, ask)).permit) count++;
  return count;
}
