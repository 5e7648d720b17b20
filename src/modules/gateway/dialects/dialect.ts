import type { DomainError } from '../../../core/errors.js';
import { anthropicErrorBody, openaiErrorBody, restErrorBody } from '../../../infra/http/index.js';
import type { JsonObject } from '../../../providers/index.js';

/** Whose words a client speaks: those of the job API, of OpenAI's SDKs or of Anthropic's. */
export type Dialect = 'jobs' | 'openai' | 'anthropic';

/** Turns a canonical stream into the server-sent events of one dialect. One per stream; '' when there is nothing to say. */
export interface StreamEncoder {
  chunk(chunk: JsonObject): string;
  /** The call broke off after the stream had begun. */
  error(error: DomainError, requestId: string): string;
  /** The last words, after an error too; `charged` is missing then. */
  end(charged?: ChargedTokens): string;
}

/** What a call is charged for: the vendor's count, or the gateway's estimate where the vendor gave none. */
export interface ChargedTokens {
  readonly tokensIn: number;
  readonly tokensOut: number;
}

/** What is known of an answer before a vendor has said anything. */
export interface StreamFacts {
  /** The alias that answers. */
  readonly model: string;
  /** Tokens of the prompt, roughly. */
  readonly inputEstimate: number;
}

/** The body of an answer that is an error. */
export const failureBody: Readonly<
  Record<Dialect, (error: DomainError, requestId: string) => Record<string, unknown>>
> = Object.freeze({ jobs: restErrorBody, openai: openaiErrorBody, anthropic: anthropicErrorBody });

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of the routes of the gateway. */
    dialect?: Dialect;
  }
}
