import type { Secret } from '../../core/secret.js';
import { cleanMessage } from './clean-message.js';

export type VendorErrorKind =
  | 'rate_limited'
  | 'unavailable'
  | 'timeout'
  | 'network'
  /** The vendor says that the request itself is wrong; another attempt would hear the same. */
  | 'refused'
  /** The vendor's API lacks what `field` asks for; another target may have it. Nothing was sent. */
  | 'unsupported'
  | 'authentication'
  | 'malformed'
  | 'aborted';

/** Whether another attempt can help, unless the place that raises the error knows better. */
const RETRYABLE: Readonly<Record<VendorErrorKind, boolean>> = Object.freeze({
  rate_limited: true,
  unavailable: true,
  timeout: true,
  network: true,
  refused: false,
  unsupported: false,
  authentication: false,
  malformed: true,
  aborted: false,
});

export interface VendorErrorFacts {
  readonly status?: number | null;
  readonly retryable?: boolean;
  readonly retryAfterSeconds?: number | null;
  /** Field of the canonical call that is at fault. */
  readonly field?: string | null;
  /** For logs only: it may name hosts and addresses. */
  readonly cause?: unknown;
}

/** A call that a vendor did not answer as asked. The message is cleaned and may be shown to the client. */
export class VendorError extends Error {
  override readonly name = 'VendorError';
  readonly retryable: boolean;
  readonly status: number | null;
  readonly retryAfterSeconds: number | null;
  readonly field: string | null;
  /** What was said, before it was cleaned; private, so that neither JSON nor a log shows it. */
  readonly #said: string;

  constructor(
    readonly kind: VendorErrorKind,
    message: string,
    facts: VendorErrorFacts = {},
  ) {
    super(cleanMessage(message), facts.cause === undefined ? undefined : { cause: facts.cause });
    this.#said = message;
    this.retryable = facts.retryable ?? RETRYABLE[kind];
    this.status = facts.status ?? null;
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null;
    this.field = facts.field ?? null;
  }

  /**
   * The same error with this very credential cut out of its message. Keys of a known form are gone already; one that
   * looks like an ordinary word can only be found by comparing, which the parser, not knowing it, cannot do. It is cut
   * out of what was said, since cleaning may have left half of it.
   */
  without(credential: Secret | null): VendorError {
    if (credential === null || !this.#said.includes(credential.reveal())) return this;
    return this.saying(this.#said.replaceAll(credential.reveal(), '[redacted]'), {});
  }

  /** The same error, with other facts. */
  with(facts: VendorErrorFacts): VendorError {
    return this.saying(this.#said, facts);
  }

  private saying(message: string, facts: VendorErrorFacts): VendorError {
    const { status, retryable, retryAfterSeconds, field, cause } = this;
    return new VendorError(this.kind, message, { status, retryable, retryAfterSeconds, field, cause, ...facts });
  }
}
