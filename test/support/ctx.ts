import { type Action, ACTIONS } from '../../src/core/action.js';
import { Ctx } from '../../src/core/ctx.js';
import { Database } from '../../src/infra/database/index.js';
import type { TestApp } from './app.js';

/** A person of one organization who may do everything but what is left out; for services that are asked past the door. */
export function ctxOf(app: TestApp, organizationId: string, without: readonly Action[] = []): Ctx {
  return new Ctx({
    actor: { kind: 'user', id: 'user-of-the-tests', name: 'Tester', email: 'tester@example.com' },
    organizationId,
    actions: new Set(ACTIONS.filter((action) => !without.includes(action))),
    em: app.app.get(Database).manager(organizationId),
    requestId: 'req-of-the-tests',
    address: null,
    userAgent: null,
  });
}
