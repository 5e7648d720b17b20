import type { Ctx } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';

/**
 * A virtual key reads what concerns its own team only.
 * @param what what it asks for, as the refusal calls it
 * @throws DomainError forbidden, alike for a team of somebody else and for one that does not exist
 */
export function requireOwnTeam(ctx: Ctx, teamId: string, what: string): void {
  if (ctx.actor.kind === 'key' && ctx.actor.teamId !== teamId)
    throw new DomainError('forbidden', `Cannot access ${what} for a different team`);
}
