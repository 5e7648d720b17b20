import { describe, expect, it } from '@jest/globals';
import { withinPatience } from './patience.js';

const never = new Promise<string>(() => undefined);

describe('withinPatience', () => {
  it('gives what comes in time, be it a failure', async () => {
    expect(await withinPatience(Promise.resolve('here'), 1_000, 'It')).toBe('here');
    await expect(withinPatience(Promise.reject(new Error('broken')), 1_000, 'It')).rejects.toThrow('broken');
  });

  it('gives up on what does not come', async () => {
    await expect(withinPatience(never, 5, 'It')).rejects.toThrow('It did not answer within 5 ms');
  });

  it('takes what had arrived while this process was busy', async () => {
    let arrive!: (value: string) => void;
    const work = withinPatience(new Promise<string>((resolve) => (arrive = resolve)), 5, 'It');
    // An event that waits for its turn behind the timer that is due, as an answer on a socket does.
    setTimeout(() => arrive('here'), 6);
    const busyUntil = performance.now() + 30;
    while (performance.now() < busyUntil);
    expect(await work).toBe('here');
  });
});
