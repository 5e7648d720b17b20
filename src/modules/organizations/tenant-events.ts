import type { Ctx } from '../../core/ctx.js';
import type { Events } from '../../infra/events/index.js';

/** Topic of the events that tell every process to forget what it has cached of organizations, teams and their keys. */
export const TENANT_CHANGED = 'tenant';

/** Leaves with the transaction of ctx, or never. */
export function announceTenantChange(ctx: Ctx, events: Events): Promise<void> {
  return events.publish({ query: (text, values) => ctx.em.query(text, values) }, TENANT_CHANGED, {});
}
