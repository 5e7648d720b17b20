import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { nanoUsd } from '../../../core/money.js';
import { CallOutcome, CallState } from '../call.entity.js';
import { JobStatus } from '../job.entity.js';
import type { EndCall } from '../operations.js';
import { type Departure, FlightProgress, FlightRecorder, readFlights } from './flight-recorder.js';

const SEGMENT_BYTES = 16 * 1024 * 1024;
const DEPARTURE: Departure = {
  modelId: 'mdl_1',
  providerId: 'prv_1',
  priceId: 'prc_1',
  inputEstimate: 120,
  prices: { input: 2n ** 60n + 1n, output: 3n },
  charged: {
    ...{ input: 0n, cached_read: 9_007_199_254_740_993n },
    tiers: [
      { above: 200_000, prices: { input: 2n ** 60n + 3n } },
      { above: 1_000_000_000, prices: { input: 5n, output: 0n } },
    ],
  },
};
const END: EndCall = {
  ...{ state: CallState.SETTLED, outcome: CallOutcome.SUCCESS, modelId: 'mdl_1', providerId: 'prv_1', priceId: null },
  ...{ usage: { input: 7, output: 2, request: 1 }, usageSource: 'vendor', tokensIn: 7, tokensOut: 2 },
  ...{ providerCost: nanoUsd(9_223_372_036_854_775_807n), chargedCost: nanoUsd(9_007_199_254_740_993n) },
  attempts: [{ model: 'gpt', error: 'a "quoted"\nline' }],
  ...{ latencyMs: 12, finishReason: 'stop', errorCode: null, errorMessage: null },
};

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tollkeeper-flight-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const recorder = (epoch = 5n): FlightRecorder => new FlightRecorder(directory, epoch);
const flightOf = (id: string, current = 99n): unknown => readFlights(directory, current).flights.get(id);
const segments = (): string[] => readdirSync(directory).sort();

describe('the progress of a call', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is written at once, then once more when a burst is over', () => {
    const written: number[] = [];
    const progress = new FlightProgress((tokens) => void written.push(tokens));
    for (const tokens of [1, 2, 3]) progress.at(tokens);
    expect(written).toEqual([1]);
    jest.advanceTimersByTime(10);
    expect(written).toEqual([1, 3]);
    jest.advanceTimersByTime(100);
    expect(written).toEqual([1, 3]);
    progress.at(4);
    expect(written).toEqual([1, 3, 4]);
  });

  it('is not written after the call has ended', () => {
    const written: number[] = [];
    const progress = new FlightProgress((tokens) => void written.push(tokens));
    for (const tokens of [1, 2]) progress.at(tokens);
    progress.stop();
    jest.advanceTimersByTime(100);
    expect(written).toEqual([1]);
  });

  it('tells whoever comes next that a line could not be written', () => {
    let isFull = false;
    const progress = new FlightProgress(() => {
      if (isFull) throw new Error('no space left on device');
    });
    for (const tokens of [1, 2]) progress.at(tokens);
    isFull = true;
    jest.advanceTimersByTime(10);
    expect(() => progress.at(3)).toThrow('no space left on device');
  });
});

describe('what is written of a call', () => {
  it('comes back as it was, prices and costs exact', () => {
    const flight = recorder();
    flight.departed('call-1', DEPARTURE);
    flight.ended('call-1', END, null);
    flight.departed('call-2', DEPARTURE);
    expect(flightOf('call-1')).toEqual({ departure: DEPARTURE, outputEstimate: 0, end: END, close: null });
    expect(flightOf('call-2')).toEqual({ departure: DEPARTURE, outputEstimate: 0, end: null, close: null });
    expect(flightOf('call-3')).toBeUndefined();
  });

  it('comes back without tiers from a version that knew of none', () => {
    const line = '{"modelId":"m","providerId":"p","priceId":"c","inputEstimate":3,"prices":{"input":"7"},"charged":{}}';
    writeFileSync(join(directory, '1-0.log'), `D call-1 ${line}\n`);
    expect(flightOf('call-1')).toMatchObject({ departure: { prices: { input: 7n }, charged: {} } });
    expect(flightOf('call-1')).not.toHaveProperty('departure.prices.tiers');
  });

  it('keeps how its job closes with it', () => {
    const close = { status: JobStatus.COMPLETED, metadata: { a: [1] }, errorMessage: null } as const;
    recorder().ended('call-1', END, close);
    expect(flightOf('call-1')).toMatchObject({ end: END, close });
  });

  it('keeps any amount exact', () => {
    const amount = fc.bigInt({ min: 0n, max: 2n ** 80n });
    fc.assert(
      fc.property(amount, amount, (providerCost, chargedCost) => {
        const end = { ...END, providerCost: nanoUsd(providerCost), chargedCost: nanoUsd(chargedCost) };
        const flight = recorder();
        flight.ended('call-1', end, null);
        expect(flightOf('call-1')).toMatchObject({ end: { providerCost, chargedCost } });
        flight.forget('call-1');
        flight.close();
      }),
      { numRuns: 50 },
    );
  });

  it('is there before departed() returns, for whoever reads the file', () => {
    recorder().departed('call-1', DEPARTURE);
    expect(readFileSync(join(directory, segments()[0]!), 'utf8')).toMatch(/^D call-1 .*\n$/);
  });

  it('counts with the last departure and the last progress', () => {
    const flight = recorder();
    flight.departed('call-1', DEPARTURE);
    for (const tokens of [3, 70, 8_000]) flight.progressed('call-1', tokens);
    flight.departed('call-1', { ...DEPARTURE, modelId: 'mdl_2' });
    expect(flightOf('call-1')).toMatchObject({ departure: { modelId: 'mdl_2' }, outputEstimate: 8_000, end: null });
  });

  it('keeps the end, whatever progress comes after it', () => {
    const flight = recorder();
    flight.ended('call-1', END, null);
    flight.progressed('call-1', 9);
    expect(flightOf('call-1')).toMatchObject({ end: END });
  });

  it('can be read by its owner alone', () => {
    recorder().departed('call-1', DEPARTURE);
    if (process.platform !== 'win32') expect(statSync(join(directory, segments()[0]!)).mode & 0o077).toBe(0);
  });
});

describe('a process that dies', () => {
  it('in the middle of a line has said what it said before', () => {
    const flight = recorder();
    flight.departed('call-1', DEPARTURE);
    flight.progressed('call-1', 41);
    const path = join(directory, segments()[0]!);
    const whole = readFileSync(path, 'utf8');
    for (const torn of ['P call-1 99', 'U call-1 {"state":"vo', 'U call-1 ', 'D', '\0\0\0\0']) {
      writeFileSync(path, whole + torn);
      expect(flightOf('call-1')).toEqual({ departure: DEPARTURE, outputEstimate: 41, end: null, close: null });
    }
  });

  it('leaves lines around a damaged one readable', () => {
    const flight = recorder();
    flight.departed('call-1', DEPARTURE);
    const path = join(directory, segments()[0]!);
    for (const damaged of [
      '',
      '\0\0',
      'U call-1 {"sta',
      'U call-1 {"chargedCost":"x"}',
      'P call-1 1x',
      'D call-1 null',
      'X y z',
    ])
      appendFileSync(path, `${damaged}\n`);
    flight.ended('call-2', END, null);
    expect(flightOf('call-1')).toEqual({ departure: DEPARTURE, outputEstimate: 0, end: null, close: null });
    expect(flightOf('call-2')).toMatchObject({ end: END });
  });
});

describe('the files', () => {
  it('are those of earlier epochs, read in the order they were written', () => {
    const line = (tokens: number): string => `P call-1 ${tokens}\n`;
    for (const [name, tokens] of [
      ['9-2', 1],
      ['9-10', 2],
      ['10-0', 3],
      ['11-0', 4],
      ['12-0', 5],
    ] as const)
      writeFileSync(join(directory, `${name}.log`), line(tokens));
    writeFileSync(join(directory, 'notes.log'), line(6));
    const { flights, files } = readFlights(directory, 11n);
    expect(flights.get('call-1')).toMatchObject({ outputEstimate: 3 });
    expect(files.map((file) => file.slice(directory.length + 1))).toEqual(['9-2.log', '9-10.log', '10-0.log']);
  });

  it('may be missing', () => {
    expect(readFlights(join(directory, 'nowhere'), 1n)).toEqual({ flights: new Map(), files: [] });
  });

  it('go when no call in them is open any more, and not before', () => {
    const flight = recorder();
    const big = { ...END, errorMessage: 'x'.repeat(SEGMENT_BYTES / 2) };
    flight.departed('call-1', DEPARTURE);
    flight.ended('call-2', big, null);
    flight.ended('call-3', big, null);
    flight.departed('call-4', DEPARTURE);
    expect(segments()).toEqual(['5-0.log', '5-1.log']);
    for (const id of ['call-2', 'call-3']) flight.forget(id);
    expect(segments()).toEqual(['5-0.log', '5-1.log']);
    flight.ended('call-1', END, null);
    expect(flightOf('call-1')).toMatchObject({ departure: DEPARTURE, end: END });
    flight.forget('call-1');
    expect(segments()).toEqual(['5-1.log']);
    flight.forget('call-4');
    flight.close();
    expect(segments()).toEqual([]);
  });

  it('go, too, when all was forgotten before they were full', () => {
    const flight = recorder();
    flight.ended('call-1', { ...END, errorMessage: 'x'.repeat(SEGMENT_BYTES) }, null);
    flight.forget('call-1');
    flight.departed('call-2', DEPARTURE);
    expect(segments()).toEqual(['5-1.log']);
  });

  it('take what becomes known of an open call after the close, and go with it', () => {
    const flight = recorder();
    flight.departed('call-1', DEPARTURE);
    flight.close();
    flight.ended('call-1', END, null);
    expect(flightOf('call-1')).toMatchObject({ end: END });
    flight.forget('call-1');
    expect(segments()).toEqual([]);
  });

  it('are not disturbed by forgetting what nobody knows', () => {
    const flight = recorder();
    flight.departed('call-1', DEPARTURE);
    flight.forget('call-9');
    expect(flightOf('call-1')).toMatchObject({ departure: DEPARTURE });
  });
});
