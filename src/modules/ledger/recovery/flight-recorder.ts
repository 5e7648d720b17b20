import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { PriceBook } from '../../../core/usage.js';
import { readPrices, type StoredPrices } from '../../catalog/index.js';
import { type EndCall, type JobClosing, wireJson } from '../operations.js';

/** What must be known of a call, before it is sent to a vendor, to charge it if this process dies. */
export interface Departure {
  readonly modelId: string;
  readonly providerId: string;
  readonly priceId: string;
  readonly inputEstimate: number;
  readonly prices: PriceBook;
  readonly charged: PriceBook;
}

/** The last that a dead process wrote of a call. */
export interface FlightRecord {
  readonly departure: Departure | null;
  readonly outputEstimate: number;
  readonly end: EndCall | null;
  /** How the job closes with the call, when the call was the only one of it. */
  readonly close: JobClosing | null;
}

interface Segment {
  readonly path: string;
  readonly fd: number;
  readonly open: Set<string>;
  bytes: number;
}

/** Progress is worth a line at most this often a call. */
const PROGRESS_EVERY_MS = 10;
const SEGMENT_BYTES = 16 * 1024 * 1024;
const PRICES = new Set(['providerCost', 'chargedCost']);

/**
 * One append-only file a process, written with plain write() and never synced: it lies in the page cache, which
 * outlives the process, be it killed or out of memory. Three kinds of lines:
 * `D id json` at once before a request is sent, `P id tokens` while output arrives, `U id json` when the end is known.
 */
export class FlightRecorder {
  private segment: Segment | null = null;
  private readonly segments = new Map<string, Segment>();
  private sequence = 0;

  constructor(
    private readonly directory: string,
    private readonly epoch: bigint,
  ) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /** Must return before the vendor is asked. */
  departed(callId: string, departure: Departure): void {
    this.write('D', callId, wireJson(departure));
  }

  progressOf(callId: string): FlightProgress {
    return new FlightProgress((outputEstimate) => this.progressed(callId, outputEstimate));
  }

  /** Tokens of output delivered so far, by estimate. */
  progressed(callId: string, outputEstimate: number): void {
    this.write('P', callId, String(outputEstimate));
  }

  /** The end of the call is known but not yet in the ledger. */
  ended(callId: string, end: EndCall, close: JobClosing | null): void {
    this.write('U', callId, wireJson({ end, close }));
  }

  /** The call's end is in the ledger: its lines are of no more use. */
  forget(callId: string): void {
    const segment = this.segments.get(callId);
    this.segments.delete(callId);
    segment?.open.delete(callId);
    if (segment && segment !== this.segment && segment.open.size === 0) drop(segment);
  }

  /** A segment with open calls stays open: what becomes known of them later must not go to a file number used anew. */
  close(): void {
    const last = this.segment;
    this.segment = null;
    if (last?.open.size === 0) drop(last);
  }

  private write(kind: string, callId: string, text: string): void {
    const segment = this.segments.get(callId) ?? this.current();
    segment.open.add(callId);
    this.segments.set(callId, segment);
    segment.bytes += writeSync(segment.fd, `${kind} ${callId} ${text}\n`);
  }

  private current(): Segment {
    const full = this.segment;
    if (full && full.bytes < SEGMENT_BYTES) return full;
    const path = join(this.directory, `${this.epoch}-${this.sequence++}.log`);
    this.segment = { path, fd: openSync(path, 'a', 0o600), open: new Set(), bytes: 0 };
    if (full && full.open.size === 0) drop(full);
    return this.segment;
  }
}

/** How far the output of a call has come: one line at once, then the last figure at most every 10 ms. */
export class FlightProgress {
  private latest = 0;
  private writtenMs = -Infinity;
  private timer: NodeJS.Timeout | null = null;
  private fault: Error | null = null;

  constructor(private readonly write: (outputEstimate: number) => void) {}

  /**
   * What comes in a burst is written when the burst is over: a vendor may fall silent after it.
   * @throws Error when the last figure could not be written
   */
  at(outputEstimate: number): void {
    if (this.fault) throw this.fault;
    this.latest = outputEstimate;
    if (this.timer) return;
    const waitMs = this.writtenMs + PROGRESS_EVERY_MS - performance.now();
    if (waitMs <= 0) this.note();
    else this.timer = setTimeout(() => this.noteLate(), waitMs);
  }

  /** Nothing is written of the call from here on. */
  stop(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  /** Nobody waits for it who could be told of a failure, so whoever comes next is. */
  private noteLate(): void {
    this.timer = null;
    try {
      this.note();
    } catch (error) {
      this.fault = error as Error;
    }
  }

  private note(): void {
    this.writtenMs = performance.now();
    this.write(this.latest);
  }
}

function drop(segment: Segment): void {
  closeSync(segment.fd);
  unlinkSync(segment.path);
}

/** Reads what processes of earlier epochs left in the directory: the last record of each call, and the files read. */
export function readFlights(
  directory: string,
  current: bigint,
): { flights: Map<string, FlightRecord>; files: string[] } {
  const flights = new Map<string, FlightRecord>();
  if (!existsSync(directory)) return { flights, files: [] };
  const files = readdirSync(directory)
    .filter((name) => /^\d+-\d+\.log$/.test(name) && BigInt(name.split('-')[0]!) < current)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => join(directory, name));
  for (const file of files)
    for (const line of completeLines(file)) {
      const record = parseLine(line);
      if (record) flights.set(record.callId, { ...UNKNOWN, ...flights.get(record.callId), ...record.news });
    }
  return { flights, files };
}

/** A process that dies in the middle of a write leaves a torn last line; it says nothing. */
const completeLines = (file: string): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);

const UNKNOWN: FlightRecord = Object.freeze({ departure: null, outputEstimate: 0, end: null, close: null });

/** What a line says; null for one that is damaged: it must not keep the lines around it from being read. */
function parseLine(line: string): { callId: string; news: Partial<FlightRecord> } | null {
  const [, kind, callId, text] = /^([DPU]) (\S+) (.+)$/.exec(line) ?? [];
  if (callId === undefined || text === undefined) return null;
  try {
    if (kind === 'D') return { callId, news: { departure: parseDeparture(text) } };
    if (kind === 'U') return { callId, news: parseEnd(text) };
    return /^\d{1,15}$/.test(text) ? { callId, news: { outputEstimate: Number(text) } } : null;
  } catch {
    return null;
  }
}

function parseEnd(text: string): Pick<FlightRecord, 'end' | 'close'> {
  const reviver = (key: string, value: unknown): unknown => (PRICES.has(key) ? BigInt(value as string) : value);
  return JSON.parse(text, reviver) as Pick<FlightRecord, 'end' | 'close'>;
}

/** In JSON a book reads as the catalogue stores it: bigints as digits. */
function parseDeparture(text: string): Departure {
  const raw = JSON.parse(text) as Omit<Departure, 'prices' | 'charged'> & Record<'prices' | 'charged', StoredPrices>;
  return { ...raw, prices: readPrices(raw.prices), charged: readPrices(raw.charged) };
}
