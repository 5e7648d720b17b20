import { Injectable } from '@nestjs/common';
import { Config } from '../../../../config/index.js';
import { newUuid } from '../../../../core/id.js';
import { usdAsJsonNumber } from '../../../../core/money.js';
import type { JsonObject } from '../../../../providers/index.js';
import { type ClosingStatus, JobStatus } from '../../../ledger/index.js';
import { closedJobView, jobCallsView, jobCostsView, jobView } from '../../jobs/job-views.js';
import { JobStream } from '../../dialects/chat-stream.js';
import { JobsService, type NewJob } from '../../jobs/jobs.service.js';
import type { CallAnswer, CallRequest } from '../../pipeline/call.js';
import { Pipeline } from '../../pipeline/pipeline.service.js';
import { callFields, jobFields } from './call-body.js';
import { callControls } from '../compatible/call-headers.js';
import { ClosedJobs, singleCallCosts } from './closed-jobs.service.js';
import { type Call, type GatewayRoute, paramsOf } from '../routes.js';
import { Streams, waiting } from '../streams.service.js';
import { callBody, cancelBody, completeBody, createJobBody, metadataBody, singleCallBody } from '../schemas.js';

/** The job API of the seeds' clients: create, call, complete; or all in one. */
@Injectable()
export class JobRoutes {
  constructor(
    private readonly jobs: JobsService,
    private readonly pipeline: Pipeline,
    private readonly closedJobs: ClosedJobs,
    private readonly streams: Streams,
    private readonly config: Config,
  ) {}

  readonly all: readonly GatewayRoute[] = [
    {
      method: 'POST',
      path: '/api/jobs/create',
      summary: 'Open a job; under job_based budgets it holds one credit from here on',
      body: createJobBody,
      handle: (call) => this.create(call),
    },
    {
      method: 'POST',
      path: '/api/jobs/:id/llm-call',
      summary: 'Call a model within a job',
      body: callBody,
      isCall: true,
      handle: (call) => this.call(call),
    },
    {
      method: 'POST',
      path: '/api/jobs/:id/llm-call-stream',
      summary: 'Call a model within a job and stream its answer as OpenAI chunks',
      body: callBody,
      isCall: true,
      streams: 'always',
      handle: (call) => this.callStream(call),
    },
    {
      method: 'POST',
      path: '/api/jobs/:id/complete',
      summary: 'Close a job as completed or failed; a completed one is charged, once',
      body: completeBody,
      handle: (call) => this.complete(call),
    },
    {
      method: 'POST',
      path: '/api/jobs/:id/cancel',
      summary: 'Close a job without a charge',
      body: cancelBody,
      handle: (call) => this.cancel(call),
    },
    {
      method: 'POST',
      path: '/api/jobs/create-and-call',
      summary: 'Open a job, call a model once and close the job',
      body: singleCallBody,
      isCall: true,
      handle: (call) => this.single(call),
    },
    {
      method: 'POST',
      path: '/api/jobs/create-and-call-stream',
      summary: 'Open a job, stream one answer and close the job',
      body: singleCallBody,
      isCall: true,
      streams: 'always',
      handle: (call) => this.singleStream(call),
    },
    {
      method: 'GET',
      path: '/api/jobs/:id',
      summary: 'A job of the own team',
      handle: (call) => this.get(call),
    },
    {
      method: 'PATCH',
      path: '/api/jobs/:id/metadata',
      summary: "Merge metadata into a job's, one level deep",
      body: metadataBody,
      handle: (call) => this.mergeMetadata(call),
    },
    {
      method: 'GET',
      path: '/api/jobs/:id/costs',
      summary: 'What a job costs, by call, as the tenant pays it',
      handle: (call) => this.costs(call),
    },
  ];

  private async create({ request, caller }: Call): Promise<unknown> {
    const fields = jobFields(request.body as JsonObject, 'metadata', false);
    const job = await this.open({ request, caller }, fields);
    return { job_id: job.id, status: JobStatus.PENDING, created_at: job.createdAt };
  }

  private async call(call: Call): Promise<unknown> {
    const job = await this.jobs.get(call.caller, paramsOf(call.request).id!);
    const outgoing = this.outgoing(call, job.id, false);
    const answer = await this.pipeline.run(outgoing, waiting(call));
    return {
      call_id: outgoing.id,
      ...answerView(answer),
      costs: { total_cost_usd: usdAsJsonNumber(answer.end.chargedCost) },
    };
  }

  private async callStream(call: Call): Promise<undefined> {
    const job = await this.jobs.get(call.caller, paramsOf(call.request).id!);
    await this.streams.run(call, this.outgoing(call, job.id, true), () => new JobStream());
  }

  private async complete(call: Call): Promise<unknown> {
    const body = call.request.body as { status: 'completed' | 'failed'; metadata?: object; error_message?: string };
    const status = body.status === 'completed' ? JobStatus.COMPLETED : JobStatus.FAILED;
    return this.close(call, paramsOf(call.request).id!, status, body);
  }

  private async cancel(call: Call): Promise<unknown> {
    const { reason } = (call.request.body ?? {}) as { reason?: string };
    return this.close(call, paramsOf(call.request).id!, JobStatus.CANCELLED, { error_message: reason });
  }

  private async single(call: Call): Promise<unknown> {
    const outgoing = this.onlyCall(call, false);
    const answer = await this.pipeline.run(outgoing, waiting(call));
    const closed = await this.closedJobs.get(outgoing.jobId);
    return {
      job_id: outgoing.jobId,
      status: closed.status,
      ...answerView(answer),
      costs: singleCallCosts(answer.end, closed),
      completed_at: closed.completedAt,
    };
  }

  private async singleStream(call: Call): Promise<undefined> {
    const outgoing = this.onlyCall(call, true);
    void call.reply.header('x-job-id', outgoing.jobId);
    await this.streams.run(call, outgoing, () => new JobStream());
  }

  private async get({ request, caller }: Call): Promise<unknown> {
    const job = await this.jobs.get(caller, paramsOf(request).id!);
    const calls = await this.jobs.calls(job);
    const aliases = calls.map((each) => each.alias);
    return { ...jobView(job, aliases), calls: jobCallsView(calls) };
  }

  private async mergeMetadata({ request, caller }: Call): Promise<unknown> {
    const { metadata } = request.body as { metadata: Record<string, unknown> };
    const job = await this.jobs.mergeMetadata(caller, paramsOf(request).id!, metadata);
    return { job_id: job.id, metadata: job.metadata, updated_at: job.updatedAt };
  }

  private async costs({ request, caller }: Call): Promise<unknown> {
    const job = await this.jobs.get(caller, paramsOf(request).id!);
    return jobCostsView(job, await this.jobs.calls(job));
  }

  /** The only call of a job that is opened and closed with it. */
  private onlyCall(call: Call, stream: boolean): CallRequest {
    const { request, caller } = call;
    const fields = jobFields(request.body as JsonObject, 'job_metadata', true);
    const planned = request.running?.ids;
    const opens = this.jobs.plan(caller, planned && !planned.hasJob ? { ...fields, id: planned.jobId } : fields);
    return { ...this.outgoing(call, opens.id, stream), opens };
  }

  /** A repeat whose first process died goes on with the job that was opened then. */
  private open({ request, caller }: Omit<Call, 'reply'>, job: NewJob): Promise<{ id: string; createdAt: Date }> {
    const planned = request.running?.ids;
    if (planned?.hasJob) return this.jobs.get(caller, planned.jobId);
    return this.jobs.open(caller, planned ? { ...job, id: planned.jobId } : job);
  }

  private outgoing({ request, caller }: Call, jobId: string, stream: boolean): CallRequest {
    const fields = callFields(request.body as JsonObject);
    this.jobs.checkMetadata('call_metadata', fields.metadata);
    const id = request.running?.ids.callId ?? newUuid();
    const controls = callControls(request.headers, this.config.bounds.vendorTotalMs);
    return { ...fields, ...controls, operation: 'chat', stream, id, jobId, opens: null, requestId: request.id, caller };
  }

  private async close(
    call: Call,
    jobId: string,
    status: ClosingStatus,
    body: { metadata?: object | null; error_message?: string | null },
  ): Promise<unknown> {
    const metadata = { ...body.metadata };
    const errorMessage = body.error_message ?? null;
    const close = { status, metadata, errorMessage, requestId: call.request.id };
    const job = await this.jobs.close(call.caller, jobId, close);
    return closedJobView(job, await this.jobs.calls(job));
  }
}

/** What a client sees of an answer: the first choice as the seeds' clients expect it, and all choices when asked for. */
function answerView(answer: CallAnswer): { response: Record<string, unknown>; metadata: Record<string, unknown> } {
  const { end, completion, alias } = answer;
  const choices = (completion?.choices ?? []) as { message?: Record<string, unknown>; finish_reason?: string }[];
  const { content = null, tool_calls: toolCalls, refusal } = choices[0]?.message ?? {};
  return {
    response: {
      content,
      finish_reason: choices[0]?.finish_reason ?? end.finishReason,
      ...(toolCalls !== undefined && { tool_calls: toolCalls }),
      ...(typeof refusal === 'string' && { refusal }),
      ...(choices.length > 1 && { choices }),
    },
    metadata: { tokens_used: end.tokensIn + end.tokensOut, latency_ms: end.latencyMs, model: alias },
  };
}
