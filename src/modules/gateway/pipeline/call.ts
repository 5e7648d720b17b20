import type { NanoUsd } from '../../../core/money.js';
import type { CallingKey } from '../../keys/index.js';
import type { JsonObject } from '../../../providers/index.js';
import type { EndCall } from '../../ledger/index.js';
import type { Route } from '../../catalog/index.js';

/** One LLM call as a client asked for it, whichever dialect it spoke. */
export interface CallRequest {
  readonly id: string;
  readonly jobId: string;
  readonly requestId: string;
  readonly caller: CallingKey;
  /** Alias that the client named; null leaves it to the team's default. */
  readonly model: string | null;
  /** OpenAI chat.completions fields, less model, stream and stream_options. */
  readonly body: JsonObject;
  readonly stream: boolean;
  readonly purpose: string | null;
  readonly userId: string | null;
  readonly metadata: Record<string, unknown>;
}

/** The bounds that a call was admitted with: the most it can use, and so the most it can cost. */
export interface Admission {
  readonly route: Route;
  readonly maxOutputTokens: number;
  readonly inputBound: number;
  readonly inputEstimate: number;
  readonly costBound: NanoUsd;
  readonly tokensBound: number;
}

/** Where a stream goes. Every method resolves when the client can take more. */
export interface StreamSink {
  chunk(chunk: JsonObject): Promise<void>;
}

/** A call that ended well. */
export interface CallAnswer {
  readonly completion: JsonObject | null;
  readonly end: EndCall;
  readonly alias: string;
}
