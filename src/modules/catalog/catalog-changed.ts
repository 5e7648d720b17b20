import type { Ctx } from '../../core/ctx.js';
import type { Events } from '../../infra/events/index.js';

/** Topic of the event that tells every process to forget the routes it has cached. */
export const CATALOG_CHANGED = 'catalog';

/** Announces a change of the catalog: it leaves when the transaction of ctx commits, or never. */
export function announceChange(ctx: Ctx, events: Events): Promise<void> {
  return events.publish({ query: (text, values) => ctx.em.query(text, values) }, CATALOG_CHANGED, {});
}
