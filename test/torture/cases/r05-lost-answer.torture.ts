import { setTimeout as sleep } from 'node:timers/promises';
import { FaultProxy, type Loss } from '../../support/fault-proxy.js';
import { creditsOf } from '../../support/world.js';
import { compare, isSound, tableOf } from '../support/bill.js';
import { postJob, streamedCall } from '../support/calls.js';
import { openPlace, until, untilAllEnded } from '../support/place.js';
import { Random } from '../support/random.js';
import { atSite } from '../support/site.js';
import { torture, type TortureOptions, type TortureResult } from '../support/torture.js';

const CLIENTS = 30;
const PATIENCE_MS = 20_000;
/** Refusals come at once, so that any count of tries is soon used up on a fast machine: what bounds them is time. */
const AGAIN_MS = 2;
const SESSION = 'tollkeeper-ledger';
const OPEN_JOBS = "SELECT count(*)::int AS n FROM jobs WHERE status IN ('pending', 'in_progress')";
/** Mostly the answer to what was committed; the rest so that lost and done are both guessed wrongly at times. */
const LOSSES: readonly Loss[] = ['answer', 'answer', 'answer', 'answer', 'outcome', 'statement'];

/** What clients were told. */
interface Told {
  /** Jobs that the client knows to be completed. */
  completed: number;
  refused: number;
  /** Answers that are neither, which nobody should get. */
  readonly unclean: string[];
}

class Clients {
  readonly told: Told = { completed: 0, refused: 0, unclean: [] };
  private answers = 0;
  private waiting: { at: number; go: () => void } | null = null;
  isStopping = false;

  constructor(private readonly place: { url: string; key: string }) {}

  /** Resolves when so many more were served. */
  after(answers: number): Promise<void> {
    return new Promise((go) => (this.waiting = { at: this.answers + answers, go }));
  }

  async work(random: Random): Promise<void> {
    while (!this.isStopping) {
      await (random.percent(50) ? this.single(random) : this.inSteps());
    }
  }

  private async single(random: Random): Promise<void> {
    const content = `[simulate tokens=${random.int(1, 8)} pace_ms=1] once`;
    const { status, isWhole, errorCode } = await streamedCall({ ...this.place, content });
    this.note(isWhole, status, errorCode);
    if (isWhole) this.told.completed += 1;
  }

  /** Create, call and complete; whatever is refused is asked for again, as a client does. */
  private async inSteps(): Promise<void> {
    const created = await this.insist('create', { job_type: 'torture' });
    const id = String((created as { job_id: string }).job_id);
    const messages = [{ role: 'user', content: '[simulate tokens=5] in steps' }];
    await this.insist(`${id}/llm-call`, { messages });
    await this.insist(`${id}/complete`, { status: 'completed' });
    this.told.completed += 1;
  }

  private async insist(path: string, body: object): Promise<unknown> {
    const startedMs = performance.now();
    while (performance.now() - startedMs < PATIENCE_MS) {
      const answer = await postJob(this.place, path, body);
      const code = (answer.body as { code?: string } | null)?.code ?? null;
      this.note(answer.status === 200, answer.status, code);
      if (answer.status === 200) return answer.body;
      await sleep(AGAIN_MS);
    }
    throw new Error(`${path} was refused for ${PATIENCE_MS / 1_000} s`);
  }

  private note(isDone: boolean, status: number, code: string | null): void {
    if (!isDone && status === 503 && code === 'ledger_unavailable') this.told.refused += 1;
    else if (!isDone) this.told.unclean.push(`${status} ${code}`);
    // Refusals come at once; what is lost next shall be something that was asked for.
    if (isDone) this.answers += 1;
    if (this.waiting && this.answers >= this.waiting.at) this.waiting.go();
  }
}

async function run({ long, seed }: TortureOptions): Promise<TortureResult> {
  const wanted = long ? 1_000 : 60;
  const place = await openPlace();
  const proxy = await FaultProxy.before(place.url);
  try {
    return await atSite({ place, through: (url) => proxy.through(url), vendor: { paceMs: 1 } }, async (site) => {
      const gateway = await site.start();
      const world = await site.world();
      const random = new Random(seed);
      const clients = new Clients({ url: gateway.url, key: world.key });
      const work = Array.from({ length: CLIENTS }, (_, index) => clients.work(random.fork(index)));
      const lost: Record<Loss, number> = { answer: 0, outcome: 0, statement: 0 };
      while (lost.answer < wanted) {
        await clients.after(random.int(1, 20));
        const loss = random.pick(LOSSES);
        await proxy.lose({ name: SESSION, loss, reset: random.percent(50) });
        lost[loss] += 1;
      }
      clients.isStopping = true;
      await Promise.all(work);
      await untilAllEnded(place, PATIENCE_MS);
      await until('no job open', PATIENCE_MS, async () => (await place.query<{ n: number }>(OPEN_JOBS))[0]!.n === 0);
      const is = await compare(site.vendor, place);
      const { used } = await creditsOf(gateway, world.teamId);
      const { completed, refused, unclean } = clients.told;
      const isCharged = used === String(completed);
      return {
        figure: `${lost.answer} answers lost (and ${lost.outcome + lost.statement} statements), ${is.calls} calls: ${is.doubled.length} double, ${is.stillHeld} held, ${unclean.length} unclean answers`,
        passed: isSound(is) && is.estimated === 0 && isCharged && unclean.length === 0,
        details: [
          `${completed} jobs completed, ${used} credits charged, ${refused} answers 503`,
          ...[...new Set(unclean)].map((each) => `unclean answer: ${each}`),
          ...tableOf(is),
        ],
      };
    });
  } finally {
    await proxy.close();
  }
}

torture({
  id: 'R05',
  title: "acknowledgements of the ledger's commits lost",
  target: '0 double, 0 held, every client answered or told 503',
  run,
});
