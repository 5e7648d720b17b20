import type { Ctx } from '../../core/ctx.js';
import type { Events } from '../../infra/events/index.js';
import { LIMITS_CHANGED } from '../ledger/index.js';

/** Tells every process to forget which limits bind the keys of an organization. Leaves with the transaction of ctx, or never. */
export function announceLimitChange(ctx: Ctx, events: Events, organizationId: string): Promise<void> {
  return events.publish({ query: (text, values) => ctx.em.query(text, values) }, LIMITS_CHANGED, { organizationId });
}
