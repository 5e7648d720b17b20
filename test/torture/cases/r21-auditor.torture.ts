import type pg from 'pg';
import { startTestApp, type TestApp } from '../../support/app.js';
import { type Damage, DAMAGES } from '../support/damage.js';
import { Random } from '../support/random.js';
import { torture } from '../support/torture.js';
import { plantRig, walk } from '../support/walk.js';
import { auditProblems } from '../support/watch.js';

const TREES = 12;
const STEPS = 40;

/** Forges the ledger for the length of a transaction; gives why the auditor did not notice, or null. */
async function isUnnoticed(db: pg.Client, { what, sql }: Damage): Promise<string | null> {
  await db.query("BEGIN; SET LOCAL session_replication_role = 'replica'");
  try {
    for (const statement of sql) {
      const { rowCount } = await db.query(statement);
      if (!rowCount) return `${what}: there was nothing to damage`;
    }
    return (await auditProblems(db)).length > 0 ? null : `${what}: not found`;
  } catch (error) {
    return `${what}: ${(error as Error).message}`;
  } finally {
    await db.query('ROLLBACK');
  }
}

/** A tree on which much has happened; audited every so many steps, it must give no alarm. */
async function grow(app: TestApp, random: Random, tag: string, every: number): Promise<string[]> {
  const rig = await plantRig([app, app], random, tag);
  const alarms: string[] = [];
  for (let step = 0; step < STEPS; step++) {
    await walk(rig, random);
    if (step % every === 0) alarms.push(...(await auditProblems(app.db)));
  }
  return alarms;
}

torture({
  id: 'R21',
  title: `auditor: ${DAMAGES.length} kinds of damage done by SQL`,
  target: `${DAMAGES.length} of ${DAMAGES.length} found, 0 false alarms`,
  async run({ long, seed }) {
    const app = await startTestApp({ env: { WORKER: 'off' } });
    const random = new Random(seed);
    try {
      const every = long ? 1 : 10;
      const alarms: string[] = [];
      for (let index = 0; index < TREES; index++)
        alarms.push(...(await grow(app, random.fork(index), `s${seed}a${index}`, every)));
      const missed: string[] = [];
      for (const damage of DAMAGES) {
        const why = await isUnnoticed(app.db, damage);
        if (why) missed.push(why);
      }
      alarms.push(...(await auditProblems(app.db)));
      const found = DAMAGES.length - missed.length;
      const figure = `${found} of ${DAMAGES.length} found, ${alarms.length} false alarms in ${(TREES * STEPS) / every} audits`;
      return { figure, passed: missed.length + alarms.length === 0, details: [...missed, ...alarms] };
    } finally {
      await app.close();
    }
  },
});
