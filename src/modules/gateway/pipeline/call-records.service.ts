import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { ZERO_USD } from '../../../core/money.js';
import { Metrics } from '../../../infra/telemetry/index.js';
import type { EndCall } from '../../ledger/index.js';
import { AnswerTape } from '../content/answers/answer-tape.js';
import { CacheFiguresService } from '../content/cache-figures.service.js';
import { cacheable } from '../content/answers/cached-answer.js';
import { CallBodies } from '../content/call-bodies.service.js';
import { type CacheLookup, ResponseCache } from '../content/response-cache.service.js';
import type { Flight } from './attempt.js';
import { savedBy } from './cache-hit.js';
import type { Admission, CallRequest, StreamSink } from './call.js';

/** A call that runs, as far as it is watched. */
export interface CallRecord {
  readonly request: CallRequest;
  readonly admission: Admission;
  /** Null for a call that has nothing to do with a cache. */
  readonly lookup: CacheLookup | null;
  readonly startedMs: number;
  /** Where its chunks go: to the client, by the tape when its project keeps something. */
  readonly sink: StreamSink | null;
  readonly tape: AnswerTape | null;
}

/** The last step of a call: it is counted, and its project gets what it has asked to keep. */
@Injectable()
export class CallRecords {
  constructor(
    private readonly metrics: Metrics,
    private readonly cache: ResponseCache,
    private readonly figures: CacheFiguresService,
    private readonly bodies: CallBodies,
    private readonly config: Config,
  ) {}

  begin(request: CallRequest, admission: Admission, lookup: CacheLookup | null, sink: StreamSink | null): CallRecord {
    this.metrics.openCalls.inc();
    const { retainedBytes, cacheEntryBytes } = this.config.bounds;
    const isKept = lookup !== null || keepsBodies(request);
    const tape = sink && isKept ? new AnswerTape(sink, Math.max(retainedBytes, cacheEntryBytes)) : null;
    return { request, admission, lookup, startedMs: performance.now(), sink: tape ?? sink, tape };
  }

  /** Told once the call is settled. Takes no time and never throws: what is stored is stored behind the call. */
  ended(record: CallRecord, flight: Flight, end: EndCall): void {
    const { request, tape, lookup } = record;
    this.count(record, flight, end);
    if (!lookup && !keepsBodies(request)) return;
    const completion = flight.completion ?? tape?.completion ?? null;
    const bytes = record.admission.inputBound + flight.deliveredBytes;
    if (keepsBodies(request)) this.bodies.keep(request, completion, tape?.isCut ?? false, bytes);
    if (!lookup) return;
    if (lookup.answer)
      return this.figures.note(request, { isHit: true, ...savedBy(record.admission, lookup.answer, end) });
    this.figures.note(request, { isHit: false, saved: ZERO_USD, providerSaved: ZERO_USD });
    const isWhole = !tape || tape.isFaithful;
    const answer = isWhole ? cacheable(flight, completion, record.admission.route) : null;
    if (answer) this.cache.keep(request, lookup, answer, bytes);
  }

  closed(): void {
    this.metrics.openCalls.dec();
  }

  private count({ startedMs }: CallRecord, { target }: Flight, end: EndCall): void {
    const provider = end.usageSource === 'cache' ? 'cache' : (target?.provider.kind ?? 'none');
    this.metrics.calls.inc({ provider, outcome: end.outcome });
    this.metrics.tokens.inc({ direction: 'in' }, end.tokensIn);
    this.metrics.tokens.inc({ direction: 'out' }, end.tokensOut);
    this.metrics.callSeconds.observe({ provider }, (performance.now() - startedMs) / 1000);
  }
}

const keepsBodies = ({ caller }: CallRequest): boolean => (caller.keeps?.retentionDays ?? null) !== null;
