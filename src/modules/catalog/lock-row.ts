import type { Ctx } from '../../core/ctx.js';

/**
 * Makes transactions that decide by a row, or replace what belongs to it, queue up until each has ended. Calls and jobs
 * that merely refer to the row do not wait.
 */
export async function lockRow(
  ctx: Ctx,
  table: 'providers' | 'models' | 'aliases' | 'access_groups' | 'teams' | 'projects',
  id: string,
): Promise<void> {
  await ctx.em.query(`SELECT 1 FROM ${table} WHERE id = $1 FOR NO KEY UPDATE`, [id]);
}
