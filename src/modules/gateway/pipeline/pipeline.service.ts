import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/index.js';
import { DomainError } from '../../../core/errors.js';
import { Metrics } from '../../../infra/telemetry/index.js';
import { HttpTransport, SimulatorTransport, type Transport, UrlGuard } from '../../../providers/index.js';
import { type RouteTarget, RoutesService } from '../../catalog/index.js';
import { Instance, LedgerService } from '../../ledger/index.js';
import { admit } from './admit.js';
import { attemptTargets, brokenFlight, type Cockpit } from './attempt.js';
import type { Admission, CallAnswer, CallRequest, StreamSink } from './call.js';
import { Leash } from './leash.js';
import { endOf, outputEstimate } from './settle.js';
import { Settler } from './settler.service.js';

/** Progress is worth a line in the flight recorder at most this often a call. */
const PROGRESS_EVERY_MS = 10;
const DRAIN_POLL_MS = 25;

/** The sequence that every LLM call goes through, whichever dialect its client speaks. */
@Injectable()
export class Pipeline {
  private readonly transports: Record<'simulator' | 'http', Transport>;
  private readonly running = new Set<Leash>();
  private isStopping = false;

  constructor(
    private readonly routes: RoutesService,
    private readonly ledger: LedgerService,
    private readonly instance: Instance,
    private readonly settler: Settler,
    private readonly metrics: Metrics,
    private readonly config: Config,
  ) {
    const guard = new UrlGuard(config.providerUrlAllow);
    this.transports = { simulator: new SimulatorTransport(), http: new HttpTransport({ guard }) };
  }

  /**
   * resolve > admit > reserve > attempt > settle > record. No transaction and no database connection is open while a
   * vendor is being called.
   * @param client its signal aborts when the client of a stream goes away; a sink takes the chunks of a stream
   * @throws DomainError of any step; once the call is reserved, only after it has been settled or voided
   */
  async run(request: CallRequest, client: { signal: AbortSignal; sink: StreamSink | null }): Promise<CallAnswer> {
    if (this.isStopping) throw restarting();
    const { caller, model } = request;
    const place = { organizationId: caller.organizationId, teamId: caller.teamId };
    const route = await this.routes.resolve({ ...place, alias: model, defaultAlias: caller.defaultAlias });
    const admission = admit(request, route);
    await this.reserve(request, admission);
    const leash = new Leash(client.signal, this.config.bounds.vendorTotalMs);
    this.running.add(leash);
    this.metrics.openCalls.inc();
    const startedMs = performance.now();
    try {
      const cockpit = this.cockpit(request, admission);
      const control = { signal: leash.signal, sink: client.sink };
      const flight = await attemptTargets(request, admission, cockpit, control).catch((fault: unknown) =>
        brokenFlight(admission, fault),
      );
      const end = endOf(flight, admission, performance.now() - startedMs);
      await this.settler.settle(request.id, end, {
        kind: 'key',
        id: caller.keyId,
        name: caller.keyName,
        requestId: request.requestId,
      });
      this.record(flight.target, end.outcome, end, performance.now() - startedMs);
      if (flight.error) throw flight.error;
      return { completion: flight.completion, end, alias: route.alias.name };
    } finally {
      leash.release();
      this.running.delete(leash);
      this.metrics.openCalls.dec();
    }
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

  private async reserve(request: CallRequest, admission: Admission): Promise<void> {
    const { costBound, tokensBound, inputBound, route } = admission;
    const first = route.targets[0]!;
    const { id, jobId, userId, purpose, stream, metadata } = request;
    const target = { modelId: first.modelId, providerId: first.provider.id, priceId: first.priceId };
    const bounds = { costBound, tokensBound, inputBound };
    const call = { id, jobId, userId, purpose, metadata, streamed: stream, keyId: request.caller.keyId };
    await this.ledger.reserveCall({ ...call, ...bounds, ...target, alias: route.alias.name }, this.instance.epoch);
  }

  private cockpit(request: CallRequest, admission: Admission): Cockpit {
    const { bounds } = this.config;
    const { recorder } = this.instance;
    let writtenMs = 0;
    return {
      transportOf: (target) => this.transports[target.provider.kind === 'simulator' ? 'simulator' : 'http'],
      timeouts: {
        connectMs: bounds.vendorConnectMs,
        firstByteMs: bounds.vendorFirstByteMs,
        idleMs: bounds.vendorIdleMs,
      },
      bodyBytes: bounds.vendorBodyBytes,
      departing: (target) => recorder.departed(request.id, departure(target, admission)),
      progress: (deliveredBytes) => {
        const nowMs = performance.now();
        if (nowMs - writtenMs < PROGRESS_EVERY_MS) return;
        writtenMs = nowMs;
        recorder.progressed(request.id, outputEstimate(deliveredBytes));
      },
    };
  }

  private record(
    target: RouteTarget | null,
    outcome: string,
    tokens: { tokensIn: number; tokensOut: number },
    ms: number,
  ): void {
    const provider = target?.provider.kind ?? 'none';
    this.metrics.calls.inc({ provider, outcome });
    this.metrics.tokens.inc({ direction: 'in' }, tokens.tokensIn);
    this.metrics.tokens.inc({ direction: 'out' }, tokens.tokensOut);
    this.metrics.callSeconds.observe({ provider }, ms / 1000);
  }
}

const restarting = (): DomainError =>
  new DomainError('overloaded', 'The gateway is restarting; retry', { retryAfterSeconds: 2 });

function departure(target: RouteTarget, admission: Admission): Parameters<Instance['recorder']['departed']>[1] {
  const { modelId, priceId, prices, charged } = target;
  return { modelId, providerId: target.provider.id, priceId, inputEstimate: admission.inputEstimate, prices, charged };
}
