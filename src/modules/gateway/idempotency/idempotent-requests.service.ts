import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Config } from '../../../config/index.js';
import { DomainError, type ErrorCode } from '../../../core/errors.js';
import { newUuid } from '../../../core/id.js';
import {
  checkedKey,
  type Claim,
  IdempotencyRecords,
  type KeptAnswer,
  type KeptRecord,
  type KeyedRequest,
  tooLargeToKeep,
  usedBefore,
  type Work,
} from '../../../infra/idempotency/index.js';
import { Instance } from '../../ledger/index.js';
import { Failures } from '../routes/failures.service.js';
import type { Call, GatewayRoute } from '../routes/routes.js';
import { ClaimsHeld } from './claims-held.service.js';
import { type Fate, Fates } from './fates.service.js';
import { type PlannedIds, repeatable, RunningRequest } from './running-request.js';

const HEADER = 'Idempotency-Key';
const JSON_TYPE = 'application/json; charset=utf-8';
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 400;

/** The client is to repeat these, so they are no answer to keep; unless a vendor was asked before. */
const PASSING: readonly ErrorCode[] = ['ledger_unavailable', 'overloaded', 'rate_limit_exceeded'];

/**
 * Requests with an Idempotency-Key: the first one runs, every other one with the same key and body gets its answer,
 * byte for byte. A vendor is never asked a second time for one key, whatever dies in between.
 */
@Injectable()
export class IdempotentRequests {
  private waiting = 0;

  constructor(
    private readonly records: IdempotencyRecords,
    private readonly held: ClaimsHeld,
    private readonly fates: Fates,
    private readonly instance: Instance,
    private readonly failures: Failures,
    private readonly config: Config,
  ) {}

  /**
   * Answers a request that came with a key, by itself.
   * @param hash SHA-256 of the request's body
   * @throws DomainError invalid_request, conflict while the first request runs
   */
  async answer(call: Call, route: GatewayRoute, hash: Buffer): Promise<void> {
    const { request, caller } = call;
    const found = await this.find(call, {
      scope: `key ${caller.keyId}`,
      key: checkedKey(request.headers['idempotency-key'], HEADER),
      field: HEADER,
      organizationId: caller.organizationId,
      operation: `${request.method} ${request.url}`,
      hash,
    });
    if (found instanceof RunningRequest) return this.run(call, route, found);
    if (found.body === null) throw tooLargeToKeep();
    void call.reply.header('idempotent-replayed', 'true');
    send(call.reply, found.status, found.headers, found.body);
  }

  /** The right to run the request, or its answer; waits a little for one that runs. */
  private async find(call: Call, request: KeyedRequest): Promise<RunningRequest | KeptAnswer> {
    const deadlineMs = performance.now() + this.config.bounds.idempotencyWaitMs;
    const first = await this.claim(request);
    if (first) return first;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const record = await this.records.find(request);
      if (record && !record.isSameRequest) throw usedBefore(HEADER);
      const found = record ? (record.answer ?? (await this.inherit(call, record))) : await this.claim(request);
      if (found) return found;
      const mayWait = performance.now() + pauseMs < deadlineMs && this.waiting < this.config.bounds.idempotencyWaiting;
      if (!mayWait || call.reply.raw.destroyed) throw stillRunning();
      this.waiting += 1;
      await sleep(pauseMs).finally(() => (this.waiting -= 1));
    }
  }

  private async claim(request: KeyedRequest): Promise<RunningRequest | null> {
    const work = this.work({ jobId: newUuid(), callId: newUuid(), hasJob: false });
    const claim = { scope: request.scope, key: request.key, id: work.id };
    this.held.hold(work.id);
    try {
      if (await this.records.claim(request, work)) return this.running(claim, work.ids);
    } catch (error) {
      // The claim may have been written and only the word of it lost; nobody would ever end it.
      void this.held.end(claim, () => this.release(claim));
      throw error;
    }
    this.held.drop(work.id);
    return null;
  }

  /** Takes the place of a dead process: with the right to run when no vendor was asked, else with an answer that says so. */
  private async inherit(call: Call, record: KeptRecord): Promise<RunningRequest | KeptAnswer | null> {
    const { claim, work } = record;
    if (this.held.has(claim.id)) return null;
    const fate = await this.fates.of(work);
    const isOurs = work.epoch === this.instance.epoch;
    if ((fate.isOwnerAlive && !isOurs) || fate.call === 'undecided') return null;
    if (fate.call === 'sent') {
      const { status, headers, body } = this.failures.answer(answerLost(), call.request);
      const answer = { status, headers: { ...headers, 'content-type': JSON_TYPE }, body: JSON.stringify(body) };
      return (await this.records.keep(claim, answer)) ? answer : null;
    }
    const next = this.work(idsAfter(fate, work));
    this.held.hold(next.id);
    const taken = await this.records.takeOver(claim, next);
    if (taken) return this.running(taken, next.ids);
    this.held.drop(next.id);
    return null;
  }

  private async run(call: Call, route: GatewayRoute, running: RunningRequest): Promise<void> {
    const { reply, request } = call;
    request.running = running;
    try {
      const answer = await route.handle(call);
      if (running.isKept) return;
      const headers = { ...repeatable(reply.getHeaders()), 'content-type': JSON_TYPE };
      const body = JSON.stringify(answer);
      await running.keep({ status: 200, headers, body });
      send(reply, 200, headers, body);
    } catch (thrown) {
      if (running.isKept) throw thrown;
      const { error, status, headers, body } = this.failures.answer(thrown, request);
      const answer = { status, headers: { ...repeatable(reply.getHeaders()), ...headers }, body: JSON.stringify(body) };
      answer.headers['content-type'] = JSON_TYPE;
      await (PASSING.includes(error.code) ? this.letPass(running, answer) : running.keep(answer));
      send(reply, status, answer.headers, answer.body);
    }
  }

  /** Frees the key of a request that was turned away; one that had got as far as a vendor keeps its answer. */
  private letPass({ claim, ids: { jobId, callId } }: RunningRequest, answer: KeptAnswer): Promise<void> {
    return this.held.end(claim, async () => {
      const { call } = await this.fates.of({ epoch: null, notes: { jobId, callId } });
      // The ledger was asked and did not answer in time; it will undo what it has done.
      if (call === 'undecided') return 'later';
      return call === 'unsent' ? this.release(claim) : this.keep(claim, answer);
    });
  }

  private async release(claim: Claim): Promise<'done'> {
    await this.records.release(claim);
    return 'done';
  }

  private async keep(claim: Claim, answer: KeptAnswer): Promise<'done'> {
    await this.records.keep(claim, answer);
    return 'done';
  }

  private running(claim: Claim, ids: PlannedIds): RunningRequest {
    const keep = (answer: KeptAnswer): Promise<void> => this.held.end(claim, () => this.keep(claim, answer));
    return new RunningRequest(claim, ids, keep, this.config.bounds.idempotencyBodyBytes);
  }

  private work(ids: PlannedIds): Work & { ids: PlannedIds } {
    const { jobId, callId } = ids;
    return { id: newUuid(), epoch: this.instance.epoch, notes: { jobId, callId }, ids };
  }
}

/** What the dead process has opened is used, and what it has used up is not. */
function idsAfter({ job, hasCall }: Fate, { notes }: Work): PlannedIds {
  const { jobId = newUuid(), callId = newUuid() } = notes;
  return { jobId: job === 'closed' ? newUuid() : jobId, callId: hasCall ? newUuid() : callId, hasJob: job === 'open' };
}

function send(reply: FastifyReply, status: number, headers: Readonly<Record<string, string>>, body: string): void {
  void reply.code(status).headers(headers).send(body);
}

const stillRunning = (): DomainError =>
  new DomainError('conflict', `A request with this ${HEADER} is still running`, { retryAfterSeconds: 1 });

const answerLost = (): DomainError =>
  new DomainError('provider_error', 'The gateway stopped while this request ran; its cost was recovered');
