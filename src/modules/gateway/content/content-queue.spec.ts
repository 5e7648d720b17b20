import { beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../config/index.js';
import { type Log, Metrics } from '../../../infra/telemetry/index.js';
import { ContentQueue } from './content-queue.service.js';

const { contentQueue, contentQueueBytes } = loadConfig({}).bounds;

let queue: ContentQueue;
let metrics: Metrics;
let lines: unknown[];
let stored: string[];

beforeEach(() => {
  [lines, stored, metrics] = [[], [], new Metrics()];
  const log = { warn: (...said: unknown[]) => lines.push(said) } as unknown as Log;
  queue = new ContentQueue(loadConfig({}), metrics, log);
});

const offer = (callId: string, bytes = 1, store = async (): Promise<unknown> => stored.push(callId)): void =>
  queue.offer({ kind: 'body', callId, bytes, store });
async function dropped(): Promise<[unknown, number][]> {
  const { values } = await metrics.contentDropped.get();
  return values.map(({ labels, value }) => [labels['reason'], value]);
}

describe('ContentQueue', () => {
  it('stores in order, and not before whoever offers has gone on', async () => {
    offer('a');
    offer('b');
    expect(stored).toEqual([]);
    await queue.idle();
    expect(stored).toEqual(['a', 'b']);
    offer('c');
    await queue.idle();
    expect([stored, await dropped()]).toEqual([['a', 'b', 'c'], []]);
  });

  it('goes on after what cannot be stored; that is counted, and told without content', async () => {
    const error = new Error('away');
    offer('a', 1, () => Promise.reject(error));
    offer('b');
    await queue.idle();
    expect(stored).toEqual(['b']);
    expect(await dropped()).toEqual([['failed', 1]]);
    expect(lines).toEqual([
      ['content of a call is not stored', { callId: 'a', kind: 'body', reason: 'failed', error }],
    ]);
  });

  it('drops what comes on top, by number and by size', async () => {
    for (let index = 0; index < contentQueue + 2; index++) offer(`${index}`);
    await queue.idle();
    expect(stored).toHaveLength(contentQueue);
    expect(await dropped()).toEqual([['full', 2]]);
    offer('huge', contentQueueBytes);
    offer('more', 1);
    await queue.idle();
    expect([stored.at(-1), await dropped()]).toEqual(['huge', [['full', 3]]]);
    offer('after');
    await queue.idle();
    expect(stored.at(-1)).toBe('after');
  });

  it('stores what waits before the process stops', async () => {
    offer('a');
    offer('b');
    await queue.beforeApplicationShutdown();
    expect([stored, await dropped()]).toEqual([['a', 'b'], []]);
  });
});
