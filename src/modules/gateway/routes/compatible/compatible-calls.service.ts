import { Injectable } from '@nestjs/common';
import { Config } from '../../../../config/index.js';
import { invalid } from '../../../../core/errors.js';
import { newUuid } from '../../../../core/id.js';
import { formatUsd } from '../../../../core/money.js';
import { type JsonObject, RECORDED_FIELDS } from '../../../../providers/index.js';
import { stringOf } from '../../../../providers/json.js';
import type { EndCall } from '../../../ledger/index.js';
import { chargedUsage } from '../../dialects/chat-stream.js';
import type { StreamEncoder, StreamFacts } from '../../dialects/dialect.js';
import { type FieldNames, inOwnWords } from '../../dialects/field-names.js';
import { JobsService, type PlannedJob } from '../../jobs/jobs.service.js';
import type { CallRequest } from '../../pipeline/call.js';
import { Pipeline } from '../../pipeline/pipeline.service.js';
import { callControls, callHeaders } from './call-headers.js';
import type { Call } from '../routes.js';
import { Streams, waiting } from '../streams.service.js';

const MAX_PERSON_CHARS = 200;

/** A call of a vendor's API, in canonical form. */
export interface CompatibleCall {
  readonly operation: CallRequest['operation'];
  /** Of the job that is opened for it, unless its headers name one. */
  readonly jobType: string;
  readonly model: string | null;
  readonly body: JsonObject;
}

/** How the answer goes back in the client's dialect; `stream` is there for a call that asked for one. */
export interface Answering {
  /** Missing where they are the canonical ones. */
  readonly names?: FieldNames;
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
    private readonly config: Config,
  ) {}

  /** @returns the body of the answer; undefined when it was streamed. @throws DomainError */
  async run(call: Call, wanted: CompatibleCall, answering: Answering): Promise<unknown> {
    try {
      return await this.answer(call, wanted, answering);
    } catch (error) {
      throw inOwnWords(answering.names ?? [], error);
    }
  }

  private async answer(call: Call, wanted: CompatibleCall, answering: Answering): Promise<unknown> {
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
    return answering.whole(counted(completion!, end, wanted.operation), outgoing);
  }

  private async outgoing({ request, caller }: Call, wanted: CompatibleCall, stream: boolean): Promise<CallRequest> {
    const { jobId, jobType, purpose, metadata, ...headers } = callHeaders(request.headers);
    this.jobs.checkMetadata('x-tollkeeper-*', metadata);
    const { operation, model, body } = wanted;
    const userId = headers.userId ?? personIn(body);
    const planned = request.running?.ids;
    const named = jobId === null ? null : await this.jobs.get(caller, jobId);
    const opens = named ? null : this.plan({ request, caller }, { jobType: jobType ?? wanted.jobType, userId });
    return {
      ...{ id: planned?.callId ?? newUuid(), jobId: named?.id ?? opens!.id, opens, requestId: request.id, caller },
      ...{ operation, model, body, stream, purpose, userId, metadata },
      ...callControls(request.headers, this.config.bounds.vendorTotalMs),
    };
  }

  private plan({ request, caller }: Omit<Call, 'reply'>, job: { jobType: string; userId: string | null }): PlannedJob {
    const planned = request.running?.ids;
    const whole = { ...job, teamId: null, metadata: {}, maxCost: null, implicit: true };
    return this.jobs.plan(caller, planned && !planned.hasJob ? { ...whole, id: planned.jobId } : whole);
  }
}

/** The answer with what is charged for usage where its vendor gave none that can be believed: clients insist on it. */
function counted(completion: JsonObject, end: EndCall, operation: CallRequest['operation']): JsonObject {
  if (end.usageSource !== 'estimated') return completion;
  const { completion_tokens: out, ...usage } = chargedUsage(end);
  return { ...completion, usage: operation === 'chat' ? { ...usage, completion_tokens: out } : usage };
}

/** Who the call is for, as its body asserts it. */
function personIn(body: JsonObject): string | null {
  for (const field of RECORDED_FIELDS) {
    const person = stringOf(body[field]);
    if (person === null) continue;
    if (person.length > MAX_PERSON_CHARS) throw invalid(field, `must be at most ${MAX_PERSON_CHARS} characters`);
    return person;
  }
  return null;
}
