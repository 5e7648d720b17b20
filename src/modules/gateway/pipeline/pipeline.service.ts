import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { Clock } from '../../../core/clock.js';
import { DomainError } from '../../../core/errors.js';
import { HttpTransport, SimulatorTransport, type Transport, UrlGuard } from '../../../providers/index.js';
import type { RouteTarget } from '../../catalog/index.js';
import {
  CallOutcome,
  type EndCall,
  type FlightProgress,
  Instance,
  type JobClosing,
  JobStatus,
} from '../../ledger/index.js';
import { Admissions, type Admitted } from './admissions.service.js';
import { attemptTargets, brokenFlight, type Cockpit, type Flight } from './attempt.js';
import { Breakers } from './breakers.js';
import { deliverHit, endOfHit } from './cache-hit.js';
import type { Admission, CallAnswer, CallClient, CallRequest } from './call.js';
import { type CallRecord, CallRecords } from './call-records.service.js';
import { Leash } from './leash.js';
import { endOf, outputEstimate } from './settle.js';
import { Settler } from './settler.service.js';

const DRAIN_POLL_MS = 25;

/** The sequence that every LLM call goes through, whichever dialect its client speaks. */
@Injectable()
export class Pipeline {
  private readonly transports: Record<'simulator' | 'http', Transport>;
  private readonly breakers: Breakers;
  private readonly running = new Set<Leash>();
  private isStopping = false;

  constructor(
    private readonly admissions: Admissions,
    private readonly instance: Instance,
    private readonly settler: Settler,
    private readonly records: CallRecords,
    private readonly config: Config,
    clock: Clock,
  ) {
    this.breakers = new Breakers(() => clock.nowMs());
    const guard = new UrlGuard(config.providerUrlAllow);
    this.transports = { simulator: new SimulatorTransport(), http: new HttpTransport({ guard }) };
  }

  /**
   * resolve > admit > reserve > attempt > settle > record. No transaction and no database connection is open while a
   * vendor is being called.
   * @throws DomainError of any step; once the call is reserved, only after it has been settled or voided
   */
  async run(request: CallRequest, client: CallClient): Promise<CallAnswer> {
    if (this.isStopping) throw restarting();
    const { caller } = request;
    const asked = await this.admissions.of(request);
    const admitted = await this.admissions.hold(request, asked);
    const { admission, permit, draw, lookup } = admitted;
    client.admitted?.(headersOf(admitted, asked), admission);
    const leash = new Leash(client.signal, request.timeoutMs ?? this.config.bounds.vendorTotalMs);
    this.running.add(leash);
    const record = this.records.begin(request, admission, lookup, client.sink);
    try {
      if (client.sink) client.remaining?.(await draw.headers());
      const { flight, end } = await this.fly(record, leash.signal);
      const actor = { kind: 'key', id: caller.keyId, name: caller.keyName, requestId: request.requestId };
      const close = request.opens && closingOf(end);
      permit.settle(end.tokensIn + end.tokensOut);
      await draw.known();
      await this.settler.settle({ callId: request.id, jobId: request.jobId, end, close }, actor);
      draw.ended(end);
      if (!client.sink) client.remaining?.(await draw.headers());
      this.records.ended(record, flight, end);
      if (flight.error) throw flight.error;
      return { completion: flight.completion, end, alias: admission.route.alias.name };
    } finally {
      leash.release();
      permit.release();
      this.running.delete(leash);
      this.records.closed();
    }
  }

  /** The answer of a vendor, or one that was kept; and how the call ends by it. */
  private async fly(record: CallRecord, signal: AbortSignal): Promise<{ flight: Flight; end: EndCall }> {
    const { request, admission, lookup, sink } = record;
    const elapsedMs = (): number => performance.now() - record.startedMs;
    if (lookup?.answer) {
      const flight = await deliverHit(request, admission, lookup.answer, sink).catch((fault: unknown) =>
        brokenFlight(admission, fault, false),
      );
      if (!flight.error) return { flight, end: endOfHit(request, admission, lookup.answer, elapsedMs()) };
      return { flight, end: endOf(flight, admission, elapsedMs()) };
    }
    const progress = this.instance.recorder.progressOf(request.id);
    const cockpit = this.cockpit(request, admission, progress);
    const flight = await attemptTargets(request, admission, cockpit, { signal, sink })
      .catch((fault: unknown) => brokenFlight(admission, fault, true))
      .finally(() => progress.stop());
    return { flight, end: endOf(flight, admission, elapsedMs()) };
  }

  /** Takes no more calls, lets the running ones finish, then cuts those that take too long; a cut call is settled like one whose client left. */
  async drain(): Promise<void> {
    this.isStopping = true;
    const deadline = Date.now() + this.config.bounds.shutdownMs;
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
    while (this.running.size > 0 && Date.now() < deadline) await pause();
    for (const each of this.running) each.pull(restarting());
    while (this.running.size > 0 && Date.now() < deadline + 2_000) await pause();
  }

  private cockpit(request: CallRequest, admission: Admission, progress: FlightProgress): Cockpit {
    const { bounds } = this.config;
    const { recorder } = this.instance;
    return {
      breakers: this.breakers,
      transportOf: (target) => this.transports[target.provider.kind === 'simulator' ? 'simulator' : 'http'],
      timeouts: {
        connectMs: bounds.vendorConnectMs,
        firstByteMs: bounds.vendorFirstByteMs,
        idleMs: bounds.vendorIdleMs,
      },
      bodyBytes: bounds.vendorBodyBytes,
      departing: (target) => recorder.departed(request.id, departure(target, admission)),
      progress: (deliveredBytes) => progress.at(outputEstimate(deliveredBytes)),
    };
  }
}

const restarting = (): DomainError =>
  new DomainError('overloaded', 'The gateway is restarting; retry', { retryAfterSeconds: 2 });

/** What a client is told before its answer; also that this may be shorter than what it asked for. */
function headersOf({ admission, lookup, permit }: Admitted, asked: Admission): Record<string, string> {
  const isShorter = !lookup?.answer && admission !== asked;
  return {
    'x-tollkeeper-model': admission.route.alias.name,
    ...(lookup && { 'x-tollkeeper-cache': lookup.answer ? 'hit' : 'miss' }),
    ...(isShorter && { 'x-tollkeeper-max-output-tokens': String(admission.maxOutputTokens) }),
    ...permit.headers,
  };
}

/** A job of one call ends as its call did. */
function closingOf(end: EndCall): JobClosing {
  const status = end.outcome === CallOutcome.SUCCESS ? JobStatus.COMPLETED : JobStatus.FAILED;
  return { status, metadata: {}, errorMessage: end.errorMessage };
}

function departure(target: RouteTarget, admission: Admission): Parameters<Instance['recorder']['departed']>[1] {
  const { modelId, priceId, prices, charged } = target;
  return { modelId, providerId: target.provider.id, priceId, inputEstimate: admission.inputEstimate, prices, charged };
}
