import { compare, isSound, percentCharged, tableOf } from '../support/bill.js';
import { streamedCall } from '../support/calls.js';
import { untilAllEnded } from '../support/place.js';
import { Random } from '../support/random.js';
import { atSite } from '../support/site.js';
import { torture, type TortureOptions, type TortureResult } from '../support/torture.js';

const CLIENTS = 30;
const PACE_MS = 40;
const ENDED_MS = 20_000;
/** The short form runs on machines that others use too: there the figure is shown, and only a standstill misses. */
const CLOSED_MS = { long: 250, short: 2_000 };
const LEAST_PERCENT = 98;
const NUMBER = /stream (\d+)/;
const APIS = ['jobs', 'chat completions', 'messages'] as const;
const VENDORS = ['openai', 'anthropic'] as const;
const CONTENT = /"content":"[^"]|"type":"text_delta"/;
const FINISH = /"finish_reason":"/;

/**
 * Tells of the last event before the usage: in OpenAI's dialect that is the finish, in Anthropic's, on either side, the
 * last token, since finish and usage come as one.
 * @param tokens of the answer, each an event of its own
 */
function beforeUsage(isFinishFirst: boolean, tokens: number): (text: string) => boolean {
  let contents = 0;
  return (text) => (isFinishFirst ? FINISH.test(text) : CONTENT.test(text) && ++contents === tokens);
}

/** When clients left, and when their vendor's connection closed. */
class Departures {
  readonly closedMs: number[] = [];
  private readonly leftMs = new Map<number, number>();
  private readonly waiting = new Map<number, () => void>();

  left(number: number): void {
    this.leftMs.set(number, performance.now());
  }

  /** Has the client of the stream leave as soon as the vendor has been asked. */
  leaveWhenAsked(number: number, leave: () => void): void {
    this.waiting.set(number, leave);
  }

  asked(body: string, ended: Promise<unknown>): void {
    const number = Number(NUMBER.exec(body)![1]);
    void ended.then(() => {
      const leftMs = this.leftMs.get(number);
      if (leftMs !== undefined) this.closedMs.push(performance.now() - leftMs);
    });
    this.waiting.get(number)?.();
  }
}

async function run({ long, seed }: TortureOptions): Promise<TortureResult> {
  const streams = long ? 1_000 : 60;
  const departures = new Departures();
  const intercept = (request: { body: string; ended: Promise<unknown> }): null => {
    departures.asked(request.body, request.ended);
    return null;
  };
  return atSite({ vendor: { paceMs: PACE_MS, intercept } }, async (site) => {
    const gateway = await site.start();
    const worlds = { openai: await site.world(), anthropic: await site.world({}, 'anthropic') };
    const random = new Random(seed);
    const numbers = Array.from({ length: streams }, (_, index) => index);
    const ways = { early: 0, middle: 0, last: 0 };
    const leaver = async (): Promise<void> => {
      for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
        const own = random.fork(number);
        const way = own.pick(['early', 'middle', 'middle', 'middle', 'last', 'last'] as const);
        ways[way] += 1;
        const tokens = own.int(10, 80);
        const at = own.int(1, tokens);
        const wait = way === 'early' ? ' delay_ms=2000' : '';
        const content = `[simulate tokens=${tokens}${wait}] stream ${number} ${'word '.repeat(own.int(0, 60))}`;
        const client = new AbortController();
        const leave = (): true => (departures.left(number), true);
        if (way === 'early') departures.leaveWhenAsked(number, () => (leave(), client.abort()));
        const api = APIS[number % APIS.length]!;
        const vendor = VENDORS[Math.floor(number / APIS.length) % VENDORS.length]!;
        const isLast = beforeUsage(api !== 'messages' && vendor === 'openai', tokens);
        const isTime = (count: number, text: string): boolean => (way === 'middle' ? count > at : isLast(text));
        const onEvent = (count: number, text: string): boolean => isTime(count, text) && leave();
        const { key } = worlds[vendor];
        await streamedCall({ api, url: gateway.url, key, content, onEvent, signal: client.signal });
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, leaver));
    await untilAllEnded(site.place, ENDED_MS);
    const is = await compare(site.vendor, site.place);
    const percent = percentCharged(is) ?? 0;
    const slowest = Math.max(...departures.closedMs);
    const isComplete = is.calls === streams && departures.closedMs.length === streams && is.estimated > 0;
    return {
      figure: `${is.calls} streams cut: charged ${percent.toFixed(1)} % of the bill, ${is.aboveHold.length} above hold, vendor closed in ${slowest.toFixed(0)} ms at most`,
      passed:
        isComplete && isSound(is) && percent >= LEAST_PERCENT && slowest <= (long ? CLOSED_MS.long : CLOSED_MS.short),
      details: [
        `left before the answer ${ways.early}, in the middle ${ways.middle}, before the usage ${ways.last}`,
        `by turns of ${APIS.join(', ')}; vendors by turns of ${VENDORS.join(', ')}`,
        ...tableOf(is),
      ],
    };
  });
}

torture({
  id: 'R10',
  title: 'streams of 3 APIs, vendors of 2 dialects, cut by their clients, also just before the usage',
  target: 'charged >= 98 % of the bill, never above the hold, vendor closed <= 250 ms (short 2 s)',
  run,
});
