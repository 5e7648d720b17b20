import type pg from 'pg';
import type { Rig } from './rig.js';

export interface Use {
  readonly used: bigint;
  readonly allowed: bigint;
}

/** What every hard window and account of a tree allows and has in use, as the tables say. */
export async function hardUse(db: pg.Client, organizationId: string, at: Date): Promise<Map<string, Use>> {
  const { rows } = await db.query<{ id: string; used: string; allowed: string }>(
    `SELECT w.id, w.posted + w.held AS used, limit_amount(l.id, l.amount, $2) AS allowed
      FROM limit_windows w JOIN limits l ON l.id = w.limit_id
      WHERE w.organization_id = $1 AND l.enforcement = 'hard' AND l.status = 'active'
     UNION ALL SELECT id, spent + held, allocated FROM accounts WHERE organization_id = $1 AND credit_mode = 'hard'
      AND kind IN ('team_credits', 'organization_balance')`,
    [organizationId, at],
  );
  return new Map(rows.map(({ id, used, allowed }) => [id, { used: BigInt(used), allowed: BigInt(allowed) }]));
}

/** I1: whatever is admitted stays within what is allowed; only what was too much before may be, and no more of it. */
export function overspent(before: ReadonlyMap<string, Use>, after: ReadonlyMap<string, Use>): string[] {
  return [...after].flatMap(([id, { used, allowed }]) => {
    const former = before.get(id)?.used ?? 0n;
    const most = former > allowed ? former : allowed;
    return used > most ? [`I1: slot ${id} came from ${former} to ${used} of ${allowed}`] : [];
  });
}

/** I2: what was admitted is held in the tables, before anybody would send it. */
export async function unheld(db: pg.Client, callIds: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM unnest($1::uuid[]) AS id WHERE NOT EXISTS (SELECT FROM calls c WHERE c.id = id AND c.state = 'reserved')`,
    [callIds],
  );
  return rows.map(({ id }) => `I2: call ${id} was admitted and is not held`);
}

/** I3: every call has the one end that was first told, and was posted once, or never when it cost nothing. */
export async function unlikeEnds({ db, model, tree }: Rig): Promise<string[]> {
  const { rows } = await db.query<{ id: string; state: string; charged: string; tokens: string; posts: string }>(
    `SELECT id, state, charged_cost AS charged, tokens_in + tokens_out AS tokens,
       (SELECT count(*) FROM ledger_txs t WHERE t.call_id = c.id AND t.kind = 'call_usage') AS posts
     FROM calls c WHERE organization_id = $1`,
    [tree.organizationId],
  );
  const known = new Map(model.calls.map((call) => [call.id, call]));
  return rows.flatMap(({ id, state, charged, tokens, posts }) => {
    const call = known.get(id);
    const isNothing = charged === '0' && tokens === '0' && posts === '0';
    // One whose answer never came was undone: nobody knows of it, and it cost nothing.
    if (!call) return state === 'voided' && isNothing ? [] : [`I3: call ${id}, which nobody asked for, is ${state}`];
    const isAlike = charged === call.charged.toString() && tokens === call.tokensUsed.toString();
    const isPostedOnce = posts === (call.charged > 0n ? '1' : '0');
    const isEnded = state !== 'reserved' && (state === 'voided') === call.isVoided;
    if (isAlike && isPostedOnce && isEnded) return [];
    return [
      `I3: call ${id} is ${state}, cost ${charged}, ${tokens} tokens, posted ${posts} times; it cost ${call.charged}`,
    ];
  });
}
