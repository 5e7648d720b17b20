import { AuditService } from '../../src/modules/audit/index.js';
import { Database } from '../../src/infra/database/index.js';
import type { TestApp } from './app.js';

const UNDONE = new Error('undone');

/** Lets every admin mutation run for real, and rolls it back before its answer is written, so that none hinders another. */
export function undoChanges({ app }: TestApp): void {
  const audit = app.get(AuditService, { strict: false });
  const database = app.get(Database);
  audit.transaction = async (ctx, _action, work) => {
    let result: Awaited<ReturnType<typeof work>> | undefined;
    try {
      await database.transaction(ctx, async (inside) => {
        result = await work(inside);
        throw UNDONE;
      });
    } catch (error) {
      if (error !== UNDONE) throw error;
    }
    return result!;
  };
}
