import type { NanoUsd } from '../../../core/money.js';
import type { CallingKey } from '../../keys/index.js';
import type { JsonObject } from '../../../providers/index.js';
import type { EndCall, NewJob } from '../../ledger/index.js';
import type { Route } from '../../catalog/index.js';

/** One LLM call as a client asked for it, whichever dialect it spoke. */
export interface CallRequest {
  readonly id: string;
  readonly jobId: string;
  /** The job that this call opens and closes as its only one; null for a call of a job that exists. */
  readonly opens: NewJob | null;
  readonly requestId: string;
  readonly caller: CallingKey;
  /** Alias that the client named; null leaves it to the team's default. */
  readonly model: string | null;
  readonly operation: 'chat' | 'embeddings';
  /** The canonical call (docs/decisions/2026-11-21-canonical-call.md), or an OpenAI embeddings request; less model. */
  readonly body: JsonObject;
  readonly stream: boolean;
  readonly purpose: string | null;
  readonly userId: string | null;
  readonly metadata: Record<string, unknown>;
  /** Whether another target may be tried when the first one fails. */
  readonly mayFallBack: boolean;
  /** How long all its attempts together may take, from when its money is held; null for as long as any call may. */
  readonly timeoutMs: number | null;
  /** What the client wants of kept answers: a new one in their place, or neither to read nor to keep one. */
  readonly cacheControl?: 'no-cache' | 'no-store' | null;
}

/** The bounds that a call was admitted with: the most it can use, and so the most it can cost. */
export interface Admission {
  readonly route: Route;
  /** Of one choice; it is written into the vendor's request. */
  readonly maxOutputTokens: number;
  readonly choices: number;
  readonly inputBound: number;
  readonly inputEstimate: number;
  readonly costBound: NanoUsd;
  readonly tokensBound: number;
}

/** Who waits for the answer: where a stream goes, when it leaves, and what it can be told before the answer. */
export interface CallClient {
  /** Aborts when the client goes away; null for one whose leaving changes nothing. */
  readonly signal: AbortSignal | null;
  /** Takes the chunks of a stream; null for a call that is not streamed. */
  readonly sink: StreamSink | null;
  /** Told once the call holds its money, before a vendor is asked: headers of the answer, and its bounds. */
  readonly admitted?: (headers: Readonly<Record<string, string>>, admission: Admission) => void;
  /** Told what the limits have left: before the first byte of a stream, and of a whole answer after its settlement. */
  readonly remaining?: (headers: Readonly<Record<string, string>>) => void;
}

/** Where a stream goes. */
export interface StreamSink {
  /** Takes what arrived together, at least one chunk; resolves when the client can take more. */
  chunks(chunks: readonly JsonObject[]): Promise<void>;
}

/** A call that ended well. */
export interface CallAnswer {
  readonly completion: JsonObject | null;
  readonly end: EndCall;
  readonly alias: string;
}
