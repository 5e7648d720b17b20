import { Injectable } from '@nestjs/common';
import { newUuid } from '../../../../core/id.js';
import { formatUsd } from '../../../../core/money.js';
import type { JsonObject } from '../../../../providers/index.js';
import type { StreamEncoder, StreamFacts } from '../../dialects/dialect.js';
import { JobsService, type PlannedJob } from '../../jobs/jobs.service.js';
import type { CallRequest } from '../../pipeline/call.js';
import { Pipeline } from '../../pipeline/pipeline.service.js';
import { callHeaders, mayFallBack } from './call-headers.js';
import type { Call } from '../routes.js';
import { Streams, waiting } from '../streams.service.js';

/** A call of a vendor's API, in canonical form. */
export interface CompatibleCall {
  readonly operation: CallRequest['operation'];
  /** Of the job that is opened for it, unless its headers name one. */
  readonly jobType: string;
  readonly model: string | null;
  readonly body: JsonObject;
  /** As the body of the call asserts it. */
  readonly userId: string | null;
}

/** How the answer goes back in the client's dialect; `stream` is there for a call that asked for one. */
export interface Answering {
  readonly whole: (completion: JsonObject, outgoing: CallRequest) => unknown;
  readonly stream: ((facts: StreamFacts, outgoing: CallRequest) => StreamEncoder) | null;
}

/** Calls by the API of a vendor: each is a job by itself, or belongs to the job that its headers name. */
@Injectable()
export class CompatibleCalls {
  constructor(
    private readonly jobs: JobsService,
    private readonly pipeline: Pipeline,
    private readonly streams: Streams,
  ) {}

  /** @returns the body of the answer; undefined when it was streamed. @throws DomainError */
  async run(call: Call, wanted: CompatibleCall, answering: Answering): Promise<unknown> {
    const outgoing = await this.outgoing(call, wanted, answering.stream !== null);
    void call.reply.header('x-job-id', outgoing.jobId);
    const { stream } = answering;
    if (stream) return this.streams.run(call, outgoing, (facts) => stream(facts, outgoing));
    const { completion, end } = await this.pipeline.run(outgoing, waiting(call));
    void call.reply.headers({
      'x-call-id': outgoing.id,
      'x-tollkeeper-attempts': String(end.attempts.length),
      'x-tollkeeper-cost-usd': formatUsd(end.chargedCost),
    });
    return answering.whole(completion!, outgoing);
  }

  private async outgoing({ request, caller }: Call, wanted: CompatibleCall, stream: boolean): Promise<CallRequest> {
    const { jobId, jobType, purpose, metadata, ...headers } = callHeaders(request.headers);
    this.jobs.checkMetadata('x-tollkeeper-*', metadata);
    const { operation, model, body } = wanted;
    const userId = headers.userId ?? wanted.userId;
    const planned = request.running?.ids;
    const named = jobId === null ? null : await this.jobs.get(caller, jobId);
    const opens = named ? null : this.plan({ request, caller }, { jobType: jobType ?? wanted.jobType, userId });
    return {
      ...{ id: planned?.callId ?? newUuid(), jobId: named?.id ?? opens!.id, opens, requestId: request.id, caller },
      ...{ operation, model, body, stream, purpose, userId, metadata },
      mayFallBack: mayFallBack(request.headers),
    };
  }

  private plan({ request, caller }: Omit<Call, 'reply'>, job: { jobType: string; userId: string | null }): PlannedJob {
    const planned = request.running?.ids;
    const whole = { ...job, teamId: null, metadata: {}, maxCost: null, implicit: true };
    return this.jobs.plan(caller, planned && !planned.hasJob ? { ...whole, id: planned.jobId } : whole);
  }
}
