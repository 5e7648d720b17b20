import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../../core/clock.js';
import { newId } from '../../../../core/id.js';
import { systemCtx } from '../../../../infra/access/index.js';
import { Database } from '../../../../infra/database/index.js';
import { Tasks } from '../../../../infra/queue/index.js';
import { Log } from '../../../../infra/telemetry/index.js';
import { RefillsService } from './refills.service.js';

const TASK = 'credit-refills';
const EVERY_MS = 60_000;
/** Teams of one run; those that have waited longest come first. */
const MOST_TEAMS = 1_000;

const DUE = `
  SELECT refill.team_id FROM refills refill JOIN teams team ON team.id = refill.team_id AND team.status <> 'deleted'
  WHERE refill.status = 'active' AND refill.next_at <= $1 ORDER BY refill.next_at LIMIT $2`;

/** Posts the refills whose period has come, each team in a transaction of its own. */
@Injectable()
export class RefillsTask implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly refills: RefillsService,
    private readonly tasks: Tasks,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.tasks.schedule(TASK, EVERY_MS, async () => void (await this.run()));
  }

  /** Gives the number of teams that were due. One that fails is logged, and tried again with the next run. */
  async run(): Promise<number> {
    const ctx = systemCtx(this.database, TASK, newId('request'));
    const due = await ctx.em.query<{ team_id: string }[]>(DUE, [this.clock.now(), MOST_TEAMS]);
    for (const { team_id: teamId } of due) {
      try {
        await this.database.transaction(ctx, async (inside) => void (await this.refills.caughtUp(inside, teamId)));
      } catch (error) {
        this.log.error('credit refill failed', { teamId, error });
      }
    }
    return due.length;
  }
}
