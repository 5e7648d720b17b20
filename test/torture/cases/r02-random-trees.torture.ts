import { startTestApp } from '../../support/app.js';
import { Random } from '../support/random.js';
import type { Rig } from '../support/rig.js';
import { torture } from '../support/torture.js';
import { walk, plantRig } from '../support/walk.js';
import { auditProblems } from '../support/watch.js';

const STEPS = 30;
async function runCase(rig: Rig, random: Random, tag: string): Promise<string[]> {
  for (let done = 0; done < STEPS; done++) {
    const wrong = [...(await walk(rig, random)), ...(await rig.differences())];
    if (wrong.length > 0) return wrong.map((each) => `${tag}, step ${done}: ${each}`);
  }
  return [];
}

torture({
  id: 'R02',
  title: 'random scope trees over 2 processes against a naive model (500 trees; short 40)',
  target: '0 differences, 0 deadlocks',
  async run({ long, seed }) {
    // Nobody else closes jobs whose time is over.
    const first = await startTestApp({ env: { WORKER: 'off' } });
    const second = await startTestApp({ env: { WORKER: 'off', DATABASE_URL: first.config.databaseUrl!.reveal() } });
    const random = new Random(seed);
    const cases = long ? 500 : 40;
    const wrong: string[] = [];
    const answers = new Map<string, number>();
    try {
      for (let index = 0; index < cases; index++) {
        const [own, tag] = [random.fork(index), `s${seed}c${index}`];
        const rig = await plantRig([first, second], own, tag);
        wrong.push(...(await runCase(rig, own, tag)));
        for (const [name, count] of rig.answers) answers.set(name, (answers.get(name) ?? 0) + count);
      }
      const { rows } = await first.db.query<{ deadlocks: string }>(
        'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
      );
      const problems = await auditProblems(first.db);
      const deadlocks = Number(rows[0]!.deadlocks);
      const passed = wrong.length + deadlocks + problems.length === 0;
      const figure = `${cases} trees, ${wrong.length} differences, ${deadlocks} deadlocks, ${problems.length} found by the auditor`;
      const counts = [...answers].map(([name, count]) => `${count} ${name}`).join(', ');
      return { figure, passed, details: [...wrong, ...problems, `answers: ${counts}`] };
    } finally {
      await second.close();
      await first.close();
    }
  },
});
