import { Injectable } from '@nestjs/common';
import { actorName, type Ctx } from '../../../core/ctx.js';
import { DomainError } from '../../../core/errors.js';
import { newUuid } from '../../../core/id.js';
import type { CallingKey } from '../../keys/index.js';
import type { Call, Job } from '../../ledger/index.js';
import { JobsService } from '../jobs/jobs.service.js';
import type { CallAnswer } from '../pipeline/call.js';
import { Pipeline } from '../pipeline/pipeline.service.js';
import type { TestAliasInput } from './alias-test.js';

const TEST_JOB_TYPE = 'portal_test';
const OUTPUT_TOKENS = 256;
const NEVER = new AbortController().signal;

/** What the job and its only call came to. */
interface Outcome {
  readonly job: Job;
  readonly call: Call;
  readonly answer: CallAnswer | null;
}

/** One job with one call, which is closed whatever comes of it. */
@Injectable()
export class TestCalls {
  constructor(
    private readonly jobs: JobsService,
    private readonly pipeline: Pipeline,
  ) {}

  /** @throws DomainError when the gateway refuses the call, or breaks; a vendor's failure stands on the call */
  async make(ctx: Ctx, caller: CallingKey, test: TestAliasInput & { model: string }): Promise<Outcome> {
    const metadata = { tested_by: actorName(ctx.actor) };
    const fields = { teamId: caller.teamId, jobType: TEST_JOB_TYPE, userId: null, maxCost: null };
    const opens = this.jobs.plan(caller, { ...fields, metadata, implicit: true });
    const body = {
      messages: [{ role: 'user', content: test.prompt }],
      max_tokens: test.maxOutputTokens ?? OUTPUT_TOKENS,
    };
    const place = { id: newUuid(), jobId: opens.id, opens, requestId: ctx.requestId, caller, model: test.model };
    const what = { operation: 'chat', body, stream: false, mayFallBack: true, timeoutMs: null } as const;
    const request = { ...place, ...what, purpose: TEST_JOB_TYPE, userId: null, metadata: {} };
    let answer: CallAnswer | null = null;
    let error: DomainError | null = null;
    try {
      answer = await this.pipeline.run(request, { signal: NEVER, sink: null });
    } catch (thrown) {
      error =
        thrown instanceof DomainError ? thrown : new DomainError('internal', 'Internal error', {}, { cause: thrown });
    }
    // A call that was refused has left no job.
    const job = error?.code === 'internal' ? null : await this.jobs.find(caller, opens.id);
    const [call] = job ? await this.jobs.calls(job) : [];
    if (error && !call) throw error;
    return { job: job!, call: call!, answer };
  }
}
