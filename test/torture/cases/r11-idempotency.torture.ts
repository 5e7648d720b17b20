import { setTimeout as sleep } from 'node:timers/promises';
import { type KeyedPost, post } from '../../support/keyed.js';
import { creditsOf, type World } from '../../support/world.js';
import { compare, isSound, tableOf } from '../support/bill.js';
import { Random } from '../support/random.js';
import { atSite, type Site } from '../support/site.js';
import { torture, type TortureOptions, type TortureResult } from '../support/torture.js';

const COPIES = 3;
const GATEWAYS = 2;
/** Copies on their way at a time: those of eight requests. */
const CLIENTS = 24;
const PATIENCE_MS = 60_000;
/** To come back after a 409 or 503, and after a connection that broke. */
const AGAIN_MS = 50;
/** Of each death, as in R03: written down as sent, and dead before it was. */
const MOST_UNSENT = 0.1;
const STOPPED = 'The gateway stopped while this request ran';
const PROMPT = /delay_ms=60\] (\d+)/;
const ENDED = `SELECT count(*)::int AS calls, count(DISTINCT job_id)::int AS jobs FROM calls
  WHERE state IN ('settled', 'recovered')`;

/** Each API in turn, streamed and not. */
function requestOf(index: number, alias: string): KeyedPost {
  const messages = [{ role: 'user', content: `[simulate tokens=20 delay_ms=60] ${index}` }];
  const of = { model: alias, max_tokens: 100, stream: index % 8 > 3, messages };
  const job = { job_type: 'torture', messages };
  const requests: Omit<KeyedPost, 'key'>[] = [
    { path: 'create-and-call', body: job },
    { path: '/v1/chat/completions', body: of },
    { path: 'create-and-call-stream', body: job },
    { path: '/v1/messages', body: of },
  ];
  return { ...requests[index % requests.length]!, key: `request-${index}` };
}

class Clients {
  /** The answers to each request. */
  readonly answers: string[][];
  private done = 0;
  private waiting: { at: number; go: () => void } | null = null;

  constructor(
    private readonly site: Site,
    private readonly world: World,
    readonly requests: number,
  ) {
    this.answers = Array.from({ length: requests }, () => []);
  }

  /** Resolves when so many copies have their answer. */
  after(done: number): Promise<void> {
    return new Promise((go) => {
      this.waiting = { at: done, go };
      this.tell();
    });
  }

  async work(): Promise<void> {
    const queue = Array.from({ length: this.requests * COPIES }, (_, turn) => turn);
    const client = async (): Promise<void> => {
      for (let turn = queue.shift(); turn !== undefined; turn = queue.shift()) {
        const index = Math.floor(turn / COPIES);
        this.answers[index]!.push(await this.insist(index, turn % COPIES));
        this.done += 1;
        this.tell();
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
  }

  private tell(): void {
    if (this.waiting && this.done >= this.waiting.at) this.waiting.go();
  }

  /** Sends until there is an answer that is one: to another gateway when the one is dead, later when it says so. */
  private async insist(index: number, copy: number): Promise<string> {
    const startedMs = performance.now();
    for (let attempt = 0; performance.now() - startedMs < PATIENCE_MS; attempt++) {
      const { url } = this.site.gateways[(copy + attempt) % GATEWAYS]!;
      const answer = await post(url, this.world.key, requestOf(index, this.world.alias)).catch(() => null);
      if (answer && answer.status !== 409 && answer.status !== 503) return `${answer.status} ${answer.text}`;
      await sleep(AGAIN_MS);
    }
    throw new Error(`request ${index} was not answered within ${PATIENCE_MS / 1_000} s`);
  }
}

/** One gateway after the other dies, and is started again. */
async function kill(site: Site, clients: Clients, kills: number, random: Random): Promise<void> {
  const copies = clients.requests * COPIES;
  for (let count = 0; count < kills; count++) {
    await clients.after(Math.floor((copies * (count + random.next())) / kills));
    await site.gateways[count % GATEWAYS]!.stop('SIGKILL');
    await site.start(count % GATEWAYS);
  }
}

async function run({ long, seed }: TortureOptions): Promise<TortureResult> {
  const [requests, kills] = long ? [1_000, 10] : [160, 2];
  return atSite({ env: { REDIS_URL: process.env.TEST_REDIS_URL ?? '' }, vendor: { paceMs: 5 } }, async (site) => {
    for (let index = 0; index < GATEWAYS; index++) await site.start();
    const world = await site.world();
    const clients = new Clients(site, world, requests);
    await Promise.all([kill(site, clients, kills, new Random(seed)), clients.work()]);

    const { answers } = clients;
    const differ = answers.filter((each) => each.length !== COPIES || new Set(each).size !== 1);
    const lost = answers.filter(([text]) => text!.startsWith('502 ') && text!.includes(STOPPED));
    const odd = answers.map(([text]) => text!).filter((text) => !text.startsWith('200 ') && !text.includes(STOPPED));
    const asked = site.vendor.requests.map(({ body }) => PROMPT.exec(body)![1]!);
    const twice = asked.length - new Set(asked).size;
    const [ended] = await site.place.query<{ calls: number; jobs: number }>(ENDED);
    const is = await compare(site.vendor, site.place);
    const used = Number((await creditsOf(site.gateways[0]!, world.teamId)).used);
    return {
      figure: `${ended!.calls} charges, ${asked.length} vendor calls (${twice} twice), ${differ.length} answers differ; ${kills} kills lost ${lost.length} answers`,
      passed:
        isSound(is, Math.max(1, kills * MOST_UNSENT)) &&
        [ended!.calls, ended!.jobs].every((count) => count === requests) &&
        [differ, odd].every((list) => list.length === 0) &&
        twice === 0 &&
        used <= requests &&
        used >= requests - lost.length,
      details: [
        `${used} credits charged`,
        ...odd.map((text) => `odd answer: ${text}`),
        ...differ.map(String),
        ...tableOf(is),
      ],
    };
  });
}

torture({
  id: 'R11',
  title: 'each request 3 times at once with one Idempotency-Key, gateways killed (1,000; short 160)',
  target: 'a charge a request, no vendor call twice, answers byte-equal',
  run,
});
