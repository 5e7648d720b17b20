import type { TestApp } from './app.js';
import { must, type World } from './world.js';

export interface MadeLimit {
  readonly id: string;
}

/** A limit on the team of a world, of 100 dollars a month unless said otherwise. */
export async function makeLimit(app: TestApp, world: World, input: object = {}): Promise<string> {
  const { organizationId, teamId } = world;
  const scope = { organizationId, scopeType: 'TEAM', scopeId: teamId };
  const query = 'mutation ($input: CreateLimitInput!) { createLimit(input: $input) { id } }';
  const all = { input: { ...scope, unit: 'USD', period: 'MONTH', amount: '100', ...input } };
  return (await must<{ createLimit: MadeLimit }>(app, query, all)).createLimit.id;
}

/** Lets the windows of a limit tell of use that no call has made. */
export async function use(app: TestApp, limitId: string, posted: bigint, held = 0n): Promise<void> {
  await app.db.query('UPDATE limit_windows SET posted = $2, held = $3 WHERE limit_id = $1', [
    limitId,
    posted.toString(),
    held.toString(),
  ]);
}

/** A window of a limit with an alert of its half, as if calls had been counted in it; gives the id of the alert. */
export async function makeAlert({ db, clock }: TestApp, limitId: string, percent = 50): Promise<string> {
  const window = `INSERT INTO limit_windows (limit_id, organization_id, subject, starts_at, ends_at, posted)
    SELECT id, organization_id, '', $2::timestamptz - interval '1 hour', $2::timestamptz + interval '1 hour', 50
    FROM limits WHERE id = $1
    ON CONFLICT (limit_id, subject, starts_at) DO UPDATE SET posted = 50 RETURNING id`;
  const { rows } = await db.query<{ id: string }>(
    `WITH spent AS (${window})
     INSERT INTO limit_alerts (window_id, percent, organization_id, limit_id, posted, amount, created_at)
     SELECT spent.id, $3, l.organization_id, l.id, 50, 100, $2 FROM spent, limits l WHERE l.id = $1 RETURNING id`,
    [limitId, clock.now(), percent],
  );
  return rows[0]!.id;
}
