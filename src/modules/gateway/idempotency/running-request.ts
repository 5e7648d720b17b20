import type { Claim, KeptAnswer } from '../../../infra/idempotency/index.js';
import { Tape } from './tape.js';

/**
 * Ids of the job and of the call that a request will make, if it makes any. They are written down with the claim,
 * before anything is done, so that whoever finds its process dead knows what to look for.
 */
export interface PlannedIds {
  readonly jobId: string;
  readonly callId: string;
  /** Whether an earlier process opened the job already. */
  readonly hasJob: boolean;
}

/** A request with an idempotency key while it runs; routes find it on the request of Fastify. */
export class RunningRequest {
  /** What a stream sends. */
  readonly tape: Tape;
  private kept = false;

  constructor(
    readonly claim: Claim,
    readonly ids: PlannedIds,
    private readonly write: (answer: KeptAnswer) => Promise<void>,
    tapeBytes: number,
  ) {
    this.tape = new Tape(tapeBytes);
  }

  get isKept(): boolean {
    return this.kept;
  }

  /** Keeps the answer; to be awaited before a client can see its end. */
  async keep(answer: KeptAnswer): Promise<void> {
    this.kept = true;
    await this.write(answer);
  }

  /** Keeps the stream as it was recorded. */
  keepStream(headers: Readonly<Record<string, unknown>>): Promise<void> {
    return this.keep({ status: 200, headers: repeatable(headers), body: this.tape.text });
  }
}

/** Headers that tell of the answer; all others tell of this exchange or of this server. */
const REPEATED = /^(content-type|cache-control|retry-after|x-job-id|x-call-id|x-tollkeeper-[a-z-]+)$/;

export function repeatable(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(headers).filter(([name, value]) => REPEATED.test(name) && value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

declare module 'fastify' {
  interface FastifyRequest {
    /** There when the request came with an idempotency key. */
    running?: RunningRequest;
  }
}
